"""Faults in words: what people hear when the store fails them."""

from bot.texts.reply import Reply


def store_down(why: str) -> Reply:
    """Return the answer where the store could not be used: nothing was changed."""
    return Reply(kind="down", text=f"Nothing was changed: {why}\nSend it again in a minute.")


def busy(why: str) -> Reply:
    """Return the answer where others were always first: nothing was changed."""
    return Reply(kind="down", text=f"Busy: {why}.")


def unknown_outcome() -> Reply:
    """Return the answer where it is not known whether a change was saved."""
    return Reply(
        kind="unknown",
        text="It is not known yet whether that was saved. You will hear; don't send it again before.",
    )


def settled(line: str, answer: str) -> str:
    """Return what somebody hears about a line once its outcome is known."""
    return f"About '{line.strip()[:60]}', which was in doubt:\n{answer}"
