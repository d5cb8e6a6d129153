"""Dispatch: decide on the newest state, commit once, publish, answer."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar
from weakref import WeakValueDictionary

from core.domain.archiving import Found
from core.domain.business import Business
from core.domain.commands import Command
from core.domain.decide import Fresh, Request
from core.domain.events import CustomerForgotten, JobEvent, LanguageChosen
from core.domain.people import Actor
from core.domain.state import State
from core.domain.transact import Transaction, transact
from core.pace import Pace
from core.ports import Clock, Ids, StateStore, StoreError
from core.publish import Publisher
from core.writer import Work, Writer

log = logging.getLogger(__name__)

T = TypeVar("T")

PUBLISH_TIMEOUT_S = 2.0
"""How long an answer waits for the page; after that it leaves the link out and the relay repairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a command that was accepted."""

    transaction: Transaction
    state: State
    published: bool
    """Whether the page shows it already; False: the reply leaves the link out, it follows."""


class Dispatcher:
    """Runs commands against the state of one business."""

    def __init__(  # noqa: PLR0913 - the parts it is joined of
        self,
        store: StateStore,
        publisher: Publisher,
        business: Business,
        clock: Clock,
        ids: Ids,
        *,
        commits_per_second: float | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.business = business
        self.clock = clock
        self.ids = ids
        self._writer = Writer(store, ids, Pace(commits_per_second), pause)
        # What pages show is remembered only as long as nobody else changes the state.
        self._writer.overtaken = publisher.forget
        self.committed = self._writer.committed
        """Set after each write. The relay clears it; all others follow it."""
        self.unpublished: set[int] = set()
        """The jobs whose pages could not be written; the relay repairs them and takes them out."""
        self._publisher = publisher
        self._pages: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        """By number: held while the page of a job is being written."""

    @property
    def newest(self) -> State | None:
        """The newest state that this process has seen, without asking the store; None where there is none."""
        return self._writer.newest

    async def handle(
        self,
        command: Command,
        actor: Actor,
        cause: str,
        *,
        secret_hash: str = "",
        found: Found | None = None,
    ) -> Outcome:
        """Decide and commit `command`, publish what it touched, and return what became of it.

        `found` is the archived job that it is about: it comes back in the same write. Raises a Refusal, Busy
        or Unreachable (nothing was changed), or OutcomeUnknown (it may have been).
        """
        request = self.request(command, actor, cause, secret_hash=secret_hash)
        transaction, state = await self.submit(lambda state: transact(state, request, self.business, found))
        return await self.published(transaction, state)

    def request(self, command: Command, actor: Actor, cause: str, *, secret_hash: str = "") -> Request:
        """Return `command` with all that it is decided by; random parts and the moment are fixed here."""
        fresh = Fresh(token=self.ids.token(), unique=self.ids.unique(), secret_hash=secret_hash)
        return Request(command=command, actor=actor, cause=cause, fresh=fresh, at=self.clock.now())

    async def published(self, transaction: Transaction, state: State) -> Outcome:
        """Publish the pages that `transaction` touched, and return it as an outcome."""
        numbers = touched(transaction, state)
        try:
            if not all(self._is_shown(number, state) for number in numbers):
                await asyncio.wait_for(self._show(numbers, state), PUBLISH_TIMEOUT_S)
        except (StoreError, TimeoutError) as error:
            log.warning("publishing failed, the relay will repair it: %s", error)
        except Exception:
            # It is committed: no fault of ours may make the giver believe that it is not.
            log.exception("publishing failed, the relay will repair it")
        else:
            return Outcome(transaction=transaction, state=state, published=True)
        self.unpublished |= set(numbers)
        self.committed.set()
        return Outcome(transaction=transaction, state=state, published=False)

    async def read(self) -> State:
        """Return the newest state, by one conditional read. Raises Unreachable, Unusable, Moved, NotFound."""
        return await self._writer.read()

    async def submit(self, work: Work[T]) -> tuple[T, State]:
        """Do `work` on the newest state in the next write, as `Writer.submit` does."""
        return await self._writer.submit(work)

    async def _show(self, numbers: Iterable[int], state: State) -> None:
        """Publish the pages of jobs as they are in `state` or newer.

        One write at a time for each page: of many changes that come meanwhile, the next write shows the last.
        """
        for number in numbers:
            async with self._pages.setdefault(number, asyncio.Lock()):
                if not self._is_shown(number, state):
                    newest = self._newest_with(number, state)
                    job, now = newest.jobs[number], self.clock.now()
                    await asyncio.to_thread(self._publisher.publish, newest, job, now)

    def _is_shown(self, number: int, state: State) -> bool:
        """Tell whether the page of a job is known to show it as it is in `state` or newer."""
        newest = self._newest_with(number, state)
        return self._publisher.shows(newest, newest.jobs[number], self.clock.now())

    def _newest_with(self, number: int, state: State) -> State:
        """Return the newest state that has the job, `state` or a later one."""
        newest = self.newest or state
        return newest if newest.revision > state.revision and number in newest.jobs else state


def touched(transaction: Transaction, state: State) -> tuple[int, ...]:
    """Return the numbers of the jobs whose pages `transaction` may have changed."""
    numbers = {event.number: None for event in transaction.events if isinstance(event, JobEvent)}
    for event in transaction.events:
        if isinstance(event, LanguageChosen):
            numbers |= {job.number: None for job in state.jobs.values() if job.phone == event.phone}
        elif isinstance(event, CustomerForgotten):
            numbers |= dict.fromkeys(event.numbers)
    return tuple(number for number in numbers if number in state.jobs)
