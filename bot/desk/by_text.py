"""Lines that came as a text: the answer is a message in the outbox, committed together with what was done."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.desk.desk import Desk
from bot.desk.line import Line
from bot.desk.understanding import understand
from bot.texts.gsm7 import gsm7_clean
from bot.texts.reply import Reply
from core.domain import commands as c
from core.domain.archiving import Found, shown_with
from core.domain.decide import Request
from core.domain.errors import Refusal, UnknownJob
from core.domain.outbox import Message
from core.domain.people import Actor
from core.domain.state import State
from core.domain.transact import Transaction, remember, transact
from core.writer import Work

REPLY_LIFE = timedelta(hours=1)
"""An answer that could not go out within an hour answers nothing any more."""

REPLY_LENGTH_MAX = 459
"""Three segments of GSM-7: the longest list that is worth its price by text."""

CHOICES_LENGTH_MAX = 300
"""Longer choices are left out: half a line would be worse than none, and the question has to fit too."""

REPLIES_AN_HOUR_MAX = 20
"""To one number: two machines that answer each other must come to an end."""


async def ask_by_text(desk: Desk, line: Line) -> None:
    """Do what `line` asks for; its answer goes out through the outbox, once, keyed by its cause.

    Raises StoreError where it could not be done: nobody could be told, so the provider has to send it again.
    """
    dispatcher = desk.dispatcher
    asked = _asked(desk, line)
    if isinstance(asked.what, c.Query):
        search = await desk.archived.for_query(asked.what, await dispatcher.read())
        asked = replace(asked, found=search.found)
    try:
        transaction, state = await dispatcher.submit(_work(desk, line, asked))
    except UnknownJob as refused:
        # The job may be archived; if it is not, the answer says that there is none.
        there = await desk.archived.about(refused, await dispatcher.read())
        asked = replace(asked, found=(there,) if there else (), looked=True)
        transaction, state = await dispatcher.submit(_work(desk, line, asked))
    if transaction is not None:
        await dispatcher.published(transaction, state)


async def do_silently(desk: Desk, command: c.Command, actor: Actor, cause: str) -> None:
    """Do `command` with no answer. Raises StoreError as `ask_by_text` does."""
    request = desk.dispatcher.request(command, actor, cause)

    def work(state: State) -> tuple[State, Transaction | None]:
        if cause in state.causes:
            return state, None
        try:
            return transact(state, request, desk.business)
        except Refusal:
            # It did nothing, and must do nothing when it comes again after something else has changed.
            return remember(state, cause, request.at, None, since=state), None

    transaction, state = await desk.dispatcher.submit(work)
    if transaction is not None:
        await desk.dispatcher.published(transaction, state)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a line was read as, and what of the archive it is about."""

    what: c.Command | c.Query | Reply | Refusal
    remarks: tuple[str, ...] = ()
    request: Request | None = None
    unique: str
    now: datetime
    found: tuple[Found, ...] = ()
    looked: bool = False
    """Whether the archive was asked for the job of a command."""


def _asked(desk: Desk, line: Line) -> _Asked:
    now = desk.dispatcher.clock.now()
    what: c.Command | c.Query | Reply | Refusal
    try:
        what, remarks = understand(line, desk.business, now)
    except Refusal as refused:
        what, remarks = refused, ()
    request = desk.dispatcher.request(what, line.actor, line.cause) if isinstance(what, c.Command) else None
    unique = request.fresh.unique if request else desk.dispatcher.ids.unique()
    return _Asked(what=what, remarks=remarks, request=request, unique=unique, now=now)


async def take_note(desk: Desk, cause: str) -> None:
    """Remember a text that asks for nothing, so that it is not looked at again. Raises StoreError."""
    now = desk.dispatcher.clock.now()
    await desk.dispatcher.submit(
        lambda state: (
            state if cause in state.causes else remember(state, cause, now, None, since=state),
            None,
        )
    )


def _work(desk: Desk, line: Line, asked: _Asked) -> Work[Transaction | None]:
    """Return the work of one line. It raises UnknownJob as long as the archive was not asked for the job."""

    def work(state: State) -> tuple[State, Transaction | None]:
        if line.cause in state.causes:
            return state, None
        after, transaction, reply = state, None, None
        if asked.request is not None:
            after, transaction, reply = _done(desk, line, asked.request, asked, state)
        elif isinstance(asked.what, Reply):
            reply = asked.what
        elif isinstance(asked.what, Refusal):
            reply = desk.refused(asked.what, line, state)
        elif not isinstance(asked.what, c.Command):
            reply = desk.shown(asked.what, line, shown_with(state, asked.found), asked.now)
        answered = _with_answer(after, line, reply, transaction, asked.now, asked.unique)
        if line.cause not in answered.causes:
            # Whatever became of it: a text that comes again later meets another state, and is no new one.
            answered = remember(answered, line.cause, asked.now, None, since=state)
        return answered, transaction

    return work


def _done(
    desk: Desk, line: Line, request: Request, asked: _Asked, state: State
) -> tuple[State, Transaction | None, Reply]:
    found = asked.found[0] if asked.found else None
    try:
        after, transaction = transact(state, request, desk.business, found)
    except UnknownJob as refused:
        if not asked.looked:
            raise
        return state, None, desk.refused(refused, line, state, request.command)
    except Refusal as refused:
        return state, None, desk.refused(refused, line, state, request.command)
    # The relay writes the page before it sends the answer, so the link may stand in it.
    return after, transaction, desk.done(transaction, line, after, published=True, remarks=asked.remarks)


def _with_answer(
    state: State,
    line: Line,
    reply: Reply | None,
    transaction: Transaction | None,
    now: datetime,
    unique: str,
) -> State:
    phone = line.actor.phone
    if reply is None or not reply.text or phone is None or state.opted_out(phone, now):
        return state
    answered = transaction is not None and any(
        message.channel == "sms" and message.to == phone for message in transaction.messages
    )
    if answered or _too_often(state, phone, now):
        return state
    number = reply.job.number if reply.job else None
    message = Message(
        id=f"{unique}-r",
        kind="reply",
        channel="sms",
        to=phone,
        job=number,
        cause=line.cause,
        body=_words(reply),
        created_at=now,
        not_before=now,
        expires_at=now + REPLY_LIFE,
    )
    return remember(state.with_message(message), line.cause, now, number, since=state)


def _too_often(state: State, phone: str, now: datetime) -> bool:
    lately = [
        message
        for message in state.messages.values()
        if message.kind == "reply" and message.to == phone and message.created_at > now - timedelta(hours=1)
    ]
    return len(lately) >= REPLIES_AN_HOUR_MAX


def _words(reply: Reply) -> str:
    """Return an answer as a text, which has no buttons: a question names the lines to choose from."""
    commands = [button.command for button in reply.buttons if button.command not in reply.text]
    choices = gsm7_clean("\n".join(["", "Send one of:", *commands]))
    if reply.kind != "question" or not commands or len(choices) > CHOICES_LENGTH_MAX:
        choices = ""
    return _cut(gsm7_clean(reply.text), REPLY_LENGTH_MAX - len(choices)) + choices


def _cut(text: str, length_max: int) -> str:
    return text if len(text) <= length_max else f"{text[: length_max - 3].rstrip()}..."
