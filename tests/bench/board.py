"""The dashboard in Chromium: from the address to the cards, and from a key to its paint."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from core.domain.session import login_link
from tests.bench.figure import Figure, median, share
from tests.bench.place import Place
from tests.chromium import LAUNCH_FLAGS, find
from tests.web.board.boards import many, write
from tests.web.serving import KEY, ServedSite

LOADS = 5
WORDS = "reyes 77 elm"
PAINT_MS_MAX = 1_000
KEY_MS_MAX = {1_000: 100, 10_000: 200}

PAINTED = """
() => new Promise((done) => {
  const look = () => document.querySelector("a.job")
    ? requestAnimationFrame(() => setTimeout(() => done(performance.now())))
    : requestAnimationFrame(look);
  look();
})
"""
TYPED = """
async (words) => {
  const query = document.getElementById("query");
  const took = [];
  for (let end = 1; end <= words.length; end += 1) {
    query.value = words.slice(0, end);
    const start = performance.now();
    query.dispatchEvent(new Event("input"));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    took.push(performance.now() - start);
  }
  return took;
}
"""


def measure(place: Place) -> list[Figure]:
    """Return paint and keystroke times of boards of 1,000 and 10,000 jobs, in ms."""
    del place
    return asyncio.run(_measure())


async def _measure() -> list[Figure]:
    figures = []
    with ServedSite() as served:
        async with async_playwright() as playwright:
            path = find(cached=lambda: Path(playwright.chromium.executable_path))
            browser = await playwright.chromium.launch(executable_path=path, args=LAUNCH_FLAGS)
            for jobs, key_ms_max in KEY_MS_MAX.items():
                now = datetime.now(UTC)  # noqa: TID251 - the browser counts from the machine's clock
                write(served.site, many(now, jobs), now)
                paints, keys = await _board(browser, served)
                figures += [
                    Figure(
                        name=f"board of {jobs:,} jobs: first paint, ms",
                        value=median(paints),
                        at_most=PAINT_MS_MAX,
                    ),
                    Figure(
                        name=f"board of {jobs:,} jobs: key to paint, p95, ms",
                        value=share(keys, 0.95),
                        at_most=key_ms_max,
                    ),
                ]
            await browser.close()
    return figures


async def _board(browser: Browser, served: ServedSite) -> tuple[list[float], list[float]]:
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    page: Page = await context.new_page()
    await page.goto(login_link(served.url, "dana", key=KEY, now=served.clock.now()))
    paints, keys = [], []
    for _ in range(LOADS):
        await page.goto(served.url + "/")
        paints.append(await page.evaluate(PAINTED))
        keys += await page.evaluate(TYPED, WORDS)
    await context.close()
    return paints, keys
