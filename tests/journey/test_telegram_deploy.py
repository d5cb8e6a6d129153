"""Deploys from Telegram: the plan, one tap to do it, one message that tells, one tap to take it back."""

from pathlib import Path

import httpx
import pytest

from tests.fakes.bot_api import FakeBotApi, FakeUser, Message
from tests.journey.service import Service
from tests.journey.test_telegram import answered, hired


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A trial keeps its session key in the folder that it was started from."""
    monkeypatch.chdir(tmp_path)


def told(bot_api: FakeBotApi, user: FakeUser, words: str) -> Message:
    """Wait for a message with these words, and return it."""
    bot_api.until(lambda: any(words in message.text for message in user.received))
    return next(message for message in reversed(user.received) if words in message.text)


def page(service: Service) -> httpx.Response:
    return httpx.get(f"{service.url}/track/k3Jx90QzVb7LmNcR2sTdWy")


def test_an_admin_ships_the_site_with_a_tap_and_takes_it_back_with_another(
    service: Service, bot_api: FakeBotApi, ana: FakeUser
) -> None:
    service.system.site.put("track/index.html", b"the page as it was", content_type="text/html")
    plan = answered(bot_api, ana, "deploy")
    assert "Deploy it? The answer holds for 60 seconds." in plan.text
    assert page(service).text == "the page as it was"

    ana.tap(plan, "Deploy")
    done = told(bot_api, ana, "live and checked")
    assert done.text.startswith("Deployed ")
    assert '<meta name="build"' in page(service).text

    service.clock.advance(minutes=1)
    ana.tap(done, "Roll back")
    back = told(bot_api, ana, "Rolled back to")
    assert "-0-found" in back.text
    assert page(service).text == "the page as it was"
    assert "Ana: rollback" in answered(bot_api, ana, "deploy status").text


def test_a_driver_ships_nothing_and_gets_no_dashboard(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, joe: FakeUser
) -> None:
    hired(bot_api, ana, joe)
    assert "needs an admin" in answered(bot_api, joe, "deploy").text
    assert "needs a dispatcher" in answered(bot_api, joe, "dashboard").text
    assert list(service.system.site.keys("track/")) == []


def test_the_dashboards_link_opens_its_data_for_who_asked(
    service: Service, bot_api: FakeBotApi, ana: FakeUser
) -> None:
    service.system.site.put("data/board.json", b"[]", content_type="application/json")
    board = f"{service.url}/data/board.json"
    assert httpx.get(board).status_code == 401
    answer = answered(bot_api, ana, "dashboard")
    assert answer.shown["link_preview_options"] == {"is_disabled": True}
    signed = httpx.get(answer.text.splitlines()[-1])
    assert (signed.status_code, signed.headers["location"]) == (302, "/")
    cookie = signed.headers["set-cookie"].partition(";")[0]
    assert httpx.get(board, headers={"cookie": cookie}).status_code == 200
