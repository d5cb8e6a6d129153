"""Controls: the fields of a form with their label, hint and error, as HTML.

The error's line is always there, so that nothing moves when it is cleared. The words that JavaScript needs
stand at the control: `data-empty` and `data-wrong`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.pages.markup import Markup, element


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What a form was sent with, and what is wrong with it."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    """By the field's name, in the form's order."""
    problem: str | None = None
    """What went wrong that is no field's fault."""


NOTHING = Filled()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One field as it is asked for."""

    name: str
    label: str
    hint: str | None = None
    empty: str = ""
    """What is said where there is no answer; empty for a question that needs none."""
    wrong: str | None = None
    """What is said of an answer that does not fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer to choose."""

    value: str
    label: str
    aside: str | None = None


def text_input(question: Question, filled: Filled, **attributes: str) -> Markup:
    """Return a field of one line."""
    control = element(
        "input",
        id=question.name,
        name=question.name,
        value=filled.values.get(question.name, ""),
        **_common(question, filled),
        **attributes,
    )
    return _row(question, filled, control)


def text_area(question: Question, filled: Filled, length_max: int) -> Markup:
    """Return a field of several lines."""
    control = element(
        "textarea",
        filled.values.get(question.name, ""),
        id=question.name,
        name=question.name,
        rows="4",
        maxlength=str(length_max),
        **_common(question, filled),
    )
    return _row(question, filled, control)


def choices(question: Question, options: Sequence[Choice], filled: Filled, *, default: str = "") -> Markup:
    """Return answers of which one is chosen. The first has the field's name as its id: errors link to it."""
    chosen = filled.values.get(question.name, default)
    rows = [
        element(
            "div",
            element(
                "input",
                id=question.name if place == 1 else f"{question.name}-{place}",
                type="radio",
                name=question.name,
                value=option.value,
                checked=option.value == chosen,
                required=True,
                data_empty=question.empty or None,
            ),
            element(
                "label",
                element("span", option.label),
                *([element("b", option.aside)] if option.aside else []),
                for_=question.name if place == 1 else f"{question.name}-{place}",
            ),
            class_="choice",
        )
        for place, option in enumerate(options, start=1)
    ]
    return element(
        "fieldset",
        element("legend", question.label),
        *_notes(question, filled),
        *rows,
        class_="field",
        aria_describedby=_described(question),
    )


def check_box(name: str, label: str, terms: Markup, filled: Filled) -> Markup:
    """Return a box that is never ticked but by a person."""
    box = element(
        "input",
        id=name,
        type="checkbox",
        name=name,
        value="yes",
        checked=filled.values.get(name) == "yes",
        aria_describedby=f"{name}-terms",
    )
    ticked = element("div", box, element("label", element("span", label), for_=name), class_="choice")
    return element(
        "div", ticked, element("p", terms, class_="hint", id=f"{name}-terms"), class_="field consent"
    )


def _common(question: Question, filled: Filled) -> dict[str, str | bool | None]:
    return {
        "required": bool(question.empty),
        "aria_describedby": _described(question),
        "aria_invalid": "true" if question.name in filled.errors else None,
        "data_empty": question.empty or None,
        "data_wrong": question.wrong,
    }


def _row(question: Question, filled: Filled, control: Markup) -> Markup:
    label = element("label", question.label, for_=question.name)
    return element("div", label, *_notes(question, filled), control, class_="field")


def _notes(question: Question, filled: Filled) -> list[Markup]:
    hint = [element("p", question.hint, class_="hint", id=f"{question.name}-hint")] if question.hint else []
    error = filled.errors.get(question.name, "")
    return [*hint, element("div", error, class_="error", id=f"{question.name}-error")]


def _described(question: Question) -> str:
    error = f"{question.name}-error"
    return f"{question.name}-hint {error}" if question.hint else error
