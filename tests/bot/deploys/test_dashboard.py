"""The dashboard's door: a link, a session, its data; and who stays outside."""

import httpx
import pytest

from bot.edge.local import LocalEdge
from tests.bot.deploys.conftest import ORIGIN, Firm

BOARD = "/data/board.json"


class Browser:
    """Follows links and keeps the cookie, as the browser of one person."""

    def __init__(self, firm: Firm) -> None:
        site = firm.system.site_parts()
        transport = httpx.ASGITransport(app=LocalEdge(firm.system.site, site.live_function()))
        self.cookie = ""
        self._client = httpx.AsyncClient(transport=transport, base_url=ORIGIN)

    async def get(self, address: str) -> httpx.Response:
        headers = {"cookie": self.cookie} if self.cookie else {}
        answer = await self._client.get(address.removeprefix(ORIGIN), headers=headers)
        if "set-cookie" in answer.headers:
            self.cookie = answer.headers["set-cookie"].partition(";")[0]
        return answer


async def link_of(firm: Firm, who: str = "dana") -> str:
    reply = await firm.say("dashboard", who)
    assert reply.kind == "shown", reply.text
    return reply.text.splitlines()[-1]


@pytest.fixture(autouse=True)
def board(firm: Firm) -> None:
    firm.system.site.put("data/board.json", b"[]", content_type="application/json", cache_control="no-store")


async def test_a_dispatcher_comes_in_and_stays_for_twelve_hours(firm: Firm) -> None:
    browser = Browser(firm)
    assert (await browser.get(BOARD)).status_code == 401
    answer = await browser.get(await link_of(firm))
    assert (answer.status_code, answer.headers["location"]) == (302, "/")
    for hours in (0, 11):
        firm.clock.advance(hours=hours)
        assert (await browser.get(BOARD)).text == "[]"
    firm.clock.advance(hours=1, seconds=1)
    assert (await browser.get(BOARD)).status_code == 401


async def test_a_driver_gets_no_link(firm: Firm) -> None:
    reply = await firm.say("dashboard", "joe")
    assert reply.kind == "refused"
    assert "login" not in reply.text


async def test_a_link_is_of_no_use_after_five_minutes(firm: Firm) -> None:
    link = await link_of(firm)
    assert (await Browser(firm).get(link)).status_code == 302
    firm.clock.advance(minutes=5, seconds=1)
    browser = Browser(firm)
    assert (await browser.get(link)).status_code == 403
    assert (await browser.get(BOARD)).status_code == 401


@pytest.mark.parametrize("who", ["dana", "bob"])
async def test_who_leaves_takes_all_sessions_with_him_and_the_others_come_in_anew(
    firm: Firm, who: str
) -> None:
    browser = Browser(firm)
    link = await link_of(firm, "ann")
    await browser.get(link)
    assert (await browser.get(BOARD)).status_code == 200
    assert (await firm.say(f"remove {who}")).ok
    assert (await browser.get(BOARD)).status_code == 401
    assert (await Browser(firm).get(link)).status_code == 403
    again = Browser(firm)
    await again.get(await link_of(firm, "ann"))
    assert (await again.get(BOARD)).status_code == 200


async def test_a_driver_who_leaves_ends_no_session(firm: Firm) -> None:
    browser = Browser(firm)
    await browser.get(await link_of(firm))
    assert (await firm.say("remove Joe")).ok
    assert (await browser.get(BOARD)).status_code == 200


async def test_another_process_that_removes_somebody_ends_the_sessions_here(firm: Firm) -> None:
    browser = Browser(firm)
    await browser.get(await link_of(firm))
    assert (await firm.again().say("remove Dana")).ok
    assert (await browser.get(BOARD)).status_code == 401


async def test_a_key_that_could_not_be_changed_at_once_is_changed_by_the_loop(firm: Firm) -> None:
    browser = Browser(firm)
    await browser.get(await link_of(firm))
    firm.system.desk.aside = None  # the process dies between the commit and the key
    assert (await firm.say("remove Dana")).ok
    assert (await browser.get(BOARD)).status_code == 200
    firm.system.sessions.settle(await firm.system.dispatcher.read())
    assert (await browser.get(BOARD)).status_code == 401


async def test_nothing_secret_is_in_the_site_the_function_or_the_state(firm: Firm) -> None:
    await link_of(firm)
    key = firm.system.site_parts().keys.current()
    assert key is not None
    master = firm.system.sessions._master()
    for store in (firm.system.site, firm.system.objects):
        for name in store.keys():  # noqa: SIM118 - a store is no dictionary
            found = store.get(name)
            assert found is not None
            assert key.secret.encode() not in found.body
            assert master.encode() not in found.body
