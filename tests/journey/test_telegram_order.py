"""Many at once: order within a chat, side by side between chats; groups that move; restarts."""

import dataclasses
from pathlib import Path

import pytest

from core.domain.people import Person, Role
from tests.builders import a_job
from tests.fakes.bot_api import FakeBotApi, FakeUser
from tests.journey.service import Service
from tests.journey.test_telegram import NEW, answered, shows, tapped
from tests.journey.test_telegram_doors import again, sent

DRIVERS = 10
LINES = 5


def test_fifty_updates_of_ten_chats_at_once_are_done_in_order(tmp_path: Path, bot_api: FakeBotApi) -> None:
    service = Service(tmp_path, telegram=bot_api)
    service.system.ensure_state()
    numbers = range(1, DRIVERS + 1)
    people = {
        f"d{n}": Person(person_id=f"d{n}", name=f"D{n}", role=Role.DRIVER, telegram_id=5000 + n)
        for n in numbers
    }
    jobs = {n: a_job(number=n, phone=None, driver=f"d{n}") for n in numbers}
    first = service.system.store.load()
    seeded = dataclasses.replace(
        first.state.next_write("seed"), people=people, jobs=jobs, next_number=DRIVERS + 1
    )
    service.system.store.save(seeded, first)
    users = [bot_api.user(5000 + n, f"D{n}") for n in numbers]
    with service:
        bot_api.until(lambda: bot_api.mailbox.webhook.url)
        with bot_api.mailbox.lock:
            for count in range(LINES):
                for user, number in zip(users, numbers, strict=True):
                    user.say(f"note {number} n{count}")
        bot_api.settle()
        state = service.state
    assert [state.jobs[n].note for n in numbers] == ["n0; n1; n2; n3; n4"] * DRIVERS
    assert state.revision < seeded.revision + 2 * DRIVERS * LINES, "those that came together went together"
    for user in users:
        told = [m.versions[0].text for m in user.received]
        assert [text.rpartition(": ")[2] for text in told] == [f"n{count}" for count in range(LINES)]


def test_after_a_restart_the_same_message_is_the_card(
    tmp_path: Path, bot_api: FakeBotApi, ana: FakeUser
) -> None:
    with Service(tmp_path, telegram=bot_api) as service:
        bot_api.until(lambda: bot_api.mailbox.webhook.url)
        card = answered(bot_api, ana, NEW)
        service.settled()
        update = sent(bot_api, lambda: ana.say("ready 1"))
        service.settled()
        url = service.url
    with Service(tmp_path, telegram=bot_api, clock=service.clock) as service:
        bot_api.until(lambda: bot_api.mailbox.webhook.url not in {"", f"{url}/telegram"})
        again(bot_api, ana, update)
        assert len(service.job().history) == 2, "an update from before the restart does nothing twice"
        last = ana.last
        tapped(bot_api, ana, last, "Picked up")
        shows(bot_api, last, "In transit, by Ana")
        assert card.buttons == ()


@pytest.mark.usefixtures("service")
def test_a_group_works_with_cards_that_all_tap_on_and_is_followed_when_it_moves(
    bot_api: FakeBotApi, ana: FakeUser
) -> None:
    yard = bot_api.group("Yard")
    ana.say("/new@quickdump_bot Mark Soderblom 600", yard)
    bot_api.settle()
    (card,) = yard.chat.from_bot
    tap = ana.tap(card, "Ready")
    bot_api.until(lambda: tap.answered)
    shows(bot_api, card, "Ready for pickup, by Ana")
    assert len(yard.chat.from_bot) == 1, "a tap is an edit, not one more of the twenty messages a minute"
    ana.say("/invite@quickdump_bot driver Joe", yard)
    bot_api.settle()
    assert yard.chat.from_bot[-1].text == "Not where others read along: say that to me in our own chat."
    bigger = yard.migrate()
    ana.say("/jobs@quickdump_bot", yard)
    bot_api.settle()
    assert [message.text.split("\n")[0] for message in bigger.chat.from_bot] == ["1 open"]
    ana.say("/show@quickdump_bot 1", bigger)
    bot_api.settle()
    tap = ana.tap(bigger.chat.from_bot[-1], "Picked up")
    bot_api.until(lambda: tap.answered)
    shows(bot_api, bigger.chat.from_bot[-1], "In transit, by Ana")
