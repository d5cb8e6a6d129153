"""Reply: what a channel shows as the answer to a line."""

from collections.abc import Iterable
from typing import Literal

from core.domain.job import Job
from core.domain.outbox import Message, MessageButton
from core.domain.record import Value


class Button(Value):
    """Something to tap: its label, and the whole line that it stands for."""

    label: str
    command: str


def as_message_buttons(buttons: Iterable[Button]) -> tuple[MessageButton, ...]:
    """Return buttons as a message of the outbox carries them."""
    return tuple(MessageButton(label=button.label, command=button.command) for button in buttons)


class Attachment(Value):
    """A file that comes with an answer. A channel that can't carry it shows the text alone."""

    name: str
    content_type: str
    content: bytes


class Reply(Value):
    """The answer to one line."""

    kind: Literal["done", "shown", "refused", "question", "down", "unknown"]
    text: str
    buttons: tuple[Button, ...] = ()
    job: Job | None = None
    """The job that it is about, as it stands after the line."""
    is_card: bool = False
    """Whether it stands for the job's card: where a chat has cards, it is one from then on."""
    messages: tuple[Message, ...] = ()
    """What became owed by it, with the words as they would go out now."""
    attachment: Attachment | None = None

    @property
    def ok(self) -> bool:
        """Whether something was done or shown."""
        return self.kind in {"done", "shown"}
