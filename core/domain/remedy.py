"""Remedy: what is to be done about a text that the provider refused, whatever its codes are."""

from enum import StrEnum


class Remedy(StrEnum):
    """What is to be done about a text that was refused."""

    WAIT = "wait"
    """Nothing is wrong with it: send it again later."""
    RETRY_ONCE = "retry_once"
    """One more try, later; then tell the dispatcher."""
    NUMBER = "number"
    """This number gets no texts: remember that and tell the dispatcher."""
    OPTED_OUT = "opted_out"
    """The customer opted out, perhaps unknown to us: write it down."""
    ACCOUNT = "account"
    """The account is set up wrong: alert the admins; no text like this goes until they act."""
    CONTENT = "content"
    """The words were refused: never send the same again, and alert."""

    @property
    def alerts_admin(self) -> bool:
        """Whether an admin has to know."""
        return self in {Remedy.ACCOUNT, Remedy.CONTENT}
