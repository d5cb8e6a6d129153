"""Lines: the whole command that a button stands for, as it would be typed."""

from bot.texts.history import FIELD_WORDS
from bot.texts.jobs import STEP_VERBS
from core.domain import commands as c
from core.domain.events import EditedValue, When


def line_for(asked: c.Command | c.Query | None, number: int) -> str:  # noqa: C901 - a table
    """Return the line that asks the same of job `number`; a look at it where that can't be told."""
    match asked:
        case c.TakeStep():
            return f"{STEP_VERBS[asked.target][0] if asked.target else 'next'} {number}"
        case c.SetEta():
            return f"eta {asked.minutes if asked.at is None else f'{asked.at:%H:%M}'} {number}"
        case c.EditJob():
            return f"edit {number} {FIELD_WORDS.get(asked.field, asked.field)} {_value(asked.new)}"
        case c.AssignDriver():
            return f"assign {number} {asked.driver}"
        case c.TextCustomer():
            return f"text {number} {asked.text}"
        case c.AddNote():
            return f"note {number} {asked.text}"
        case c.CancelJob():
            return f"cancel {number} {asked.reason or ''}".strip()
        case c.RenewLink():
            return f"link {number} new"
        case _:
            return f"{_VERBS.get(type(asked), 'show')} {number}"


_VERBS: dict[type[object], str] = {
    c.ApproveJob: "approve",
    c.Undo: "undo",
    c.UnassignDriver: "unassign",
    c.RevokeLink: "revoke",
    c.ShowHistory: "history",
    c.MarkHandled: "handled",
    c.SendHeld: "send",
    c.ShowLink: "link",
    c.ConfirmByCustomer: "OK",
}


def _value(value: EditedValue) -> str:
    if value is None:
        return "none"
    if isinstance(value, When):
        hours = f"{value.start:%H:%M}" if value.start else ""
        if value.end:
            hours = f"{hours}-{value.end:%H:%M}" if hours else f"by {value.end:%H:%M}"
        return f"{value.date.month}/{value.date.day}/{value.date.year} {hours}".strip()
    return value if isinstance(value, str) else f"${value}"
