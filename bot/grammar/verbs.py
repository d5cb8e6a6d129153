"""The verbs that staff use, beside `new`: a line becomes a command or a query.

A `<job>` is `12`, `#12`, a job id or words; before free text it is one word. In a reply to a job's card it
may be left out: `context` is then that job's number.
"""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.grammar.fields import read_edit
from bot.grammar.line import clean_line
from bot.grammar.moments import read_eta
from bot.grammar.people import read_invitation
from bot.grammar.period import read_export, read_report
from bot.grammar.phone import read_phone
from bot.grammar.reference import OUTRIGHT, split_ref
from bot.grammar.result import Misread, Nothing, Unclear, UnknownWord
from bot.grammar.ticket import read_ticket
from core.domain import commands as c
from core.domain.flow import Status

Read = c.Command | c.Query | Unclear | UnknownWord | Nothing

LINE_LENGTH_MAX = 1_000
"""In characters, before normalising (GRAMMAR rule 9)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What reading a line depends on, beside the line."""

    now: datetime
    zone: ZoneInfo
    region: str = "US"
    context: int | None = None
    """The number of the job whose card the line answers."""


@dataclass(frozen=True, slots=True)
class _Line:
    verb: str
    rest: str
    setting: Setting

    @property
    def ref(self) -> str | None:
        """All of the rest as the name of a job, or the job of the card."""
        return self.rest or self.in_context

    @property
    def in_context(self) -> str | None:
        return str(self.setting.context) if self.setting.context is not None else None


def read_verb(text: str, setting: Setting) -> Read:
    """Return what a line of staff asks for. The verb `new` is not read here."""
    if len(text) > LINE_LENGTH_MAX:
        return Unclear(verb="", fault=Misread.TOO_LONG, value=str(len(text)))
    line = clean_line(text)
    if not line:
        return Nothing()
    match = _VERB.match(line)
    if match is None or match.lastindex is None:
        return _answer_to_a_card(line, setting) or _unknown(line)
    verb, reader = _WORDS[match.lastindex - 1]
    return reader(_Line(verb, line[match.end() :].strip(), setting))


def _answer_to_a_card(line: str, setting: Setting) -> Read | None:
    """Return what a line without a verb says in reply to a job's card, which may have asked for a ticket."""
    if setting.context is None:
        return None
    ticket = read_ticket(line, str(setting.context))
    return ticket if isinstance(ticket, c.RecordTicket) and ticket.ref == str(setting.context) else None


def _unknown(line: str) -> UnknownWord:
    word, _, rest = line.lstrip("/").partition(" ")
    close = difflib.get_close_matches(word.lower(), [*_READERS, "new"], n=1, cutoff=_LIKENESS_MIN)
    return UnknownWord(word=word, nearest=close[0] if close else None, rest=rest.strip())


_LIKENESS_MIN = 0.75
"""How like a verb a word must be to be offered: one slip in a word of four letters, two in one of eight."""


def _step(target: Status | None) -> "Callable[[_Line], Read]":
    return lambda line: c.TakeStep(ref=line.ref, target=target)


def _named(make: "Callable[[str], Read]") -> "Callable[[_Line], Read]":
    """Return a reader for a verb that takes one job and nothing else."""

    def read(line: _Line) -> Read:
        if line.ref is None:
            return Unclear(verb=line.verb, fault=Misread.NEEDS_JOB)
        return make(line.ref)

    return read


def _jobs(line: _Line) -> Read:
    which = line.rest.lower()
    match which:
        case "" | "open":
            return c.ListJobs()
        case "today" | "mine" | "done":
            return c.ListJobs(which=which)
        case _:
            return Unclear(verb="jobs", fault=Misread.BAD_FILTER, value=line.rest)


def _find(line: _Line) -> Read:
    return c.FindJobs(words=line.rest) if line.rest else Unclear(verb="find", fault=Misread.NEEDS_TEXT)


def _link(line: _Line) -> Read:
    if match := re.fullmatch(r"(?:(.+)\s+)?new", line.rest, re.IGNORECASE):
        ref = match[1] or line.in_context
        return c.RenewLink(ref=ref) if ref else Unclear(verb="link", fault=Misread.NEEDS_JOB)
    return _named(lambda ref: c.ShowLink(ref=ref))(line)


def _note(line: _Line) -> Read:
    ref, text = split_ref(line.rest, line.in_context)
    if ref is None:
        return Unclear(verb="note", fault=Misread.NEEDS_JOB)
    if not text:
        return Unclear(verb="note", fault=Misread.NEEDS_TEXT, ref=ref)
    return c.AddNote(ref=ref, text=text)


def _cancel(line: _Line) -> Read:
    ref, reason = split_ref(line.rest, line.in_context)
    if ref is None:
        return Unclear(verb="cancel", fault=Misread.NEEDS_JOB)
    return c.CancelJob(ref=ref, reason=reason or None)


def _decline(line: _Line) -> Read:
    named = re.match(rf"({OUTRIGHT})(?=\s|$)\s*", line.rest)
    reason = line.rest[named.end() :] if named else line.rest
    ref = named[1] if named else line.in_context
    if reason == "?":
        return Unclear(verb="decline", fault=Misread.NEEDS_REASON, ref=ref)
    return c.DeclineJob(ref=ref, reason=reason or None)


def _assign(line: _Line) -> Read:
    ref, driver = split_ref(line.rest, line.in_context)
    if ref is None:
        return Unclear(verb="assign", fault=Misread.NEEDS_JOB)
    driver = re.sub(r"^(?:to|->)\s+", "", driver, flags=re.IGNORECASE)
    if not driver:
        return Unclear(verb="assign", fault=Misread.NEEDS_DRIVER, ref=ref)
    return c.AssignDriver(ref=ref, driver=driver)


