"""Refusals in words: what is wrong, where things stand, what to do."""

from bot.texts.driving import ASK_WHOM
from bot.texts.jobs import (
    STATUS_WORDS,
    STEP_VERBS,
    list_line,
    short_label,
    step_buttons,
    values_line,
    who_put_it_there,
)
from bot.texts.lines import line_for
from bot.texts.reply import Button, Reply
from bot.texts.staff import PHONE_KNOWN
from bot.texts.texting import cannot_text_line
from core.domain import commands as c
from core.domain import errors as x
from core.domain.business import Business
from core.domain.flow import Status
from core.domain.job import Job
from core.domain.people import Actor, Role
from core.domain.state import State

BAD_VALUES = {
    "empty": "needs a value",
    "too_long": "is too long",
    "past": "has passed already",
    "out_of_range": "is from 1 minute to 24 hours",
    "taken": "belongs to somebody else on the staff",
    "not_a_text": "has to be words",
    "not_an_amount": "is no sum of dollars and cents",
    "not_a_phone": "is no phone number",
    "not_a_time": "is no date or time",
    "not_a_language": "is English or Spanish",
    "not_unicode": "holds bytes that are no text",
    "too_many": "are 12 already",
    "nobodys": "has to come from somebody on the staff",
    "yourself": "is you: somebody else has to remove you",
}

SO_ALREADY = {
    "value": "That is its value already: nothing was changed.",
    "driver": "He drives it already: nothing was changed.",
    "no_driver": "Nobody drives it: nothing was changed.",
    "revoked": "Its link was revoked already. 'link {number} new' makes a new one.",
    "link_works": "Its link works: 'link {number}' shows it. 'revoke {number}' ends it.",
    "approved": "It was approved before: nothing was changed.",
    "not_booked": "It was not booked online: it needs no approval.",
    "opted_out": "That number has opted out already: it gets no texts.",
    "only_start": "He opted out himself: only START from that number brings his texts back.",
    "not_opted_out": "That number has not opted out: nothing was changed.",
    "handled": "Nothing there waits for an answer.",
    "nothing_held": "No text of it waits for its hour.",
    "texts_on": "Texts are on already: nothing was changed.",
    "texts_off": "Texts are off already: nothing was changed.",
    "accepted": "You have taken it already.",
    "under_way": "Its load is on the truck: call the dispatcher.",
    "proof": "That very photo is there already.",
    "no_proofs": "It has no photo yet: the driver sends one as a reply to the job's message.",
    "shared": "All its photos are on the page already.",
    "phone": PHONE_KNOWN,
    "joined": "You are on the staff already. Type ? for the words that you can use.",
}


def refusal(  # noqa: C901, PLR0912 - a table
    refused: x.Refusal,
    asked: c.Command | c.Query | None,
    actor: Actor,
    state: State,
    business: Business,
) -> Reply:
    """Return the answer to a line that changed nothing; `asked` makes the lines of its buttons."""
    match refused:
        case x.WhichJob():
            return _which_job(refused, asked, state)
        case x.WhichPerson():
            return _which_person(refused)
        case x.WhichConfirmation():
            return Reply(
                kind="question",
                text="Several jobs wait for an OK.",
                buttons=tuple(
                    Button(label=f"OK {job.number}", command=f"OK {job.number}") for job in refused.candidates
                ),
            )
        case x.ConfirmText():
            return _confirm_text(refused, business)
        case x.CannotText():
            return Reply(kind="refused", text=cannot_text_line(refused.job, state, business), job=refused.job)
        case x.UnknownJob():
            return _unknown_job(refused, asked, state)
        case x.IllegalStep():
            return _illegal_step(refused, actor, state, business)
        case x.NotAllowed():
            return _not_allowed(refused)
        case x.NotYours():
            name = state.name_of(refused.job.driver or "")
            return Reply(kind="refused", text=f"#{refused.job.number} is {name}'s job: nothing was changed.")
        case x.NothingToUndo():
            job = refused.job
            return Reply(kind="refused", text=f"There is nothing to undo: {list_line(job, state)}", job=job)
        case x.UndoByAnother():
            who = "the customer" if refused.event.by == "customer" else state.name_of(refused.event.by)
            words = f"The last step of #{refused.job.number} was {who}'s: a dispatcher can undo it."
            return Reply(kind="refused", text=words, job=refused.job)
        case x.BadValue():
            why = BAD_VALUES.get(refused.why, refused.why)
            return Reply(
                kind="refused", text=f"The {refused.field.replace('_', ' ')} {why}: nothing was changed."
            )
        case x.AlreadySo():
            return _already_so(refused)
        case x.JobFinished():
            job = refused.job
            return Reply(
                kind="refused",
                text=f"#{job.number} is {STATUS_WORDS[job.status]}: nothing was changed.",
                buttons=(Button(label="Undo that", command=f"undo {job.number}"),),
                job=job,
            )
        case x.NotApproved():
            return _not_approved(refused, actor)
        case x.InvitationInvalid():
            return Reply(kind="refused", text="This invitation was used or has expired. Ask for a new one.")
        case x.UnknownCustomer():
            return Reply(kind="refused", text="There is no open job under this number.")
        case _:
            raise AssertionError(f"no words for {type(refused).__name__}")


