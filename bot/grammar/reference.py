"""References: how a line names a job, `12`, `#12` or a job id, and where the text after it begins."""

import re

OUTRIGHT = r"#?\d{1,9}|\w+_\d{8}(?:_\d+)?"
"""A number or a job id, which are plainly a job and nothing else."""

_OUTRIGHT = re.compile(OUTRIGHT)


def split_ref(rest: str, context: str | None) -> tuple[str | None, str]:
    """Split `<job> <text>`: a number, an id or one word; with a card's job only what is plainly a job."""
    first, _, text = rest.partition(" ")
    if context is not None and not _OUTRIGHT.fullmatch(first):
        return context, rest.strip()
    return first or context, text.strip()
