"""Record: the base of everything that is kept in the state."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, PlainSerializer, StringConstraints


class Record(BaseModel):
    """A frozen, strictly typed value that is stored.

    Fields that this version does not know are kept as they are and written back: somebody else may have put
    them there, and nothing that is stored gets lost by being read.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="allow")


class Value(BaseModel):
    """A frozen, strictly typed value that is never stored by itself: commands, requests, answers."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


AMOUNT_END = 10**13
"""Amounts are below this: as doubles, which JSON readers use, they still have all their cents."""


def _in_cents(amount: Decimal) -> Decimal:
    if not amount.is_finite() or amount < 0:
        raise ValueError("an amount is a number of dollars, zero or more")
    if amount >= AMOUNT_END:
        raise ValueError(f"an amount is less than {AMOUNT_END} dollars")
    if amount != amount.quantize(Decimal("0.01")):
        raise ValueError("an amount has at most two decimals")
    return amount


def _as_number(amount: Decimal) -> int | float:
    # The shortest form of the double prints as it was read, for every amount below AMOUNT_END.
    return int(amount) if amount == amount.to_integral_value() else float(amount)


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A moment, always in UTC; stored as `2026-11-24T03:04:05Z`."""

Money = Annotated[Decimal, AfterValidator(_in_cents), PlainSerializer(_as_number, when_used="json")]
"""US dollars with at most two decimals; a JSON number when stored."""

Tons = Annotated[Decimal, AfterValidator(_in_cents), PlainSerializer(_as_number, when_used="json")]
"""US tons with at most two decimals, as scale tickets print them; a JSON number when stored."""

PhoneNumber = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")]
"""A phone number in E.164 (ITU-T E.164: at most 15 digits)."""