def _unknown_job(refused: x.UnknownJob, asked: c.Command | c.Query | None, state: State) -> Reply:
    if isinstance(asked, c.SetEta) and asked.minutes in state.jobs and refused.ref.isdecimal():
        # Other words take the job first: 'eta 12 25' is more likely 25 minutes than job 25.
        turned = f"eta {refused.ref} {asked.minutes}"
        return Reply(
            kind="question",
            text=f"There is no open job {refused.ref}. {refused.ref} minutes for #{asked.minutes}?",
            buttons=(Button(label=f"#{asked.minutes} in {refused.ref} minutes", command=turned),),
        )
    return Reply(
        kind="refused", text=f"No open job fits '{refused.ref}'. 'jobs' lists them, 'find' looks in all."
    )


def _not_approved(refused: x.NotApproved, actor: Actor) -> Reply:
    job = refused.job
    words = f"#{job.number} was booked online and nobody has approved it yet: nothing was changed."
    buttons = step_buttons(job, actor)
    more = f"'approve {job.number}' takes it on." if buttons else "A dispatcher has to approve it first."
    return Reply(kind="refused", text=f"{words}\n{more}", buttons=buttons, job=job)


def _which_job(refused: x.WhichJob, asked: c.Command | c.Query | None, state: State) -> Reply:
    if not refused.candidates:
        return Reply(kind="refused", text="There is no open job. 'new Mark Soderblom 600' makes one.")
    head = f"Several jobs fit '{refused.ref}'. Which one?" if refused.ref else "Which job?"
    lines = [head, *(list_line(job, state) for job in refused.candidates)]
    return Reply(kind="question", text="\n".join(lines), buttons=pick_buttons(refused.candidates, asked))


def _confirm_text(refused: x.ConfirmText, business: Business) -> Reply:
    job = refused.job
    return Reply(
        kind="question",
        text=f"Text {values_line(job)}?\n{business.name}: {refused.text}",
        buttons=(
            Button(label=short_label(f"Text {job.first_name}"), command=f"text {job.number} {refused.text}"),
        ),
        job=job,
    )


def pick_buttons(jobs: tuple[Job, ...], asked: c.Command | c.Query | None) -> tuple[Button, ...]:
    """Return one button a job for a question which one is meant."""
    return tuple(
        Button(
            label=short_label(f"#{job.number} {job.customer_name}, {job.location}"),
            command=line_for(asked, job.number),
        )
        for job in jobs
    )


def _which_person(refused: x.WhichPerson) -> Reply:
    if not refused.candidates:
        if refused.words == ASK_WHOM:
            return Reply(kind="refused", text="Nobody drives yet: 'invite driver Joe' adds somebody.")
        words = f"Nobody on the staff is called '{refused.words}'. 'invite driver {refused.words}' adds him."
        return Reply(kind="refused", text=words)
    if refused.words == ASK_WHOM and refused.job is not None:
        head = f"To whom does #{refused.job.number} go?"
    else:
        fitting = "Several people fit" if refused.fits else "Nobody on the staff fits"
        head = f"{fitting} '{refused.words}'. Whom do you mean?"
    verb = f"assign {refused.job.number}" if refused.job else "remove"
    buttons = tuple(
        Button(label=person.name, command=f"{verb} {person.person_id}") for person in refused.candidates
    )
    return Reply(kind="question", text=head, buttons=buttons)


def _illegal_step(refused: x.IllegalStep, actor: Actor, state: State, business: Business) -> Reply:
    job = refused.job
    stands = f"#{job.number} is {STATUS_WORDS[job.status]}{who_put_it_there(job, state, business)}."
    if refused.wanted is job.status:
        head = f"Nothing was changed: {stands}"
    elif refused.wanted is None:
        head = f"Nothing follows: {stands}"
    else:
        head = (
            f"It can't be {STATUS_WORDS[refused.wanted]} yet: {stands}"
            if job.is_open
            else f"Too late: {stands}"
        )
    buttons = step_buttons(job, actor)
    return Reply(
        kind="refused",
        text=f"{head}\n{what_can_come_next(job)}",
        buttons=buttons or (Button(label="Undo", command=f"undo {job.number}"),),
        job=job,
    )


def what_can_come_next(job: Job) -> str:
    """Return which steps are legal now, with the words that take them."""
    from_here = [status for status in job.status_flow if status in STEP_VERBS]
    if not job.is_open:
        return "Nothing can come next; 'undo' takes the last step back."
    position = job.status_flow.index(job.status)
    following = [status for status in from_here if job.status_flow.index(status) == position + 1]
    words = [f"{STATUS_WORDS[status]} ('{STEP_VERBS[status][0]} {job.number}')" for status in following]
    return f"Next can come: {' or '.join([*words, f'{STATUS_WORDS[Status.CANCELLED]} (a dispatcher)'])}."


_A = {Role.DRIVER: "a driver", Role.DISPATCHER: "a dispatcher", Role.ADMIN: "an admin"}


def _not_allowed(refused: x.NotAllowed) -> Reply:
    if refused.in_company:
        words = "Not where others read along: say that to me in our own chat."
    elif refused.by_sms:
        words = "That can't be done by SMS, whose sender can be forged. Use Telegram. Text ? for the words."
    else:
        words = f"That needs {_A[refused.needed]}. Type ? for the words that you can use."
    return Reply(kind="refused", text=words)


def _already_so(refused: x.AlreadySo) -> Reply:
    number = refused.job.number if refused.job else ""
    words = SO_ALREADY.get(refused.what, "It is so already: nothing was changed.").format(number=number)
    head = f"{values_line(refused.job)}\n" if refused.job else ""
    return Reply(kind="refused", text=head + words, job=refused.job)
