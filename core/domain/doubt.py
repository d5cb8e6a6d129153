"""Doubt: a message that was handed over and whose answer was lost. Settled by proof, never by a guess.

    a status callback, or the text in the provider's list     it went: `sent`
    no callback for 60 s and not in two lists 30 s apart      it did not: it goes out once more, if still true
    the provider keeps no list (a chat)                       it goes out once more, marked as a repetition
    neither by the time it is of no use, or a second doubt    `failed`, and the dispatcher is told

What is known so far stands in the message, so that a crash in between changes nothing (DESIGN §5).
"""

from datetime import datetime, timedelta

from core.domain.notify import NOTICE_LIFE, audience
from core.domain.outbox import Doubt, Message, MessageStatus
from core.domain.state import State

LIST_PAUSE = timedelta(seconds=30)
"""From the doubt to the first look at the provider's list, and from there to the second."""

CALLBACK_WAIT = timedelta(seconds=60)
"""How long a status callback may take that would prove that the text went."""

LOOKED_FOR = timedelta(minutes=10)
"""How long it is looked for at least, also where it is of no use any more: the dispatcher wants to know."""

REPEATS_MAX = 1
"""How often a message goes out once more. Each time rests on a proof, but the proof is the provider's."""

IN_DOUBT = "text_in_doubt"
"""The kind of the notice by which dispatchers hear that a text may or may not have gone."""

NEVER_SENT = "answer_lost"
OUTCOME_UNKNOWN = "outcome_unknown"
"""Codes of failure: proven not to have gone, twice; never proven."""


def doubted(message: Message, why: str, now: datetime) -> Message:
    """Return a message of which it is not known whether it went, and nobody has looked yet."""
    return message.model_copy(
        update={"status": MessageStatus.UNKNOWN, "claim": None, "why": why, "doubt": Doubt(at=now)}
    )


def in_doubt(state: State) -> list[Message]:
    """Return the messages whose outcome is not known, oldest first."""
    return [m for m in state.messages.values() if m.status is MessageStatus.UNKNOWN]


def look_at(message: Message) -> datetime:
    """Return when the provider's list should be read for a message in doubt."""
    doubt = _doubt(message)
    if doubt.unseen_at is None:
        return doubt.at + LIST_PAUSE
    return max(doubt.at + CALLBACK_WAIT, doubt.unseen_at + LIST_PAUSE)


def unseen(state: State, message: Message, looked_at: datetime) -> State:
    """Return the state after the provider's list, read at `looked_at`, did not hold a message in doubt.

    It was time to look: `look_at(message)` had come.
    """
    doubt = _doubt(message)
    if doubt.unseen_at is not None:
        return once_more(state, message, looked_at)
    seen_nowhere = doubt.model_copy(update={"unseen_at": looked_at})
    return state.with_message(message.model_copy(update={"doubt": seen_nowhere}))


def once_more(state: State, message: Message, now: datetime) -> State:
    """Let a message that did not go be judged and sent as any other that is due; fail it the second time."""
    if message.repeats >= REPEATS_MAX:
        return _failed(state, message, NEVER_SENT, now)
    again = {
        "status": MessageStatus.PENDING,
        "doubt": None,
        "why": None,
        "repeats": message.repeats + 1,
        "not_before": now,
    }
    return state.with_message(message.model_copy(update=again))


def is_hopeless(message: Message, now: datetime) -> bool:
    """Tell whether a message in doubt is of no use any more and was looked for long enough."""
    return now >= max(message.expires_at, _doubt(message).at + LOOKED_FOR)


def given_up(state: State, message: Message, now: datetime) -> State:
    """Return the state after nobody could find out what became of `message`: the dispatchers are told."""
    return _failed(state, message, OUTCOME_UNKNOWN, now)


def _doubt(message: Message) -> Doubt:
    """Return what is known of a doubt; one that came without a word began when the message was due."""
    return message.doubt or Doubt(at=message.not_before)


def _failed(state: State, message: Message, code: str, now: datetime) -> State:
    settled = {"status": MessageStatus.FAILED, "doubt": None, "code": code, "settled_at": now}
    state = state.with_message(message.model_copy(update=settled))
    if message.channel != "sms" or message.job is None or message.kind == "reply":
        return state
    for to in audience(state):
        state = state.with_message(_notice(message, to, now))
    return state


def _notice(message: Message, to: str, now: datetime) -> Message:
    return Message(
        id=f"{message.id}-doubt-{to}",
        kind=IN_DOUBT,
        channel="chat",
        to=to,
        job=message.job,
        step=message.step,
        cause=message.cause,
        created_at=now,
        not_before=now,
        expires_at=now + NOTICE_LIFE,
    )
