"""A bar on the terminal that shows how far a deploy has come."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bot.texts.deploys import STEP_WORDS
from core.deploy import parts
from core.deploy.record import STEPS


class Bar:
    """Shows the steps as they pass, on standard error: what was asked for alone is on standard output."""

    def __init__(self) -> None:
        columns = (BarColumn(bar_width=24), TextColumn("{task.description}"), TimeElapsedColumn())
        self._progress = Progress(*columns, console=Console(stderr=True))
        self._task = self._progress.add_task("", total=len(STEPS))

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._progress.update(self._task, completed=len(STEPS), description="done")
        self._progress.stop()

    def report(self, passed: parts.Progress) -> None:
        """Show that a deploy has come this far."""
        deploy = passed.deploy
        part = f" ({passed.done} of {passed.of})" if passed.of > 1 else ""
        share = passed.done / passed.of if passed.of else 0.0
        self._progress.update(
            self._task,
            completed=deploy.number - 1 + share,
            description=f"{deploy.number}/{len(STEPS)} {STEP_WORDS[deploy.step]}{part}",
        )
