"""The site at the start of the service: a trial's is released by itself, an admin's word is left alone."""

import asyncio

import pytest

from bot.deploys.start import SERVICE, offer_recovery, release_at_start
from core.deploy.errors import Unfit
from core.deploy.record import By, Deploy, Outcome, Step
from core.domain.people import Actor
from core.ports import Unreachable
from core.site import SiteError, plan_release
from tests.bot.deploys.conftest import Firm

WEB = {
    word: {
        "index.html": f'<meta name="build" content="">{word}'.encode(),
        "track/index.html": f'<meta name="build" content="">{word} track'.encode(),
    }
    for word in ("old", "new")
}


@pytest.fixture
def web(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """What lies in `web/`, to be changed by a test."""
    files = dict(WEB["old"])
    monkeypatch.setattr("bot.bootstrap_site.read_sources", lambda _folder: files)
    del firm
    return files


def live(firm: Firm) -> str:
    found = firm.system.site.get("index.html")
    assert found is not None
    return found.body.decode().rpartition(">")[2]


def history(firm: Firm) -> list[Deploy]:
    return firm.system.site_parts().deployer().history()


def test_a_trial_has_its_site_after_the_first_start(firm: Firm, web: dict[str, bytes]) -> None:
    del web
    release_at_start(firm.system)
    assert live(firm) == "old"
    assert [deploy.by for deploy in history(firm)] == [SERVICE]
    release_at_start(firm.system)
    assert len(history(firm)) == 1


def test_a_trial_follows_its_folder(firm: Firm, web: dict[str, bytes]) -> None:
    release_at_start(firm.system)
    web.update(WEB["new"])
    firm.clock.advance(minutes=1)
    release_at_start(firm.again().system)
    assert live(firm) == "new"


async def test_a_rollback_is_not_undone_by_the_next_start(firm: Firm, web: dict[str, bytes]) -> None:
    await asyncio.to_thread(release_at_start, firm.system)
    web.update(WEB["new"])
    firm.clock.advance(minutes=1)
    await asyncio.to_thread(release_at_start, firm.system)
    firm.clock.advance(minutes=1)
    assert (await firm.say("deploy rollback")).kind == "done"
    assert live(firm) == "old"
    await asyncio.to_thread(release_at_start, firm.again().system)
    assert live(firm) == "old"


def test_a_folder_that_may_not_be_released_is_said(firm: Firm, web: dict[str, bytes]) -> None:
    web["index.html"] = b"no build tag"
    with pytest.raises(Unfit, match="build"):
        release_at_start(firm.system)
    with pytest.raises(SiteError):
        plan_release(web)


def interrupt(firm: Firm, step: Step, actor: Actor | None = None) -> None:
    """Leave a deploy behind as a process that was killed at this step would."""
    deployer = firm.system.site_parts().deployer()
    parts = deployer._parts
    by = SERVICE if actor is None else By.of(actor)
    latest = deployer.history()[0]
    deploy = latest.model_copy(
        update={
            "deploy_id": "20260302-160500-aaaaaa",
            "by": by,
            "step": step,
            "outcome": Outcome.RUNNING,
            "finished_at": None,
            "previous": latest.release,
        }
    )
    parts.journal.write(deploy)
    parts.lock.take(deploy.deploy_id, by)
    firm.clock.advance(minutes=16)


def test_a_start_that_was_killed_is_finished_by_the_next(firm: Firm, web: dict[str, bytes]) -> None:
    del web
    release_at_start(firm.system)
    interrupt(firm, Step.PROMOTE)
    release_at_start(firm.again().system)
    assert history(firm)[0].outcome is Outcome.DONE
    assert live(firm) == "old"


async def test_an_admin_hears_of_his_deploy_that_was_interrupted(firm: Firm, web: dict[str, bytes]) -> None:
    del web
    await asyncio.to_thread(release_at_start, firm.system)
    state = await firm.system.dispatcher.read()
    interrupt(firm, Step.PROMOTE, Actor.of(state.people["ann"]))
    again = firm.again()
    await asyncio.to_thread(release_at_start, again.system)
    await offer_recovery(again.system)
    state = await again.system.dispatcher.read()
    notices = [message for message in state.messages.values() if message.kind == "notice"]
    assert {message.to for message in notices} == {"ann", "bob"}
    assert "was interrupted at step 4 of 8" in (notices[0].body or "")
    assert [button.command for button in notices[0].buttons] == ["deploy finish", "deploy rollback"]
    assert (await again.say("deploy finish")).kind == "done"


async def test_a_store_that_is_down_keeps_no_service_from_starting(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down() -> None:
        raise Unreachable("down")

    monkeypatch.setattr(firm.system.site_desk(), "recover", down)
    await offer_recovery(firm.system)
