"""Customer events: what a number wrote to us, and whether and in which language it may be texted."""

from typing import Literal

from core.domain.event import Event
from core.domain.record import Instant, PhoneNumber


class OptedOut(Event):
    """A number asked for no more texts, in one of the exact words, or the provider says that it did."""

    kind: Literal["opted_out"] = "opted_out"
    phone: PhoneNumber
    words: str


class OptOutAsked(Event):
    """A number seems to want no more texts: they are held until somebody says what was meant, or too long."""

    kind: Literal["opt_out_asked"] = "opt_out_asked"
    phone: PhoneNumber
    words: str
    counts_from: Instant


class OptOutSettled(Event):
    """A dispatcher said what a customer meant, or what he said on the phone."""

    kind: Literal["opt_out_settled"] = "opt_out_settled"
    phone: PhoneNumber
    opted_out: bool


class OptedIn(Event):
    """A number that had opted out asked for texts again."""

    kind: Literal["opted_in"] = "opted_in"
    phone: PhoneNumber


class LanguageChosen(Event):
    """A customer chose the language of his texts and page."""

    kind: Literal["language_chosen"] = "language_chosen"
    phone: PhoneNumber
    language: Literal["en", "es"]


class CustomerWrote(Event):
    """A customer texted something that is no command. It stands in the log: the job itself is unchanged."""

    kind: Literal["customer_wrote"] = "customer_wrote"
    phone: PhoneNumber
    number: int
    """The job under which the dispatcher sees it."""
    text: str


class WritingHandled(Event):
    """What a customer wrote about a job needs no answer any more."""

    kind: Literal["writing_handled"] = "writing_handled"
    number: int
    answers: str
    """The cause of the customer's newest text."""


class StrangerWrote(Event):
    """A number with no job and no role texted us."""

    kind: Literal["stranger_wrote"] = "stranger_wrote"
    phone: PhoneNumber
    text: str


class CustomerForgotten(Event):
    """All that was kept of a customer was taken out, but for the sums."""

    kind: Literal["forgotten"] = "forgotten"
    phone_hash: str
    """SHA-256 of his number in E.164, in hex."""
    numbers: tuple[int, ...]
    """His jobs in the state; those in the archive follow."""
