"""What Twilio does by itself with STOP, START and HELP (default opt-out handling of a long code).

https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out: the whole message, in any case, is the word.
"""

from dataclasses import dataclass
from typing import Literal

STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
HELP_WORDS = frozenset({"HELP", "INFO"})


@dataclass(frozen=True, slots=True)
class Reaction:
    """What the provider does and answers."""

    kind: Literal["STOP", "START", "HELP"]
    answer: str


_REACTIONS = (
    (
        STOP_WORDS,
        Reaction(
            "STOP",
            "You have successfully been unsubscribed. You will not receive any more messages from this "
            "number. Reply START to resubscribe.",
        ),
    ),
    (
        START_WORDS,
        Reaction(
            "START",
            "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
            "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
        ),
    ),
    (HELP_WORDS, Reaction("HELP", "Reply STOP to unsubscribe. Msg&Data Rates May Apply.")),
)


def reaction_to(body: str) -> Reaction | None:
    """Return what the provider does about a text, if anything."""
    word = body.strip().upper()
    return next((reaction for words, reaction in _REACTIONS if word in words), None)
