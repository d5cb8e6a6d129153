"""The main job through Telegram's webhook: dispatcher and driver in chats, the customer by text."""

import re

import pytest

from core.domain.flow import Status
from core.domain.people import Role
from tests.fakes.bot_api import FakeBotApi, FakeUser, Message
from tests.fakes.twilio import FakePhone, FakeTwilio
from tests.journey.service import Service

NEW = "new Mark Soderblom 600 602-555-0142"


@pytest.fixture(autouse=True)
def delivering(twilio_api: FakeTwilio) -> None:
    twilio_api.delivers_by_itself = True


def answered(telegram: FakeBotApi, user: FakeUser, text: str) -> Message:
    """Let somebody say something, and return the bot's answer."""
    before = len(user.received)
    user.say(text)
    telegram.settle()
    assert len(user.received) > before, f"no answer to {text!r}"
    return user.received[before]


def tapped(telegram: FakeBotApi, user: FakeUser, message: Message, label: str) -> str:
    """Let somebody tap a button, and return the toast that he saw; what he tapped is edited in place."""
    messages, versions = len(user.received), len(message.versions)
    tap = user.tap(message, label)
    telegram.until(lambda: tap.answered and len(message.versions) > versions)
    assert len(user.received) == messages, "a tap needs no new message"
    return tap.toast or ""


def shows(telegram: FakeBotApi, message: Message, *words: str) -> None:
    """Wait until a message shows all these words."""
    telegram.until(lambda: all(word in message.text for word in words))


def hired(telegram: FakeBotApi, ana: FakeUser, newcomer: FakeUser, role: str = "driver") -> Message:
    """Let the admin invite somebody who then joins, and return his welcome."""
    invitation = answered(telegram, ana, f"invite {role} {newcomer.first_name}").text
    link = re.search(r"https://t\.me/quickdump_bot\?start=([A-Za-z0-9_-]{16,64})$", invitation)
    assert link, invitation
    before = len(newcomer.received)
    newcomer.start(link[1])
    telegram.settle()
    return newcomer.received[before]


def test_a_new_job_is_answered_with_number_values_link_and_buttons(
    service: Service, bot_api: FakeBotApi, ana: FakeUser
) -> None:
    reply = answered(bot_api, ana, NEW)
    job = service.job()
    assert reply.text.split("\n") == [
        "#1 Mark · Soderblom · $600",
        "Phone: (602) 555-0142",
        "Mark will be texted in 10 s.",
        f"{service.url}/track/{job.tracking_token}",
    ]
    assert [label for row in reply.buttons for label in row] == ["Ready", "Assign", "Edit", "Undo"]
    assert reply.reply_to is not None
    assert reply.reply_to.text == NEW
    assert reply.shown["link_preview_options"] == {"is_disabled": True}
    assert service.state.people["ana"].role is Role.ADMIN


def test_a_job_goes_all_its_way(
    service: Service,
    bot_api: FakeBotApi,
    twilio_api: FakeTwilio,
    ana: FakeUser,
    joe: FakeUser,
    mark: FakePhone,
) -> None:
    assert "Welcome, Joe: you are a driver now" in hired(bot_api, ana, joe).text
    answered(bot_api, ana, NEW)
    link = f"{service.url}/track/{service.job().tracking_token}"
    service.later(10)
    mark.text("OK")
    service.settled()
    assert service.job().status is Status.READY_FOR_PICKUP
    assert "Mark said OK" in ana.last.versions[0].text

    card = answered(bot_api, joe, "show 1")
    toast = tapped(bot_api, joe, card, "Picked up")
    assert toast == "#1 is in transit now (was: ready for pickup). Mark will be texted in 10 s."
    assert card.text.startswith("#1 Mark · Soderblom · $600\nIn transit, by Joe")
    assert card.buttons == (("Dumped", "Undo"),)
    assert service.job().driver == "joe"
    service.later(10)
    assert answered(bot_api, joe, "dumped").versions[0].text.startswith("#1 is dumped now")
    service.later(10)
    assert answered(bot_api, joe, "done").versions[0].text.startswith("#1 is complete now")
    service.later(10)

    twilio_api.until(lambda: len(mark.received) == 5)
    assert [text.body for text in mark.received] == [
        f"Mesa Hauling: reply OK to confirm pickup, Mark. Reply STOP to opt out, HELP for help. {link}",
        f"Mesa Hauling: you're on the schedule, Mark. We text when we load. {link}",
        f"Mesa Hauling: we picked up your load, Mark. It is on its way out. {link}",
        f"Mesa Hauling: your load was unloaded, Mark. {link}",
        f"Mesa Hauling: all done, Mark. Thank you. Your receipt: {link}",
    ]
    assert [str(message.status) for message in service.texts_of()] == ["sent"] * 5


