"""The verbs beside `new`: what a line asks for, and what is missing."""

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grammar.customer import read_customer
from bot.grammar.result import Misread, Nothing, Unclear, UnknownWord
from bot.grammar.verbs import Setting, read_verb
from core.domain import commands as c
from core.domain.events import When
from core.domain.flow import Status
from core.domain.people import Role

SETTING = Setting(now=datetime(2026, 11, 23, 17, tzinfo=UTC), zone=ZoneInfo("America/Phoenix"))

TABLE: list[tuple[str, object]] = [
    ("next", c.TakeStep()),
    ("NEXT 12", c.TakeStep(ref="12")),
    ("/next@qdbot 12", c.TakeStep(ref="12")),
    ("ready 12", c.TakeStep(ref="12", target=Status.READY_FOR_PICKUP)),
    ("confirm #12", c.TakeStep(ref="#12", target=Status.READY_FOR_PICKUP)),
    ("otw", c.TakeStep(target=Status.IN_TRANSIT)),
    ("picked up 12", c.TakeStep(ref="12", target=Status.IN_TRANSIT)),
    ("transit mark soderblom", c.TakeStep(ref="mark soderblom", target=Status.IN_TRANSIT)),
    ("dumped", c.TakeStep(target=Status.DUMPED)),
    ("dump 12", c.TakeStep(ref="12", target=Status.DUMPED)),
    ("Done!", c.TakeStep(target=Status.COMPLETE)),
    ("complete 12", c.TakeStep(ref="12", target=Status.COMPLETE)),
    ("undo", c.Undo()),
    ("eta 25", c.SetEta(minutes=25)),
    ("eta 25 min 12", c.SetEta(ref="12", minutes=25)),
    ("eta in 25 minutes", c.SetEta(minutes=25)),
    ("eta 2:30pm 12", c.SetEta(ref="12", at=time(14, 30))),
    ("eta 2pm", c.SetEta(at=time(14))),
    ("eta 14:30 mark", c.SetEta(ref="mark", at=time(14, 30))),
    ("eta noon", c.SetEta(at=time(12))),
    ("eta 12 2:30pm", c.SetEta(ref="12", at=time(14, 30))),
    ("eta 12 at 2pm", c.SetEta(ref="12", at=time(14))),
    ("eta 12 25 min", c.SetEta(ref="12", minutes=25)),
    ("eta 12 in 25", c.SetEta(ref="12", minutes=25)),
    ("eta #12 25", c.SetEta(ref="#12", minutes=25)),
    ("eta mark_tempe_20240523 noon", c.SetEta(ref="mark_tempe_20240523", at=time(12))),
    ("eta 25 12", c.SetEta(ref="12", minutes=25)),
    ("eta 2 pm 12", c.SetEta(ref="12", at=time(14))),
    ("eta at 5", Unclear(verb="eta", fault=Misread.NEEDS_TIME, value="at 5")),
    ("eta 12 at 5", Unclear(verb="eta", fault=Misread.NEEDS_TIME, value="at 5", ref="12")),
    ("eta soon", Unclear(verb="eta", fault=Misread.NEEDS_TIME, value="soon")),
    ("eta", Unclear(verb="eta", fault=Misread.NEEDS_TIME)),
    ("note 12 gate code 4411", c.AddNote(ref="12", text="gate code 4411")),
    ("note 12", Unclear(verb="note", fault=Misread.NEEDS_TEXT, ref="12")),
    ("note", Unclear(verb="note", fault=Misread.NEEDS_JOB)),
    ("jobs", c.ListJobs()),
    ("jobs today", c.ListJobs(which="today")),
    ("jobs mine", c.ListJobs(which="mine")),
    ("jobs yesterday", Unclear(verb="jobs", fault=Misread.BAD_FILTER, value="yesterday")),
    ("show mark", c.ShowJob(ref="mark")),
    ("find mark oak", c.FindJobs(words="mark oak")),
    ("find", Unclear(verb="find", fault=Misread.NEEDS_TEXT)),
    ("edit 12 price 650", c.EditJob(ref="12", field="amount_paid", new=Decimal(650))),
    ("edit 12 price $1,250.50", c.EditJob(ref="12", field="amount_paid", new=Decimal("1250.50"))),
    (
        "edit mark soderblom phone 602-555-0142",
        c.EditJob(ref="mark soderblom", field="phone", new="+16025550142"),
    ),
    ("edit 12 phone none", c.EditJob(ref="12", field="phone", new=None)),
    ("edit 12 name Mark Ortega", c.EditJob(ref="12", field="customer_name", new="Mark Ortega")),
    ("edit 12 address 14 Oak St, Mesa", c.EditJob(ref="12", field="location", new="14 Oak St, Mesa")),
    ("edit 12 language es", c.EditJob(ref="12", field="language", new="es")),
    (
        "edit 12 when friday 9-11",
        c.EditJob(ref="12", field="when", new=When(date=date(2026, 11, 27), start=time(9), end=time(11))),
    ),
    ("edit 12 price lots", Unclear(verb="edit", fault=Misread.BAD_VALUE, value="price lots", ref="12")),
    ("edit 12 price", Unclear(verb="edit", fault=Misread.NEEDS_TEXT, value="price", ref="12")),
    ("edit 12", Unclear(verb="edit", fault=Misread.NEEDS_FIELD, ref="12")),
    ("edit", Unclear(verb="edit", fault=Misread.NEEDS_JOB)),
    ("assign 12 Joe", c.AssignDriver(ref="12", driver="Joe")),
    ("assign 12 to Joe", c.AssignDriver(ref="12", driver="Joe")),
    ("assign 12", Unclear(verb="assign", fault=Misread.NEEDS_DRIVER, ref="12")),
    ("unassign 12", c.UnassignDriver(ref="12")),
    ("cancel 12 no access", c.CancelJob(ref="12", reason="no access")),
    ("cancel", Unclear(verb="cancel", fault=Misread.NEEDS_JOB)),
    ("history 12", c.ShowHistory(ref="12")),
    ("link 12", c.ShowLink(ref="12")),
    ("link 12 new", c.RenewLink(ref="12")),
    ("revoke 12", c.RevokeLink(ref="12")),
    ("people", c.ListPeople()),
    ("invite driver Joe", c.InvitePerson(role=Role.DRIVER, name="Joe")),
    ("invite driver Joe 602-555-0199", c.InvitePerson(role=Role.DRIVER, name="Joe", phone="+16025550199")),
    ("invite Joe", Unclear(verb="invite", fault=Misread.NEEDS_ROLE, value="Joe")),
    ("invite driver", Unclear(verb="invite", fault=Misread.NEEDS_NAME, value="driver")),
    ("remove Joe", c.RemovePerson(name="Joe")),
    ("?", c.ShowWords()),
    ("/help", c.ShowWords()),
    ("deploy", c.ReleaseSite()),
    ("deploy plan", c.ReleaseSite(action="plan")),
    ("Deploy Status", c.ReleaseSite(action="status")),
    ("deploy confirm 3f2a9c", c.ReleaseSite(action="confirm", argument="3f2a9c")),
    ("deploy confirm", Unclear(verb="deploy", fault=Misread.BAD_DEPLOY, value="confirm")),
    ("deploy cancel", c.ReleaseSite(action="cancel")),
    ("deploy finish", c.ReleaseSite(action="finish")),
    ("deploy rollback", c.ReleaseSite(action="rollback")),
    (
        "deploy rollback 20261126-190512-3f2a9c",
        c.ReleaseSite(action="rollback", argument="20261126-190512-3f2a9c"),
    ),
    ("deploy everything", Unclear(verb="deploy", fault=Misread.BAD_DEPLOY, value="everything")),
    ("dashboard", c.ShowDashboard()),
    ("text 12 hello there", c.TextCustomer(ref="12", text="hello there")),
    ("text mark gate's open", c.TextCustomer(ref="mark", text="gate's open")),
    ("text 12", Unclear(verb="text", fault=Misread.NEEDS_TEXT, ref="12")),
    ("text", Unclear(verb="text", fault=Misread.NEEDS_JOB)),
    ("texts off", c.SwitchTexts(on=False)),
    ("Texts ON", c.SwitchTexts(on=True)),
    ("texts", c.ShowTexts()),
    ("texts maybe", Unclear(verb="texts", fault=Misread.BAD_SWITCH)),
    ("handled #12", c.MarkHandled(ref="#12")),
    ("send 12", c.SendHeld(ref="12")),
    ("send #12 now anyway", c.SendHeld(ref="#12")),
    ("send the bill to Bob", Unclear(verb="send", fault=Misread.NEEDS_JOB)),
    ("optout (602) 555-0142", c.SettleOptOut(phone="+16025550142")),
    ("optout +16025550142 NO", c.SettleOptOut(phone="+16025550142", opted_out=False)),
    ("optout mark", Unclear(verb="optout", fault=Misread.NEEDS_PHONE)),
    ("nxet", UnknownWord(word="nxet", nearest="next")),
    ("jbos today", UnknownWord(word="jbos", nearest="jobs", rest="today")),
    ("hello there", UnknownWord(word="hello", rest="there")),
    ("", Nothing()),
    ("\u200b\n", Nothing()),
]


