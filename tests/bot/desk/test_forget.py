"""Forgetting a customer: it is asked first, and then nothing of him is left in any object."""

import gzip
from decimal import Decimal

import pytest

from core.archive import Archive
from core.domain.commands import OptOutByCustomer
from core.domain.flow import Status
from core.domain.outbox import MessageStatus
from core.domain.people import Actor, Role
from tests.bot.desk.conftest import Office

PHONE = "602-555-0142"
E164 = "+16025550142"
CUSTOMER = Actor.customer(E164)
PERSONAL = ("zacharias", "quillfeather", "elmstreet", "gate4411", "5550142", "2410555206", "shovel")
"""Words that stand for nobody else; the phone also backwards, as the index has it."""


async def a_life(office: Office) -> None:
    """Let Zacharias have an archived job and an open one, and write; Mark shares nothing but the days."""
    await office.say("invite driver Joe", Role.ADMIN)
    await office.say(f"new Zacharias Quillfeather, 12 Elmstreet, $600 {PHONE} -- gate4411")
    await office.say("edit 1 name Zacharias Quillfeather Jr")
    await office.say("new Mark Soderblom 300 602-555-0177")
    await office.say("my shovel is there", CUSTOMER)
    for number in (1, 2):
        await office.say(f"assign {number} Joe")
        for _ in range(4):
            await office.say(f"next {number}")
    office.clock.advance(days=40)
    await office.archiver.once(by_hand=True)
    await office.say(f"new Zacharias Quillfeather, 12 Elmstreet, $50 {PHONE} -- gate4411")
    await office.say("assign 3 Joe")
    await office.say("my shovel again", CUSTOMER)
    assert list(office.state.jobs) == [3]


def everything_kept(office: Office) -> str:
    """Return all bytes of all objects, as readable as they get, in small letters."""
    bodies = []
    for store in (office.objects.inner, office.desk.dispatcher._publisher._site):
        for key in store.keys():  # noqa: SIM118 - a store is no dict
            there = store.get(key)
            assert there is not None
            bodies.append(gzip.decompress(there.body) if key.endswith(".gz") else there.body)
    return b"\n".join(bodies).decode().lower()


async def test_it_is_asked_first_and_says_what_would_go(office: Office) -> None:
    await a_life(office)
    before = everything_kept(office)
    reply = await office.say(f"forget {PHONE}", Role.ADMIN)
    assert reply.kind == "question"
    assert "2 jobs (#1, #3)" in reply.text
    assert '"state":"live"' in before
    assert "#3 is open: it is cancelled without a text." in reply.text
    assert [button.command for button in reply.buttons] == [f"forget {E164} yes"]
    assert everything_kept(office) == before


async def test_nothing_of_him_is_left_in_any_object(office: Office) -> None:
    await a_life(office)
    assert all(word in everything_kept(office) for word in PERSONAL)
    reply = await office.say(f"forget {E164} yes", Role.ADMIN)
    assert reply.ok
    assert "In the archive too: 1 job." in reply.text
    left = everything_kept(office)
    assert [word for word in PERSONAL if word in left] == []
    assert "soderblom" in left
    assert '"state":"live"' not in left.replace('"first_name":"mark"', "")


async def test_photos_of_his_jobs_are_gone_and_those_of_others_are_not(office: Office) -> None:
    await a_life(office)
    site = office.desk.dispatcher._publisher._site
    tokens = {}
    for number in (1, 2, 3):
        job = (await office.say(f"show {number}")).job
        assert job is not None
        tokens[number] = token = job.tracking_token
        office.objects.inner.put(f"proofs/{number}/0123456789abcdef.jpg", b"photo")
        site.put(f"t/{token}/1.jpg", b"photo")
    await office.say(f"forget {PHONE} yes", Role.ADMIN)
    assert list(office.objects.inner.keys("proofs/")) == ["proofs/2/0123456789abcdef.jpg"]
    assert [key for key in site.keys("t/") if key.endswith(".jpg")] == [f"t/{tokens[2]}/1.jpg"]


async def test_sums_stay_and_the_open_job_is_called_off_without_a_text(office: Office) -> None:
    await a_life(office)
    lines = ("report 2026-11", "export 2026-11")
    report, export = [await office.say(line) for line in lines]
    await office.say(f"forget {PHONE} yes", Role.ADMIN)
    assert (await office.say("report 2026-11")).text == report.text
    assert (await office.say("export 2026-11")).text == export.text
    job = office.state.jobs[3]
    assert (job.status, job.amount_paid, job.phone) == (Status.CANCELLED, Decimal(50), None)
    waiting = [m for m in office.state.messages.values() if m.channel == "sms" and m.is_open]
    assert waiting == []
    called_off = [m for m in office.state.messages.values() if m.kind == "called_off"]
    assert [m.to for m in called_off] == ["joe"]
    assert called_off[0].status is MessageStatus.PENDING


