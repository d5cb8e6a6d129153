"""The doors: what every request is held to, over real HTTP."""

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.app import BODY_BYTES_MAX
from bot.sms.signature import FIELDS_MAX, HEADER, form_of
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.twilio import AUTH_TOKEN, NUMBER, FakeTwilio, sign
from tests.journey.service import SECRET, Service

SECRET_HEADER = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
TEN_MB = 10_000_000
DOORS = ["/telegram", "/twilio/sms", "/twilio/status/x-1"]


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all tests of this file: none of them gets in."""
    folder = tmp_path_factory.mktemp("doors")
    with (
        FakeBotApi() as telegram,
        FakeTwilio() as twilio,
        Service(folder, telegram=telegram, twilio=twilio) as running,
    ):
        telegram.until(lambda: telegram.mailbox.webhook.url)
        yield running


def asked(service: Service, request: bytes) -> bytes:
    """Send raw bytes and return all that is answered until the connection is closed."""
    host, port = service.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(request)
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece
    return answer


def test_healthz_says_that_the_process_serves(doors: Service) -> None:
    answer = httpx.get(f"{doors.url}/healthz")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert answer.headers["cache-control"] == "no-store"
    assert httpx.head(f"{doors.url}/healthz").status_code == 200


@pytest.mark.parametrize("path", DOORS)
def test_a_body_that_says_it_is_too_large_is_refused_unread(doors: Service, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {TEN_MB}\r\nConnection: close\r\n\r\n"
    assert asked(doors, head.encode()).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("path", DOORS)
def test_a_body_that_hides_its_size_is_refused_when_it_is_too_large(doors: Service, path: str) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(TEN_MB // 50_000):
            yield b"x" * 50_000

    answer = httpx.post(doors.url + path, content=pieces(), headers=SECRET_HEADER)
    assert answer.status_code == 413


@pytest.mark.parametrize("length", ["-1", "1e3", "9" * 5000, "5, 6", "٣"])
def test_a_length_that_is_none_is_refused(doors: Service, length: str) -> None:
    head = f"POST /telegram HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    status = int(asked(doors, head.encode())[9:12])
    assert status in {400, 413}


def test_a_body_as_large_as_is_allowed_is_read(doors: Service) -> None:
    body = json.dumps({"update_id": 1, "poll": {}, "x": "y" * 1000}).encode()
    padded = body + b" " * (BODY_BYTES_MAX - len(body))
    assert httpx.post(f"{doors.url}/telegram", content=padded, headers=SECRET_HEADER).status_code == 200
    assert (
        httpx.post(f"{doors.url}/telegram", content=padded + b" ", headers=SECRET_HEADER).status_code == 413
    )


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"update_id": "1"}', b"[" * 100_000]
)
def test_an_update_that_cannot_be_read_is_taken_and_kept_aside(doors: Service, body: bytes) -> None:
    before = set(doors.system.objects.keys("aside/"))
    assert httpx.post(f"{doors.url}/telegram", content=body, headers=SECRET_HEADER).status_code == 200
    (kept,) = set(doors.system.objects.keys("aside/")) - before
    stored = doors.system.objects.get(kept)
    assert stored is not None
    aside = json.loads(stored.body)
    assert aside["raw"] == body.decode("utf-8", "replace")
    assert aside["why"]


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_a_wrong_method_is_told_so(doors: Service, path: str, method: str) -> None:
    answer = httpx.request(method, doors.url + path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_posted_to_the_pages(doors: Service, method: str) -> None:
    for path in ("/", "/track/abc", "/nowhere", "/healthz"):
        assert httpx.request(method, doors.url + path).status_code == 405


@pytest.mark.parametrize(
    "target",
    [
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2fstate/jobs.json",
        "/state/jobs.json",
        "/t/../../state/jobs.json",
        "/t/%2e%2e/%2e%2e/state/jobs.json",
        "/assets/..%5c..%5cstate%5cjobs.json",
        "//jobs.json",
        "/t/.store/lock",
        "/data/board.json",
        "/%00",
        "/t/%ff%fe",
        "/twilio/status/",
        "/twilio/status/..%2f..",
        "/telegram/",
        "/telegram%2f",
        "/" + "a" * 8000,
        "/x?" + "b=c&" * 2000,
    ],
)
def test_a_hostile_path_gets_nothing_out(doors: Service, target: str) -> None:
    answer = asked(doors, f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    status = int(answer[9:12])
    assert status < 500
    assert b"root:" not in answer
    assert b'"schema"' not in answer
    assert b"Traceback" not in answer


def test_a_request_that_is_no_http_ends_no_service(doors: Service) -> None:
    for nonsense in (b"\x16\x03\x01\x02\x00\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"):
        asked(doors, nonsense)
    assert httpx.get(f"{doors.url}/healthz").status_code == 200


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["id", "from", "chat", "text", "type", "date", "message", "data", "entities", "photo"]
            )
            | st.text(max_size=5),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)
updates = st.fixed_dictionaries(
    {"update_id": st.integers(-(2**63), 2**63)},
    optional=dict.fromkeys(("message", "edited_message", "callback_query", "my_chat_member"), anything),
)
garbage = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@garbage
@given(st.binary(max_size=300) | updates.map(lambda update: json.dumps(update).encode()))
def test_no_update_of_any_shape_is_a_fault(doors: Service, body: bytes) -> None:
    answer = httpx.post(f"{doors.url}/telegram", content=body, headers=SECRET_HEADER)
    assert answer.status_code == 200


@garbage
@given(
    st.text(max_size=400),
    st.sampled_from(["+16025550142", "+16025550199"]),
    st.text(st.sampled_from("abcdefXYZ0123456789"), min_size=10, max_size=34),
)
def test_no_text_of_any_content_is_a_fault(doors: Service, words: str, sender: str, sid: str) -> None:
    form = [("MessageSid", sid), ("From", sender), ("To", NUMBER), ("Body", words)]
    address = f"{doors.url}/twilio/sms"
    content = urlencode(form).encode()
    signed = {HEADER: sign(AUTH_TOKEN, address, form_of(content))}
    assert httpx.post(address, content=content, headers=signed).status_code == 200


@garbage
@given(st.sampled_from(DOORS[1:]), st.binary(max_size=300))
def test_no_form_of_any_bytes_is_a_fault(doors: Service, path: str, body: bytes) -> None:
    address = doors.url + path
    signed = {HEADER: sign(AUTH_TOKEN, address, form_of(body))}
    assert httpx.post(address, content=body, headers=signed).status_code == 400


def test_a_form_of_too_many_fields_is_refused(doors: Service) -> None:
    body = "&".join(f"f{number}=" for number in range(FIELDS_MAX + 1))
    assert httpx.post(f"{doors.url}/twilio/sms", content=body).status_code == 400
