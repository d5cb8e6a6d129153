"""Findings in words: what a test of all parts has shown."""

from collections.abc import Sequence

from bot.finding import Finding
from bot.texts.reply import Reply


def selftest(findings: Sequence[Finding]) -> Reply:
    """Return the answer to `selftest`: what does not work first, then each part a line."""
    broken = [finding.part for finding in findings if finding.broken]
    head = (
        f"{' and '.join(broken)} {'does' if len(broken) == 1 else 'do'} not work."
        if broken
        else "all is well."
    )
    lines = [f"Selftest: {head}", *(finding.line for finding in findings)]
    return Reply(kind="refused" if broken else "shown", text="\n".join(lines))
