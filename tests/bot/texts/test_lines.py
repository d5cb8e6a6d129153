"""The lines that buttons stand for read back as what they came from."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bot.grammar.verbs import Setting, read_verb
from bot.texts.lines import line_for
from core.domain import commands as c
from core.domain.events import When
from core.domain.flow import Status

SETTING = Setting(now=datetime(2026, 11, 23, 17, tzinfo=UTC), zone=ZoneInfo("America/Phoenix"))

ASKED: list[c.Command | c.Query] = [
    c.TakeStep(ref="mark"),
    *[c.TakeStep(ref="mark", target=status) for status in list(Status)[1:5]],
    c.Undo(ref="mark"),
    c.SetEta(ref="mark", minutes=25),
    c.SetEta(ref="mark", at=time(14, 30)),
    c.EditJob(ref="mark", field="amount_paid", new=Decimal("650.50")),
    c.EditJob(ref="mark", field="customer_name", new="Mark Ortega"),
    c.EditJob(ref="mark", field="phone", new=None),
    c.EditJob(ref="mark", field="when", new=When(date=date(2026, 12, 1), start=time(9), end=time(11))),
    c.EditJob(ref="mark", field="when", new=When(date=date(2026, 12, 1), end=time(11))),
    c.AssignDriver(ref="mark", driver="joe"),
    c.UnassignDriver(ref="mark"),
    c.CancelJob(ref="mark", reason="no access"),
    c.CancelJob(ref="mark"),
    c.AddNote(ref="mark", text="gate code"),
    c.RevokeLink(ref="mark"),
    c.RenewLink(ref="mark"),
    c.ShowJob(ref="mark"),
    c.ShowHistory(ref="mark"),
    c.ShowLink(ref="mark"),
]


@pytest.mark.parametrize("asked", ASKED, ids=repr)
def test_a_button_asks_the_same_of_the_job_that_it_names(asked: c.Command | c.Query) -> None:
    assert read_verb(line_for(asked, 7), SETTING) == asked.model_copy(update={"ref": "7"})
