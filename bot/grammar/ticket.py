"""Scale tickets: `ticket 12 3.2 tons $84`, and as a reply to the job's card just `3.2 tons $84`."""

import re
from decimal import Decimal

from bot.grammar.reference import OUTRIGHT
from bot.grammar.result import Misread, Unclear
from core.domain import commands as c

_NUMBER = r"(\d{1,3}(?:,\d{3})+|\d{1,6})((?:\.\d{1,2})?)"
_TONS = re.compile(rf"(?<![\w$.]){_NUMBER}\s*(?:tons?|tn|t)\b", re.IGNORECASE)
_FEE = re.compile(
    rf"(?:\bfee\s*:?\s*)?\$\s*{_NUMBER}(?![\w.])|\bfee\s*:?\s*{_NUMBER}(?![\w.])|(?<![\w.]){_NUMBER}\s*"
    r"(?:dollars|bucks|usd)\b",
    re.IGNORECASE,
)
_JOB = re.compile(rf"({OUTRIGHT})(?:\s+|$)")

TONS_MAX = 100


def read_ticket(rest: str, context: str | None) -> c.RecordTicket | Unclear:
    """Read weight and fee, each with its unit, in any order; the job stands first, or is that of the card."""
    weight, left = _taken(_TONS, rest)
    fee, left = _taken(_FEE, left)
    left = left.strip(" ,;.:")
    job = _JOB.fullmatch(left)
    ref = job[1] if job else context
    strange = left and not job
    if strange or (weight is None and fee is None) or (weight is not None and weight > TONS_MAX):
        return Unclear(verb="ticket", fault=Misread.NEEDS_TICKET, value=left, ref=ref)
    return c.RecordTicket(ref=ref, tons=weight, fee=fee)


def _taken(pattern: "re.Pattern[str]", text: str) -> tuple[Decimal | None, str]:
    """Return the amount that `pattern` finds, and the text without it."""
    match = pattern.search(text)
    if match is None:
        return None, text
    groups = [group for group in match.groups() if group is not None]
    amount = Decimal("".join(groups).replace(",", ""))
    return amount, f"{text[: match.start()]} {text[match.end() :]}".strip()
