"""Drivers on Telegram: a job that is given, taken, given back or met with silence; who can't be reached."""

import re

import pytest

from core.domain.flow import Status
from tests.fakes.bot_api import FakeBotApi, FakeUser
from tests.fakes.twilio import FakePhone, FakeTwilio
from tests.journey.service import Service
from tests.journey.test_telegram import NEW, answered, hired, shows, tapped

JOES_PHONE = "+16025550103"


@pytest.fixture(autouse=True)
def delivering(twilio_api: FakeTwilio) -> None:
    twilio_api.delivers_by_itself = True


@pytest.fixture
def joes_phone(twilio_api: FakeTwilio) -> FakePhone:
    return twilio_api.phone(JOES_PHONE)


def given(service: Service, telegram: FakeBotApi, ana: FakeUser, joe: FakeUser, line: str = NEW) -> None:
    """Let Ana hire Joe and give him a job."""
    hired(telegram, ana, joe)
    answered(telegram, ana, line)
    answered(telegram, ana, "assign 1 joe")
    service.settled()


def test_a_job_that_is_given_comes_with_map_note_and_two_buttons(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, joe: FakeUser
) -> None:
    given(service, bot_api, ana, joe, "new Mark, 12 Oak St & 4th, $600 602-555-0142 -- gate <4411>")
    card = joe.last
    lines = card.text.split("\n")
    assert lines[0] == "For you: #1 Mark · 12 Oak St & 4th · $600"
    assert "Note: gate <4411>" in lines
    assert lines[-1] == "Map: https://www.google.com/maps/search/?api=1&query=12+Oak+St+%26+4th"
    assert [*card.buttons] == [("Accept", "Decline")]
    assert card.shown["link_preview_options"] == {"is_disabled": True}
    assert service.job().tracking_token not in card.text, "the customer's page is the customer's"
    assert tapped(bot_api, joe, card, "Accept") == "#1 is yours. Thank you."
    shows(bot_api, card, "#1 Mark", "Driver: Joe")
    assert [*card.buttons] == [("Ready",)]
    shows(bot_api, ana.last, "Driver: Joe")


def test_a_driver_who_says_no_gives_the_job_back_with_his_reason(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, joe: FakeUser
) -> None:
    max_ = bot_api.user(2003, "Max")
    hired(bot_api, ana, max_)
    given(service, bot_api, ana, joe)
    joe.reply(joe.last, "decline flat tyre")
    bot_api.settle()
    service.settled()
    assert service.job().driver is None
    assert ana.last.text.startswith("Joe gave #1 back: flat tyre.")
    tapped(bot_api, ana, ana.last, "Give to Max")
    service.settled()
    assert max_.last.text.startswith("For you: #1 Mark")


def test_a_job_is_given_with_two_taps(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, joe: FakeUser
) -> None:
    hired(bot_api, ana, joe)
    answered(bot_api, ana, NEW)
    card = answered(bot_api, ana, "show 1")
    ana.tap(card, "Assign")
    bot_api.settle()
    question = ana.last
    assert question.text == "To whom does #1 go?"
    tapped(bot_api, ana, question, "Joe")
    service.settled()
    assert service.job().driver == "joe"
    assert joe.last.text.startswith("For you: #1 Mark")


def test_a_no_by_tap_leaves_nothing_to_tap(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, joe: FakeUser
) -> None:
    given(service, bot_api, ana, joe)
    card = joe.last
    joe.tap(card, "Decline")
    bot_api.settle()
    question = joe.last
    assert question.text.startswith("Why? Tap, or type 'decline 1' and your reason.")
    assert service.job().driver == "joe", "not before he has answered"
    tapped(bot_api, joe, question, "Truck trouble")
    assert service.job().driver is None
    shows(bot_api, question, "Driver: nobody yet")
    service.settled()
    assert card.buttons == ()
    assert ana.last.text.startswith("Joe gave #1 back: truck trouble.")


def test_a_driver_without_telegram_answers_by_text_and_his_silence_is_heard_of(
    service: Service,
    bot_api: FakeBotApi,
    ana: FakeUser,
    joe: FakeUser,
    joes_phone: FakePhone,
    twilio_api: FakeTwilio,
) -> None:
    def read(count: int) -> str:
        twilio_api.until(lambda: len(joes_phone.received) == count)
        return joes_phone.received[-1].body

    hired(bot_api, ana, joe)
    answered(bot_api, ana, "invite driver Max 602-555-0103")
    answered(bot_api, ana, "new Lena Ortiz 250")
    given = answered(bot_api, ana, "assign 1 max")
    assert given.text.startswith("#1 is Max's now. He is asked by text at (602) 555-0103.")
    service.later(10 * 60)
    notice = ana.last
    assert notice.text.split("\n") == [
        "#1: Max has not answered since Mon, Nov 23, 10:00 AM. He was texted. Call (602) 555-0103.",
        "#1 Lena · Ortiz · $250",
    ]
    assert [*notice.buttons] == [("Give to Joe", "Take it back")]
    assert "is #1 Lena, Ortiz." in read(1), "he has his text already, and gets no second one"
    joes_phone.text("accept")
    service.settled()
    stale = ana.tap(notice, "Give to Joe")
    bot_api.until(lambda: stale.answered)
    assert (stale.toast or "").startswith("Nothing was changed: #1 accepted, by Max")
    assert service.job().driver == "max", "he was not silent any more"
    assert service.job().accepted_at is not None
    assert read(2).startswith("#1 is yours. Thank you.")
    joes_phone.text("decline 1 flat tyre")
    service.settled()
    assert service.job().driver is None
    assert read(3).startswith("#1 is given back: flat tyre. The dispatcher knows.")
    assert ana.last.text.startswith("Max gave #1 back: flat tyre.")


