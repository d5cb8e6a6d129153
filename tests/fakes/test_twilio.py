"""The fake Messages API, asked over HTTP without Twilio's library."""

from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from tests.fakes.faults import CLOSE_AFTER, CLOSE_BEFORE
from tests.fakes.twilio import AUTH_TOKEN, MESSAGING_SERVICE_SID, NUMBER, FakeTwilio

CUSTOMER = "+16025550142"


def messages(fake: FakeTwilio) -> str:
    return f"{fake.url}/2010-04-01/Accounts/{fake.account_sid}/Messages.json"


def create(fake: FakeTwilio, **form: Any) -> httpx.Response:
    given = {"To": CUSTOMER, "From": NUMBER, "Body": "On the way."} | form
    kept = {name: value for name, value in given.items() if value is not None}
    return httpx.post(messages(fake), data=kept, auth=(fake.account_sid, fake.auth_token))


def listed(fake: FakeTwilio, **query: Any) -> dict[str, Any]:
    response = httpx.get(messages(fake), params=query, auth=(fake.account_sid, fake.auth_token))
    body: dict[str, Any] = response.json()
    return body


def test_a_text_is_taken_and_shown_as_published(twilio_api: FakeTwilio) -> None:
    response = create(twilio_api, StatusCallback="https://hooks.example.com/x", ValidityPeriod="900")
    body = response.json()
    assert response.status_code == 201
    assert (body["sid"][:2], len(body["sid"]), body["status"], body["num_segments"]) == (
        "SM",
        34,
        "queued",
        "1",
    )
    assert (body["to"], body["from"], body["direction"]) == (CUSTOMER, NUMBER, "outbound-api")
    assert (body["date_sent"], body["error_code"], body["messaging_service_sid"]) == (None, None, None)
    assert body["date_created"] == "Mon, 23 Nov 2026 17:00:00 +0000"
    one = httpx.get(twilio_api.url + body["uri"], auth=(twilio_api.account_sid, twilio_api.auth_token))
    assert one.json() == body


def test_a_messaging_service_accepts_first_and_picks_a_number_later(twilio_api: FakeTwilio) -> None:
    body = create(twilio_api, From=None, MessagingServiceSid=MESSAGING_SERVICE_SID).json()
    assert (body["status"], body["from"], body["num_segments"]) == ("accepted", None, "0")
    assert twilio_api.sent[0].sender == NUMBER


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"To": "6025550142"}, 400, 21211),
        ({"To": "+15555"}, 400, 21211),
        ({"From": "+16025550101"}, 400, 21606),
        ({"From": None, "MessagingServiceSid": "MG" + "0" * 32}, 400, 21701),
    ],
)
def test_it_refuses_what_may_happen_to_a_sound_client(
    twilio_api: FakeTwilio, form: dict[str, Any], status: int, code: int
) -> None:
    body = create(twilio_api, **form).json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["more_info"].endswith(f"/{code}")


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"To": None}, 21604),
        ({"To": NUMBER}, 21266),
        ({"From": None}, 21603),
        ({"From": "HaulCo"}, 21212),
        ({"From": None, "MessagingServiceSid": "MG1"}, 21701),
        ({"Body": None}, 21602),
        ({"Body": "  "}, 21602),
        ({"Body": "x" * 1601}, 21617),
        ({"StatusCallback": "/twilio/status/1"}, 21609),
        ({"StatusCallback": "ftp://hooks.example.com/"}, 21609),
        ({"ValidityPeriod": "0"}, 20001),
        ({"ValidityPeriod": "36001"}, 20001),
        ({"ValidityPeriod": "1.5"}, 20001),
        ({"Silent": "true"}, 20001),
        ({"MediaUrl": "https://x.example/1.jpg"}, 20001),
        ({"Body": ["a", "b"]}, 20001),
    ],
)
def test_it_keeps_what_no_sound_client_does_as_a_violation(
    twilio_api: FakeTwilio, form: dict[str, Any], code: int
) -> None:
    assert create(twilio_api, **form).json()["code"] == code
    assert len(twilio_api.violations) == 1
    assert not twilio_api.texts
    twilio_api.violations.clear()


def test_the_limits_themselves_are_allowed(twilio_api: FakeTwilio) -> None:
    assert create(twilio_api, Body="x" * 1600, ValidityPeriod="36000").json()["num_segments"] == "11"


@pytest.mark.parametrize("auth", [None, ("AC1", AUTH_TOKEN), ("AC" + "0f" * 16, "wrong")])
def test_without_the_right_password_nothing_is_done(twilio_api: FakeTwilio, auth: Any) -> None:
    response = httpx.post(messages(twilio_api), data={"To": CUSTOMER}, auth=auth)
    assert (response.status_code, response.json()["code"]) == (401, 20003)


