"""Bookings at the desk: what dispatchers read of them, and who may do what before they are approved."""

from bot.texts.render import render
from core.domain.people import Actor, Role
from tests.bot.desk.conftest import DAYTIME, Office
from tests.builders import MARK, MARKS_PHONE, a_booking


async def book(office: Office, **fields: object) -> None:
    dispatcher = office.desk.dispatcher
    await dispatcher.handle(a_booking(**fields), MARK, office.causes().replace("cli", "web"))


async def test_the_card_names_the_page_the_values_and_the_three_ways_on(office: Office) -> None:
    await book(office)
    (notice,) = office.state.messages.values()
    words = render(notice, office.state, office.desk.business)
    assert words.body.splitlines() == [
        "Booked online (junk-removal, R7K2QX):",
        "#1 Mark Soderblom · 12 Oak St, 85281 · $129",
        "Phone: (602) 555-0142",
        "Note: Details: a sofa",
        "Mark agreed to texts. None goes out before you approve.",
    ]
    assert [(button.label, button.command) for button in words.buttons] == [
        ("Approve", "approve 1"),
        ("Decline", "cancel 1 declined"),
        ("Call (602) 555-0142", "show 1"),
    ]


async def test_without_consent_the_card_says_call(office: Office) -> None:
    await book(office, consent_wording=None)
    (notice,) = office.state.messages.values()
    assert "did not agree to texts: call." in render(notice, office.state, office.desk.business).body
    reply = await office.say("approve 1")
    assert "Mark has not agreed to texts: call (602) 555-0142." in reply.text
    assert reply.messages == ()


async def test_the_card_says_when_the_number_opted_out(office: Office) -> None:
    await office.say("new Mark Soderblom 600 602-555-0142")
    await office.say("STOP", Actor.customer(MARKS_PHONE))
    await book(office)
    notice = [message for message in office.state.messages.values() if message.kind == "booked"][-1]
    words = render(notice, office.state, office.desk.business).body
    assert ("opted out of texts: call." in words) == office.state.opted_out(MARKS_PHONE, DAYTIME)


async def test_approve_says_what_the_customer_gets(office: Office) -> None:
    await book(office)
    reply = await office.say("approve 1")
    assert reply.text.splitlines()[:2] == [
        "Approved: #1 Mark Soderblom · 12 Oak St, 85281 · $129",
        "Mark will be texted in 10 s.",
    ]
    assert reply.text.splitlines()[-1].startswith("https://track.example.com/track/")
    assert [message.kind for message in reply.messages] == ["created"]
    assert "reply OK to confirm" in (reply.messages[0].body or "")


async def test_decline_texts_nobody(office: Office) -> None:
    await book(office)
    reply = await office.say("cancel 1 declined")
    assert "Mark is not texted about this." in reply.text
    assert reply.messages == ()


async def test_a_step_before_approval_offers_the_approval(office: Office) -> None:
    await book(office)
    reply = await office.say("ready 1")
    assert reply.kind == "refused"
    assert [button.command for button in reply.buttons] == ["approve 1", "cancel 1 declined"]
    assert (await office.say("ready 1", Role.DRIVER)).buttons == ()


async def test_drivers_see_no_booking_before_it_is_approved(office: Office) -> None:
    await book(office)
    assert (await office.say("jobs", Role.DRIVER)).text.startswith("No open jobs")
    assert "booked online, waiting for your word" in (await office.say("jobs")).text
    await office.say("approve 1")
    assert "waiting for the customer's OK" in (await office.say("jobs", Role.DRIVER)).text


async def test_a_number_learns_nothing_of_what_was_booked_under_it(office: Office) -> None:
    before = await office.say("STATUS", Actor.customer(MARKS_PHONE))
    await book(office)
    after = await office.say("STATUS", Actor.customer(MARKS_PHONE))
    assert after.text == before.text
    assert (await office.say("OK", Actor.customer(MARKS_PHONE))).kind == "refused"
