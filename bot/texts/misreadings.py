"""Misreadings in words: what was not understood, and the shortest right example."""

from bot.grammar.result import Misread, Nothing, Unclear, UnknownWord
from bot.texts.driving import why_decline
from bot.texts.reply import Button, Reply
from core.domain.people import Actor

EXAMPLES = {
    "edit": "edit 12 price 650",
    "assign": "assign 12 Joe",
    "unassign": "unassign 12",
    "cancel": "cancel 12 no access",
    "note": "note 12 gate code 4411",
    "eta": "eta 25 12  or  eta 2:30pm 12",
    "find": "find mark",
    "history": "history 12",
    "link": "link 12",
    "revoke": "revoke 12",
    "invite": "invite driver Joe",
    "remove": "remove Joe",
    "ticket": "ticket 12 3.2 tons $84",
    "share": "share 12",
    "forget": "forget 602-555-0142",
    "jobs": "jobs today",
    "deploy": "deploy  or  deploy status",
    "text": "text 12 the gate is open",
    "texts": "texts off",
    "handled": "handled 12",
    "send": "send 12",
    "optout": "optout 602-555-0142",
}

NEEDS = {
    Misread.NEEDS_JOB: "Which job?",
    Misread.NEEDS_TEXT: "Something is missing.",
    Misread.NEEDS_FIELD: "Change what? name, location, price, phone, when, note or language.",
    Misread.NEEDS_DRIVER: "To whom?",
    Misread.NEEDS_ROLE: "As what? driver, dispatcher or admin.",
    Misread.NEEDS_NAME: "Who?",
    Misread.NEEDS_TIME: "When? In minutes, or as a time.",
    Misread.NEEDS_PHONE: "Which number?",
    Misread.NEEDS_TICKET: "What does the scale ticket say? Tons, and the fee with a $.",
    Misread.BAD_SWITCH: "On or off?",
    Misread.BAD_DEPLOY: "Deploy what? Nothing more, or plan, status, rollback or rollback and a release.",
    Misread.BAD_FILTER: "Which jobs? open, today, mine or done.",
    Misread.BAD_PERIOD: "Which days? today, week, month, or a month like 2026-03; an export takes a month.",
}


def misread(read: Unclear | UnknownWord | Nothing, actor: Actor) -> Reply:
    """Return the answer to a line that came to nothing."""
    match read:
        case Nothing():
            return Reply(kind="refused", text="There is nothing in that line. Type ? for the words.")
        case UnknownWord():
            return _unknown(read)
        case Unclear(fault=Misread.TOO_LONG):
            return Reply(kind="refused", text=f"That line has {read.value} characters; 1,000 are the most.")
        case Unclear():
            return _unclear(read, actor)


def _unknown(read: UnknownWord) -> Reply:
    if read.nearest is None:
        return Reply(kind="refused", text=f"'{_cut(read.word)}' is no word of mine. Type ? for the words.")
    line = f"{read.nearest} {read.rest}".strip()
    return Reply(
        kind="question",
        text=f"'{_cut(read.word)}' is no word of mine. Did you mean '{read.nearest}'?",
        buttons=(Button(label=_cut(line), command=line),),
    )


def _unclear(read: Unclear, actor: Actor) -> Reply:
    ref = read.ref or "12"
    example = EXAMPLES.get(read.verb, f"{read.verb} 12").replace("12", ref)
    if read.fault is Misread.BAD_VALUE:
        return Reply(
            kind="refused", text=f"'{_cut(read.value)}' does not fit. For example: {_bad_example(read, ref)}"
        )
    if read.fault is Misread.NEEDS_REASON:
        return why_decline(read.ref)
    head = NEEDS.get(read.fault, "Something is missing.")
    kind = "question" if read.ref is not None and actor.is_staff else "refused"
    return Reply(kind="question" if kind == "question" else "refused", text=f"{head} For example: {example}")


def _bad_example(read: Unclear, ref: str) -> str:
    field = read.value.split(" ", 1)[0].lower()
    value = {
        "price": "650",
        "amount": "650",
        "phone": "602-555-0142",
        "cell": "602-555-0142",
        "when": "friday 9-11",
        "date": "12/24",
        "time": "today 2-4pm",
        "language": "es",
    }.get(field, "…")
    return f"edit {ref} {field} {value}"


_CUT_AT = 40


def _cut(text: str) -> str:
    return text if len(text) <= _CUT_AT else f"{text[: _CUT_AT - 1]}…"
