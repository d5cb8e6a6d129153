"""What the fields of an inbound text are read as."""

import base64

import pytest

from bot.sms.inbound import Inbound, decoded

FIELDS = {"MessageSid": "SM" + "0a" * 16, "From": "+16025550142", "Body": "OK", "NumMedia": "0"}
LONG = "The gate code is 4411, please come by the back, the dog is friendly. Número 4."
MEDIA = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME"


def test_a_long_text_in_base64_is_read_as_its_words() -> None:
    body = base64.b64encode(LONG.encode()).decode()
    assert decoded(body) == LONG
    assert decoded(body[:40] + "\r\n" + body[40:]) == LONG
    inbound = Inbound.of(FIELDS | {"Body": body})
    assert inbound is not None
    assert inbound.text == LONG


@pytest.mark.parametrize(
    "body",
    [
        "STOP",
        "stopsendingmetexts==",
        base64.b64encode(b"OK then").decode(),
        "x" * 64,
        base64.b64encode(bytes(range(128, 188))).decode(),
        base64.b64encode(b"\x00\x01" * 30).decode(),
        LONG,
        base64.b64encode(LONG.encode()).decode()[:-1],
        "",
    ],
)
def test_what_is_not_surely_base64_stays_as_it_came(body: str) -> None:
    assert decoded(body) == body


def test_pictures_are_known_by_their_ids_and_never_by_an_address() -> None:
    sids = ["ME" + digit * 32 for digit in "ab"]
    urls = {f"MediaUrl{place}": MEDIA[:-2] + sid for place, sid in enumerate(sids)}
    inbound = Inbound.of(FIELDS | {"NumMedia": "2", "Body": ""} | urls)
    assert inbound is not None
    assert inbound.media == tuple(sids)


@pytest.mark.parametrize(
    ("said", "word"), [("STOP", "opt_out"), ("START", "opt_in"), ("HELP", "help"), ("", None), ("x", None)]
)
def test_what_the_provider_took_a_text_for_is_believed(said: str, word: str | None) -> None:
    inbound = Inbound.of(FIELDS | {"Body": "ALTO", "OptOutType": said})
    assert inbound is not None
    assert inbound.word == word


@pytest.mark.parametrize("count", ["", "x", "-1", "²", "0"])
def test_a_count_that_is_none_is_no_picture(count: str) -> None:
    inbound = Inbound.of(FIELDS | {"NumMedia": count})
    assert inbound is not None
    assert inbound.media == ()


def test_an_address_that_is_not_the_providers_is_a_picture_without_a_name() -> None:
    inbound = Inbound.of(FIELDS | {"NumMedia": "999999", "MediaUrl0": "https://evil.example/x"})
    assert inbound is not None
    assert inbound.media == ("",) * 10
