"""What the owner sees: the plan as a table, a question, a bar while it is built, a line for each part."""

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table

from bot.texts import provisioning as words
from core.stack import Deed, Plan, Progress, Step

_MARKS = {
    Progress.BEGUN: ("dim", "…"),
    Progress.DONE: ("green", "ok"),
    Progress.FAILED: ("bold red", "failed"),
    Progress.REMOVED: ("yellow", "gone"),
}
_DEED_STYLES = {Deed.ADD: "green", Deed.CHANGE: "cyan", Deed.REPLACE: "bold red", Deed.REMOVE: "red"}


class Screen:
    """Writes on `console`; `ask(question)` returns whether the owner said yes."""

    def __init__(self, console: Console, ask: Callable[[str], bool]) -> None:
        self._console = console
        self.ask = ask

    def say(self, line: str, style: str | None = None) -> None:
        """Print one line, as it is."""
        self._console.print(line, style=style, markup=False, highlight=False, soft_wrap=True)

    def show(self, plan: Plan, stack: str) -> None:
        """Print a plan, and in red what it takes away."""
        self.say(words.plan_heading(plan, stack), "bold")
        table = Table(box=None, show_header=False, pad_edge=False)
        for change in plan.changes:
            deed, part, detail = words.change_line(change)
            table.add_row(f"  {deed}", part, detail, style=_DEED_STYLES[change.deed])
        self._console.print(table)
        for change in plan.changes:
            if change.deed in {Deed.REPLACE, Deed.REMOVE}:
                self.say(words.loses(change), "bold red")
        if any(change.kind == "AWS::CloudFront::Function" for change in plan.changes) and not plan.new:
            self.say(words.EDGE_STAND_IN, "bold yellow")

    def follow(self, steps: Iterable[Step], count: int) -> None:
        """Show steps as they come; where nobody looks, a line each and no bar."""
        with _Bar(self._console, count) as bar:
            for step in steps:
                bar.show(step)


class _Bar:
    def __init__(self, console: Console, count: int) -> None:
        self._console = console
        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._task = self._bar.add_task("building", total=count)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def show(self, step: Step) -> None:
        style, mark = _MARKS[step.progress]
        if step.progress is Progress.BEGUN:
            self._bar.update(self._task, description=step.part)
            return
        self._bar.advance(self._task, 1 if step.progress is Progress.DONE else 0)
        reason = f": {step.reason}" if step.progress is Progress.FAILED and step.reason else ""
        line = f"  {mark:<6} {step.part}{reason}"
        self._console.print(line, style=style, markup=False, highlight=False, soft_wrap=True)
