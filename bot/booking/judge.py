"""Judge: what was typed into a booking form becomes a command, or the words for what is wrong with it.

The page's own copy of the rules decides, whatever the sender's browser said: prices, lengths and the wording
of the consent are never taken from the form.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping

import phonenumbers

from bot.grammar.line import clean_line
from core.domain.commands import BookJob
from core.domain.record import Value
from core.pages.booking import BookingPage, ChoiceField, OwnField
from core.pages.booking_form import CONTACT, WHEN, Speech

NANP_COUNTRY_CODE = 1
_NANP = re.compile(r"1?([2-9]\d{2}[2-9]\d{6})")
_PHONE_TYPED = re.compile(r"[\d\s().+/·–-]+")
_ZIP = re.compile(r"\d{5}(?:-\d{4})?")
_NOT_MOBILE = {phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.TOLL_FREE}
_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Letters and digits that nobody mistakes for another one when they are read aloud."""
_REFERENCE_LENGTH = 6


class Faulty(Value):
    """What is wrong, by the field's name, in the form's order."""

    errors: dict[str, str]


def judge(page: BookingPage, fields: Mapping[str, str], speech: Speech, key: str) -> BookJob | Faulty:
    """Return the booking that these fields make, or what is wrong with them in the customer's words."""
    typed = {name: clean_line(value) for name, value in fields.items()}
    errors = {name: words for name, words in _faults(page, typed, speech) if words}
    if errors:
        return Faulty(errors=errors)
    english = Speech(words=speech.words, brand=speech.brand)
    return BookJob(
        customer_name=typed["name"],
        location=f"{typed['address']}, {typed['zip']}",
        amount_paid=page.price_of(typed),
        phone=nanp(typed["phone"]) or "",
        note=_note(page, typed, english),
        page=page.name,
        reference=reference_of(key),
        language=speech.language,
        consent_wording=speech.consent_wording if fields.get("consent") == "yes" else None,
    )


def nanp(typed: str) -> str | None:
    """Return the number of the North American plan that was typed, in E.164, or None.

    Any spelling is taken. Numbers that cost whoever texts them, or that no phone in a pocket has, are not.
    """
    if not _PHONE_TYPED.fullmatch(typed):
        return None
    digits = _NANP.fullmatch(re.sub(r"\D", "", typed))
    if digits is None:
        return None
    number = phonenumbers.parse(f"+1{digits[1]}")
    usable = phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) not in _NOT_MOBILE
    return f"+1{digits[1]}" if usable else None


def key_of(fields: Mapping[str, str], header: str | None, local_date: str) -> str:
    """Return what is the same for every repetition of one request.

    A form without a key (no JavaScript) is the same one as long as the same is sent on the same day.
    """
    for key in ((header or "").strip('"'), fields.get("key", "")):
        if _KEY.fullmatch(key):
            return key
    left_out = {"key", "spent_ms"}
    parts = [f"{name}={clean_line(value)}" for name, value in sorted(fields.items()) if name not in left_out]
    return hashlib.sha256("\n".join([local_date, *parts]).encode(errors="replace")).hexdigest()


def reference_of(key: str) -> str:
    """Return what the customer is shown: made from the key alone, so that it tells nothing of other jobs."""
    number = int.from_bytes(hashlib.sha256(f"reference|{key}".encode()).digest()[:8], "big")
    letters = []
    for _ in range(_REFERENCE_LENGTH):
        number, place = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[place])
    return "".join(letters)


def _faults(page: BookingPage, typed: Mapping[str, str], speech: Speech) -> Iterator[tuple[str, str | None]]:
    for name in CONTACT:
        yield name, _contact_fault(name, typed.get(name, ""), speech)
    for item in page.fields:
        yield item.name, _own_fault(item, typed.get(item.name, ""), speech)


def _contact_fault(name: str, value: str, speech: Speech) -> str | None:
    if not value:
        return speech(f"{name}_empty")
    if name == "phone":
        return None if nanp(value) else speech("phone_wrong")
    if name == "zip":
        return None if _ZIP.fullmatch(value) else speech("zip_wrong")
    return speech(f"{name}_long") if len(value) > CONTACT[name][0] else None


def _own_fault(item: OwnField, value: str, speech: Speech) -> str | None:
    label = item.label.in_(speech.language)
    if isinstance(item, ChoiceField):
        known = {option.value for option in item.options}
        return None if value in known else speech("choice_empty", field=label)
    if not value:
        return speech("text_empty", field=label) if item.required else None
    long = len(value) > item.length_max
    return speech("text_long", field=label, count=str(item.length_max)) if long else None


def _note(page: BookingPage, typed: Mapping[str, str], english: Speech) -> str:
    """Return the answers as a dispatcher reads them, in English but for what was typed."""
    parts = []
    for item in page.fields:
        answer = typed.get(item.name, "")
        if isinstance(item, ChoiceField):
            answer = next(option.label.en for option in item.options if option.value == answer)
        if answer:
            parts.append(f"{item.label.en.rstrip('?')}: {answer}")
    when = typed.get("when", WHEN[0])
    parts.append(english(f"when_{when if when in WHEN else WHEN[0]}"))
    return "; ".join(parts)
