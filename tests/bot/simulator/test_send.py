import json

import pytest

from bot.bootstrap import System
from core.ports import Unreachable
from tests.bot.simulator.page import FIRST, PHONE, Page

JSON = {"content-type": "application/json"}
GOOD = {"as": "dispatcher", "text": "jobs", "key": "key-00000001"}


async def test_the_first_line_makes_a_job_and_tells_its_number_and_buttons(page: Page) -> None:
    reply = await page.say("dispatcher", FIRST)
    assert (reply["kind"], reply["job"]) == ("done", 1)
    assert "http://127.0.0.1:8000/track/" in reply["text"]
    assert {"label": "Ready", "command": "ready 1"} in reply["buttons"]


async def test_a_double_press_is_one_command_with_one_answer(page: Page) -> None:
    first = await page.say("dispatcher", FIRST, key="the-very-same")
    again = await page.say("dispatcher", FIRST, key="the-very-same")
    assert again["job"] == first["job"] == 1
    assert len((await page.news())["jobs"]) == 1


async def test_a_line_is_known_by_its_key(page: Page, system: System) -> None:
    await page.say("dispatcher", FIRST, key="made-by-me")
    assert "web:made-by-me" in (await system.dispatcher.read()).causes


async def test_a_text_of_a_customer_counts_as_a_text(page: Page, system: System) -> None:
    await page.say("dispatcher", FIRST)
    await page.say(PHONE, "OK", key="said-by-her")
    assert "sms:web-said-by-her" in (await system.dispatcher.read()).causes


async def test_the_driver_takes_the_job_through_all_its_steps(page: Page) -> None:
    await page.say("dispatcher", FIRST)
    await page.say(PHONE, "OK")
    for status in ("in_transit", "dumped", "complete"):
        assert (await page.say("driver", "next"))["kind"] == "done"
        assert (await page.news())["jobs"][0]["status"] == status


async def test_a_driver_may_not_do_what_a_dispatcher_may(page: Page) -> None:
    assert (await page.say("driver", FIRST))["kind"] == "refused"
    assert (await page.news())["jobs"] == []


async def test_the_customer_is_the_one_of_the_newest_job_with_a_number(page: Page) -> None:
    await page.say("dispatcher", FIRST)
    await page.say("dispatcher", "new Ana Mesa 450 602-555-0177")
    await page.say("dispatcher", "new Bob Tempe 300")
    await page.say("customer", "OK")
    statuses = [job["status"] for job in (await page.news())["jobs"]]
    assert statuses == ["pending_confirmation", "ready_for_pickup", "pending_confirmation"]


async def test_without_a_job_there_is_no_customer(page: Page) -> None:
    body = {**GOOD, "as": "customer"}
    answer = await page.client.post("/sim/send", json=body)
    assert answer.status_code == 409
    assert "no job has a phone number" in answer.json()["error"]


async def test_a_reply_that_is_owed_as_a_text_is_not_said_twice(page: Page) -> None:
    await page.say("dispatcher", FIRST)
    confirmed = await page.say(PHONE, "OK")
    assert (confirmed["text"], confirmed["is_owed"]) == ("", True)
    asked = await page.say(PHONE, "STATUS")
    assert "on the schedule" in asked["text"]
    assert asked["is_owed"] is False


@pytest.mark.parametrize(
    "body",
    [
        {"as": "dispatcher", "text": "jobs"},
        {"text": "jobs", "key": "key-00000001"},
        {"as": "dispatcher", "key": "key-00000001"},
        {**GOOD, "more": 1},
        {"speaker": "driver", "text": "jobs", "key": "key-00000001"},
        {**GOOD, "as": "admin"},
        {**GOOD, "as": "+0"},
        {**GOOD, "as": "dispatcher\n"},
        {**GOOD, "text": 1},
        {**GOOD, "text": None},
        {**GOOD, "key": "short"},
        {**GOOD, "key": "k" * 65},
        {**GOOD, "key": "with spaces in it"},
        {**GOOD, "key": "tg:1234567890"},
        [],
        "jobs",
    ],
)
async def test_a_body_that_is_no_line_is_refused_with_the_place(page: Page, body: object) -> None:
    answer = await page.client.post("/sim/send", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"as":"dispatcher","text":"\\ud800","key":1}'])
async def test_a_body_that_is_no_json_is_refused(page: Page, content: bytes) -> None:
    answer = await page.client.post("/sim/send", content=content, headers=JSON)
    assert answer.status_code == 400


async def test_a_body_of_more_than_8_kilobytes_is_refused(page: Page) -> None:
    room = 8192 - len(json.dumps({**GOOD, "text": ""}))
    fits = json.dumps({**GOOD, "text": "x" * room})
    assert (await page.client.post("/sim/send", content=fits, headers=JSON)).status_code == 200
    answer = await page.client.post("/sim/send", content=fits + " ", headers=JSON)
    assert answer.status_code == 413


async def test_a_hostile_name_comes_back_as_it_was_typed(page: Page) -> None:
    reply = await page.say("dispatcher", "find <img src=x onerror=alert(1)>")
    assert "<img src=x onerror=alert(1)>" in reply["text"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
async def test_a_line_comes_by_post_alone(page: Page, method: str) -> None:
    assert (await page.client.request(method, "/sim/send")).status_code == 405


async def test_a_store_that_is_down_is_told(
    page: Page, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unreachable() -> None:
        raise Unreachable("no answer from the store")

    monkeypatch.setattr(system.dispatcher, "read", unreachable)
    for answer in (await page.client.post("/sim/send", json=GOOD), await page.client.get("/sim/events")):
        assert answer.status_code == 503
        assert "no answer from the store" in answer.json()["error"]
