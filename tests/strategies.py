"""Strategies: valid states and their parts, for hypothesis. Wild where the product lets people type."""

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from core.domain import events as e
from core.domain.flow import DEFAULT_FLOW, FINISHED, Status
from core.domain.job import Consent, Job
from core.domain.outbox import Claim, Message, MessageButton, MessageStatus
from core.domain.people import Person, Role
from core.domain.state import Cause, OptOut, State

words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
"""Anything that can be stored: control characters, emoji, right-to-left letters and quotes too."""

maybe_words = st.none() | words
instants = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001 - hypothesis takes naive bounds
cents = st.integers(0, 10**12 - 1)
amounts = cents.map(lambda count: Decimal(count) / 100)
phones = st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True)
tokens = st.from_regex(r"[0-9A-Za-z]{22}|[0-9a-f]{16}", fullmatch=True)
statuses = st.sampled_from(Status)
numbers = st.integers(1, 10**6)
authors = st.sampled_from(["alex", "dana", "joe", "ana", "driver", "customer"]) | words
causes = st.builds("{}:{}".format, st.sampled_from(["tg", "sms", "cli", "web"]), st.integers(0, 10**9))
unknown_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | words,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(words, inner, max_size=2),
    max_leaves=4,
)
unknown_fields: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    words.map("x_{}".format), unknown_values, max_size=2
)
"""Fields that a later version, or a person, has put there."""

clock_times = st.times().map(lambda time: time.replace(second=0, microsecond=0))
whens = st.builds(
    e.When,
    date=st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)),
    start=st.none() | clock_times,
    end=st.none() | clock_times,
)
flows = st.just(DEFAULT_FLOW) | st.lists(st.sampled_from(DEFAULT_FLOW), min_size=1, unique=True).map(tuple)
consents = st.builds(
    Consent, by=authors, at=instants, how=st.sampled_from(["staff", "web"]), wording=maybe_words
)
_fields = st.sampled_from(["customer_name", "location", "amount_paid", "phone", "note", "when", "language"])
_values = st.none() | words | amounts | whens

_HISTORY: dict[type[e.HistoryEvent], dict[str, st.SearchStrategy[Any]]] = {
    e.JobCreated: {
        "job_id": words,
        "tracking_token": tokens,
        "customer_name": words,
        "location": words,
        "amount_paid": amounts,
        "phone": st.none() | phones,
        "note": maybe_words,
        "when": st.none() | whens,
    },
    e.StepTaken: {"source": statuses, "target": statuses},
    e.StepUndone: {"source": statuses, "target": statuses},
    e.JobCancelled: {"source": statuses, "reason": maybe_words},
    e.JobEdited: {"field": _fields, "old": _values, "new": _values},
    e.DriverAssigned: {"driver": authors, "previous": st.none() | authors},
    e.DriverUnassigned: {"driver": authors},
    e.NoteAdded: {"text": words},
    e.EtaSet: {"start": instants, "end": instants},
    e.LinkRevoked: {"tracking_token": tokens},
    e.LinkRenewed: {"tracking_token": tokens},
}
_LOG: dict[type[e.LogEvent], dict[str, st.SearchStrategy[Any]]] = {
    e.PersonInvited: {
        "person_id": words,
        "name": words,
        "role": st.sampled_from(Role),
        "phone": st.none() | phones,
        "invite_hash": words,
        "invite_expires_at": instants,
    },
    e.PersonJoined: {
        "person_id": words,
        "name": words,
        "role": st.sampled_from(Role),
        "telegram_id": st.integers(1, 2**52),
    },
    e.PersonRemoved: {"person_id": words},
    e.OptedOut: {"phone": phones, "words": words},
    e.OptedIn: {"phone": phones},
    e.LanguageChosen: {"phone": phones, "language": st.sampled_from(["en", "es"])},
    e.CustomerWrote: {"phone": phones, "number": numbers, "text": words},
    e.StrangerWrote: {"phone": phones, "text": words},
}


@st.composite
def history_events(draw: st.DrawFn, number: int) -> e.HistoryEvent:
    """An event of job `number`."""
    kind = draw(st.sampled_from(list(_HISTORY)))
    values = draw(st.fixed_dictionaries({"at": instants, "by": authors, "cause": causes, **_HISTORY[kind]}))
    return kind(**values, number=number, **draw(unknown_fields))


