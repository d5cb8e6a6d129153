"""Booking pages: what one small JSON file says of a page, its fields and its prices.

A page is a folder `web/book/NAME/` with a `page.json`. What every page asks for (name, phone, address, ZIP,
when, consent) is not in it.
"""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    JsonValue,
    StringConstraints,
    ValidationError,
    model_validator,
)

from core.domain.job import NOTE_LENGTH_MAX, Language
from core.domain.record import Money, Value
from core.pages.errors import PageError

COMMON_FIELDS = frozenset(
    {"name", "phone", "address", "zip", "when", "consent", "page", "language", "key", "spent_ms", "website"}
)
"""Names that the form has already."""

WHEN_LENGTH_MAX = 40
"""What the answer to `when` takes in the note."""

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,19}$")]
PageName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+){0,5}$", max_length=40)]


def _money(value: object) -> object:
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value


Price = Annotated[Money, BeforeValidator(_money)]
"""US dollars; in the file a number of at most two decimals."""


class Words(Value):
    """The same words in both languages."""

    en: str = Field(min_length=1, max_length=400)
    es: str = Field(min_length=1, max_length=400)

    def in_(self, language: Language) -> str:
        """Return the words in one of them."""
        return self.es if language == "es" else self.en


class Option(Value):
    """One of the answers to choose from."""

    value: Name
    label: Words
    price: Price = Decimal(0)
    """What it adds to the page's price."""


def _unlike(options: tuple[Option, ...]) -> tuple[Option, ...]:
    if len({option.value for option in options}) != len(options):
        raise ValueError("two options have the same value")
    return options


class ChoiceField(Value):
    """A question with answers to choose from, of which one has to be chosen."""

    kind: Literal["choice"]
    name: Name
    label: Words
    hint: Words | None = None
    options: Annotated[tuple[Option, ...], BeforeValidator(tuple), AfterValidator(_unlike)] = Field(
        min_length=2, max_length=8
    )

    @property
    def note_length_max(self) -> int:
        """Return what the answer takes in the note."""
        return len(self.label.en) + max(len(option.label.en) for option in self.options)


class TextField(Value):
    """A question that is answered in words."""

    kind: Literal["text"]
    name: Name
    label: Words
    hint: Words | None = None
    required: bool = True
    length_max: int = Field(default=300, ge=1, le=400)

    @property
    def note_length_max(self) -> int:
        """Return what the answer takes in the note."""
        return len(self.label.en) + self.length_max


OwnField = Annotated[ChoiceField | TextField, Field(discriminator="kind")]


class BookingPage(Value):
    """One booking page."""

    name: PageName
    """Of its folder; the page's address is `/book/NAME/`."""
    title: Words
    lead: Words
    """What is offered, in a sentence or two."""
    price: Price
    """What it costs before any option."""
    price_words: Words
    open: bool = True
    """False: the page says that nothing can be booked on it now."""
    fields: Annotated[tuple[OwnField, ...], BeforeValidator(tuple)] = Field(max_length=5)

    @model_validator(mode="after")
    def _fits_a_job(self) -> "BookingPage":
        names = [field.name for field in self.fields]
        taken = sorted(COMMON_FIELDS.intersection(names)) or sorted({n for n in names if names.count(n) > 1})
        if taken:
            raise ValueError(f"the field name {taken[0]!r} is taken")
        needed = WHEN_LENGTH_MAX + sum(field.note_length_max + len(": ; ") for field in self.fields)
        if needed > NOTE_LENGTH_MAX:
            raise ValueError(
                f"the answers could take {needed} characters, and a job's note holds {NOTE_LENGTH_MAX}: "
                "lower a length_max"
            )
        return self

    def price_of(self, answers: dict[str, str]) -> Decimal:
        """Return the price of these answers; what is no option adds nothing."""
        chosen = [
            option.price
            for field in self.fields
            if isinstance(field, ChoiceField)
            for option in field.options
            if answers.get(field.name) == option.value
        ]
        return sum(chosen, self.price)


def read_page(name: str, document: JsonValue) -> BookingPage:
    """Return the page that a `page.json` describes. Raises PageError, which names the file and the fault."""
    try:
        if not isinstance(document, dict):
            raise PageError(f"book/{name}/page.json must be an object")
        return BookingPage.model_validate({**document, "name": name})
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in fault["loc"])
        raise PageError(f"book/{name}/page.json: {place or 'the page'}: {fault['msg']}") from error
