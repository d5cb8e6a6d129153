"""A chat that keeps its messages as they were shown, one after the other."""

from dataclasses import dataclass, field

from core.ports import TextNotSent


@dataclass
class FakeChat:
    """Implements `core.ports.Chat`."""

    shown: list[tuple[int, int, str, tuple[tuple[str, str], ...]]] = field(default_factory=list)
    """Chat, message, words, buttons; the same message again for each edit."""
    fails: bool = False

    async def post(
        self,
        *,
        chat: int,
        body: str,
        buttons: tuple[tuple[str, str], ...] = (),
        revision: int | None = None,
        reply_to: int | None = None,
    ) -> int:
        del revision, reply_to
        if self.fails:
            raise TextNotSent("blocked", permanent=True)
        message = len({shown[1] for shown in self.shown}) + 1
        self.shown.append((chat, message, body, buttons))
        return message

    async def edit(
        self,
        *,
        chat: int,
        message: int,
        body: str | None,
        buttons: tuple[tuple[str, str], ...],
        revision: int | None,
    ) -> None:
        del revision
        assert any(shown[:2] == (chat, message) for shown in self.shown)
        self.shown.append((chat, message, body or "", buttons))

    def edit_wait_s(self, chat: int) -> float:
        del chat
        return 0.0
