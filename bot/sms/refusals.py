"""What Twilio's error codes mean for a text, as data (https://www.twilio.com/docs/api/errors).

A code comes with the answer to a send, or later with a status callback.
"""

from dataclasses import dataclass

from core.domain.remedy import Remedy


@dataclass(frozen=True, slots=True)
class Refusal:
    """How a code is to be taken."""

    remedy: Remedy
    wait_s: float | None = None
    """How long to wait at least before the next try, where the provider does not say; None: no next try."""

    @property
    def permanent(self) -> bool:
        """Whether trying again is of no use."""
        return self.wait_s is None


_DAY_S = 24 * 3600.0
_NEXT_DAY = Refusal(Remedy.WAIT, _DAY_S)
_ONE_LATER_TRY = Refusal(Remedy.RETRY_ONCE, 900.0)
_WRONG_SETUP = Refusal(Remedy.ACCOUNT)
_BAD_NUMBER = Refusal(Remedy.NUMBER)

REFUSALS: dict[int, Refusal] = {
    20003: Refusal(Remedy.ACCOUNT, 300.0),  # authentication: the texts wait until an admin has mended it
    20429: Refusal(Remedy.WAIT, 1.0),  # too many requests at a time; never processed
    21211: _BAD_NUMBER,  # not a number
    21214: _BAD_NUMBER,  # cannot be reached
    21266: _BAD_NUMBER,  # our own
    21408: _WRONG_SETUP,  # country not enabled
    21602: Refusal(Remedy.CONTENT),  # no body
    21603: _WRONG_SETUP,  # no sender
    21606: _WRONG_SETUP,  # not our sender
    21609: _WRONG_SETUP,  # status callback is no address
    21610: Refusal(Remedy.OPTED_OUT),
    21611: Refusal(Remedy.WAIT, 60.0),  # the sender's queue is full
    21612: _WRONG_SETUP,  # this sender cannot reach that number
    21614: _BAD_NUMBER,  # not mobile
    21617: Refusal(Remedy.CONTENT),  # too long
    21635: _BAD_NUMBER,  # landline
    21701: _WRONG_SETUP,  # no such messaging service
    21712: _WRONG_SETUP,  # sender not in the messaging service
    30001: Refusal(Remedy.WAIT, 60.0),  # the queue is full
    30003: _ONE_LATER_TRY,  # handset off
    30004: Refusal(Remedy.CONTENT),  # blocked
    30005: _BAD_NUMBER,  # unknown
    30006: _BAD_NUMBER,  # landline
    30007: Refusal(Remedy.CONTENT),  # filtered
    30008: _ONE_LATER_TRY,  # unknown reason
    30022: Refusal(Remedy.WAIT, 60.0),  # 10DLC: rate
    30023: _NEXT_DAY,  # 10DLC: daily cap
    30027: _NEXT_DAY,  # 10DLC: the carrier's daily cap
    30032: _WRONG_SETUP,  # toll-free number not verified
    30034: _WRONG_SETUP,  # 10DLC number not registered
    30450: Refusal(Remedy.CONTENT),  # protection against pumping
    30610: Refusal(Remedy.WAIT, 3600.0),  # the provider's quiet hours
    30640: Refusal(Remedy.CONTENT),  # known litigator
    63018: Refusal(Remedy.WAIT, 60.0),  # channel rate
    63038: _NEXT_DAY,  # the account's daily limit
}

_TOO_MANY = 429


def refusal_of(code: int, status: int = 400) -> Refusal:
    """Return how to take an error code that came with an HTTP `status`.

    A code that is not in the table is taken as final for this text; a 429 always means to wait.
    """
    if status == _TOO_MANY and code not in REFUSALS:
        return REFUSALS[20429]
    return REFUSALS.get(code, Refusal(Remedy.CONTENT))
