import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grammar.carrier_words import HELP, OPT_IN, OPT_OUT, classify
from tests.fakes.twilio.carrier import STOP_WORDS

LINES = [
    json.loads(line) for line in (Path(__file__).parent / "data" / "opt_out.jsonl").read_text().splitlines()
]
MEANING = {True: "opt_out", "ask": "ask", False: None}
ASKING = """\
please stop
Stop please.
stop now
cancel please
cancel, thanks
Quit it
please don't text me again
Do not message this number
stop texting me
stop sending me these texts
quit texting me
no longer want your messages
I don't want any more of these texts
opt me out
opt me out of your list
how do I unsubscribe?
remove me from your list
take my number off? remove my number
I withdraw my consent
leave me alone
stop calling me
ALTO
Basta
cancelar
ya no
No más mensajes por favor
dejen de enviarme mensajes
deje de mandar textos
no me escriban más
no me manden mensajes
quíteme de la lista
Quiero darme de baja
no envíen más mensajes
basta de mensajes
cancelar los mensajes
déjenme en paz
por favor pare
""".splitlines()
INNOCENT = """\
OK
status
stop by the office first
the bus stop is in front
you can stop at the gate
text me when you are close
no more junk after this
don't call, the baby sleeps
quitting time is 5
please cancel the 9 am and come at 11
take me off the ladder
no quiero la cama, el sofa si
la basura esta al final
no me queda espacio
alto, dos pisos
started loading
yes we have a gate
need help with the couch
more info please
enough with the rain
🚚
?!
""".splitlines()


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["text"])
def test_a_customers_text_is_understood(line: dict[str, str | bool]) -> None:
    assert classify(str(line["text"])) == MEANING[line["opt_out"]]


@pytest.mark.parametrize("text", ASKING)
def test_the_same_wish_in_other_words_asks(text: str) -> None:
    assert classify(text) == "ask"


@pytest.mark.parametrize("text", [*INNOCENT, "", "   "])
def test_innocent_words_mean_nothing(text: str) -> None:
    assert classify(text) is None


@pytest.mark.parametrize(
    ("text", "meaning"),
    [("Start", "opt_in"), ("UNSTOP.", "opt_in"), ("yes!", "opt_in"), ("HELP", "help"), ("Info?", "help")],
)
def test_start_and_help_are_known(text: str, meaning: str) -> None:
    assert classify(text) == meaning


def test_every_word_that_the_provider_acts_on_is_an_opt_out() -> None:
    assert {classify(word) for word in STOP_WORDS} == {"opt_out"}


@given(
    word=st.sampled_from(sorted(OPT_OUT | OPT_IN | HELP)),
    before=st.text(" \t\n.,!?-*\"'", max_size=5),
    after=st.text(' \t\n.,!?-*"', max_size=5),
    loud=st.booleans(),
)
def test_case_and_punctuation_around_a_word_do_not_matter(
    word: str, before: str, after: str, *, loud: bool
) -> None:
    assert classify(before + (word.upper() if loud else word) + after) == classify(word) != "ask"


@given(st.text(max_size=400))
def test_any_text_gets_an_answer(text: str) -> None:
    assert classify(text) in {"opt_out", "ask", "opt_in", "help", None}