@st.composite
def log_events(draw: st.DrawFn) -> e.LogEvent:
    """An event beside the jobs."""
    kind = draw(st.sampled_from(list(_LOG)))
    values = draw(st.fixed_dictionaries({"at": instants, "by": authors, "cause": causes, **_LOG[kind]}))
    return kind(**values, **draw(unknown_fields))


@st.composite
def jobs(draw: st.DrawFn, number: int = 1) -> Job:
    """A job with this number, whose id and token no other number has."""
    flow = draw(flows)
    status = draw(st.sampled_from([*flow, Status.CANCELLED]))
    when = draw(instants)
    return Job(
        job_id=f"{draw(words)}_{number}",
        number=number,
        tracking_token=f"{draw(words).encode().hex()[:12]:x<14}{number:08}",
        customer_name=draw(words),
        location=draw(words),
        amount_paid=draw(amounts),
        status=status,
        status_flow=flow,
        created_at=when,
        phone=draw(st.none() | phones),
        note=draw(maybe_words),
        when=draw(st.none() | whens),
        revision=draw(st.integers(0, 10**6)),
        driver=draw(st.none() | authors),
        consent=draw(st.none() | consents),
        language=draw(st.sampled_from(["en", "es"])),
        link_revoked_at=draw(st.none() | instants),
        closed_at=draw(instants) if status in FINISHED else None,
        history=tuple(draw(st.lists(history_events(number), max_size=3))),
        **draw(unknown_fields),
    )


@st.composite
def messages(draw: st.DrawFn, number: int = 1) -> Message:
    """A message with an id that no other number has."""
    claims = st.builds(Claim, by=words, until=instants)
    buttons = st.lists(st.builds(MessageButton, label=words, command=words), max_size=2).map(tuple)
    return Message(
        id=f"m{number}",
        kind=draw(words),
        channel=draw(st.sampled_from(["sms", "chat"])),
        to=draw(phones),
        job=draw(st.none() | numbers),
        step=draw(st.none() | statuses),
        cause=draw(causes),
        body=draw(maybe_words),
        buttons=draw(buttons),
        created_at=draw(instants),
        not_before=draw(instants),
        expires_at=draw(instants),
        status=draw(st.sampled_from(MessageStatus)),
        claim=draw(st.none() | claims),
        attempts=draw(st.integers(0, 9)),
        provider_id=draw(maybe_words),
        why=draw(maybe_words),
        code=draw(maybe_words),
        settled_at=draw(st.none() | instants),
        **draw(unknown_fields),
    )


people = st.builds(
    Person,
    person_id=words,
    name=words,
    role=st.sampled_from(Role),
    telegram_id=st.none() | st.integers(1, 2**52),
    phone=st.none() | phones,
    invite_hash=maybe_words,
    invite_expires_at=st.none() | instants,
    removed_at=st.none() | instants,
)


@st.composite
def states(draw: st.DrawFn) -> State:
    """A whole state: numbers, ids and tokens are its own, every kind of record may be in it."""
    taken = sorted(draw(st.sets(numbers, max_size=3)))
    opt_outs = st.builds(OptOut, phone=phones, at=instants, words=words, ended_at=st.none() | instants)
    known_causes = st.builds(Cause, cause=causes, at=instants, job=st.none() | numbers)
    return State(
        revision=draw(st.integers(0, 10**6)),
        write_id=draw(words),
        recent_writes=tuple(draw(st.lists(words, max_size=3))),
        next_number=max([0, *taken]) + draw(st.integers(1, 5)),
        jobs={number: draw(jobs(number)) for number in taken},
        people={person.person_id: person for person in draw(st.lists(people, max_size=2))},
        messages={m.id: m for m in [draw(messages(n)) for n in range(draw(st.integers(0, 2)))]},
        opt_outs={opt_out.phone: opt_out for opt_out in draw(st.lists(opt_outs, max_size=2))},
        causes={cause.cause: cause for cause in draw(st.lists(known_causes, max_size=2))},
        log=tuple(draw(st.lists(log_events(), max_size=2))),
        extra=draw(unknown_fields),
    )
