"""Origin: where links lead as long as PUBLIC_URL names no place: to the `serve` that ran here last.

`say` and `chat` are processes of their own, and texts that they send link to the pages that `serve` shows.
"""

import logging
import re
from pathlib import Path

log = logging.getLogger(__name__)

DEFAULT_ORIGIN = "http://127.0.0.1:8000"
"""Where `serve` is by default."""

_KEPT = Path("var") / "origin"
"""In the folder that a trial is started from, beside its stores."""

_ORIGIN = re.compile(r"http://(?:[a-z0-9.-]+|\[[0-9a-f:]+\]):\d{1,5}")


def keep_origin(origin: str) -> None:
    """Let those that come after know where `serve` is; where it can't be written, links name the default."""
    try:
        _KEPT.parent.mkdir(exist_ok=True)
        _KEPT.write_text(f"{origin}\n", encoding="ascii")
    except (OSError, UnicodeEncodeError) as error:
        log.warning("%s can't be written, 'say' and 'chat' link to %s: %s", _KEPT, DEFAULT_ORIGIN, error)


def kept_origin() -> str:
    """Return where `serve` was when it ran here last, else where it is by default."""
    try:
        kept = _KEPT.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return DEFAULT_ORIGIN
    return kept if _ORIGIN.fullmatch(kept) else DEFAULT_ORIGIN
