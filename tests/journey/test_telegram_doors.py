"""What Telegram's webhook holds against repetition, strangers, groups, old buttons and forgers."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from core.domain.flow import Status
from tests.fakes.bot_api import FakeBotApi, FakeUser
from tests.fakes.twilio import FakePhone, FakeTwilio
from tests.journey.service import SECRET, Service
from tests.journey.test_telegram import NEW, answered, hired, shows, tapped

STRANGER = "This bot works for one business. Ask it for an invitation."
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


def sent(telegram: FakeBotApi, act: Callable[[], object]) -> dict[str, Any]:
    """Let somebody do something, wait until the bot took it, and return the update."""
    with telegram.mailbox.lock:
        act()
        update = telegram.mailbox.pending[-1]
    telegram.settle()
    return update


def again(telegram: FakeBotApi, user: FakeUser, update: dict[str, Any], times: int = 2) -> None:
    """Let Telegram send an update again, as it does when it missed the answer."""
    for _ in range(times):
        telegram.mailbox.put_again(update, user.id)
        telegram.settle()


def test_an_update_that_comes_three_times_makes_one_job_and_one_text(
    service: Service, bot_api: FakeBotApi, twilio_api: FakeTwilio, ana: FakeUser
) -> None:
    update = sent(bot_api, lambda: ana.say(NEW))
    again(bot_api, ana, update)
    service.later(60)
    assert list(service.state.jobs) == [1]
    assert len(service.job().history) == 1
    assert len(twilio_api.sent) == 1
    assert len({message.versions[0].text for message in ana.received}) == 1, "each time the same answer"


def test_a_step_that_comes_again_is_one_step(service: Service, bot_api: FakeBotApi, ana: FakeUser) -> None:
    answered(bot_api, ana, NEW)
    update = sent(bot_api, lambda: ana.say("next 1"))
    again(bot_api, ana, update)
    assert service.job().status is Status.READY_FOR_PICKUP


def test_an_undo_by_tap_that_comes_again_gets_the_same_answer(
    service: Service, bot_api: FakeBotApi, ana: FakeUser
) -> None:
    answered(bot_api, ana, NEW)
    step = answered(bot_api, ana, "next 1")
    update = sent(bot_api, lambda: ana.tap(step, "Undo"))
    history = service.job().history
    again(bot_api, ana, update)
    assert service.job().history == history
    assert ana.last.versions[0].text.startswith("#1 is back to: waiting for the customer's OK"), (
        "as in the toast"
    )
    assert service.job().status is Status.PENDING_CONFIRMATION


@pytest.mark.usefixtures("service")
def test_a_welcome_that_comes_again_is_the_same_welcome(
    bot_api: FakeBotApi, ana: FakeUser, joe: FakeUser
) -> None:
    secret = answered(bot_api, ana, "invite driver Joe").text.rpartition("=")[2]
    update = sent(bot_api, lambda: joe.start(secret))
    again(bot_api, joe, update)
    welcomes = [message.text for message in joe.received if "Welcome, Joe" in message.text]
    assert len(welcomes) == 3
    assert len(set(welcomes)) == 1


def test_an_invitation_lets_one_person_in_once(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, joe: FakeUser
) -> None:
    secret = answered(bot_api, ana, "invite driver Joe").text.rpartition("=")[2]
    assert "Welcome" in answered(bot_api, joe, f"/start {secret}").text
    eve = bot_api.user(3003, "Eve")
    assert answered(bot_api, eve, f"/start {secret}").text == STRANGER
    assert service.state.people["joe"].telegram_id == joe.id


def test_an_edited_message_makes_no_second_job(service: Service, bot_api: FakeBotApi, ana: FakeUser) -> None:
    message = ana.say(NEW)
    bot_api.settle()
    ana.edit(message, "new Mark Soderblom 700 602-555-0142")
    bot_api.settle()
    assert list(service.state.jobs) == [1]
    assert service.job().amount_paid == 600
    assert len(ana.received) == 1


def test_an_old_undo_button_is_refused_with_how_it_stands(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, joe: FakeUser
) -> None:
    hired(bot_api, ana, joe)
    answered(bot_api, ana, NEW)
    step = answered(bot_api, ana, "next 1")
    old = step.button("Undo")["callback_data"]
    answered(bot_api, joe, "next 1")
    tap = ana.tap_data(step, old)
    bot_api.settle()
    assert service.job().status is Status.IN_TRANSIT
    assert tap.toast is not None
    assert tap.toast.startswith("Nothing was changed: #1 ready for pickup -> in transit, by Joe")
    assert tap.alert
    shows(bot_api, step, "In transit, by Joe")
    assert step.buttons == (("Dumped", "Edit", "Undo"), ("Cancel job",))


@pytest.mark.parametrize(
    "data", ["", "v9:12", "99999999999999999999|undo 1", "1|2|3", "?0|abc", "?7|0123456789ab"]
)
def test_data_that_is_no_button_of_ours_changes_nothing(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, data: str
) -> None:
    card = answered(bot_api, ana, NEW)
    before = service.state.jobs
    tap = ana.tap_data(card, data)
    bot_api.settle()
    assert service.state.jobs == before
    assert tap.answered or not data


def test_a_driver_cannot_tap_what_he_may_not_type(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, joe: FakeUser
) -> None:
    welcome = hired(bot_api, ana, joe)
    answered(bot_api, ana, NEW)
    tap = joe.tap_data(welcome, "cancel 1")
    bot_api.settle()
    assert tap.alert
    assert tap.toast == "That needs a dispatcher. Type ? for the words that you can use."
    assert service.job().status is Status.PENDING_CONFIRMATION


def test_a_stranger_gets_one_neutral_line_whatever_he_tries(
    service: Service, bot_api: FakeBotApi, ana: FakeUser
) -> None:
    eve = bot_api.user(3003, "Eve")
    card = answered(bot_api, ana, NEW)
    for line in ("hello", NEW, "jobs", "/start", "/start " + "x" * 43, "deploy", "?"):
        assert answered(bot_api, eve, line).text == STRANGER
    eve.send_photo(b"\xff\xd8")
    bot_api.settle()
    tap = eve.tap_data(card, "cancel 1")
    bot_api.settle()
    assert tap.toast == STRANGER
    assert {message.text for message in eve.received} == {STRANGER}
    assert list(service.state.jobs) == [1]
    assert list(service.state.people) == ["ana"]


def test_who_was_removed_is_a_stranger(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, joe: FakeUser
) -> None:
    welcome = hired(bot_api, ana, joe)
    answered(bot_api, ana, NEW)
    answered(bot_api, ana, "remove joe")
    assert answered(bot_api, joe, "next 1").text == STRANGER
    joe.tap_data(welcome, "next 1")
    bot_api.settle()
    assert service.job().status is Status.PENDING_CONFIRMATION


@pytest.mark.usefixtures("service")
def test_in_a_group_only_what_is_meant_for_the_bot_is_answered(bot_api: FakeBotApi, ana: FakeUser) -> None:
    answered(bot_api, ana, NEW)
    yard = bot_api.group("Yard")
    for chatter in ("done with lunch", "next time bring gloves", "ok", "jobs are fun", "/jobs@other_bot"):
        ana.say(chatter, yard)
    bot_api.settle()
    assert not yard.chat.from_bot
    ana.say("/jobs@quickdump_bot", yard)
    bot_api.settle()
    assert [message.text.split("\n")[0] for message in yard.chat.from_bot] == ["1 open"]
    ana.say("next", yard, yard.chat.from_bot[0])
    bot_api.settle()
    assert len(yard.chat.from_bot) == 2, "an answer to a message of the bot is meant for it"


@pytest.mark.usefixtures("service")
def test_a_stranger_in_a_group_is_not_answered(bot_api: FakeBotApi) -> None:
    yard = bot_api.group("Yard")
    bot_api.user(3003, "Eve").say("/jobs@quickdump_bot", yard)
    bot_api.settle()
    assert not yard.chat.from_bot


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], SECRET + "x", "é"])
def test_without_the_secret_nobody_gets_in(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, secret: str | None
) -> None:
    answered(bot_api, ana, "people")
    message = {"message_id": 1, "date": 1, "chat": {"id": 1001, "type": "private"}, "text": NEW}
    update = {"update_id": 1, "message": message | {"from": ana.account}}
    headers = httpx.Headers({} if secret is None else {SECRET_HEADER: secret}, encoding="utf-8")
    answer = httpx.post(f"{service.url}/telegram", json=update, headers=headers)
    assert answer.status_code == 401
    assert not service.state.jobs


def test_who_has_blocked_the_bot_costs_nobody_an_answer(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, joe: FakeUser
) -> None:
    hired(bot_api, ana, joe)
    joe.block()
    answered(bot_api, ana, NEW)
    answered(bot_api, ana, "assign 1 joe")
    service.settled()
    (notice,) = [m for m in service.state.messages.values() if m.kind == "assigned"]
    assert (notice.status.value, notice.why) == ("dropped", "not_reachable")
    assert "#1" in answered(bot_api, ana, "jobs").text


def test_what_the_customer_says_reaches_the_dispatchers_chat(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, mark: FakePhone
) -> None:
    answered(bot_api, ana, NEW)
    mark.text("The gate is <b>open</b> & the dog is in")
    service.settled()
    assert ana.last.text == ("#1 Mark, (602) 555-0142, wrote:\nThe gate is <b>open</b> & the dog is in")


def test_a_reply_to_the_customers_words_goes_back_to_him_and_is_no_command(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, mark: FakePhone
) -> None:
    answered(bot_api, ana, NEW)
    mark.text("Is it done?")
    service.settled()
    shown = ana.last
    assert shown.button("Handled")
    ana.reply(shown, "done")
    bot_api.settle()
    service.later(1)
    assert service.job().status is Status.PENDING_CONFIRMATION
    assert service.texts_of()[-1].body == "Mesa Hauling: done. Reply STOP to opt out, HELP for help."
    assert "nobody has answered" not in answered(bot_api, ana, "show 1").text


def test_two_people_tap_the_same_button_and_one_step_is_taken(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, joe: FakeUser
) -> None:
    hired(bot_api, ana, joe)
    card = answered(bot_api, ana, NEW)
    tapped(bot_api, ana, card, "Ready")
    tap = joe.tap_data(card, "ready 1")
    bot_api.settle()
    assert service.job().status is Status.READY_FOR_PICKUP
    assert tap.alert
    assert (tap.toast or "").startswith("Nothing was changed: #1 is ready for pickup, by Ana")
