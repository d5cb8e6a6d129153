"""axe: whether anybody is left out of what a page shows."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


async def nobody_is_left_out(page: Page, state: str) -> None:
    """Find neither a violation nor anything that the tool could not judge."""
    found = await Axe().run(page, options=RULES)
    assert found.response["violations"] == [], f"{state}: {found.generate_report()}"
    assert [check["id"] for check in found.response["incomplete"]] == [], state
