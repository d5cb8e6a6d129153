"""`POST /api/book` as browsers, scripts and machines call it."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from bot.booking.form import BODY_BYTES_MAX
from bot.booking.routes import BookingDoor
from bot.edge.policy import CONTENT_SECURITY_POLICY
from core.adapters.document import DocumentStateStore
from core.adapters.memory import MemoryObjects
from core.dispatch import Dispatcher
from core.domain.commands import ApproveJob
from core.domain.state import State
from core.pages import Brand
from core.pages.prepare import read_booking
from core.publish import Publisher
from core.site import read_sources
from tests.builders import BUSINESS, DISPATCHER, NOON, a_state
from tests.fakes.clock import FakeClock, FakeIds
from tests.faults.faulty_objects import FaultyObjects, PutFault
from tests.web.released import release

BRAND = Brand(name=BUSINESS.name, phone=BUSINESS.phone)
FIELDS = {
    "page": "junk-removal",
    "language": "en",
    "key": "0123456789abcdef",
    "name": "Mark Soderblom",
    "phone": "(602) 555-0142",
    "address": "12 Oak St, Tempe",
    "zip": "85281",
    "load": "half",
    "items": "a sofa",
    "when": "soon",
    "spent_ms": "9000",
}
PATH = "/api/book"
READS_UNTIL_GIVEN_UP = 3


@dataclass
class Door:
    client: httpx.AsyncClient
    dispatcher: Dispatcher
    objects: FaultyObjects
    clock: FakeClock

    async def send(self, **changes: str) -> httpx.Response:
        return await self.client.post(PATH, json=FIELDS | changes)

    async def post(self, **changes: str) -> httpx.Response:
        return await self.client.post(PATH, data=FIELDS | {"key": "", "spent_ms": ""} | changes)

    @property
    def state(self) -> State:
        return DocumentStateStore(self.objects, lambda _: None).load().state


@pytest_asyncio.fixture
async def door() -> AsyncIterator[Door]:
    objects, site, clock = FaultyObjects(MemoryObjects()), MemoryObjects(), FakeClock(NOON)
    store = DocumentStateStore(objects, lambda _: None)
    store.create(a_state())
    release(read_sources(), site, BRAND)
    dispatcher = Dispatcher(store, Publisher(site, BUSINESS), BUSINESS, clock, FakeIds())
    routes = BookingDoor(dispatcher, read_booking(read_sources()), BRAND, site).routes()
    transport = httpx.ASGITransport(Starlette(routes=list(routes)), client=("203.0.113.9", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="https://haul.example") as client:
        yield Door(client, dispatcher, objects, clock)


async def test_a_script_gets_the_reference_and_the_job_waits(door: Door) -> None:
    answer = await door.send()
    assert answer.status_code == 200
    (job,) = door.state.jobs.values()
    assert job.booked is not None
    assert answer.json() == {"reference": job.booked.reference}
    assert (job.phone, job.amount_paid) == ("+16025550142", Decimal(379))
    assert job.awaits_approval
    assert job.consent is None
    assert job.history[0].cause == "web:0123456789abcdef"


async def test_without_javascript_a_page_thanks_with_the_same_reference(door: Door) -> None:
    answer = await door.post(consent="yes", language="es")
    assert answer.status_code == 303
    (job,) = door.state.jobs.values()
    assert job.consent is not None
    assert job.consent.how == "web"
    thanks = await door.client.get(answer.headers["location"])
    assert thanks.status_code == 200
    assert job.booked is not None
    assert job.booked.reference in thanks.text
    assert "Solicitud recibida" in thanks.text
    assert "responda OK" in thanks.text
    assert re.search(r"/assets/quickdump\.[0-9a-f]{12}\.css", thanks.text)


async def test_an_error_comes_back_with_what_was_typed(door: Door) -> None:
    answer = await door.post(name='<img src=x onerror="alert(1)">', zip="8528", consent="yes")
    assert answer.status_code == 422
    assert "<title>Error: Junk removal" in answer.text
    assert '<a href="#zip">Enter a ZIP code with 5 digits, like 85281</a>' in answer.text
    assert 'value="&lt;img src=x onerror=&quot;alert(1)&quot;&gt;"' in answer.text
    assert 'value="half" checked' in answer.text
    assert 'value="yes" checked' in answer.text
    assert ">a sofa</textarea>" in answer.text
    assert "<img" not in answer.text
    assert re.search(r'src="/assets/book\.[0-9a-f]{12}\.js"', answer.text)
    assert door.state.jobs == {}
    as_script = await door.send(zip="8528")
    assert as_script.json()["errors"] == {"zip": "Enter a ZIP code with 5 digits, like 85281"}


async def test_the_same_key_twice_is_one_request_with_one_reference(door: Door) -> None:
    first, second, changed = await door.send(), await door.send(), await door.send(name="Somebody Else")
    assert first.json() == second.json() == changed.json()
    assert len(door.state.jobs) == 1
    door.clock.advance(days=4)
    assert (await door.send()).json() == first.json()
    assert len(door.state.jobs) == 1
    assert (await door.send(key="another-key-1")).json() != first.json()
    assert len(door.state.jobs) == 2


async def test_a_form_without_a_key_sent_twice_is_one_request(door: Door) -> None:
    first, second = await door.post(), await door.post()
    assert first.headers["location"] == second.headers["location"]
    assert len(door.state.jobs) == 1


@pytest.mark.parametrize(
    "trap", [{"website": "http://spam.example"}, {"spent_ms": "2999"}, {"spent_ms": "0"}], ids=str
)
async def test_a_machine_is_thanked_and_forgotten(door: Door, trap: dict[str, str]) -> None:
    dropped = await door.send(**trap)
    assert door.state.jobs == {}
    taken = await door.send()
    assert (dropped.status_code, dropped.json()) == (taken.status_code, taken.json())
    dropped_form = await door.post(website="x")
    assert dropped_form.status_code == 303
    assert parse_qs(urlsplit(dropped_form.headers["location"]).query)["page"] == ["junk-removal"]


async def test_limits_are_answered_like_a_booking(door: Door) -> None:
    answers = [await door.send(key=f"key-{number:04}", phone=f"602555{number:04}") for number in range(13)]
    assert {answer.status_code for answer in answers} == {200}
    assert all(set(answer.json()) == {"reference"} for answer in answers)
    assert len(door.state.jobs) == 10
    door.clock.advance(hours=2)
    for number in range(4):
        assert (await door.send(key=f"again-{number:04}", phone="6025559999")).status_code == 200
    assert len(door.state.jobs) == 13


async def test_a_thousand_posts_of_machines_owe_no_text(door: Door) -> None:
    for number in range(1000):
        door.clock.advance(minutes=3)
        await door.send(key=f"bot-{number:06}", phone=f"602{number % 7 + 2}55{number:04}", consent="yes")
    state = door.state
    assert len(state.jobs) > 100
    assert [message for message in state.messages.values() if message.channel == "sms"] == []


async def test_only_approval_owes_the_text(door: Door) -> None:
    await door.send(consent="yes")
    outcome = await door.dispatcher.handle(ApproveJob(ref="1"), DISPATCHER, "tg:1")
    assert [message.kind for message in outcome.transaction.messages] == ["created"]


async def test_what_could_not_be_kept_is_said_and_the_answers_stay(door: Door) -> None:
    door.objects.script([PutFault.REFUSED] * 4)
    as_script = await door.send()
    assert as_script.status_code == 503
    assert "Your answers are still here" in as_script.json()["problem"]
    as_form = await door.post()
    assert as_form.status_code == 503
    assert "Your answers are still here" in as_form.text
    assert ">a sofa</textarea>" in as_form.text


async def test_a_lost_answer_of_the_store_books_once(door: Door) -> None:
    door.objects.script([PutFault.LOST_AFTER])
    assert (await door.send()).status_code == 200
    assert len(door.state.jobs) == 1


async def test_an_outcome_that_is_not_known_at_first_books_once(door: Door) -> None:
    # The write's answer is lost, and the store can't be read long enough to give up on finding out.
    door.objects.script([PutFault.LOST_AFTER], [False, *[True] * READS_UNTIL_GIVEN_UP])
    assert (await door.send()).status_code == 200
    assert len(door.state.jobs) == 1


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"x" * (BODY_BYTES_MAX + 1), "application/x-www-form-urlencoded", 413),
        (b"{", "application/json", 400),
        (b"[1]", "application/json", 400),
        (b"[" * BODY_BYTES_MAX, "application/json", 400),
        (b'{"page": 1}', "application/json", 400),
        (b"page=%ff", "application/x-www-form-urlencoded", 400),
        (b"\xff", "application/json", 400),
        (b"&".join(b"a%d=1" % number for number in range(60)), "application/x-www-form-urlencoded", 400),
        (b"page=junk-removal", "text/plain", 415),
        (b"page=junk-removal", "multipart/form-data; boundary=x", 415),
        (b"page=nothing", "application/x-www-form-urlencoded", 404),
        (b"", "application/x-www-form-urlencoded", 404),
        (b"page=junk-removal", "application/x-www-form-urlencoded", 422),
        (b'{"page": "junk-removal", "name": "\\ud83d"}', "application/json", 422),
    ],
)
async def test_garbage_is_answered_and_changes_nothing(
    door: Door, content: bytes, kind: str, status: int
) -> None:
    answer = await door.client.post(PATH, content=content, headers={"content-type": kind})
    assert answer.status_code == status
    assert door.state == a_state()


async def test_every_answer_carries_the_headers_of_the_site(door: Door) -> None:
    answers = [
        await door.send(),
        await door.post(zip=""),
        await door.post(),
        await door.client.get("/api/book/thanks"),
        await door.client.post(PATH, content=b"x"),
    ]
    for answer in answers:
        assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "query", ["", "page=junk-removal", "page=x&reference=ABCDEF", "page=junk-removal&reference=<b>"]
)
async def test_thanks_are_given_for_nothing_else(door: Door, query: str) -> None:
    assert (await door.client.get(f"/api/book/thanks?{query}")).status_code == 404
