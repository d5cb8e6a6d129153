"""What a customer's text asks for. Carrier words are read elsewhere, before this."""

import re

from core.domain import commands as c
from core.domain.job import folded

_OK = re.compile(r"(?:ok|okay|oki)\s*#?\s*(\d{1,9})?")
_TEXT_LENGTH_MAX = 1_600
"""The longest text that the provider delivers."""


def read_customer(text: str) -> c.Command | c.Query:
    """Return what a text from a customer's number asks for; whatever is no command is for the dispatcher."""
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
