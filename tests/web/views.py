"""Tracking views as the relay would write them."""

from typing import Any

from core.domain.flow import DEFAULT_FLOW

TOKEN = "k3Jx90QzVb7LmNcR2sTdWy"
FLOW = [str(status) for status in DEFAULT_FLOW]
STATES = [*FLOW, "cancelled", "expired", "revoked"]
BUSINESS = {"name": "Acme Hauling", "phone": "+16025550100", "phone_text": "(602) 555-0100"}
_HOURS = ["9:05", "9:12", "2:50", "3:41", "4:02"]
_TIMES = [
    {
        "en": f"Mon, Nov 23, {hour} {'AM' if hour[0] == '9' else 'PM'}",
        "es": f"lun 23 nov, {hour} {'a' if hour[0] == '9' else 'p'}. m.",
    }
    for hour in _HOURS
]


def view(state: str, *, revision: int = 1, language: str = "en", **changes: Any) -> dict[str, Any]:
    """Return the view of a job that stands at `state`: a status, or `expired` or `revoked`."""
    if state in {"expired", "revoked"}:
        return {"schema": 1, "revision": revision, "state": state, "business": BUSINESS} | changes
    at = FLOW.index(state) if state in FLOW else 1
    return {
        "schema": 1,
        "revision": revision,
        "state": "live",
        "business": BUSINESS,
        "language": language,
        "first_name": "Mark",
        "status": state,
        "steps": [_step(index, at, state) for index in range(len(FLOW))],
        "price": "$600",
        "driver": "Joe" if at else None,
        "eta": {"en": "2:30 – 3:00 PM", "es": "2:30 – 3:00 p. m."} if state == FLOW[1] else None,
        "cancelled_at": _TIMES[2] if state == "cancelled" else None,
        "updated": {"en": "2:50 PM MST", "es": "2:50 p. m. MST"},
        "proofs": [],
        "done": state in {"complete", "cancelled"},
    } | changes


def _step(index: int, at: int, state: str) -> dict[str, Any]:
    done = index < at or state == "complete"
    return {
        "status": FLOW[index],
        "state": "done" if done else "current" if index == at else "next",
        "at": _TIMES[index] if index <= at else None,
    }