@pytest.mark.parametrize(("text", "expected"), TABLE, ids=[text for text, _ in TABLE])
def test_a_line_asks_for(text: str, expected: object) -> None:
    assert read_verb(text, SETTING) == expected


ANSWERS: list[tuple[str, object]] = [
    ("next", c.TakeStep(ref="7")),
    ("next 12", c.TakeStep(ref="12")),
    ("note gate code 4411", c.AddNote(ref="7", text="gate code 4411")),
    ("note 12 gate code", c.AddNote(ref="12", text="gate code")),
    ("assign Joe", c.AssignDriver(ref="7", driver="Joe")),
    ("cancel", c.CancelJob(ref="7")),
    ("cancel no access", c.CancelJob(ref="7", reason="no access")),
    ("edit price 650", c.EditJob(ref="7", field="amount_paid", new=Decimal(650))),
    ("eta 25", c.SetEta(ref="7", minutes=25)),
    ("link new", c.RenewLink(ref="7")),
]


@pytest.mark.parametrize(("text", "expected"), ANSWERS, ids=[text for text, _ in ANSWERS])
def test_in_an_answer_to_a_card_the_job_may_be_left_out(text: str, expected: object) -> None:
    on_card = Setting(now=SETTING.now, zone=SETTING.zone, context=7)
    assert read_verb(text, on_card) == expected


