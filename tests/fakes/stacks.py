"""A stack in memory: plans what differs from what is there, and builds it part by part."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from core.stack import Change, Deed, Plan, Progress, StackFailed, StackStuck, Step

NOW = datetime(2026, 11, 26, 19, 0, tzinfo=UTC)


class FakeStacks:
    """Implements `core.stack.Stacks`; `breaks_at` names a part that cannot be built."""

    def __init__(self, outputs: Mapping[str, str]) -> None:
        self._outputs = dict(outputs)
        self.parameters: dict[str, str] | None = None
        """What was built with; None while there is no stack."""
        self.breaks_at: str | None = None
        self.stuck = False
        self.removed = False
        self.discarded: list[Plan] = []
        self._planned: dict[str, dict[str, str]] = {}

    def outputs(self) -> dict[str, str]:
        return {} if self.parameters is None else dict(self._outputs)

    def plan(self, template: str, parameters: Mapping[str, str]) -> Plan:
        assert template.startswith("AWSTemplateFormatVersion")
        if self.stuck:
            raise StackStuck("the stack is ROLLBACK_COMPLETE: an earlier attempt failed", removable=True)
        wanted = {**(self.parameters or {}), **parameters}
        new = self.parameters is None
        changed = wanted != self.parameters
        deed = Deed.ADD if new else Deed.CHANGE
        parts = [("StateBucket", "AWS::S3::Bucket"), ("Distribution", "AWS::CloudFront::Distribution")]
        changes = tuple(Change(deed=deed, part=part, kind=kind) for part, kind in parts if changed)
        plan = Plan(id=f"plan-{len(self._planned)}", new=new, changes=changes)
        self._planned[plan.id] = wanted
        return plan

    def discard(self, plan: Plan) -> None:
        self.discarded.append(plan)
        del self._planned[plan.id]

    def carry_out(self, plan: Plan) -> Iterator[Step]:
        wanted = self._planned.pop(plan.id)
        for change in plan.changes:
            yield Step(part=change.part, kind=change.kind, progress=Progress.BEGUN, at=NOW)
            failed = change.part == self.breaks_at
            progress = Progress.FAILED if failed else Progress.DONE
            yield Step(part=change.part, kind=change.kind, progress=progress, at=NOW, reason="no such thing")
            if failed:
                raise StackFailed(
                    f"could not be built.\n  {change.part}: no such thing", (f"{change.part}: no such thing",)
                )
        self.parameters = wanted

    def remove_failed(self) -> None:
        self.stuck, self.removed = False, True
