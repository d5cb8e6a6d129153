"""`selftest` asked of a whole service: what does not work is named, and nothing stays behind."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.finding import Finding
from bot.selftest import SelfTest
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.clock import FakeClock
from tests.fakes.faults import bad_gateway
from tests.fakes.twilio import FakeTwilio
from tests.journey.desk import asked, done_by_admin
from tests.journey.service import Service


@pytest.fixture
def service(tmp_path: Path, twilio_api: FakeTwilio, bot_api: FakeBotApi) -> Iterator[Service]:
    """A service with both channels, whose clock is the machine's."""
    clock = FakeClock(datetime.now(UTC).replace(microsecond=0))  # noqa: TID251 - servers date their answers
    with Service(tmp_path, twilio=twilio_api, telegram=bot_api, clock=clock) as running:
        done_by_admin(running, "new Mark Soderblom 600")
        yield running


def found(service: Service, cause: str = "cli:1", **settings: Any) -> dict[str, Finding]:
    """Return what a test finds that asks the outside for the site."""
    changed = service.system.settings.model_copy(update={"public_url": service.url} | settings)
    test = dataclasses.replace(SelfTest.of(service.system), settings=changed)
    findings = service.server.spawn(test.run(cause)).result(15)
    return {finding.part: finding for finding in findings}


def pages(service: Service) -> list[str]:
    return list(service.system.site.keys("t/"))


def test_each_part_makes_its_round_trip_and_nothing_of_it_stays(service: Service) -> None:
    before = (service.state.jobs, pages(service))
    cause = next(iter(service.state.causes))
    findings = found(service, cause)
    assert [finding.verdict for finding in findings.values()] == ["fine"] * 5, findings
    assert findings["site"].words == f"a page was written and is there at {service.url}"
    assert "as others have it" in findings["clock"].words
    assert (service.state.jobs, pages(service)) == before
    assert done_by_admin(service, "jobs").text.startswith("1 open")


def test_an_admin_asks_for_it_in_the_chat(service: Service) -> None:
    reply = done_by_admin(service, "selftest")
    assert reply.text.split("\n")[0] == "Selftest: all is well."
    assert [line.split()[0] for line in reply.text.split("\n")[1:]] == [
        "state", "site", "telegram", "twilio", "clock",
    ]  # fmt: skip
    assert service.state.log[-1].kind == "self_tested"


def test_what_does_not_work_is_named_and_the_others_are_tried(
    service: Service, twilio_api: FakeTwilio
) -> None:
    twilio_api.account_status = "suspended"
    reply = asked(service, "selftest")
    assert not reply.ok
    assert reply.text.startswith("Selftest: twilio does not work.\n")
    assert "twilio       broken: the account is suspended" in reply.text
    assert "telegram     fine" in reply.text


def test_a_page_that_is_not_there_outside_is_a_fault(service: Service) -> None:
    elsewhere = f"{service.url}/track"
    findings = found(service, public_url=elsewhere)
    assert findings["site"].words == f"a page was written, but {elsewhere} answers 403 for it"
    assert len(pages(service)) == 1, "the canary is gone, Mark's page is not"
    findings = found(service, public_url="http://127.0.0.1:9")
    assert findings["site"].broken
    assert len(pages(service)) == 1


def test_a_write_that_is_not_there_is_a_fault(service: Service) -> None:
    assert found(service, "cli:never")["state"].words == "what was written a moment ago is not there"


def test_a_provider_that_is_away_is_a_fault(
    service: Service, twilio_api: FakeTwilio, bot_api: FakeBotApi
) -> None:
    twilio_api.fault("*", bad_gateway(), times=9)
    bot_api.fault("getMe", bad_gateway(), times=9)
    findings = found(service)
    assert (findings["twilio"].verdict, findings["telegram"].verdict) == ("broken", "broken")


def test_a_clock_that_goes_wrong_is_a_fault(service: Service) -> None:
    service.clock.advance(seconds=3600)
    clock = found(service)["clock"]
    assert clock.broken
    assert "s wrong: set the machine's clock" in clock.words


def test_without_accounts_they_are_not_configured(service: Service) -> None:
    nothing = {"public_url": None, "twilio_account_sid": None, "telegram_bot_token": None}
    findings = found(service, next(iter(service.state.causes)), **nothing)
    verdicts = {part: finding.verdict for part, finding in findings.items()}
    missing = {"telegram": "not configured", "twilio": "not configured"}
    assert verdicts == {"state": "fine", "site": "fine", "clock": "fine"} | missing
    assert "nobody outside was asked" in findings["site"].words
