"""Scale tickets: tons and fee with their units, in any order."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bot.grammar.result import Misread, Unclear, UnknownWord
from bot.grammar.verbs import Setting, read_verb
from core.domain.commands import DeclineJob, RecordTicket

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("America/Phoenix"))


def read(line: str, context: int | None = None) -> object:
    return read_verb(line, Setting(now=NOW, zone=ZoneInfo("America/Phoenix"), context=context))


@pytest.mark.parametrize(
    ("line", "ref", "tons", "fee"),
    [
        ("ticket 12 3.2 tons $84", "12", "3.2", "84"),
        ("ticket #12 $84.50, 3.2t", "#12", "3.2", "84.50"),
        ("ticket 12 fee 84", "12", None, "84"),
        ("ticket 12 1,250 dollars", "12", None, "1250"),
        ("Ticket 12: 4 TN", "12", "4", None),
        ("ticket 3 tons fee $61.20", None, "3", "61.20"),
    ],
)
def test_a_ticket_is_read(line: str, ref: str | None, tons: str | None, fee: str | None) -> None:
    wanted = RecordTicket(ref=ref, tons=Decimal(tons) if tons else None, fee=Decimal(fee) if fee else None)
    assert read(line) == wanted


@pytest.mark.parametrize("line", ["3.2 tons $84", "$84 3.2t", "3.2 tons, fee 84"])
def test_in_reply_to_a_card_it_needs_no_verb(line: str) -> None:
    assert read(line, 12) == RecordTicket(ref="12", tons=Decimal("3.2"), fee=Decimal(84))
    assert isinstance(read(line), UnknownWord), "elsewhere the whole line comes back"


@pytest.mark.parametrize(
    "line", ["ticket", "ticket 12", "ticket 12 84", "ticket 12 lost it", "ticket 12 300 tons"]
)
def test_what_has_no_unit_is_not_guessed(line: str) -> None:
    unclear = read(line)
    assert isinstance(unclear, Unclear)
    assert unclear.fault is Misread.NEEDS_TICKET


@pytest.mark.parametrize("line", ["call him about $84 please", "thanks", "14 3 tons $84"])
def test_chatter_under_a_card_is_no_ticket(line: str) -> None:
    assert isinstance(read(line, 12), UnknownWord)


@pytest.mark.parametrize(
    ("line", "context", "wanted"),
    [
        ("decline", None, DeclineJob()),
        ("decline 12", None, DeclineJob(ref="12")),
        ("decline #12 flat tyre", 5, DeclineJob(ref="#12", reason="flat tyre")),
        ("decline flat tyre", 5, DeclineJob(ref="5", reason="flat tyre")),
        ("decline flat tyre", None, DeclineJob(reason="flat tyre")),
    ],
)
def test_a_decline_takes_its_reason_whole(line: str, context: int | None, wanted: DeclineJob) -> None:
    assert read(line, context) == wanted


def test_a_decline_by_tap_asks_why() -> None:
    assert read("decline 12 ?") == Unclear(verb="decline", fault=Misread.NEEDS_REASON, ref="12")
