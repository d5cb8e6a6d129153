"""What a screen reader is told of a page, beside what it was told before."""

from pathlib import Path

import pytest
from playwright.async_api import Page

GOLDEN = Path(__file__).parent / "golden"


async def same_as_golden(page: Page, name: str, *, part: str = "body") -> None:
    """Compare what is told of `part` with `golden/NAME.yaml`.

    Without the file, write it and ask somebody to read it.
    """
    told = await page.locator(part).aria_snapshot() + "\n"
    file = GOLDEN / f"{name}.yaml"
    if not file.exists():
        file.parent.mkdir(exist_ok=True)
        file.write_text(told, encoding="utf-8")
        pytest.fail(f"{file} was not there and is written now: read it, and keep it if it is right")
    assert told == file.read_text(encoding="utf-8")
