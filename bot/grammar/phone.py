"""Phones: the first valid number of a line, and what is said of the others (GRAMMAR 3)."""

import re

import phonenumbers

from core.domain.record import Value

_GROUPS = re.compile(
    r"(?<![\w$.,+-])(?:(?:\+?1[\s./-]{0,2})?\(?\d{3}\)?[\s./-]{0,2}\d{3}[\s./-]{0,2}\d{4})(?![\d])(?!-\d)(?![,.]\d)"
)
"""3-3-4 and 1-3-3-4 digits in any usual punctuation."""

_INTERNATIONAL = re.compile(r"(?<![\w$])\+\d[\d\s().-]{5,20}\d")
_RUN = re.compile(r"(?<![\w$.,-])\d{10,11}(?![\w]|[.,]\d)")
_SEVEN = re.compile(r"(?<![\w$.,/-])(?:\d{3}[-.]\d{4}|\d{7})(?![\w-]|[.,]\d)")
_LABEL = re.compile(
    r"(?:^|(?<=[\s,(]))(?:cell(?:phone)?|mobile|mob|phone|ph|tel|telephone|call|contact|number|c|p)\s?[.:#]?\s?(?:no\.?\s?)?$",
    re.IGNORECASE,
)
_EXTENSION = re.compile(r"\s*,?\s*(?:ext\.?|extension|x)\s?\.?:?\s?(\d{1,6})(?!\d)", re.IGNORECASE)


class PhoneError(Exception):
    """Something in the line can only be a phone number, and is no valid one."""

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.value = value


class FoundPhone(Value):
    """The phone of a line, and the line without it."""

    phone: str | None
    """E.164, or None where the line has none."""
    rest: str
    remarks: tuple[str, ...] = ()
    """What goes into the note: further numbers and extensions, as typed."""
    toll_free: bool = False


def find_phone(line: str, region: str) -> FoundPhone:
    """Return the first valid number of `line`, E.164. Raises PhoneError for what must be one and is none."""
    first: phonenumbers.PhoneNumber | None = None
    remarks: list[str] = []
    while (found := _next(line, region)) is not None:
        number, start, end = found
        before, after = line[:start], line[end:]
        if label := _LABEL.search(before):
            before = before[: label.start()]
        if extension := _EXTENSION.match(after):
            after = after[extension.end() :]
            remarks.append(f"ext {extension[1]}")
        elif number.extension:
            remarks.append(f"ext {number.extension}")
        if first is None:
            first = number
        else:
            remarks.insert(len(remarks) - bool(number.extension or extension), line[start:end].strip())
        line = _joined(before, after)
    _refuse_others(line)
    if first is None:
        return FoundPhone(phone=None, rest=line)
    kind = phonenumbers.number_type(first)
    return FoundPhone(
        phone=_e164(first),
        rest=line,
        remarks=tuple(remarks),
        toll_free=kind == phonenumbers.PhoneNumberType.TOLL_FREE,
    )


def read_phone(text: str, region: str) -> str | None:
    """Return the number that the whole of `text` is, in E.164, or None."""
    try:
        found = find_phone(text.strip(), region)
    except PhoneError:
        return None
    return found.phone if not found.rest and not found.remarks else None


def _next(line: str, region: str) -> tuple[phonenumbers.PhoneNumber, int, int] | None:
    """Return the first valid number with its place, or None."""
    candidates = []
    for match in _GROUPS.finditer(line):
        number = _valid(match[0], region)
        if number is not None:
            candidates.append((match.start(), match.end(), number))
    candidates += [
        (found.start, found.end, found.number)
        for found in phonenumbers.PhoneNumberMatcher(line, region)
        # What stands glued to a `$` or in a longer word is no number, whatever its digits say.
        if line[: found.start][-1:] not in {"$", "-"} and _at_home(found.number, found.raw_string, region)
    ]
    if not candidates:
        return None
    start, end, number = min(candidates, key=lambda candidate: (candidate[0], -candidate[1]))
    return number, start, end


def _valid(text: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) and _at_home(number, text, region) else None


def _at_home(number: phonenumbers.PhoneNumber, typed: str, region: str) -> bool:
    """Tell whether a number without a `+` is one of the business's own country."""
    return "+" in typed or phonenumbers.region_code_for_number(number) == region


def _refuse_others(line: str) -> None:
    for pattern in (_INTERNATIONAL, _GROUPS, _RUN, _SEVEN):
        if match := pattern.search(line):
            raise PhoneError(match[0].strip())


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _joined(before: str, after: str) -> str:
    before, after = before.rstrip(), after.lstrip()
    before = before.removesuffix("(").rstrip()
    after = after.removeprefix(")").lstrip()
    joined = f"{before} {after}" if before and after and not after.startswith(",") else before + after
    joined = re.sub(r"(?:,\s*){2,}", ", ", joined)
    return joined.strip(" ,")
