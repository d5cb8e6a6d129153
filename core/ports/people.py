"""The ways to people: texts and chat messages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.domain.record import Instant, Value
from core.domain.remedy import Remedy


class TextNotSent(Exception):
    """The provider did not take the text, for certain.

    `code` is the provider's; `permanent` tells whether trying again could help.
    """

    def __init__(
        self,
        code: str,
        *,
        permanent: bool,
        retry_after_s: float | None = None,
        remedy: Remedy | None = None,
    ) -> None:
        super().__init__(f"text not sent: {code}")
        self.remedy = remedy
        self.code = code
        self.permanent = permanent
        self.retry_after_s = retry_after_s


class TextOutcomeUnknown(Exception):
    """The provider's answer was lost: the text may have gone out."""


class ProviderText(Value):
    """A text as the provider lists it."""

    provider_id: str
    to: str
    sender: str | None
    body: str
    """As it was handed over, without what the provider may have put before it."""
    inbound: bool
    status: str
    """The provider's word for what became of it, as in its status callbacks."""
    created_at: Instant
    error_code: int | None
    remedy: Remedy | None = None
    """What is to be done about that code."""


class TextsNotListed(Exception):
    """The provider's list could not be read; try again later."""


class Texter(Protocol):
    """Sends SMS."""

    def send(self, *, to: str, body: str, message_id: str) -> str:
        """Hand one text to the provider and return its id there.

        `message_id` is ours; the provider's status callbacks carry it. Raises TextNotSent,
        TextOutcomeUnknown. Sends once, with a timeout shorter than the relay's claim.
        """

    def recent(self, *, to: str, since: datetime) -> Sequence[ProviderText]:
        """Return the provider's texts to a number since a moment, newest first. Raises TextsNotListed."""


class Chat(Protocol):
    """Shows messages in the chats of staff, and keeps to the pace that the service bears.

    `buttons` are (label, command) pairs; `revision` is that of the job that they were made from.
    """

    async def post(
        self,
        *,
        chat: int,
        body: str,
        buttons: tuple[tuple[str, str], ...] = (),
        revision: int | None = None,
        reply_to: int | None = None,
    ) -> int:
        """Send one message, as a reply to `reply_to` where that is still there; return its id in the chat.

        Raises TextNotSent, TextOutcomeUnknown. Sends once.
        """

    async def edit(
        self,
        *,
        chat: int,
        message: int,
        body: str | None,
        buttons: tuple[tuple[str, str], ...],
        revision: int | None,
    ) -> None:
        """Let a message of ours show this; None leaves its words as they are.

        May be repeated as often as one likes. Raises as `post`; permanent, where there is no such message.
        """

    def edit_wait_s(self, chat: int) -> float:
        """Return in how many seconds this chat takes an edit; 0: now."""
