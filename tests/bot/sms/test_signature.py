from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sms.signature import SignatureCheck, form_of
from tests.fakes.twilio.signing import sign

TOKEN = "a1" * 16
ORIGIN = "https://hooks.example.com"
FORM = [("Body", "STOP"), ("From", "+16025550142"), ("FromCity", ""), ("MessageSid", "SM1")]
CHECK = SignatureCheck(auth_token=TOKEN, webhook_url=ORIGIN + "/")


def accepts(signature: str | None, path: str = "/twilio/sms", query: str = "", form: object = None) -> bool:
    return CHECK.accepts(path=path, query=query, form=form or FORM, signature=signature)  # type: ignore[arg-type] # FORM's type


def test_a_call_that_twilio_signed_is_accepted() -> None:
    assert accepts(sign(TOKEN, ORIGIN + "/twilio/sms", FORM))
    assert accepts(sign(TOKEN, ORIGIN + "/twilio/sms?a=1&b=%20", FORM), query="a=1&b=%20")
    assert accepts(sign(TOKEN, ORIGIN + ":443/twilio/sms", FORM))


@pytest.mark.parametrize("signature", [None, "", "x", "é", "c" * 28])
def test_a_call_without_a_right_signature_is_not(signature: str | None) -> None:
    assert not accepts(signature)


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.example.com/twilio/sms",
        ORIGIN + "/twilio/sms/",
        ORIGIN + "/twilio/sms?x=1",
        "/twilio/sms",
    ],
)
def test_a_signature_over_another_address_is_not_accepted(address: str) -> None:
    assert not accepts(sign(TOKEN, address, FORM))


def test_a_signature_of_somebody_else_is_not_accepted() -> None:
    assert not accepts(sign("b2" * 16, ORIGIN + "/twilio/sms", FORM))


@pytest.mark.parametrize(
    "form", [[*FORM, ("Extra", "")], FORM[:-1], [("Body", "STOP!"), *FORM[1:]], [*FORM, ("Body", "START")]]
)
def test_a_form_that_was_changed_is_not_accepted(form: list[tuple[str, str]]) -> None:
    assert not accepts(sign(TOKEN, ORIGIN + "/twilio/sms", FORM), form=form)


def test_a_local_address_with_a_port_works() -> None:
    check = SignatureCheck(auth_token=TOKEN, webhook_url="http://127.0.0.1:8123")
    signature = sign(TOKEN, "http://127.0.0.1:8123/twilio/status/m1", FORM)
    assert check.accepts(path="/twilio/status/m1", query="", form=FORM, signature=signature)


def test_blank_fields_are_kept() -> None:
    assert form_of(b"Body=&FromCity=&From=%2B1") == [("Body", ""), ("FromCity", ""), ("From", "+1")]
    assert form_of(b"") == []


def test_a_form_of_thousands_of_fields_is_refused() -> None:
    with pytest.raises(ValueError, match="fields"):
        form_of(b"&".join([b"a=1"] * 201))


@given(
    st.lists(
        st.tuples(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8"))), max_size=20
    )
)
def test_any_form_that_is_signed_is_accepted_as_it_travels(form: list[tuple[str, str]]) -> None:
    travelled = form_of(urlencode(form).encode())
    assert travelled == form
    assert (
        accepts(sign(TOKEN, ORIGIN + "/twilio/sms", form), form=travelled or [("", "")][:0] or None)
        or not form
    )
