"""The booking form as HTML: the same for the released page and for the answer to a form with faults."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.domain.job import NAME_LENGTH_MAX, Language
from core.domain.views import price_words
from core.pages.booking import BookingPage, ChoiceField, OwnField, Words
from core.pages.brand import Brand
from core.pages.controls import NOTHING, Choice, Filled, Question, check_box, choices, text_area, text_input
from core.pages.marks import fill
from core.pages.markup import Markup, element, joined

WHEN = ("soon", "week", "later")
"""The answers to when: as soon as possible, this week, I will tell you."""

CONTACT: Mapping[str, tuple[int, dict[str, str]]] = {
    "name": (NAME_LENGTH_MAX, {"type": "text", "autocomplete": "name"}),
    "phone": (40, {"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    "address": (100, {"type": "text", "autocomplete": "address-line1"}),
    "zip": (10, {"type": "text", "inputmode": "numeric", "autocomplete": "postal-code"}),
}
"""What every page asks for: how many characters it may have, and the attributes of its field."""

FormWords = Mapping[str, Words]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """The words of the forms in one language, for one business."""

    words: FormWords
    brand: Brand
    language: Language = "en"

    def __call__(self, key: str, **values: str) -> str:
        """Return the words of `key` with the places in them filled."""
        text = self.words[key].in_(self.language)
        for name, value in {
            "business": self.brand.name,
            "phone": self.brand.phone_text or "",
            **values,
        }.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    @property
    def consent_wording(self) -> str:
        """What stands at the box, with its version: what a tick agrees to."""
        return f"{self('consent_version')}: {self('consent')} {self('consent_terms')}"


def page_address(name: str, language: Language) -> str:
    """Return the address of a page in one language: the English one has no mark."""
    return f"/book/{name}{'-es' if language == 'es' else ''}/"


def form_page(frame: str, page: BookingPage, speech: Speech, filled: Filled = NOTHING) -> str:
    """Return the whole page with its form, as HTML."""
    title = f"{page.title.in_(speech.language)} – {speech.brand.name}"
    faulty = bool(filled.errors or filled.problem)
    body = _form_main(page, speech, filled) if page.open else _closed_main(page, speech)
    return _framed(frame, page, speech, f"{speech('error')}: {title}" if faulty else title, body)


def done_page(frame: str, page: BookingPage, speech: Speech, reference: str, *, texts: bool) -> str:
    """Return the page that follows a form that was sent without JavaScript."""
    done = _done(speech, reference=reference, texts=texts, hidden=False)
    return _framed(frame, page, speech, f"{speech('done')} – {speech.brand.name}", done)


def _framed(frame: str, page: BookingPage, speech: Speech, title: str, main: Markup) -> str:
    other: Language = "en" if speech.language == "es" else "es"
    places = {
        "language": speech.language,
        "title": title,
        "lead": page.lead.in_(speech.language),
        "mark": speech.brand.mark,
        "business": speech.brand.name,
        "other": speech("language"),
        "other_href": page_address(page.name, other),
        "other_language": other,
        "main": main,
    }
    return fill(frame, places, "book/page.html")


def _form_main(page: BookingPage, speech: Speech, filled: Filled) -> Markup:
    sections = [
        _offer(page, speech),
        _summary(speech, filled),
        _form(page, speech, filled),
        _done(speech, reference="", texts=True, hidden=True),
        _talk(speech),
    ]
    return joined(sections, "\n")


def _closed_main(page: BookingPage, speech: Speech) -> Markup:
    card = element(
        "section",
        element("p", page.title.in_(speech.language), class_="pill"),
        element("h1", speech("closed"), class_="spaced"),
        element("p", speech("closed_text"), class_="next"),
        class_="card hero",
    )
    return joined([card, _talk(speech)], "\n")


def _offer(page: BookingPage, speech: Speech) -> Markup:
    return element(
        "section",
        element("p", page.price_words.in_(speech.language), class_="pill"),
        element("h1", page.title.in_(speech.language), class_="spaced"),
        element("p", page.lead.in_(speech.language), class_="next"),
        class_="card hero",
        id="offer",
    )


def _summary(speech: Speech, filled: Filled) -> Markup:
    links = [element("li", element("a", words, href=f"#{name}")) for name, words in filled.errors.items()]
    if filled.problem:
        links.append(element("li", filled.problem))
    return element(
        "section",
        element("h2", speech("problem"), id="summary-title"),
        element("ul", *links, id="summary-list"),
        class_="card problem",
        id="summary",
        tabindex="-1",
        aria_labelledby="summary-title",
        hidden=not links,
    )


def _form(page: BookingPage, speech: Speech, filled: Filled) -> Markup:
    parts = [
        _hidden("page", page.name),
        _hidden("language", speech.language),
        _hidden("key", filled.values.get("key", "")),
        _hidden("spent_ms", ""),
        _honeypot(),
        *(_contact(name, speech, filled) for name in CONTACT),
        *(_own(item, speech, filled) for item in page.fields),
        _when(speech, filled),
        _consent(speech, filled),
        element("button", speech("send"), class_="button main", id="send", data_sending=speech("sending")),
        element("p", speech("promise"), class_="hint"),
    ]
    return element(
        "form",
        *parts,
        class_="card form",
        id="form",
        method="post",
        action="/api/book",
        data_failed=speech("failed"),
        data_offline=speech("offline"),
        data_error=speech("error"),
    )


def _hidden(name: str, value: str) -> Markup:
    return element("input", type="hidden", name=name, value=value)


def _honeypot() -> Markup:
    """Return a field that no person sees or reaches: whoever fills it in is a machine."""
    trap = element("input", id="website", name="website", type="text", tabindex="-1", autocomplete="off")
    return element(
        "div", element("label", "Website", for_="website"), trap, class_="unseen", aria_hidden="true"
    )


def _contact(name: str, speech: Speech, filled: Filled) -> Markup:
    length_max, attributes = CONTACT[name]
    question = Question(
        name=name,
        label=speech(name),
        hint=speech(f"{name}_hint") if f"{name}_hint" in speech.words else None,
        empty=speech(f"{name}_empty"),
        wrong=speech(f"{name}_wrong") if f"{name}_wrong" in speech.words else None,
    )
    return text_input(question, filled, maxlength=str(length_max), **attributes)


def _own(item: OwnField, speech: Speech, filled: Filled) -> Markup:
    label = item.label.in_(speech.language)
    hint = item.hint.in_(speech.language) if item.hint else None
    if isinstance(item, ChoiceField):
        question = Question(name=item.name, label=label, hint=hint, empty=speech("choice_empty", field=label))
        options = [
            Choice(
                value=option.value,
                label=option.label.in_(speech.language),
                aside=price_words(option.price) if option.price else None,
            )
            for option in item.options
        ]
        return choices(question, options, filled)
    shown = label if item.required else f"{label} ({speech('optional')})"
    empty = speech("text_empty", field=label) if item.required else ""
    return text_area(Question(name=item.name, label=shown, hint=hint, empty=empty), filled, item.length_max)


def _when(speech: Speech, filled: Filled) -> Markup:
    options = [Choice(value=value, label=speech(f"when_{value}")) for value in WHEN]
    return choices(Question(name="when", label=speech("when")), options, filled, default=WHEN[0])


def _consent(speech: Speech, filled: Filled) -> Markup:
    anchor = "#es" if speech.language == "es" else ""
    terms = joined(
        [
            element("span", speech("consent_terms")),
            Markup(" "),
            element("a", speech("terms"), href=f"/book/terms/{anchor}"),
            Markup(" · "),
            element("a", speech("privacy"), href=f"/book/privacy/{anchor}"),
        ]
    )
    return check_box("consent", speech("consent"), terms, filled)


def _done(speech: Speech, *, reference: str, texts: bool, hidden: bool) -> Markup:
    parts = [
        element("p", speech("received"), class_="pill"),
        element("h1", speech("done"), class_="spaced", id="done-title"),
        element("p", speech("done_text"), class_="next", id="done-text", hidden=not texts),
        element("p", speech("done_call"), class_="next", id="done-call", hidden=texts),
        element(
            "p", f"{speech('reference')}: ", element("b", reference, id="reference"), class_="next reference"
        ),
    ]
    if speech.brand.phone:
        parts.append(element("p", *_with_link("photos", speech, "sms:"), class_="next"))
    return element(
        "section",
        *parts,
        class_="card hero",
        id="done",
        tabindex="-1",
        aria_labelledby="done-title",
        data_tone="green",
        hidden=hidden,
    )


def _talk(speech: Speech) -> Markup:
    return (
        element("p", *_with_link("talk", speech, "tel:"), class_="talk") if speech.brand.phone else Markup("")
    )


def _with_link(key: str, speech: Speech, scheme: str) -> list[str]:
    """Return a sentence whose phone number is a link."""
    before, _, after = speech.words[key].in_(speech.language).partition("{phone}")
    link = element("a", speech.brand.phone_text or "", href=f"{scheme}{speech.brand.phone}")
    return [before, link, after]
