"""The page with the three phones, and what its console complained of."""

from playwright.async_api import Locator, Page, expect

from tests.web.sim.serving import ServedSimulator

WATCH = (
    "addEventListener('securitypolicyviolation', (event) => console.error('CSP ' + event.violatedDirective));"
)


class Phones:
    def __init__(self, page: Page, served: ServedSimulator) -> None:
        self.page = page
        self.served = served
        self.complaints: list[str] = []
        self.addresses: list[str] = []
        page.on("console", lambda message: self._console(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.addresses.append(request.url))

    async def open(self) -> None:
        """Open the page and wait until it has its first news."""
        await self.page.add_init_script(WATCH)
        await self.page.goto(f"{self.served.url}/sim/")
        await expect(self.page.locator("#note")).to_have_text("Simulator. Nothing is sent to anyone.")

    def pane(self, name: str) -> Locator:
        """Return somebody's pane: `dispatcher`, `driver`, `customer`."""
        return self.page.locator(f"#{name}")

    def bubbles(self, name: str) -> Locator:
        """Return what stands on somebody's phone now, oldest first."""
        return self.pane(name).locator(".row:visible .bubble")

    def texts(self, name: str = "customer") -> Locator:
        """Return the owed or sent messages on somebody's phone."""
        return self.pane(name).locator(".row[data-status]:visible")

    async def type(self, name: str, text: str) -> None:
        """Type a line on somebody's phone and send it with Enter; return when it is answered."""
        line = self.pane(name).get_by_role("textbox")
        await line.fill(text)
        async with self.page.expect_response("**/sim/send"):
            await line.press("Enter")

    async def tap(self, name: str, label: str) -> None:
        """Tap a button or a word on somebody's phone: the newest one with that label."""
        button = self.pane(name).get_by_role("button", name=label, exact=True).last
        async with self.page.expect_response("**/sim/send"):
            await button.click()

    def _console(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.complaints.append(text)
