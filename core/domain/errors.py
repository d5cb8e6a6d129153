"""Refusals: why a command changes nothing.

    Refusal
      Question            somebody has to choose first
        WhichJob          several jobs fit, or none was named
        WhichPerson       several people fit, or none does
        WhichConfirmation an OK from a number with several pending jobs
        ConfirmText       words for a customer who was named by words: is it he?
      UnknownJob          no job fits what was typed
      IllegalStep         the job cannot move there from where it stands
      NotAllowed          this role, or this channel, may not do that
      NotYours            another driver has the job
      NothingToUndo       there is no last step that could be taken back
      UndoByAnother       the last step is somebody else's
      BadValue            a value does not fit its field
      AlreadySo           it is so already
      CannotText          no text may go to this customer
      JobFinished         nothing can follow any more
      NotApproved         it was booked on the web, and no dispatcher has taken it on yet
      AlreadyBooked       this request from a booking page was taken before
      TooManyBookings     more than one number, or one page, may book in a day
      InvitationInvalid   the invitation was used, has expired, or never was
      UnknownCustomer     a number without a job asks for something

A refusal carries what the words are made of; the words themselves live in `bot/texts`.
"""

from core.domain.events import EditableField, HistoryEvent
from core.domain.flow import Status
from core.domain.job import Job
from core.domain.people import Person, Role


class Refusal(Exception):
    """The command changes nothing."""


class Question(Refusal):
    """The command changes nothing until somebody chooses."""


class WhichJob(Question):
    """Several jobs fit, or none was named."""

    def __init__(self, ref: str | None, candidates: tuple[Job, ...]) -> None:
        super().__init__(ref)
        self.ref = ref
        self.candidates = candidates
        """At most `CANDIDATES_MAX`, the likeliest first; empty where there is no open job at all."""


class WhichPerson(Question):
    """Several people fit, or none does."""

    def __init__(self, words: str, job: Job | None, candidates: tuple[Person, ...], *, fits: bool) -> None:
        super().__init__(words)
        self.words = words
        self.job = job
        self.candidates = candidates
        self.fits = fits
        """True: the candidates all fit the words. False: nobody does, the candidates are all there are."""


class WhichConfirmation(Question):
    """An OK from a number that has several pending jobs."""

    def __init__(self, candidates: tuple[Job, ...]) -> None:
        super().__init__()
        self.candidates = candidates


class ConfirmText(Question):
    """Words would go to a customer whose job was not named outright: they are shown first."""

    def __init__(self, job: Job, text: str) -> None:
        super().__init__(job.number)
        self.job = job
        self.text = text


class UnknownJob(Refusal):
    """No job fits what was typed."""

    def __init__(self, ref: str) -> None:
        super().__init__(ref)
        self.ref = ref


class IllegalStep(Refusal):
    """The job cannot move there from where it stands."""

    def __init__(self, job: Job, wanted: Status | None, legal: tuple[Status, ...]) -> None:
        super().__init__(job.number, wanted)
        self.job = job
        self.wanted = wanted
        self.legal = legal
        self.last_move: HistoryEvent | None = job.last_move()


class NotAllowed(Refusal):
    """This role, or this channel, may not do that."""

    def __init__(self, needed: Role, *, by_sms: bool = False, in_company: bool = False) -> None:
        super().__init__(needed)
        self.needed = needed
        self.in_company = in_company
        """True: the role would do, but others read along."""
        self.by_sms = by_sms
        """True: the role would do, but an SMS sender can be forged."""


class NotYours(Refusal):
    """Another driver has the job."""

    def __init__(self, job: Job) -> None:
        super().__init__(job.number)
        self.job = job


class NothingToUndo(Refusal):
    """There is no last step that could be taken back."""

    def __init__(self, job: Job) -> None:
        super().__init__(job.number)
        self.job = job


class UndoByAnother(Refusal):
    """The last step is somebody else's."""

    def __init__(self, job: Job, event: HistoryEvent) -> None:
        super().__init__(job.number)
        self.job = job
        self.event = event


class BadValue(Refusal):
    """A value does not fit its field."""

    def __init__(self, field: EditableField | str, why: str) -> None:
        super().__init__(field, why)
        self.field = field
        self.why = why
        """A short key: `empty`, `too_long`, `past`, `not_a_phone` …"""


class AlreadySo(Refusal):
    """It is so already."""

    def __init__(self, job: Job | None, what: str) -> None:
        super().__init__(what)
        self.job = job
        self.what = what
        """A short key: `value`, `driver`, `no_driver`, `revoked`, `link_works` …"""


class CannotText(Refusal):
    """No text may go to this customer."""

    def __init__(self, job: Job) -> None:
        super().__init__(job.number)
        self.job = job


class JobFinished(Refusal):
    """Nothing can follow any more."""

    def __init__(self, job: Job) -> None:
        super().__init__(job.number)
        self.job = job


class NotApproved(Refusal):
    """It was booked on the web, and no dispatcher has taken it on yet."""

    def __init__(self, job: Job) -> None:
        super().__init__(job.number)
        self.job = job


class AlreadyBooked(Refusal):
    """This request from a booking page was taken before."""

    def __init__(self, job: Job) -> None:
        super().__init__(job.number)
        self.job = job


class TooManyBookings(Refusal):
    """More than one number, or one page, may book in a day."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
        """`phone` or `page`."""


class InvitationInvalid(Refusal):
    """The invitation was used, has expired, or never was."""


class UnknownCustomer(Refusal):
    """A number without a job asks for something."""
