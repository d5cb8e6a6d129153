"""Events: what has happened, in the past tense, each with its author and its cause.

Job events are kept as the job's history; the others in the state's log.
"""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer

from core.domain.customer_events import (
    CustomerForgotten,
    CustomerWrote,
    LanguageChosen,
    OptedIn,
    OptedOut,
    OptOutAsked,
    OptOutSettled,
    StrangerWrote,
    WritingHandled,
)
from core.domain.driver_events import (
    DriverAssigned,
    DriverUnassigned,
    JobAccepted,
    JobDeclined,
    ProofAdded,
    ProofsShared,
    TicketRecorded,
)
from core.domain.event import Event, JobEvent
from core.domain.flow import Status
from core.domain.record import Instant, Money, PhoneNumber, Record
from core.domain.staff_events import (
    ChatFound,
    ChatLost,
    PersonInvited,
    PersonJoined,
    PersonRemoved,
    PhoneShared,
    StrangerKnocked,
)

CUSTOMER = "customer"
"""The author of what a customer's text did."""


ClockTime = Annotated[dt.time, PlainSerializer(lambda time: time.strftime("%H:%M"), when_used="json")]
"""A time of day to the minute, stored as `09:30`."""


class When(Record):
    """The day and the times that were agreed for a pickup, in the business's zone."""

    date: dt.date
    start: ClockTime | None = None
    """The earliest time, or None for any time of the day."""
    end: ClockTime | None = None
    """The latest time, or None where none was said."""


class Booked(Record):
    """What a booking page sent along with the job that came of it."""

    page: str
    """The name of the page, like `junk-removal`."""
    reference: str
    """What the customer was shown; made from the request's key, so that a repetition has the same one."""
    language: Literal["en", "es"] = "en"
    consent_wording: str | None = None
    """The version and wording of the box that was ticked; None where it was not: nobody may text."""


class JobCreated(JobEvent):
    """A job was taken down, with the values as they were understood then."""

    kind: Literal["created"] = "created"
    job_id: str
    tracking_token: str
    customer_name: str
    location: str
    amount_paid: Money
    phone: PhoneNumber | None = None
    note: str | None = None
    when: When | None = None
    booked: Booked | None = None
    """Set where a customer booked it on the web: it then waits for a dispatcher's approval."""


class BookingApproved(JobEvent):
    """A dispatcher took on what was booked on the web; only now may its customer be texted."""

    kind: Literal["approved"] = "approved"


class StepTaken(JobEvent):
    """The job moved on by one step."""

    kind: Literal["step"] = "step"
    source: Status
    target: Status


class StepUndone(JobEvent):
    """The last step or cancellation was taken back."""

    kind: Literal["undone"] = "undone"
    source: Status
    target: Status


class JobCancelled(JobEvent):
    """The job was called off."""

    kind: Literal["cancelled"] = "cancelled"
    source: Status
    reason: str | None = None


EditableField = Literal["customer_name", "location", "amount_paid", "phone", "note", "when", "language"]
EditedValue = str | Money | When | None


class JobEdited(JobEvent):
    """One value of the job was changed."""

    kind: Literal["edited"] = "edited"
    field: EditableField
    old: EditedValue
    new: EditedValue


class NoteAdded(JobEvent):
    """A line was added to the job's note."""

    kind: Literal["noted"] = "noted"
    text: str


class EtaSet(JobEvent):
    """Somebody said when the truck will be there."""

    kind: Literal["eta"] = "eta"
    start: Instant
    end: Instant


class LinkRevoked(JobEvent):
    """The tracking link was made to show nothing from now on."""

    kind: Literal["revoked"] = "revoked"
    tracking_token: str


class LinkRenewed(JobEvent):
    """A new tracking link took the place of a revoked one."""

    kind: Literal["renewed"] = "renewed"
    tracking_token: str


class CustomerTexted(JobEvent):
    """Somebody on the staff wrote to the customer in his own words."""

    kind: Literal["texted"] = "texted"
    text: str
    answers: str | None = None
    """The cause of the customer's text that it answers."""


class TextReleased(JobEvent):
    """Somebody let a text go out now that was, or would have been, held for its hour or its number."""

    kind: Literal["text_released"] = "text_released"


HistoryEvent = Annotated[
    JobCreated
    | BookingApproved
    | StepTaken
    | StepUndone
    | JobCancelled
    | JobEdited
    | DriverAssigned
    | DriverUnassigned
    | JobAccepted
    | JobDeclined
    | ProofAdded
    | ProofsShared
    | TicketRecorded
    | NoteAdded
    | EtaSet
    | LinkRevoked
    | LinkRenewed
    | CustomerTexted
    | TextReleased,
    Field(discriminator="kind"),
]


class SelfTested(Event):
    """Somebody asked whether everything works."""

    kind: Literal["self_tested"] = "self_tested"


class TextsSwitched(Event):
    """All texts were stopped, or let go again."""

    kind: Literal["texts_switched"] = "texts_switched"
    on: bool


LogEvent = Annotated[
    PersonInvited
    | PersonJoined
    | PersonRemoved
    | PhoneShared
    | ChatLost
    | ChatFound
    | StrangerKnocked
    | OptedOut
    | OptOutAsked
    | OptOutSettled
    | OptedIn
    | LanguageChosen
    | CustomerWrote
    | WritingHandled
    | TextsSwitched
    | SelfTested
    | StrangerWrote
    | CustomerForgotten,
    Field(discriminator="kind"),
]

AnyEvent = HistoryEvent | LogEvent
