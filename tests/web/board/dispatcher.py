"""A dispatcher at the board: one page, and what its console complained of."""

from playwright.async_api import Page, expect

from tests.web.serving import ServedSite


class Dispatcher:
    """Drives the page of a signed-in dispatcher."""

    def __init__(self, page: Page, served: ServedSite) -> None:
        self.page = page
        self.served = served
        self.complaints: list[str] = []
        self.expected: tuple[str, ...] = ()
        """Words of complaints that a test means to cause."""
        page.on("console", lambda message: self._complain(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    async def open(self, path: str = "/") -> None:
        """Open the board and wait until it has its first answer."""
        await self.page.goto(self.served.url + path)
        await expect(self.page.locator("#page")).to_have_attribute("aria-busy", "false")

    async def wait_s(self, seconds: int) -> None:
        """Let time pass by the page's clock; what it asks for meanwhile is answered."""
        for _ in range(seconds):
            await self.page.clock.run_for(1000)
            await self.page.evaluate("() => fetch('/robots.txt').then((answer) => answer.text())")

    def column(self, number: int) -> str:
        """Return the selector of the n-th column, from 0."""
        return f".column:nth-of-type({number + 1})"

    async def names(self, number: int) -> list[str]:
        """Return the names on the cards of a column, from above."""
        return await self.page.locator(f"{self.column(number)} .job strong").all_inner_texts()

    def _complain(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and not any(words in text for words in self.expected):
            self.complaints.append(text)
