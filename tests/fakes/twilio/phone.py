"""The driver's side: somebody's phone, which gets texts and writes some."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.fakes.twilio.texts import Posted, Text


@dataclass(eq=False)
class FakePhone:
    """A phone in somebody's hand."""

    number: str
    _write: Callable[["FakePhone", str, str | None, tuple[str, ...]], list[Posted]]
    received: list[Text] = field(default_factory=list)
    """What reached the handset, oldest first."""

    @property
    def last(self) -> Text:
        """The newest text. Raises LookupError where there is none."""
        if not self.received:
            raise LookupError(f"nothing has reached {self.number}")
        return self.received[-1]

    def text(self, body: str, to: str | None = None, media: tuple[str, ...] = ()) -> list[Posted]:
        """Write to the business; return the calls of its webhook. It blocks: from async code, use a thread.

        `to` is needed only where the account has several numbers; `media` are the kinds of its pictures.
        """
        return self._write(self, body, to, media)
