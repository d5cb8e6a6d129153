"""The desk: takes a line from a person, has it done, and returns the reply."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from hashlib import sha256

from bot.desk import customers
from bot.desk.archived import Archived
from bot.desk.aside import Aside
from bot.desk.line import Line
from bot.desk.queries import answer
from bot.desk.understanding import understand
from bot.finding import Finding
from bot.texts import deeds
from bot.texts.faults import busy, settled, store_down, unknown_outcome
from bot.texts.findings import selftest
from bot.texts.forgetting import archive_line
from bot.texts.invitations import invitation_lines
from bot.texts.jobs import MAY_BE_OLDER
from bot.texts.refusals import refusal
from bot.texts.render import render
from bot.texts.reply import Button, Reply
from core.archive import Archive, Eraser
from core.dispatch import Dispatcher, Outcome
from core.domain import commands as c
from core.domain.archiving import Found, shown_with
from core.domain.errors import Refusal, UnknownJob
from core.domain.notify import NOTICE_LIFE
from core.domain.outbox import Message
from core.domain.state import State
from core.domain.transact import Transaction, transact
from core.ports import NotFound, OutcomeUnknown, StoreError, Unreachable, Unusable
from core.writer import Busy

log = logging.getLogger(__name__)

SETTLE_PAUSES_S = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)
"""When it is looked again what became of a line whose outcome is not known."""


Probe = Callable[[str], Awaitable[Sequence[Finding]]]


async def _nothing(_cause: str) -> Sequence[Finding]:
    return ()


class Desk:
    """Answers lines. One for all channels."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        archive: Archive | None = None,
        eraser: Eraser | None = None,
    ) -> None:
        self.dispatcher = dispatcher
        self.archived = Archived(archive, eraser)
        self._pause = pause
        self._unsettled: set[asyncio.Task[None]] = set()
        self.self_test: Probe = _nothing
        """Tries the parts behind the desk; told the cause of the write that began the test."""
        self.bot_name: str | None = None
        """The bot's name on Telegram, once it is known: invitations link to it."""
        self.business = dispatcher.business
        self.aside: Aside | None = None
        """Answers what is no matter of the state."""

    async def ask(self, line: Line) -> Reply:
        """Do what `line` asks for and return the reply.

        Never raises for what a person typed or for a store that is down: the reply says so. The kinds `down`
        and `unknown` tell the channel which of the two it was.
        """
        try:
            return await self._ask(line)
        except Busy as error:
            return busy(str(error))
        except OutcomeUnknown as error:
            log.warning("outcome of %s is not known: %s", line.cause, error)
            self._settle_later(line)
            return unknown_outcome()
        except (Unreachable, Unusable, NotFound) as error:
            log.warning("store can't be used for %s: %s", line.cause, error)
            return store_down(str(error))

    async def _ask(self, line: Line) -> Reply:
        now = self.dispatcher.clock.now()
        asked: c.Command | c.Query | Reply
        try:
            asked, remarks = understand(line, self.business, now)
        except Refusal as refused:
            return self.refused(refused, line, await self.dispatcher.read())
        if isinstance(asked, Reply):
            return asked
        if isinstance(asked, c.RunSelftest):
            return await self._tested(asked, line)
        if isinstance(asked, c.Command):
            return await self._command(asked, line, remarks)
        if isinstance(asked, c.ReleaseSite | c.ShowDashboard) and self.aside is not None:
            return await self.aside.answer(asked, line)
        state = await self.dispatcher.read()
        search = await self.archived.for_query(asked, state)
        reply = self.shown(asked, line, shown_with(state, search.found), now)
        return reply.model_copy(update={"text": f"{reply.text}\n{MAY_BE_OLDER}"}) if search.more else reply

    async def _tested(self, asked: c.RunSelftest, line: Line) -> Reply:
        """Write that it was asked for, which is the first part of the test, and then try the others."""
        written = await self._command(asked, line, ())
        return selftest(await self.self_test(line.cause)) if written.ok else written

    async def _command(self, command: c.Command, line: Line, remarks: tuple[str, ...]) -> Reply:
        try:
            outcome = await self._handle_wherever(command, line)
        except Refusal as refused:
            return self.refused(refused, line, await self.dispatcher.read(), command)
        if isinstance(command, c.Forget):
            cleared = await self.archived.forgotten(command, line.cause, outcome.state)
            remarks = (*remarks, archive_line(cleared))
        if self.aside is not None:
            await self.aside.after(outcome.state)
        return self.done(
            outcome.transaction, line, outcome.state, published=outcome.published, remarks=remarks
        )

    async def _handle_wherever(self, command: c.Command, line: Line) -> Outcome:
        """Do `command`, also where its job is archived: then it comes back, or the refusal is about it."""
        try:
            return await self._handle(command, line)
        except UnknownJob as refused:
            found = await self.archived.about(refused, await self.dispatcher.read())
            if found is None:
                raise
        return await self._handle(command, line, found)

    async def _handle(self, command: c.Command, line: Line, found: Found | None = None) -> Outcome:
        secret_hash = sha256(line.secret.encode()).hexdigest() if line.secret else ""
        handle = partial(
            self.dispatcher.handle, command, line.actor, line.cause, secret_hash=secret_hash, found=found
        )
        try:
            return await handle()
        except OutcomeUnknown:
            # Its cause makes it safe to send once more: what landed is only found again, not done again.
            return await handle()

    def _settle_later(self, line: Line) -> None:
        """Find out in the background what became of `line`, and tell its giver."""
        task = asyncio.create_task(self._settle(line))
        self._unsettled.add(task)
        task.add_done_callback(self._unsettled.discard)

    async def _settle(self, line: Line) -> None:
        for pause_s in SETTLE_PAUSES_S:
            await self._pause(pause_s)
            try:
                # What landed is only found again by its cause; what did not is done now.
                await self._tell(line, await self._ask(line))
            except StoreError as error:
                log.warning("%s is not settled yet: %s", line.cause, error)
            else:
                return
        log.error("%s was never settled: look whether it is in the state", line.cause)

    async def _tell(self, line: Line, reply: Reply) -> None:
        now = self.dispatcher.clock.now()
        notice = Message(
            id=f"{self.dispatcher.ids.unique()}-s",
            kind="notice",
            channel="chat",
            to=line.actor.person_id,
            job=reply.job.number if reply.job else None,
            cause=line.cause,
            body=settled(line.text, reply.text),
            created_at=now,
            not_before=now,
            expires_at=now + NOTICE_LIFE,
        )
        await self.dispatcher.submit(lambda state: (state.with_message(notice), None))

    async def options(self, line: Line) -> tuple[Button, ...]:
        """Return the buttons of the question that `line` would be answered with now; does nothing.

        Raises StoreError.
        """
        state = await self.dispatcher.read()
        asked: c.Command | c.Query | Reply | None = None
        try:
            asked, _ = understand(line, self.business, self.dispatcher.clock.now())
            if isinstance(asked, Reply):
                return asked.buttons
            if isinstance(asked, c.Command):
                transact(state, self.dispatcher.request(asked, line.actor, line.cause), self.business)
        except Refusal as refused:
            return self.refused(refused, line, state, None if isinstance(asked, Reply) else asked).buttons
        return ()

    def shown(self, query: c.Query, line: Line, state: State, now: datetime) -> Reply:
        """Return the answer to a query, or to its refusal."""
        try:
            if isinstance(query, c.ShowStatus) and line.actor.phone is not None:
                return customers.status(query, line.actor.phone, state, self.business)
            return answer(query, line.actor, state, self.business, now)
        except Refusal as refused:
            return self.refused(refused, line, state, query)

    def done(
        self,
        transaction: Transaction,
        line: Line,
        state: State,
        *,
        published: bool,
        remarks: tuple[str, ...] = (),
    ) -> Reply:
        """Return the answer to a command that was done."""
        if line.actor.role is None:
            reply = customers.done(transaction, state, self.business)
        else:
            said = (*remarks, *invitation_lines(transaction, line.secret, self.bot_name))
            reply = deeds.done(
                transaction, state, line.actor, self.business, published=published, remarks=said
            )
        owed = tuple(self._worded(message, state) for message in reply.messages)
        return reply.model_copy(update={"messages": owed})

    def refused(
        self, refused: Refusal, line: Line, state: State, asked: c.Command | c.Query | None = None
    ) -> Reply:
        """Return the answer to a line that changed nothing; `asked` is what it was read as."""
        if line.actor.role is None:
            return customers.refused(refused, line.actor.phone or "", state, self.business)
        return refusal(refused, asked, line.actor, state, self.business)

    def _worded(self, message: Message, state: State) -> Message:
        there = state.messages.get(message.id, message)
        return there.model_copy(update={"body": render(there, state, self.business).body})
