"""Virtual time: an event loop in which an hour takes no time and threads take turns as a seed says.

What `asyncio.to_thread` is given runs in a greenlet of the one thread that there is, and lets others go on
only where it calls `travel`. So a run with several processes, each with threads, is the same every time.
"""

import asyncio
import selectors
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from typing import Any, TypeVar

from greenlet import GreenletExit, getcurrent, greenlet
from typing_extensions import override

T = TypeVar("T")


class Standstill(Exception):
    """Everybody waits, and there is nothing that could ever happen."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """Time passes only where everybody waits, and then at once."""

    def __init__(self) -> None:
        self.moment_s = 0.0
        super().__init__(_Jumping(self))

    @override
    def time(self) -> float:
        return self.moment_s

    @override
    def run_in_executor(  # type: ignore[override] # as asyncio.to_thread calls it
        self, executor: Executor | None, func: Callable[..., T], *args: Any
    ) -> "asyncio.Future[T]":
        del executor
        future: asyncio.Future[T] = self.create_future()

        def work() -> None:
            try:
                result = func(*args)
            except GreenletExit:
                return
            except BaseException as error:  # noqa: BLE001 - it is the caller's, whatever it is
                if not future.cancelled():
                    future.set_exception(error)
            else:
                if not future.cancelled():
                    future.set_result(result)

        self.call_soon(self._go_on, greenlet(work))
        return future

    def _go_on(self, thread: greenlet) -> None:
        wait_s = thread.switch()
        if not thread.dead and wait_s is not None:
            self.call_later(wait_s, self._go_on, thread)


def travel(seconds: float | None) -> None:
    """Let time pass in a thread of a virtual loop; for ever where it is None. Elsewhere it takes no time."""
    parent = getcurrent().parent
    if parent is not None:
        parent.switch(seconds)


class _Jumping(selectors.BaseSelector):
    """Instead of waiting, it moves the loop's time on."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop
        self._real = selectors.DefaultSelector()

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = self._real.select(0)
        if not ready and timeout is None:
            raise Standstill
        if not ready and timeout is not None and timeout > 0:
            self._loop.moment_s += timeout
        return ready

    @override
    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.register(fileobj, events, data)

    @override
    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._real.unregister(fileobj)

    @override
    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.modify(fileobj, events, data)

    @override
    def close(self) -> None:
        self._real.close()

    @override
    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._real.get_map()
