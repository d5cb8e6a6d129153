"""Reports and exports: the numbers are right whatever is archived, and no cell is a formula."""

import csv
import io
from datetime import date, timedelta

import pytest

from bot.texts.reply import Reply
from core.domain.people import Actor, Role
from core.domain.period import month, week
from tests.bot.desk.conftest import Office


async def done(office: Office, line: str, driver: str | None = None) -> int:
    """Make a job, let `driver` do all of it, and return its number."""
    reply = await office.say(line)
    assert reply.job is not None
    number = reply.job.number
    if driver is not None:
        await office.say(f"assign {number} {driver}")
    for _ in range(4):
        await office.say(f"next {number}")
    return number


def advance(office: Office, days: int) -> None:
    office.clock.advance(days=days)


def rows(reply: Reply) -> list[dict[str, str]]:
    assert reply.attachment is not None
    return list(csv.DictReader(io.StringIO(reply.attachment.content.decode("utf-8-sig"))))


async def test_a_report_counts_jobs_money_drivers_and_texts(office: Office) -> None:
    for name in ("Joe", "Ana"):
        await office.say(f"invite driver {name}", Role.ADMIN)
    await done(office, "new Mark Soderblom 600", "Joe")
    await done(office, "new Lupe Baseline 300.50", "Joe")
    await done(office, "new Bob Baseline 100", "Ana")
    await office.say("new Eve Osborn 5")
    await office.say("cancel 4")
    await office.say("new Zoe Osborn 7")
    assert (await office.say("report today")).text.splitlines() == [
        "Tue, Nov 24: 3 done, $1,000.50",
        "1 cancelled, 5 taken down",
        "Joe: 2 · $900.50",
        "Ana: 1 · $100",
        "Texts: 0 sent",
    ]


async def test_what_tickets_say_is_summed_and_exported(office: Office) -> None:
    for number, ticket in ((1, "4.2 tons $80"), (2, "1.3 tons $40.50")):
        await office.say("new Mark Soderblom 600")
        assert (await office.say(f"ticket {number} {ticket}")).ok
        for _ in range(4):
            await office.say(f"next {number}")
    assert "Tickets: 5.5 tons, $120.50 in fees" in (await office.say("report today")).text
    first, _ = rows(await office.say("export"))
    assert (first["tons"], first["fee"]) == ("4.2", "80.00")


async def test_the_days_of_a_report_are_the_firms_own(office: Office) -> None:
    await done(office, "new Mark Soderblom 600")
    advance(office, 6)
    await done(office, "new Lupe Baseline 300")
    heads = {
        "today": "Mon, Nov 30: 1 done, $300",
        "week": "Mon, Nov 30: 1 done, $300",
        "last week": "Mon, Nov 23 - Sun, Nov 29: 1 done, $600",
        "month": "November 2026: 2 done, $900",
        "2026-11": "November 2026: 2 done, $900",
        "last month": "October 2026: 0 done, $0",
    }
    for word, head in heads.items():
        assert (await office.say(f"report {word}")).text.splitlines()[0] == head


async def test_a_report_and_an_export_say_the_same_before_and_after_jobs_are_archived(office: Office) -> None:
    for number in range(1, 4):
        await done(office, f"new Mark{number} Soderblom {number}00 602-555-014{number}")
    advance(office, 40)
    await done(office, "new Lupe Baseline 300")
    lines = ("report 2026-11", "report month", "export", "export 2026-11", "export 2027-01", "jobs done")
    before = [await office.say(line) for line in lines]
    assert (await office.archiver.once(by_hand=True)).jobs == 3
    after = [await office.say(line) for line in lines]
    assert [reply.text for reply in after] == [reply.text for reply in before]
    assert [rows(reply) for reply in after[2:5]] == [rows(reply) for reply in before[2:5]]
    assert [len(rows(reply)) for reply in after[2:5]] == [4, 3, 1]


async def test_a_job_counts_as_taken_down_in_the_month_when_it_was_also_when_archived(
    office: Office,
) -> None:
    await office.say("new Mark Soderblom 600")
    advance(office, 20)
    for _ in range(4):
        await office.say("next 1")
    advance(office, 40)
    await office.archiver.once(by_hand=True)
    assert (await office.say("report 2026-11")).text.splitlines()[:2] == [
        "November 2026: 0 done, $0",
        "0 cancelled, 1 taken down",
    ]
    assert (await office.say("report 2026-12")).text.splitlines()[0] == "December 2026: 1 done, $600"
    assert (await office.say("export 2026-11")).text == "No job in 2026-11."


async def test_an_export_holds_what_a_bookkeeper_needs(office: Office) -> None:
    await office.say("invite driver Joe", Role.ADMIN)
    await done(office, "new Mark Soderblom 600.50 602-555-0142 tomorrow 9-11 -- gate, code", "Joe")
    (row,) = rows(await office.say("export"))
    assert row == {
        "number": "1",
        "job_id": "mark_soderblom_20261124",
        "status": "complete",
        "customer_name": "Mark",
        "phone": "(602) 555-0142",
        "location": "Soderblom",
        "amount_paid": "600.50",
        "tons": "",
        "fee": "",
        "date": "2026-11-25",
        "start": "09:00",
        "end": "11:00",
        "driver": "Joe",
        "created_at": "2026-11-24 17:00",
        "closed_at": "2026-11-24 17:00",
        "note": "gate, code",
    }


@pytest.mark.parametrize("note", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "  =1+1"])
async def test_no_cell_of_an_export_is_a_formula(office: Office, note: str) -> None:
    await office.say(f"new Mark Soderblom 600 -- {note}")
    await office.say("edit 1 phone +44 20 7946 0958")
    (row,) = rows(await office.say("export"))
    assert row["note"] == f"'{note.strip()}"
    assert row["phone"] == "'+44 20 7946 0958"
    assert row["amount_paid"] == "600.00"


@pytest.mark.parametrize("line", ["report soon", "report 2026-13", "export week", "export 2026"])
async def test_days_that_are_none_are_asked_for(office: Office, line: str) -> None:
    reply = await office.say(line)
    assert not reply.ok
    assert "Which days?" in reply.text


async def test_too_many_jobs_for_one_file_go_by_month(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("archived", "queries"):
        monkeypatch.setattr(f"bot.desk.{module}.EXPORT_ALL_MAX", 1)
    for name in ("Mark", "Lupe"):
        await done(office, f"new {name} Soderblom 600")
    advance(office, 40)
    await office.archiver.once(by_hand=True)
    reply = await office.say("export")
    assert (reply.kind, reply.attachment) == ("refused", None)
    assert "By month" in reply.text
    assert len(rows(await office.say("export 2026-11"))) == 2


@pytest.mark.parametrize("line", ["report", "export"])
async def test_numbers_are_for_dispatchers(office: Office, line: str) -> None:
    assert (await office.say(line, Role.DRIVER)).kind == "refused"
    forgeable = Actor.bare(Role.DISPATCHER).model_copy(update={"forgeable": True})
    assert (await office.say(line, forgeable)).kind == "refused"
    assert (await office.say("export")).text == "There is no job yet."


def test_a_month_ends_where_the_next_begins() -> None:
    for day in range(400):
        any_day = date(2027, 1, 1) + timedelta(days=day)
        whole = month(any_day)
        assert whole.first.day == 1
        assert (whole.last + timedelta(days=1)).day == 1
        assert whole.months == (f"{any_day:%Y-%m}",)
        assert week(any_day).first.weekday() == 0