async def test_he_is_found_no_more_and_others_are(office: Office) -> None:
    await a_life(office)
    await office.say(f"forget {PHONE} yes", Role.ADMIN)
    for words in ("zacharias", "quill", "elmstreet", PHONE, "0142"):
        assert (await office.say(f"find {words}")).text.startswith("No job matches"), words
    assert "#2 Mark" in (await office.say("find soderblom")).text
    assert "(forgotten)" in (await office.say("show 1")).text
    assert "(forgotten)" in (await office.say("history 1")).text


async def test_his_opt_out_stays_without_his_words(office: Office) -> None:
    await a_life(office)
    await office.desk.dispatcher.handle(OptOutByCustomer(words="stop, says Zacharias"), CUSTOMER, "sms:stop")
    await office.say(f"forget {PHONE} yes", Role.ADMIN)
    now = office.desk.dispatcher.clock.now()
    assert office.state.opted_out(E164, now)
    assert [word for word in PERSONAL if word in everything_kept(office)] == ["5550142"]


async def test_what_he_does_later_is_kept_again(office: Office) -> None:
    await a_life(office)
    await office.say(f"forget {PHONE} yes", Role.ADMIN)
    office.clock.advance(minutes=1)
    await office.say(f"new Zacharias Quillfeather 70 {PHONE}")
    await office.archiver.once()
    assert office.state.jobs[4].phone == E164
    assert office.state.forgotten[0].done


async def test_somebody_elses_job_in_which_the_number_once_stood_by_mistake_keeps_all_else(
    office: Office,
) -> None:
    await office.say(f"new Mark Soderblom 600 {PHONE} -- gate code")
    await office.say("edit 1 phone 602-555-0177")
    await office.say(f"forget {PHONE} yes", Role.ADMIN)
    job = office.state.jobs[1]
    assert (job.customer_name, job.note, job.phone) == ("Mark", "gate code", "+16025550177")
    assert "5550142" not in everything_kept(office)


async def test_a_mention_that_the_index_does_not_know_is_gone_after_the_archivers_next_pass(
    office: Office,
) -> None:
    await office.say(f"new Mark Soderblom 600 {PHONE}")
    await office.say("edit 1 phone 602-555-0177")
    for _ in range(4):
        await office.say("next 1")
    office.clock.advance(days=40)
    await office.archiver.once(by_hand=True)
    await office.say(f"forget {PHONE} yes", Role.ADMIN)
    assert "5550142" in everything_kept(office)
    office.objects.inner.put("proofs/1/0123456789abcdef.jpg", b"photo")
    assert (await office.archiver.once()).erased == 1
    assert "5550142" not in everything_kept(office)
    assert (await office.archiver.once()).erased == 0
    assert "#1 Mark" in (await office.say("find 0177")).text
    assert len(list(office.objects.inner.keys("proofs/"))) == 1


async def test_nothing_is_left_of_him_in_runs_that_were_merged_before(office: Office) -> None:
    for number in range(1, 5):
        name = "Zacharias" if number == 2 else "Mark"
        await office.say(f"new {name} Soderblom 600")
        for _ in range(4):
            await office.say(f"next {number}")
        if number == 2:
            await office.say(f"edit 2 phone {PHONE}")
        office.clock.advance(days=31)
        await office.archiver.once(by_hand=True)
    assert len(office.state.archive.runs) == 1
    office.clock.advance(minutes=5)
    await office.say(f"forget {PHONE} yes", Role.ADMIN)
    await office.archiver.once()
    assert [each.done for each in office.state.forgotten] == [False]
    office.clock.advance(hours=3)
    await office.archiver.once()
    assert office.state.forgotten[0].done
    assert "zacharias" not in everything_kept(office)


async def test_an_archive_that_cannot_be_reached_forgets_later(office: Office) -> None:
    await a_life(office)
    segments = list(office.objects.inner.keys("archive/segments/"))
    there = office.objects.inner.get(segments[0])
    assert there is not None
    office.objects.inner.delete(segments[0])
    reply = await office.say(f"forget {PHONE} yes", Role.ADMIN)
    assert "as soon as it can be" in reply.text
    office.objects.inner.put(segments[0], there.body)
    await office.archiver.once()
    assert [word for word in PERSONAL if word in everything_kept(office)] == []


@pytest.mark.parametrize("line", ["forget", "forget Zacharias", "forget 12 yes"])
async def test_without_a_number_nobody_is_forgotten(office: Office, line: str) -> None:
    await a_life(office)
    before = everything_kept(office)
    reply = await office.say(line, Role.ADMIN)
    assert not reply.ok
    assert "Which number?" in reply.text
    assert everything_kept(office) == before


async def test_only_an_admin_may(office: Office) -> None:
    await a_life(office)
    for line in (f"forget {PHONE}", f"forget {PHONE} yes"):
        assert (await office.say(line)).kind == "refused"
    assert "zacharias" in everything_kept(office)


async def test_another_process_that_has_read_the_archive_before_shows_it_no_more(office: Office) -> None:
    await a_life(office)
    other = Archive(office.objects, office.desk.business)
    found = await other.job(office.state, "1")
    assert found is not None
    await office.say(f"forget {PHONE} yes", Role.ADMIN)
    again = await other.job(office.state, "1")
    assert again is not None
    assert again.dossier.job is not None
    assert again.dossier.job.customer_name == "(forgotten)"