def test_silence_becomes_a_text_and_the_dispatcher_hears_of_it(
    service: Service,
    bot_api: FakeBotApi,
    ana: FakeUser,
    joe: FakeUser,
    joes_phone: FakePhone,
    twilio_api: FakeTwilio,
) -> None:
    hired(bot_api, ana, joe)
    joe.share_contact(JOES_PHONE)
    bot_api.settle()
    answered(bot_api, ana, "new Lena Ortiz 250")
    answered(bot_api, ana, "assign 1 joe")
    service.later(9 * 60)
    assert joes_phone.received == []
    service.later(60)
    twilio_api.until(lambda: joes_phone.received)
    assert [text.body for text in joes_phone.received] == [
        "Mesa Hauling: yours is #1 Lena, Ortiz. Reply 'accept 1', or 'decline 1' and why."
    ]
    assert ana.last.text.startswith(
        "#1: Joe has not answered since Mon, Nov 23, 10:00 AM. He is texted now. "
    )
    joes_phone.text("next 1")
    service.until(lambda state: state.jobs[1].status is Status.READY_FOR_PICKUP)
    assert not service.job().awaits_answer


def test_who_answers_is_not_texted(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, joe: FakeUser, joes_phone: FakePhone
) -> None:
    hired(bot_api, ana, joe)
    joe.share_contact(JOES_PHONE)
    bot_api.settle()
    answered(bot_api, ana, "new Lena Ortiz 250")
    answered(bot_api, ana, "assign 1 joe")
    service.settled()
    tapped(bot_api, joe, joe.last, "Accept")
    messages = len(ana.received)
    service.later(11 * 60)
    assert joes_phone.received == []
    assert len(ana.received) == messages


def test_who_has_blocked_the_bot_is_texted_and_the_dispatcher_hears_of_it(
    service: Service,
    bot_api: FakeBotApi,
    ana: FakeUser,
    joe: FakeUser,
    joes_phone: FakePhone,
    twilio_api: FakeTwilio,
) -> None:
    hired(bot_api, ana, joe)
    joe.share_contact(JOES_PHONE)
    bot_api.settle()
    joe.block()
    bot_api.settle()
    service.settled()
    assert ana.last.text.startswith("Joe has blocked the bot: Telegram does not reach him. He is texted at ")
    answered(bot_api, ana, "new Lena Ortiz 250")
    answered(bot_api, ana, "assign 1 joe")
    service.settled()
    twilio_api.until(lambda: joes_phone.received)
    assert [text.body[:31] for text in joes_phone.received] == ["Mesa Hauling: yours is #1 Lena,"]
    assert "Telegram blocked, SMS (602) 555-0103" in answered(bot_api, ana, "people").text
    joe.unblock()
    bot_api.settle()
    answered(bot_api, ana, "unassign 1")
    answered(bot_api, ana, "assign 1 joe")
    service.settled()
    assert joe.last.text.startswith("For you: #1 Lena")


def test_a_block_that_is_seen_only_when_sending_is_no_loss_either(
    service: Service,
    bot_api: FakeBotApi,
    ana: FakeUser,
    joe: FakeUser,
    joes_phone: FakePhone,
    twilio_api: FakeTwilio,
) -> None:
    hired(bot_api, ana, joe)
    joe.share_contact(JOES_PHONE)
    bot_api.settle()
    joe.chat.blocked = True
    answered(bot_api, ana, "new Lena Ortiz 250")
    answered(bot_api, ana, "assign 1 joe")
    service.settled()
    twilio_api.until(lambda: joes_phone.received)
    assert "Joe has blocked the bot" in ana.last.text


def test_a_newcomer_is_asked_for_his_number_and_only_his_own_counts(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, joe: FakeUser
) -> None:
    hired(bot_api, ana, joe)
    bot_api.until(lambda: "share your number" in joe.last.text)
    joe.share_contact("+16025550188", whose=ana.id)
    bot_api.settle()
    assert joe.last.text.startswith("That is somebody else's number.")
    assert not service.state.people["joe"].phone
    joe.share_contact(JOES_PHONE)
    bot_api.settle()
    service.until(lambda state: state.people["joe"].phone == JOES_PHONE)
    assert joe.last.text.startswith("Thank you. (602) 555-0103 is for when")
    assert joe.last.markup == {"remove_keyboard": True}