def _remove(line: _Line) -> Read:
    return c.RemovePerson(name=line.rest) if line.rest else Unclear(verb="remove", fault=Misread.NEEDS_NAME)


def _text(line: _Line) -> Read:
    ref, text = split_ref(line.rest, line.in_context)
    if ref is None:
        return Unclear(verb="text", fault=Misread.NEEDS_JOB)
    if not text:
        return Unclear(verb="text", fault=Misread.NEEDS_TEXT, ref=ref)
    return c.TextCustomer(ref=ref, text=text)


def _texts(line: _Line) -> Read:
    match line.rest.lower():
        case "":
            return c.ShowTexts()
        case "on" | "off" as word:
            return c.SwitchTexts(on=word == "on")
        case _:
            return Unclear(verb="texts", fault=Misread.BAD_SWITCH)


def _send(line: _Line) -> Read:
    # Only a job that is named outright: "send the bill to Bob" is chatter.
    match = re.fullmatch(rf"(?:({OUTRIGHT})\s*)?(?:now)?(?:\s*anyway)?", line.rest, re.IGNORECASE)
    ref = (match[1] or line.in_context) if match else None
    return c.SendHeld(ref=ref) if ref else Unclear(verb="send", fault=Misread.NEEDS_JOB)


def _optout(line: _Line) -> Read:
    match = re.fullmatch(r"(.*?)\s*\b(no)?", line.rest, re.IGNORECASE)
    phone = read_phone(match[1], line.setting.region) if match else None
    if match is None or phone is None:
        return Unclear(verb="optout", fault=Misread.NEEDS_PHONE)
    return c.SettleOptOut(phone=phone, opted_out=match[2] is None)


def _forget(line: _Line) -> Read:
    match = re.fullmatch(r"(.*?)\s*\b(yes)?", line.rest, re.IGNORECASE)
    phone = read_phone(match[1], line.setting.region) if match else None
    if match is None or phone is None:
        return Unclear(verb="forget", fault=Misread.NEEDS_PHONE)
    return c.Forget(phone=phone) if match[2] else c.AskForget(phone=phone)


def _deploy(line: _Line) -> Read:
    action, _, argument = line.rest.partition(" ")
    match action.lower():
        case "":
            return c.ReleaseSite()
        case "plan" | "status" | "finish" | "cancel" as plain if not argument:
            return c.ReleaseSite(action=plain)
        case "rollback":
            return c.ReleaseSite(action="rollback", argument=argument.strip() or None)
        case "confirm" if argument:
            return c.ReleaseSite(action="confirm", argument=argument.strip())
        case _:
            return Unclear(verb="deploy", fault=Misread.BAD_DEPLOY, value=line.rest)


def _edit(line: _Line) -> Read:
    setting = line.setting
    return read_edit(line.rest, line.in_context, now=setting.now, zone=setting.zone, region=setting.region)


def _eta(line: _Line) -> Read:
    return read_eta(line.rest, line.in_context)


def _invite(line: _Line) -> Read:
    return read_invitation(line.rest, line.setting.region)


_READERS: Mapping[str, Callable[[_Line], Read]] = {
    "next": _step(None),
    "ready": _step(Status.READY_FOR_PICKUP),
    "confirm": _step(Status.READY_FOR_PICKUP),
    "transit": _step(Status.IN_TRANSIT),
    "picked up": _step(Status.IN_TRANSIT),
    "otw": _step(Status.IN_TRANSIT),
    "dumped": _step(Status.DUMPED),
    "dump": _step(Status.DUMPED),
    "complete": _step(Status.COMPLETE),
    "done": _step(Status.COMPLETE),
    "undo": lambda line: c.Undo(ref=line.ref),
    "eta": _eta,
    "note": _note,
    "jobs": _jobs,
    "show": lambda line: c.ShowJob(ref=line.ref),
    "accept": lambda line: c.AcceptJob(ref=line.ref),
    "decline": _decline,
    "ticket": lambda line: read_ticket(line.rest, line.in_context),
    "share": _named(lambda ref: c.ShareProofs(ref=ref)),
    "find": _find,
    "edit": _edit,
    "assign": _assign,
    "unassign": _named(lambda ref: c.UnassignDriver(ref=ref)),
    "approve": _named(lambda ref: c.ApproveJob(ref=ref)),
    "cancel": _cancel,
    "history": _named(lambda ref: c.ShowHistory(ref=ref)),
    "link": _link,
    "report": lambda line: read_report(line.rest, line.setting.now, line.setting.zone),
    "export": lambda line: read_export(line.rest, line.setting.now, line.setting.zone),
    "revoke": _named(lambda ref: c.RevokeLink(ref=ref)),
    "text": _text,
    "texts": _texts,
    "handled": _named(lambda ref: c.MarkHandled(ref=ref)),
    "send": _send,
    "optout": _optout,
    "selftest": lambda _: c.RunSelftest(),
    "people": lambda _: c.ListPeople(),
    "invite": _invite,
    "forget": _forget,
    "remove": _remove,
    "deploy": _deploy,
    "dashboard": lambda _: c.ShowDashboard(),
    "help": lambda _: c.ShowWords(),
    "start": lambda _: c.ShowWords(),
    "?": lambda _: c.ShowWords(),
}
"""Each verb with what reads the rest of its line."""

_WORDS = tuple(_READERS.items())

_VERB = re.compile(
    rf"/?(?:{'|'.join(f'({re.escape(verb)})' for verb in _READERS)})(?:@\w+)?(?=[\s:,.!]|$)[\s:,.!]*",
    re.IGNORECASE,
)
"""A verb as a word of its own, where a line begins; the number of its group is its place in `_WORDS`."""

VERBS = frozenset(_READERS) | {"new"}
