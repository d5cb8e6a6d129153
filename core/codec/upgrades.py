"""Upgrades: documents of older schemas, made into the next one, one function a schema."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import phonenumbers
from pydantic import JsonValue

from core.codec.document import TOP_LEVEL
from core.domain.flow import DEFAULT_FLOW, FINISHED
from core.domain.job import Job

Fields = dict[str, JsonValue]


class CannotUpgrade(ValueError):
    """The old document says something that can't be carried over; the message says where and what."""


def from_0(found: JsonValue, region: str) -> JsonValue:
    """Return schema 1 from how the business kept its jobs before.

    Schema 0 is a bare list of jobs in nine fields, or an object with such a list as `jobs`. The jobs are
    numbered in the order of `created_at`. Fields that we don't know are kept. A job without `phone` has
    none; one without `status_flow` has the usual one. Raises CannotUpgrade.
    """
    top = found if isinstance(found, dict) else {"jobs": found}
    strange = [name for name in TOP_LEVEL if name in top and name != "jobs"]
    if strange:
        raise CannotUpgrade(
            f'schema is missing, but there is {strange[0]}: if it was lost in an edit, put "schema": 1 back'
        )
    jobs = top.get("jobs")
    if not isinstance(jobs, list):
        raise CannotUpgrade("there is no list of jobs in it")
    dated = [_job_from_0(job, position, region) for position, job in enumerate(jobs, 1)]
    dated.sort(key=lambda entry: entry[0])
    numbered: list[JsonValue] = [
        {"job_id": job.pop("job_id"), "number": number, **job} for number, (_, job) in enumerate(dated, 1)
    ]
    others = {name: value for name, value in top.items() if name != "jobs"}
    return {
        "schema": 1,
        "revision": 0,
        "write_id": "",
        "recent_writes": [],
        "next_number": len(numbered) + 1,
        "jobs": numbered,
        "people": [],
        "messages": [],
        "opt_outs": [],
        "causes": [],
        "cards": [],
        "log": [],
        **others,
    }


UPGRADES: Mapping[int, Callable[[JsonValue, str], JsonValue]] = {0: from_0}
"""By the number of the schema that they start from; each leads to the next number."""

_NEEDED_IN_0 = (
    "job_id",
    "tracking_token",
    "customer_name",
    "location",
    "amount_paid",
    "status",
    "created_at",
)
_KNOWN_IN_0 = (*_NEEDED_IN_0, "status_flow", "phone", "note")

_FINISHED = tuple(status.value for status in FINISHED)

_DOLLARS = re.compile(r"\$? ?(\d{1,3}(?:,\d{3})+|\d{1,13})(\.\d{1,2})?", re.ASCII)


def _job_from_0(found: JsonValue, position: int, region: str) -> tuple[datetime, Fields]:
    """Return when the job was created, to sort it by, and its fields in schema 1."""
    if not isinstance(found, dict):
        raise CannotUpgrade(f"job no. {position} is {found!r:.80} instead of an object")
    label = f"job no. {position} ({found.get('job_id', 'without job_id')})"
    missing = [field for field in _NEEDED_IN_0 if field not in found]
    if missing:
        raise CannotUpgrade(f"{label} has no {missing[0]}")
    strange = [field for field in Job.model_fields if field in found and field not in _KNOWN_IN_0]
    if strange:
        raise CannotUpgrade(
            f"{label} has {strange[0]}, which schema 0 did not have: rename it, or put the file's "
            '"schema": 1 back if it was lost in an edit'
        )
    created = _moment(found["created_at"], label)
    written = created.isoformat().replace("+00:00", "Z")
    phone, unread = _phone(found.get("phone"), region)
    fields: Fields = {
        **found,
        "amount_paid": _dollars(found["amount_paid"], label),
        "status_flow": _usual_flow() if found.get("status_flow") is None else found["status_flow"],
        "created_at": written,
        "phone": phone,
        "note": _note(found.get("note"), unread, label),
        "when": None,
    }
    if found["status"] in _FINISHED:
        # Schema 0 doesn't tell when. The earliest moment that it can have been lets old links expire.
        fields["closed_at"] = written
    return created, fields


def _usual_flow() -> JsonValue:
    return [status.value for status in DEFAULT_FLOW]


def _moment(value: JsonValue, label: str) -> datetime:
    """Read `created_at`; one without a zone is taken as UTC, which is what a server's clock showed."""
    try:
        moment = datetime.fromisoformat(str(value))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise CannotUpgrade(
            f"{label}: created_at is {value!r:.80}: write it as 2024-05-23T17:04:05Z"
        ) from error


def _dollars(value: JsonValue, label: str) -> JsonValue:
    """Read `amount_paid`: a number, or a text such as `600`, `$1,250.50`."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    match = _DOLLARS.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise CannotUpgrade(f"{label}: amount_paid is {value!r:.80}: write a number of dollars, like 600")
    digits = match[1].replace(",", "") + (match[2] or "")
    return float(digits) if "." in digits else int(digits)


def _phone(value: JsonValue, region: str) -> tuple[str | None, str | None]:
    """Return the number in E.164, or None and what stood there, so that a person can make sense of it."""
    if value is None or value == "":
        return None, None
    text = str(value)
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None, text
    # Somebody who wrote a country code knew what he did: then the length is enough.
    fits = phonenumbers.is_possible_number if text.startswith("+") else phonenumbers.is_valid_number
    if number.extension or not fits(number):
        return None, text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), None


def _note(note: JsonValue, unread_phone: str | None, label: str) -> str | None:
    if note is not None and not isinstance(note, str):
        raise CannotUpgrade(f"{label}: note is {note!r:.80}: write a text, or null")
    if unread_phone is None:
        return note
    return f"{note}\nphone: {unread_phone}" if note else f"phone: {unread_phone}"
