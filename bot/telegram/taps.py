"""Taps: a button is a line that somebody gives with one finger; its answer is a toast and the card itself."""

import asyncio

from bot.desk import Desk
from bot.telegram.answers import Answers
from bot.telegram.buttons import TappedCommand, TappedOption, read_tap
from bot.telegram.client import TOAST_CHARACTERS_MAX
from bot.telegram.incoming import Incoming, Tap
from bot.telegram.lines import actor_of, card_number, cause_of, line_of
from bot.texts.driving import ASK_WHOM
from bot.texts.history import last_event_line
from bot.texts.reply import Reply
from bot.texts.taps import ON_IT, OUT_OF_DATE, in_a_toast
from core.domain.people import Person

PATIENCE_S = 1.5
"""How long a tap waits for what became of it before it is told that it was heard."""

_BOUND_TO_A_REVISION = frozenset({"undo", "cancel", "accept", "decline", "assign", "unassign"})
"""Verbs that mean the job as it stood when the button was made. A step names where it leads instead."""


class Taps:
    """Does what taps ask for, whoever tapped: roles and rules are looked at as for a typed line."""

    def __init__(self, desk: Desk, answers: Answers, patience_s: float = PATIENCE_S) -> None:
        self._desk = desk
        self._answers = answers
        self._patience_s = patience_s

    async def tapped(self, update: Incoming, tap: Tap, person: Person) -> None:
        """Do what one tap asks for and answer it. Raises NotTold, StoreError."""
        command = await self._command(update, tap, person)
        if command is None:
            await self._refuse(update, tap, person)
            return
        line = line_of(update, actor_of(update, person), command)
        asking = asyncio.ensure_future(self._desk.ask(line))
        await asyncio.wait({asking}, timeout=self._patience_s)
        heard = not asking.done() and await self._answers.toast(tap, ON_IT)
        reply = await asking
        # A question comes as a message, to be tapped on: it need not be closed first.
        alert = not reply.ok and reply.kind != "question"
        told = heard or await self._answers.toast(
            tap, in_a_toast(reply.text, whole=not reply.ok), alert=alert
        )
        await self._show(update, tap, reply, person, told=told, whole=not heard)

    async def _show(
        self, update: Incoming, tap: Tap, reply: Reply, person: Person, *, told: bool, whole: bool
    ) -> None:
        """Show what became of a tap: in the message itself where that tells it, else in a new one.

        `told` says that a toast was shown, `whole` that it held what there is to say.
        """
        done = reply.kind == "done" and reply.is_card
        refused = (
            reply.kind == "refused"
            and whole
            and len(in_a_toast(reply.text, whole=True)) < TOAST_CHARACTERS_MAX
        )
        if reply.job is not None and tap.message_id is not None and (done or reply.kind == "refused"):
            self._answers.redraw(update, tap.message_id, reply.job, person)
        elif reply.kind == "done" and tap.message_id is not None:
            await self._answers.without_buttons(update.chat_id, tap.message_id)
        if not (told and (done or refused)):
            await self._answers.say(update, reply, person, told=told and whole)

    async def _command(self, update: Incoming, tap: Tap, person: Person) -> str | None:
        """Return the line that a tap stands for; None for data of nobody's making or a button out of date."""
        asked = read_tap(tap)
        match asked:
            case TappedCommand():
                return asked.command if await self._still_fits(asked, cause_of(update)) else None
            case TappedOption():
                question = line_of(update, actor_of(update, person), tap.replied_text)
                return asked.finds(await self._desk.options(question))
            case None:
                return None

    async def _still_fits(self, tapped: TappedCommand, cause: str) -> bool:
        """Tell whether a button still means what it meant when it was made.

        Where this very tap has moved the job on, and comes again, it does.
        """
        verb, number, rest = [*tapped.command.split(" ", 2), "", ""][:3]
        asks = rest == ASK_WHOM
        if verb not in _BOUND_TO_A_REVISION or asks or tapped.revision is None or not number.isdigit():
            return True
        state = await self._desk.dispatcher.read()
        job = state.jobs.get(int(number))
        return (job is not None and job.revision == tapped.revision) or cause in state.causes

    async def _refuse(self, update: Incoming, tap: Tap, person: Person) -> None:
        """Say why a button can't be used any more: who did what since; and show how the job stands."""
        state = await self._desk.dispatcher.read()
        number = card_number(tap.message_text)
        job = state.jobs.get(number) if number is not None else None
        if job is None or tap.message_id is None:
            await self._answers.toast(tap, OUT_OF_DATE)
            return
        since = last_event_line(job, state, self._desk.business)
        await self._answers.toast(tap, f"Nothing was changed: {since}" if since else OUT_OF_DATE, alert=True)
        self._answers.redraw(update, tap.message_id, job, person)
