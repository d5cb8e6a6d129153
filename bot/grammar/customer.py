"""What a customer's text asks for; what it says about the right to text him comes first."""

import re

from bot.grammar.carrier_words import classify
from core.domain import commands as c
from core.domain.job import folded

_OK = re.compile(r"(?:ok|okay|oki)\s*#?\s*(\d{1,9})?")
_TEXT_LENGTH_MAX = 1_600
"""The longest text that the provider delivers."""


def read_customer(text: str) -> c.Command | c.Query:
    """Return what a text from a customer's number asks for; whatever is no command is for the dispatcher."""
    about_texts = _about_texts(text)
    if about_texts is not None:
        return about_texts
    words = re.sub(r"[^\w# ]+", " ", folded(text)).strip()
    if match := _OK.fullmatch(re.sub(r"\s+", " ", words)):
        return c.ConfirmByCustomer(number=int(match[1]) if match[1] else None)
    match words:
        case "status":
            return c.ShowStatus()
        case "estado":
            return c.ShowStatus(language="es")
        case "espanol" | "spanish":
            return c.ChooseLanguage(language="es")
        case "ingles" | "english":
            return c.ChooseLanguage(language="en")
        case _:
            return c.WriteToDispatcher(text=text.strip()[:_TEXT_LENGTH_MAX] or "(empty)")


def _about_texts(text: str) -> c.Command | c.Query | None:
    words = text.strip()[:_TEXT_LENGTH_MAX]
    match classify(text):
        case "opt_out":
            return c.OptOutByCustomer(words=words)
        case "ask":
            return c.AskOptOut(words=words)
        case "opt_in":
            return c.OptInByCustomer(words=words)
        case "help":
            # By SMS the provider answers it, and it does not come so far.
            return c.ShowWords()
        case None:
            return None
