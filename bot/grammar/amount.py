"""Amounts: `$600`, `1,250`, `600 dollars all-in` (GRAMMAR 5)."""

import re
from decimal import Decimal
from enum import StrEnum

from bot.grammar.vocabulary import STATES
from core.domain.record import Value

AMOUNT_MAX = Decimal(100_000)


class AmountFault(StrEnum):
    """What is wrong with an amount."""

    SEVERAL = "several"
    NEGATIVE = "negative"
    ZERO = "zero"
    TOO_MUCH = "too_much"
    FOREIGN = "foreign"
    """Another currency than US dollars."""
    FORM = "form"
    """`$1.2k`, `$600-700`, `1,25`, three decimals: no plain amount."""


class AmountError(Exception):
    """There is an amount, but not a good one."""

    def __init__(self, value: str, why: AmountFault) -> None:
        super().__init__(value)
        self.value = value
        self.why = why


class Found(Value):
    """An amount and what is left of the line without it."""

    amount: Decimal | None
    rest: str


_NUMBER = r"\d[\d,]*(?:\.\d*)?"
_FILLER = r"(?:for|all[ -]in|flat|total|cash)"
_MARKED = re.compile(
    # `$600`, `US$ 600`, `USD 600`: whatever is glued to the number belongs to it, so that `$6oo` is seen.
    r"(?<![\w$])(?P<minus>-\s?)?(?:US\s?\$|\$|USD(?=\s?\d))\s?(?P<minus2>-\s?)?(?P<before>\d[^\s]*)"
    rf"|(?<![\w.,$])(?P<minus3>-)?(?P<after>{_NUMBER})(?:\$(?!\d)|\s?(?:dollars?|bucks|usd)\b)",
    re.IGNORECASE,
)
_FOREIGN = re.compile(
    r"[€£¥₹]\s?\d[\d.,]*|\d[\d.,]*\s?[€£¥₹]|(?<!\w)\d[\d.,]*\s?(?:euros?|eur|pesos?)\b", re.IGNORECASE
)
_GOOD = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,2})?")
_NUMBERLIKE = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_TIED = re.compile(
    r"(?:route|rt|rte|hwy|highway|i|apt|unit|ste|suite|lot|bldg|building|floor|fl|room|rm|#|sr)\.?",
    re.IGNORECASE,
)
"""Words whose number names a place."""


def find_amount(line: str) -> Found:
    """Return the one amount of a line and the line without it. Raises AmountError."""
    if foreign := _FOREIGN.search(line):
        raise AmountError(foreign[0], AmountFault.FOREIGN)
    marked = list(_MARKED.finditer(line))
    if marked:
        return _marked(line, marked)
    return _unmarked(line)


def read_amount(text: str) -> Decimal | None:
    """Return the amount that the whole of `text` is, or None."""
    try:
        found = find_amount(text.strip())
    except AmountError:
        return None
    return found.amount if not found.rest else None


def is_plain_number(token: str) -> bool:
    """Tell whether a word is a number as amounts are written."""
    return _GOOD.fullmatch(token) is not None


def _marked(line: str, marked: list[re.Match[str]]) -> Found:
    amounts = {_value(match) for match in marked}
    if len(amounts) > 1:
        raise AmountError(" and ".join(match[0].strip() for match in marked), AmountFault.SEVERAL)
    rest = line
    for match in reversed(marked):
        before, after = rest[: match.start()].removesuffix("("), rest[match.end() :]
        glued = re.match(r"[.,;!?)]*", match["before"][::-1])[0] if match["before"] else ""  # type: ignore[index] # matches the empty string
        comma = ", " if "," in glued else " "
        rest = _without_fillers(before, after, comma)
    parts = rest.split(", ")
    lone = [part for part in parts if is_plain_number(part) and Decimal(part.replace(",", "")) not in amounts]
    if lone and len(parts) > 1:
        raise AmountError(f"{marked[0][0].strip()} and {lone[0]}", AmountFault.SEVERAL)
    return Found(amount=amounts.pop(), rest=rest)


def _value(match: re.Match[str]) -> Decimal:
    text = (match["before"] or match["after"]).rstrip(".,;!?)")
    if match["minus"] or match["minus2"] or match["minus3"]:
        raise AmountError(match[0].strip(), AmountFault.NEGATIVE)
    return _checked(text, match[0].strip())


def _checked(text: str, shown: str) -> Decimal:
    if not _GOOD.fullmatch(text):
        raise AmountError(shown, AmountFault.FORM)
    amount = Decimal(text.replace(",", ""))
    if amount == 0:
        raise AmountError(shown, AmountFault.ZERO)
    if amount > AMOUNT_MAX:
        raise AmountError(shown, AmountFault.TOO_MUCH)
    return amount


def _without_fillers(before: str, after: str, comma: str) -> str:
    while match := re.search(rf"(?:^|(?<=[\s,])){_FILLER}[\s,]*$", before, re.IGNORECASE):
        before = before[: match.start()]
    while match := re.match(rf"\s*{_FILLER}(?=[\s,.!?]|$)", after, re.IGNORECASE):
        after = after[match.end() :]
    return _joined(before, after, comma)


def _joined(before: str, after: str, comma: str = " ") -> str:
    joined = (
        f"{before.rstrip()}{comma}{after.lstrip()}" if before.strip() and after.strip() else before + after
    )
    joined = re.sub(r"\s+,", ",", joined)
    joined = re.sub(r"(?:,\s*){2,}", ", ", joined)
    return re.sub(r"\s+", " ", joined).strip(" ,")


def _unmarked(line: str) -> Found:
    line = re.sub(r"[.!?\s]+$", "", line)
    trimmed = line
    while match := re.search(rf"[\s,]+{_FILLER}$", trimmed, re.IGNORECASE):
        trimmed = trimmed[: match.start()]
    parts = trimmed.split(", ")
    lone = [part for part in parts if re.fullmatch(rf"(?:for )?{_NUMBERLIKE.pattern}", part, re.IGNORECASE)]
    if len(lone) == 1 and len(parts) > 1:
        kept = [part for part in parts if part != lone[0]]
        return Found(amount=_plain_value(lone[0].split(" ")[-1]), rest=", ".join(kept))
    last = parts[-1].split(" ")
    if not _NUMBERLIKE.fullmatch(last[-1]) or _names_a_place(last):
        return Found(amount=None, rest=line)
    amount = _plain_value(last[-1])
    return Found(amount=amount, rest=_without_fillers(trimmed[: -len(last[-1])], "", " "))


def _plain_value(token: str) -> Decimal:
    if token.startswith("-"):
        raise AmountError(token, AmountFault.NEGATIVE)
    return _checked(token, token)


_ZIP_LENGTH = 5


def _names_a_place(words: list[str]) -> bool:
    """Tell whether the last number of a part is a ZIP code or belongs to a road, a unit or the like."""
    if len(words) == 1:
        return False
    before, last = words[-2], words[-1]
    if _TIED.fullmatch(before):
        return True
    if len(last) == _ZIP_LENGTH and last.isdigit():
        return before.lower() in STATES or any(character.isalpha() for character in " ".join(words[:-1]))
    return False