def test_a_line_that_is_too_long_is_not_read() -> None:
    read = read_verb("note 12 " + "x" * 1_000, SETTING)
    assert read == Unclear(verb="", fault=Misread.TOO_LONG, value="1008")


CHATTER = [
    json.loads(line)["text"]
    for line in (Path(__file__).parent / "data" / "not_commands.jsonl").read_text().splitlines()
]


@pytest.mark.parametrize("text", CHATTER, ids=[text[:40] for text in CHATTER])
def test_chatter_is_no_command_that_changes_anything(text: str) -> None:
    read = read_verb(text, SETTING)
    # Words for a customer who is not named by his job's number are shown first: nothing is done.
    asks_first = isinstance(read, c.TextCustomer) and not read.ref.lstrip("#").isdigit()
    assert asks_first or not isinstance(read, c.Command)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OK", c.ConfirmByCustomer()),
        ("ok.", c.ConfirmByCustomer()),
        (" Okay! ", c.ConfirmByCustomer()),
        ("OK 12", c.ConfirmByCustomer(number=12)),
        ("ok #12", c.ConfirmByCustomer(number=12)),
        ("Status?", c.ShowStatus()),
        ("ESTADO", c.ShowStatus(language="es")),
        ("Español", c.ChooseLanguage(language="es")),
        ("INGLES", c.ChooseLanguage(language="en")),
        ("ok but come later", c.WriteToDispatcher(text="ok but come later")),
        ("new Mark Soderblom 600", c.WriteToDispatcher(text="new Mark Soderblom 600")),
        ("", c.WriteToDispatcher(text="(empty)")),
    ],
)
def test_a_customers_text_asks_for(text: str, expected: object) -> None:
    assert read_customer(text) == expected


@given(st.text(max_size=300))
def test_no_text_makes_the_readers_fail(text: str) -> None:
    read_verb(text, SETTING)
    read_customer(text)
