"""Carrier words: what a text means for the right to send more of them.

Exact words count at once, whoever says them: 47 CFR 64.1200(a)(10) names stop, quit, end, revoke, opt out,
cancel and unsubscribe, and the provider acts on its own list. The same asked in other words is for a person:
no pattern tells "opt out of the texts" from "opt out of the recycling fee" for sure.
"""

import re
import unicodedata
from typing import Literal

CarrierWord = Literal["opt_out", "ask", "opt_in", "help"]

OPT_OUT = frozenset(
    {"stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "opt out"},
)
OPT_IN = frozenset({"start", "unstop", "yes"})
"""Words by which the provider takes an opt-out back; where there is none, they mean nothing to it."""
HELP = frozenset({"help", "info"})

_ALONE = frozenset(
    {"alto", "baja", "basta", "cancelar", "cancele", "detener", "parar", "pare"}  # codespell:ignore cancele
    | {"no mas", "ya no", "leave me alone", "dejenme en paz", "dejeme en paz", "cease and desist"},
)
"""Not the provider's words, but as a whole message they can hardly mean anything else."""

_FILLERS = frozenset(
    {
        "please",
        "pls",
        "plz",
        "now",
        "it",
        "this",
        "thanks",
        "thank",
        "you",
        "ok",
        "okay",
        "just",
        "ya",
        "por",
        "favor",
    },
)

_TEXTS = r"(?:texts?|texting|messages?|messaging|msgs?|sms|updates?|notifications?|alerts?)"
_MENSAJES = r"(?:mensajes?|mensajitos?|textos?|sms|avisos?|notificaciones|alertas?)"
_ME = r"(?:me|us|my number|this number)"
_LIST = r"(?:list|lists|database|system|contacts)"

_ASKING = re.compile(
    "|".join(
        (
            r"\bunsubscribe\b",
            r"\bopt(?:ing)? (?:me |us )?out(?= ?$| please| now)",
            rf"\bopt(?:ing)? (?:me |us )?out (?:of|from) (?:\w+ ){{0,3}}?(?:{_TEXTS}|{_LIST})\b",
            rf"\bstop (?:all )?(?:\w+ ){{0,3}}?{_TEXTS}\b",
            r"\b(?:stop|quit) (?:contacting|bothering|calling|harassing) (?:me|us|this|my)\b",
            rf"\bquit (?:\w+ ){{0,2}}?{_TEXTS}\b",
            rf"\bno more (?:\w+ ){{0,2}}?{_TEXTS}\b",
            rf"\b(?:do not|dont|no longer) want (?:\w+ ){{0,4}}?{_TEXTS}\b",
            r"\b(?:do not|dont|never) (?:text|message|contact|sms) (?:me|us|this|my|again|anymore)\b",
            r"\brevok(?:e|ing) (?:my |all )?(?:\w+ )?consent\b",
            r"\b(?:withdraw|withdrawing) (?:my |all )?consent\b",
            rf"\b(?:take|get|remove|delete) {_ME} (?:off|from) (?:\w+ ){{0,3}}?(?:{_TEXTS}|{_LIST})\b",
            r"\b(?:remove|delete|lose) (?:my|this) number\b",
            rf"\benough (?:with|of) (?:\w+ ){{0,2}}?{_TEXTS}\b",
            rf"\bno (?:quiero|deseo|queremos|necesito) (?:\w+ ){{0,3}}?{_MENSAJES}\b",
            r"\bno me (?:\w+ )?(?:envi|mand|escrib|contact|text|molest)\w*",
            rf"\bno (?:envi|mand)\w+ (?:\w+ ){{0,2}}?{_MENSAJES}\b",
            rf"\b(?:no|ni un) mas {_MENSAJES}\b",
            rf"\bbasta (?:de|con) (?:\w+ ){{0,2}}?{_MENSAJES}\b",
            r"\b(?:dej|par)(?:e|en|a|ar) de (?:envi|mand|escrib|contact|text|molest)\w*",
            r"\b(?:quit|saqu|sac|borr|elimin)\w* (?:\w+ ){0,3}?(?:lista|numero|sistema)\b",
            r"\b(?:dar|de|den|da)(?:me|nos)? de baja\b",
            rf"\bcancel\w* (?:\w+ ){{0,2}}?(?:suscripcion|{_MENSAJES})\b",
            r"\b(?:desuscrib|dessuscrib)\w*",
        ),
    ),
)


def classify(text: str) -> CarrierWord | None:
    """Tell what `text`, as a whole message, says about getting texts; None where it says nothing about it.

    `opt_out` counts at once. `ask` is the same wish in other words: hold texts and ask the dispatcher.
    """
    words = _words(text)
    if words in OPT_OUT:
        return "opt_out"
    if words in OPT_IN:
        return "opt_in"
    if words in HELP:
        return "help"
    core = " ".join(word for word in words.split() if word not in _FILLERS)
    if core in OPT_OUT or words in _ALONE or core in _ALONE or _ASKING.search(words):
        return "ask"
    return None


def _words(text: str) -> str:
    # Case, accents, punctuation and white space say nothing; an apostrophe joins: don't -> dont.
    folded = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in folded if not unicodedata.combining(character))
    joined = re.sub(r"['’‘`´]", "", bare)
    return " ".join(re.findall(r"[^\W_]+", joined))
