"""Schema: how documents of earlier versions become today's.

Schema 0 is how the business kept its jobs before: a bare list, or an object without `schema`, with nine
fields a job. Each upgrade is a pure function from one number to the next.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import phonenumbers
from pydantic import JsonValue

from core.ports import Unusable

SCHEMA = 1
"""The schema that this version reads and writes."""

_OLD_FIELDS = ("job_id", "tracking_token", "customer_name", "location", "amount_paid", "status", "created_at")


def upgraded(document: JsonValue, name: str) -> JsonValue:
    """Return `document` in today's schema. Raises Unusable for a newer one, or for what is no document."""
    version = _version(document, name)
    if version > SCHEMA:
        raise Unusable(
            f"{name} has schema {version}, this Quickdump reads up to {SCHEMA}: a newer one has written it. "
            "Install that version; nothing was written."
        )
    for step in range(version, SCHEMA):
        document = _UPGRADES[step](document, name)
    return document


def _version(document: JsonValue, name: str) -> int:
    if isinstance(document, list):
        return 0
    if not isinstance(document, dict):
        raise Unusable(f"{name} holds {type(document).__name__} where an object or a list of jobs belongs.")
    version = document.get("schema", 0)
    if not isinstance(version, int) or isinstance(version, bool) or version < 0:
        raise Unusable(f"{name}: schema is {version!r}, it must be a number like {SCHEMA}.")
    return version


def _from_0(document: JsonValue, name: str) -> JsonValue:
    """Number the old jobs by `created_at`; those of one moment stay in their order."""
    rest: dict[str, JsonValue] = {}
    if isinstance(document, dict):
        rest = {key: value for key, value in document.items() if key != "jobs"}
        document = document.get("jobs")
    if not isinstance(document, list):
        raise Unusable(f"{name} has neither a schema nor a list of jobs.")
    old = [_old_job(job, place, name) for place, job in enumerate(document)]
    old.sort(key=lambda job: datetime.fromisoformat(str(job["created_at"])))
    jobs: list[JsonValue] = [{**job, "number": number} for number, job in enumerate(old, start=1)]
    return {
        "revision": 0,
        "write_id": "",
        "next_number": len(jobs) + 1,
        **rest,
        "schema": 1,
        "jobs": jobs,
    }


def _old_job(job: JsonValue, place: int, name: str) -> dict[str, JsonValue]:
    if not isinstance(job, dict):
        raise Unusable(f"{name}: job {place} of the old list is no object.")
    missing = [field for field in _OLD_FIELDS if field not in job]
    if missing:
        label = job.get("job_id", f"at place {place}")
        raise Unusable(f"{name}: the old job {label} has no {', '.join(missing)}: add it, then try again.")
    created_at = _old_moment(job["created_at"], job, name)
    return {
        **job,
        "created_at": created_at,
        "closed_at": created_at if job["status"] in ("complete", "cancelled") else None,
        **_old_phone(job),
    }


def _old_moment(value: JsonValue, job: dict[str, JsonValue], name: str) -> str:
    """Return an old moment in UTC; one without a zone was UTC."""
    try:
        moment = datetime.fromisoformat(str(value))
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        label = job.get("job_id")
        raise Unusable(
            f"{name}: the old job {label} was created at {value!r}, which is no moment."
        ) from error
    return moment.isoformat().replace("+00:00", "Z")


def _old_phone(job: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the phone in E.164; words around it, or what is no number, are kept in the note."""
    typed = job.get("phone")
    if typed in (None, ""):
        return {"phone": None}
    phone = _in_e164(str(typed))
    if phone is not None and not re.search(r"[^0-9\s()+./-]", str(typed)):
        return {"phone": phone}
    note = job.get("note")
    kept = f"phone: {typed}"
    return {"phone": phone, "note": f"{note}; {kept}" if note else kept}


def _in_e164(typed: str) -> str | None:
    if re.fullmatch(r"\+[1-9][0-9]{6,14}", typed):
        return typed
    try:
        number = phonenumbers.parse(typed, "US")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


_UPGRADES: Mapping[int, Callable[[JsonValue, str], JsonValue]] = {0: _from_0}
"""By the schema that each one starts from."""
