"""Commands: what somebody asks for, in the imperative; and, gathered here too, what he wants to see.

A job is named by a `ref`, as it was typed: `12`, `#12`, a job id or words; None where it was left out.
"""

from datetime import time
from typing import Literal

from core.domain.driver_commands import AcceptJob, AddProof, DeclineJob, RecordTicket, ShareProofs
from core.domain.events import EditableField, EditedValue, When
from core.domain.flow import Status
from core.domain.queries import (
    AskForget,
    Export,
    FindJobs,
    ListJobs,
    ListPeople,
    ReleaseSite,
    ShowDashboard,
    ShowHistory,
    ShowJob,
    ShowLink,
    ShowReport,
    ShowStatus,
    ShowTexts,
    ShowWords,
)
from core.domain.record import Money, PhoneNumber, Value
from core.domain.staff_commands import (
    EnrolAdmin,
    InvitePerson,
    Join,
    RemovePerson,
    ReportChat,
    ReportStranger,
    SharePhone,
)


class CreateJob(Value):
    """`new`: take down a job."""

    customer_name: str
    location: str
    amount_paid: Money
    phone: PhoneNumber | None = None
    note: str | None = None
    when: When | None = None


class BookJob(Value):
    """What a customer sent from a booking page, judged and priced by the server."""

    customer_name: str
    location: str
    amount_paid: Money
    phone: PhoneNumber
    note: str | None = None
    page: str
    reference: str
    language: Literal["en", "es"] = "en"
    consent_wording: str | None = None
    """None where the box was not ticked."""


class ApproveJob(Value):
    """`approve`: take on a job that was booked on the web."""

    ref: str


class TakeStep(Value):
    """`next`, `ready`, `transit`, `dumped`, `complete`: move a job on."""

    ref: str | None = None
    target: Status | None = None
    """None: whatever comes next."""


class Undo(Value):
    """`undo`: take back the last step, cancellation or creation."""

    ref: str | None = None


class EditJob(Value):
    """`edit`: change one value of a job."""

    ref: str
    field: EditableField
    new: EditedValue


class AssignDriver(Value):
    """`assign`: give a job to a driver, named as it was typed."""

    ref: str
    driver: str


class UnassignDriver(Value):
    """`unassign`: take a job from its driver."""

    ref: str


class CancelJob(Value):
    """`cancel`: call a job off."""

    ref: str
    reason: str | None = None


class AddNote(Value):
    """`note`: add a line to a job's note."""

    ref: str
    text: str


class SetEta(Value):
    """`eta`: say when the truck will be there, in minutes from now or as a time of the business's day."""

    ref: str | None = None
    minutes: int | None = None
    at: time | None = None


class RevokeLink(Value):
    """`revoke`: let the tracking link show nothing from now on."""

    ref: str


class RenewLink(Value):
    """`link <job> new`: make a new tracking link in place of a revoked one."""

    ref: str


class Forget(Value):
    """`forget <phone> yes`: take out all that is kept of a customer, for good."""

    phone: PhoneNumber


class ConfirmByCustomer(Value):
    """A customer's `OK`, with the job's number where he gave one."""

    number: int | None = None


class ChooseLanguage(Value):
    """A customer's `ESPANOL` or `INGLES`."""

    language: Literal["en", "es"]


class OptOutByCustomer(Value):
    """A carrier word that ends all texts to this number."""

    words: str


class AskOptOut(Value):
    """A customer's wish for no more texts in other words than the exact ones: a person has to read it."""

    words: str


class SettleOptOut(Value):
    """`optout`: say whether a number wants no more texts, where its customer did not say it outright."""

    phone: PhoneNumber
    opted_out: bool = True


class OptInByCustomer(Value):
    """A carrier word that allows texts to this number again; where they are allowed, just words."""

    words: str = "START"


class WriteToDispatcher(Value):
    """Anything else that a customer texts."""

    text: str


class TextCustomer(Value):
    """`text`: send a customer these words."""

    ref: str
    text: str


class MarkHandled(Value):
    """`handled`: what a customer wrote about this job needs no answer any more."""

    ref: str


class SendHeld(Value):
    """`send`: let a job's text go out now, whatever the hour."""

    ref: str


class RunSelftest(Value):
    """`selftest`: try each part of the product; its write is the first part of the test."""


class SwitchTexts(Value):
    """`texts off`, `texts on`: stop all texts at once, or let them go again."""

    on: bool


Command = (
    CreateJob
    | BookJob
    | ApproveJob
    | TakeStep
    | Undo
    | EditJob
    | AssignDriver
    | UnassignDriver
    | CancelJob
    | AddNote
    | SetEta
    | RevokeLink
    | RenewLink
    | AcceptJob
    | DeclineJob
    | AddProof
    | ShareProofs
    | RecordTicket
    | InvitePerson
    | RemovePerson
    | Forget
    | Join
    | EnrolAdmin
    | SharePhone
    | ReportChat
    | ReportStranger
    | ConfirmByCustomer
    | ChooseLanguage
    | OptOutByCustomer
    | AskOptOut
    | SettleOptOut
    | OptInByCustomer
    | WriteToDispatcher
    | TextCustomer
    | MarkHandled
    | SendHeld
    | SwitchTexts
    | RunSelftest
)
"""Everything that changes the state on somebody's word."""

Query = (
    ListJobs
    | ShowJob
    | FindJobs
    | ShowHistory
    | ShowLink
    | AskForget
    | ListPeople
    | ShowTexts
    | ShowWords
    | ShowStatus
    | ShowReport
    | Export
    | ReleaseSite
    | ShowDashboard
)
"""Everything that only looks."""