def test_each_has_the_menu_of_his_role_until_he_leaves(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, joe: FakeUser
) -> None:
    hired(bot_api, ana, joe)
    bot_api.until(lambda: bot_api.commands_for(joe.id))
    assert [entry["command"] for entry in bot_api.commands_for(joe.id)] == ["jobs", "next", "undo", "help"]
    bot_api.until(lambda: "people" in str(bot_api.commands_for(ana.id)))
    answered(bot_api, ana, "remove joe")
    bot_api.until(lambda: not bot_api.commands_for(joe.id))
    assert service.state.people["joe"].removed_at is not None


def test_who_was_removed_has_nothing_of_the_business_in_his_cards_any_more(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, joe: FakeUser
) -> None:
    given(service, bot_api, ana, joe)
    card = joe.last
    answered(bot_api, ana, "remove joe")
    shows(bot_api, card, "You are not on the staff any more.")
    assert card.buttons == ()
    assert "Mark" not in card.text


def test_a_job_that_goes_to_another_driver_leaves_the_firsts_card(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, joe: FakeUser
) -> None:
    max_ = bot_api.user(2003, "Max")
    hired(bot_api, ana, max_)
    given(service, bot_api, ana, joe)
    card = joe.last
    answered(bot_api, ana, "assign 1 max")
    shows(bot_api, card, "#1: This job is another driver's now.")
    assert card.buttons == ()


@pytest.mark.usefixtures("service")
def test_the_admin_hears_once_of_a_stranger(bot_api: FakeBotApi, ana: FakeUser) -> None:
    answered(bot_api, ana, "people")
    eve = bot_api.user(3003, "Eve")
    for _ in range(3):
        answered(bot_api, eve, "hello?")
    bot_api.until(lambda: "Eve (account 3003)" in ana.last.text)
    assert sum("account 3003" in message.text for message in ana.received) == 1


def test_a_whole_day_with_one_driver_on_telegram_and_one_on_sms(
    service: Service,
    bot_api: FakeBotApi,
    twilio_api: FakeTwilio,
    ana: FakeUser,
    joe: FakeUser,
    mark: FakePhone,
) -> None:
    max_phone = twilio_api.phone("+16025550105")
    hired(bot_api, ana, joe)
    assert (
        "can text from (602) 555-0105 at once"
        in answered(bot_api, ana, "invite driver Max 602-555-0105").text
    )
    marks = answered(bot_api, ana, NEW)
    lenas = answered(bot_api, ana, "new Lena, 4 Elm St, $250 602-555-0143")
    service.later(10)
    mark.text("OK")
    service.settled()
    answered(bot_api, ana, "ready 2")
    answered(bot_api, ana, "assign 1 joe")
    answered(bot_api, ana, "assign 2 max")
    service.later(10)
    joes = joe.last
    twilio_api.until(lambda: len(max_phone.received) == 1)
    assert max_phone.received[-1].body.startswith("Mesa Hauling: yours is #2 Lena, 4 Elm St, (602) 555-0143.")
    for label in ("Accept", "Picked up", "Dumped"):
        tapped(bot_api, joe, joes, label)
        service.later(10)
    for line in ("otw 2", "dumped 2"):
        max_phone.text(line)
        service.settled()
        service.later(10)
    shows(bot_api, joes, "Scale ticket? Reply to this")
    joe.reply(joes, "3.2 tons $84")
    bot_api.settle()
    shows(bot_api, joe.last, "Leaves $516 of $600.")
    tapped(bot_api, joe, joe.last, "Complete")
    max_phone.text("done 2")
    service.later(10)
    state = service.until(lambda state: all(job.status is Status.COMPLETE for job in state.jobs.values()))
    assert [job.driver for job in state.jobs.values()] == ["joe", "max"]
    assert [str(m.status) for m in service.texts_of(1)] == ["sent"] * 5
    assert [str(m.status) for m in service.texts_of(2)] == ["sent"] * 5
    answered(bot_api, ana, "show 1")
    assert re.search(r"Ticket: 3.2 tons, fee \$84. Leaves \$516 of \$600", ana.last.text)
    assert marks is not lenas


def test_an_undo_inside_the_hold_means_that_no_text_leaves(
    service: Service, bot_api: FakeBotApi, twilio_api: FakeTwilio, ana: FakeUser
) -> None:
    card = answered(bot_api, ana, NEW)
    service.later(10)
    sent = len(twilio_api.sent)
    tapped(bot_api, ana, card, "Ready")
    service.later(5)
    tapped(bot_api, ana, card, "Undo")
    service.later(60)
    assert len(twilio_api.sent) == sent
    assert service.job().status is Status.PENDING_CONFIRMATION
