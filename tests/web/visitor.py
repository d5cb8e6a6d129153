"""A visitor of the site: one browser page, its clock, what it asked for and what went wrong in it."""

import json
from typing import Any

from playwright.async_api import Page, Request, expect

from tests.web.serving import ServedSite
from tests.web.views import TOKEN

VIEW_KEY = f"t/{TOKEN}.json"
WATCH = """
addEventListener("securitypolicyviolation", (event) => console.error("CSP " + event.violatedDirective));
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts.push(entry.value);
}).observe({ type: "layout-shift", buffered: true });
window.seen = "visible";
Object.defineProperty(document, "visibilityState", { get: () => window.seen });
Object.defineProperty(document, "hidden", { get: () => window.seen === "hidden" });
"""


class Visitor:
    """Drives one page; `polls` are the requests for the view, `complaints` what its console complained of."""

    def __init__(self, page: Page, served: ServedSite) -> None:
        self.page = page
        self.served = served
        self.polls: list[Request] = []
        self.complaints: list[str] = []
        self.addresses: list[str] = []
        self._under_way: set[Request] = set()
        self._watched = False
        page.on("console", lambda message: self._console(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._request)
        page.on("requestfinished", self._over)
        page.on("requestfailed", self._over)

    def put(self, view: dict[str, Any]) -> None:
        """Write the view as the relay would."""
        body = json.dumps(view).encode()
        cache = "public, max-age=0, s-maxage=2, stale-if-error=60"
        self.served.site.put(VIEW_KEY, body, content_type="application/json", cache_control=cache)

    async def open(
        self, path: str = f"/track/{TOKEN}", *, clock: bool = False, seen: str = "visible"
    ) -> None:
        """Open the page and wait until it has its first answer."""
        if not self._watched:
            self._watched = True
            await self.page.add_init_script(WATCH.replace('"visible"', f'"{seen}"'))
        if clock:
            await self.page.clock.install()
        await self.page.goto(self.served.url + path)
        if seen == "visible" and await self.page.locator("#page").count():
            await expect(self.page.locator("#page")).to_have_attribute("aria-busy", "false")

    async def wait_ms(self, ms: int, *, step_ms: int = 1000) -> None:
        """Let time pass by the page's clock; what it asks for meanwhile is answered."""
        for _ in range(0, ms, step_ms):
            await self.page.clock.run_for(min(step_ms, ms))
            await self.settle()

    async def settle(self) -> None:
        """Return when nothing is under way. Each turn is a round trip to the server, not a sleep."""
        while True:
            await self.page.evaluate("() => fetch('/robots.txt').then((response) => response.text())")
            if not self._under_way:
                return

    async def look(self, seen: str) -> None:
        """Hide the page, or come back to it."""
        await self.page.evaluate(
            "(seen) => { window.seen = seen; document.dispatchEvent(new Event('visibilitychange')); }", seen
        )

    async def shift(self) -> float:
        """Return the sum of all layout shifts so far; the picture makes sure that a frame was drawn."""
        await self.page.screenshot()
        return float(await self.page.evaluate("() => window.shifts.reduce((sum, value) => sum + value, 0)"))

    async def text(self, selector: str) -> str:
        return await self.page.locator(selector).inner_text()

    def _console(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.complaints.append(text)

    def _request(self, request: Request) -> None:
        if request.url.endswith("/robots.txt"):
            return
        self.addresses.append(request.url)
        self._under_way.add(request)
        if "/t/" in request.url:
            self.polls.append(request)

    def _over(self, request: Request) -> None:
        self._under_way.discard(request)
