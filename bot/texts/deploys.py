"""Deploys in words: the plan, the steps as they pass, what became of it."""

from datetime import tzinfo

from bot.texts.reply import Button, Reply
from core.deploy.parts import Progress
from core.deploy.plan import Plan, compressed_size
from core.deploy.record import STEPS, Deploy, Manifest, Outcome, Step

STEP_WORDS = {
    Step.LOCK: "taking the lock",
    Step.STAGE: "laying the release aside, whole",
    Step.FUNCTION: "trying and publishing the edge function",
    Step.PROMOTE: "bringing the files to the site",
    Step.RECORD: "noting what is live",
    Step.INVALIDATE: "letting the cache forget the old pages",
    Step.CHECK: "reading the live site back",
    Step.TIDY: "clearing old releases away",
}
NAMES_SHOWN = 6

_ROLLBACK = Button(label="Roll back", command="deploy rollback")
_STATUS = Button(label="Status", command="deploy status")


def plan(planned: Plan, *, ask: bool) -> Reply:
    """Return what a deploy would change; with a button to do it where `ask`."""
    if planned.changes_nothing:
        return Reply(kind="shown", text=f"All of it is live already (build {planned.build}).")
    lines = [f"Deploy build {planned.build}: {changes(planned)}", *_named(planned), _sizes(planned)]
    lines += [f"Too large to be compressed: {key}" for key in planned.too_large_to_compress]
    if not ask:
        return Reply(kind="shown", text="\n".join(lines))
    lines.append("Deploy it? The answer holds for 60 seconds.")
    buttons = (
        Button(label="Deploy", command=f"deploy confirm {planned.digest}"),
        Button(label="Cancel", command="deploy cancel"),
    )
    return Reply(kind="question", text="\n".join(lines), buttons=buttons)


def changes(planned: Plan) -> str:
    """Return how many files would change, in a few words."""
    counted = {
        "new": len(planned.added),
        "changed": len(planned.changed),
        "to go": len(planned.removed),
    }
    words = [f"{count} {what}" for what, count in counted.items() if count]
    words += ["the edge function changed"] if planned.function_changed else []
    return ", ".join(words)


def _named(planned: Plan) -> list[str]:
    sizes = {file.key: compressed_size(file) for file in planned.files}
    signs = {"+": planned.added, "~": planned.changed, "-": planned.removed}
    lines = []
    for sign, keys in signs.items():
        lines += [f"{sign} {key}{_size_words(sizes.get(key))}" for key in keys[:NAMES_SHOWN]]
        more = len(keys) - NAMES_SHOWN
        lines += [f"{sign} … and {more} more"] if more > 0 else []
    return lines


def _size_words(size: int | None) -> str:
    return "" if size is None else f" ({_bytes(size)})"


def _sizes(planned: Plan) -> str:
    return (
        f"The whole site: {len(planned.files)} files, {_bytes(planned.size)}, "
        f"{_bytes(planned.compressed_size)} over the wire with gzip"
    )


def _bytes(size: int) -> str:
    return f"{size} B" if size < 1_000 else f"{size / 1_000:.1f} kB"  # noqa: PLR2004 - the unit


def progress(passed: Progress) -> str:
    """Return how far a deploy has come, with a bar."""
    deploy = passed.deploy
    part = f" ({passed.done} of {passed.of})" if passed.of > 1 else ""
    bar = "■" * (deploy.number - 1) + "□" * (len(STEPS) - deploy.number + 1)
    head = f"{head_words(deploy)}"
    return f"{head}\n{bar} {deploy.number}/{len(STEPS)} {STEP_WORDS[deploy.step]}{part}"


def head_words(deploy: Deploy) -> str:
    """Return what is under way."""
    return (
        f"Rolling back to {deploy.release}" if deploy.action == "rollback" else f"Deploying {deploy.release}"
    )


def started() -> Reply:
    """Return the answer to what goes on apart from it."""
    return Reply(kind="done", text="It is under way: one message shows the steps.")


def cancelled() -> Reply:
    """Return that a plan was put away."""
    return Reply(kind="done", text="Nothing was deployed.")


def interrupted(offer: str) -> Reply:
    """Return what can be done about a deploy that was interrupted."""
    buttons = (Button(label="Finish it", command="deploy finish"), _ROLLBACK)
    return Reply(kind="question", text=offer, buttons=buttons)


def ended(deploy: Deploy) -> Reply:
    """Return what became of a deploy."""
    what = f"Rolled back to {deploy.release}" if deploy.action == "rollback" else f"Deployed {deploy.release}"
    bar = "■" * len(STEPS)
    written = f"{deploy.written} file{'' if deploy.written == 1 else 's'} written or removed"
    lines = [what, f"{bar} live and checked: {written}, {deploy.took_s} s"]
    if deploy.outcome is Outcome.PUT_BACK:
        lines = [f"Put back what was live before {deploy.release}", f"{deploy.why}."]
    lines += [f"Note: {warning}" for warning in deploy.warnings]
    buttons = (
        (_ROLLBACK, _STATUS) if deploy.outcome is Outcome.DONE and deploy.action == "deploy" else (_STATUS,)
    )
    return Reply(kind="done", text="\n".join(lines), buttons=buttons)


def failed(error: Exception) -> Reply:
    """Return why a deploy did not end well, and what is live."""
    return Reply(kind="refused", text=str(error), buttons=(_STATUS,))


def unconfirmed() -> Reply:
    """Return that there is nothing to confirm: too late, another plan, or another person."""
    words = (
        "You were not shown that plan within the last 60 seconds: nothing was done. 'deploy' shows it anew."
    )
    return Reply(kind="refused", text=words, buttons=(Button(label="Deploy", command="deploy"),))


def status(deploys: list[Deploy], live: Manifest | None, zone: tzinfo) -> Reply:
    """Return the last deploys: who, what, how long, what became of it."""
    head = f"Live: {live.release} (build {live.build})" if live else "No release is live."
    lines = [head]
    for deploy in deploys:
        when = f"{deploy.started_at.astimezone(zone):%b %d %H:%M}"
        took = f", {deploy.took_s} s" if deploy.finished_at else ""
        lines.append(f"{when} {deploy.by.name}: {deploy.action} {deploy.release}, {deploy.outcome}{took}")
        if deploy.why:
            lines.append(f"   {deploy.why.splitlines()[0]}")
    buttons = (_ROLLBACK,) if len(deploys) > 1 else ()
    return Reply(kind="shown", text="\n".join(lines), buttons=buttons)


def dashboard(link: str) -> Reply:
    """Return the link that signs somebody in to the dashboard."""
    return Reply(
        kind="shown", text=f"Your dashboard, for the next 5 minutes. Don't pass this link on:\n{link}"
    )