def test_a_driver_goes_on_with_next_and_takes_back_with_undo(
    service: Service, bot_api: FakeBotApi, twilio_api: FakeTwilio, ana: FakeUser, joe: FakeUser
) -> None:
    hired(bot_api, ana, joe)
    answered(bot_api, ana, NEW)
    service.later(10)
    answered(bot_api, ana, "ready 1")
    service.later(10)
    step = answered(bot_api, joe, "next")
    assert service.job().status is Status.IN_TRANSIT
    toast = tapped(bot_api, joe, step, "Undo")
    assert toast.startswith("#1 is back to: ready for pickup (was: in transit).")
    assert "stopped in time" in toast
    shows(bot_api, step, "Ready for pickup, by Joe")
    assert service.job().status is Status.READY_FOR_PICKUP
    service.later(60)
    assert [str(m.status) for m in service.texts_of()] == ["sent", "sent", "dropped"]
    assert len(twilio_api.sent) == 2


def test_an_illegal_step_changes_nothing_and_says_what_can_come_next(
    service: Service, bot_api: FakeBotApi, ana: FakeUser
) -> None:
    answered(bot_api, ana, NEW)
    before = service.job()
    reply = answered(bot_api, ana, "dumped 1")
    assert "It can't be dumped yet: #1 is waiting for the customer's OK, by Ana" in reply.text
    assert "Next can come: ready for pickup ('ready 1')" in reply.text
    assert service.job() == before


def test_a_driver_may_not_do_what_dispatchers_do(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, joe: FakeUser
) -> None:
    hired(bot_api, ana, joe)
    for line in (NEW, "cancel 1", "invite driver Max"):
        assert "That needs a" in answered(bot_api, joe, line).text
    assert not service.state.jobs
    assert list(service.state.people) == ["ana", "joe"]


def test_assigned_drivers_hear_of_it_with_buttons(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, joe: FakeUser
) -> None:
    hired(bot_api, ana, joe)
    answered(bot_api, ana, NEW)
    answered(bot_api, ana, "ready 1")
    answered(bot_api, ana, "assign 1 joe")
    service.settled()
    assert joe.last.text.startswith("For you: #1 ")
    tapped(bot_api, joe, joe.last, "Accept")
    tapped(bot_api, joe, joe.last, "Picked up")
    assert service.job().status is Status.IN_TRANSIT


def test_a_reply_to_a_card_needs_no_number(service: Service, bot_api: FakeBotApi, ana: FakeUser) -> None:
    first = answered(bot_api, ana, NEW)
    answered(bot_api, ana, "new Lena Ortiz 250")
    ana.reply(first, "note gate code 4411")
    bot_api.settle()
    assert service.job(1).note == "gate code 4411"
    assert service.job(2).note is None


def test_a_question_is_answered_with_a_tap(service: Service, bot_api: FakeBotApi, ana: FakeUser) -> None:
    answered(bot_api, ana, NEW)
    answered(bot_api, ana, "new Mark Twain 80")
    question = answered(bot_api, ana, "ready mark")
    labels = [label for row in question.buttons for label in row]
    assert len(labels) == 2
    tapped(bot_api, ana, question, labels[1])
    assert service.job(1).status is Status.PENDING_CONFIRMATION
    assert service.job(2).status is Status.READY_FOR_PICKUP
    shows(bot_api, question, "#2 Mark · Twain · $80", "Ready for pickup, by Ana")


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("ready mark", "ready 2"),
        ("/ready  MARK", "ready 2"),
        ("picked up mark", "transit 2"),
        ("eta 25 mark", "eta 25 2"),
        ("note mark gate code 4411", "note 2 gate code 4411"),
        ("cancel mark he called", "cancel 2 he called"),
        ("link mark new", "link 2 new"),
        ("undo mark", "undo 2"),
        ("next", "next 2"),
    ],
)
@pytest.mark.usefixtures("service")
def test_a_question_offers_the_line_that_was_typed_with_the_jobs_number(
    bot_api: FakeBotApi, ana: FakeUser, line: str, offered: str
) -> None:
    answered(bot_api, ana, NEW)
    answered(bot_api, ana, "new Mark Twain 80")
    question = answered(bot_api, ana, line)
    assert question.button("#2 Mark, Twain")["callback_data"] == offered


def test_an_export_comes_as_a_file_in_the_chat(service: Service, bot_api: FakeBotApi, ana: FakeUser) -> None:
    answered(bot_api, ana, NEW)
    told = answered(bot_api, ana, "export")
    assert told.text.startswith("1 job: jobs.csv")
    bot_api.until(lambda: ana.last.extra.get("document"))
    file = bot_api.world.files[ana.last.extra["document"]["file_id"]]
    assert file.content.decode("utf-8-sig").splitlines()[1].startswith("1,mark_soderblom_")
    assert service.job().number == 1
