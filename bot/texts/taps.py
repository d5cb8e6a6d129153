"""Taps in words: what is said to whoever presses a button."""

ON_IT = "On it …"
OUT_OF_DATE = "That button is out of date: this is how it stands now."

TOAST_LINES_MAX = 2
"""What changed, and whether the customer was texted: the rest stands on the card."""


def in_a_toast(text: str, *, whole: bool) -> str:
    """Return an answer in one line, as a toast shows it; `whole`: all of it, as far as there is room."""
    lines = [line for line in text.split("\n") if "://" not in line]
    return " ".join(lines if whole else lines[:TOAST_LINES_MAX])