def test_unknown_resources_and_methods_are_named(twilio_api: FakeTwilio) -> None:
    auth = (twilio_api.account_sid, twilio_api.auth_token)
    missing = httpx.get(messages(twilio_api).replace(".json", "/SM1.json"), auth=auth)
    unknown = httpx.get(f"{twilio_api.url}/2010-04-01/Calls.json", auth=auth)
    changed = httpx.post(messages(twilio_api).replace(".json", "/SM1.json"), auth=auth)
    assert [answer.json()["code"] for answer in (missing, unknown, changed)] == [20404, 20404, 20004]
    assert len(twilio_api.violations) == 2
    twilio_api.violations.clear()


def test_a_number_can_be_given_a_refusal(twilio_api: FakeTwilio) -> None:
    twilio_api.refuse(CUSTOMER, 21614)
    assert create(twilio_api).json()["message"] == f"'To' number: {CUSTOMER}, is not a mobile number"


def test_lists_are_filtered_and_paged_newest_first(twilio_api: FakeTwilio) -> None:
    for number in range(5):
        create(twilio_api, Body=str(number))
    create(twilio_api, To="+16025550199")
    first = listed(twilio_api, To=CUSTOMER, PageSize="2")
    auth = (twilio_api.account_sid, twilio_api.auth_token)
    second = httpx.get(twilio_api.url + first["next_page_uri"], auth=auth).json()
    third = httpx.get(twilio_api.url + second["next_page_uri"], auth=auth).json()

    assert [text["body"] for page in (first, second, third) for text in page["messages"]] == list("43210")
    assert (first["page"], second["start"], second["end"], third["next_page_uri"]) == (0, 2, 3, None)
    assert second["previous_page_uri"] == first["first_page_uri"]


def test_filters_by_date_look_at_what_was_sent(twilio_api: FakeTwilio) -> None:
    create(twilio_api, Body="queued")
    create(twilio_api, Body="sent")
    twilio_api.progress(twilio_api.sent[1], "sent")

    def bodies(**query: str) -> list[str]:
        return [text["body"] for text in listed(twilio_api, **query)["messages"]]

    assert bodies(DateSent="2026-11-23") == ["sent"]
    assert bodies(DateSent="2026-11-24") == []
    assert bodies(**{"DateSent>": "2026-11-23T17:00:00Z"}) == ["sent"]
    assert bodies(**{"DateSent>": "2026-11-23T17:00:01Z"}) == []
    assert bodies(**{"DateSent<": "2026-11-23T16:59:59Z"}) == []
    assert bodies(From=NUMBER) == ["sent", "queued"]


@pytest.mark.parametrize("query", [{"Since": "x"}, {"DateSent": "yesterday"}, {"PageSize": "1001"}])
def test_filters_that_are_none_are_violations(twilio_api: FakeTwilio, query: dict[str, str]) -> None:
    assert listed(twilio_api, **query)["code"] == 20001
    assert len(twilio_api.violations) == 1
    twilio_api.violations.clear()


def test_a_text_reaches_the_handset_when_it_is_delivered(twilio_api: FakeTwilio) -> None:
    create(twilio_api)
    phone, text = twilio_api.phone(CUSTOMER), twilio_api.sent[0]
    with pytest.raises(LookupError):
        _ = phone.last
    twilio_api.progress(text, "sent", "delivered")
    assert phone.last is text
    with pytest.raises(ValueError, match="becomes nothing else"):
        twilio_api.progress(text, "undelivered")


def test_scripted_answers_come_instead_of_the_work(twilio_api: FakeTwilio) -> None:
    twilio_api.too_many_requests(3)
    twilio_api.internal_error()
    limited, broken = create(twilio_api), create(twilio_api)
    assert (limited.status_code, limited.json()["code"], limited.headers["Retry-After"]) == (429, 20429, "3")
    assert (broken.status_code, broken.json()["code"]) == (500, 20500)
    assert not twilio_api.texts


@pytest.mark.parametrize(("fault", "landed"), [(CLOSE_BEFORE, 0), (CLOSE_AFTER, 1)])
def test_a_closed_connection_may_or_may_not_have_sent(
    twilio_api: FakeTwilio, fault: Any, landed: int
) -> None:
    twilio_api.fault("create", fault)
    with pytest.raises(httpx.RemoteProtocolError):
        create(twilio_api)
    assert len(listed(twilio_api)["messages"]) == landed


def test_waiting_in_vain_says_what_was_seen(twilio_api: FakeTwilio) -> None:
    with pytest.raises(AssertionError, match="did not happen within"):
        twilio_api.until(lambda: False, within_s=0.01)


def test_dates_are_rfc_2822(twilio_api: FakeTwilio) -> None:
    create(twilio_api)
    moment: Callable[[str], datetime] = parsedate_to_datetime
    assert moment(twilio_api.sent[0].as_json()["date_created"]) == twilio_api.moments.now
