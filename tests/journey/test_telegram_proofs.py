"""Proof photos through Telegram: private at first, on the page by `share`, gone with the link."""

import io

import httpx
import pytest
from PIL import Image

from core.domain.proofs import proof_key
from tests.fakes.bot_api import FakeBotApi, FakeUser
from tests.fakes.faults import answer
from tests.journey.service import Service
from tests.journey.test_telegram import NEW, answered, hired, tapped

NOTHING_THERE = 403
"""What S3 answers for an object that is missing, to one who may not list."""


def a_photo(colour: str = "red", size: tuple[int, int] = (64, 48)) -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "SecretPhone"
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


def after(telegram: FakeBotApi, user: FakeUser) -> str:
    telegram.settle()
    return user.last.versions[0].text


@pytest.fixture
def driving(service: Service, bot_api: FakeBotApi, ana: FakeUser, joe: FakeUser) -> FakeUser:
    """Joe, who was given job 1."""
    hired(bot_api, ana, joe)
    answered(bot_api, ana, NEW)
    answered(bot_api, ana, "assign 1 joe")
    service.settled()
    return joe


def test_a_photo_in_reply_to_the_card_is_kept_in_private_and_shared_by_the_dispatcher(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, driving: FakeUser
) -> None:
    driving.send_photo(a_photo(), reply_to=driving.last)
    assert after(bot_api, driving).startswith("#1 photo 1 is kept, for the staff only.")
    (proof,) = service.job().proofs
    kept = service.system.objects.get(proof_key(1, proof.name))
    assert kept is not None
    assert kept.content_type == "image/jpeg"
    assert b"SecretPhone" not in kept.body
    token = service.job().tracking_token
    page = f"{service.url}/t/{token}/1.jpg"
    assert httpx.get(page).status_code == NOTHING_THERE
    assert httpx.get(f"{service.url}/{proof_key(1, proof.name)}").content[:2] != b"\xff\xd8"

    card = answered(bot_api, ana, "show 1")
    assert "Photos: 1, none on the customer's page" in card.text
    assert tapped(bot_api, ana, card, "Share photos") == "#1 1 photo is on Mark's page now."
    shared = httpx.get(page)
    assert (shared.status_code, shared.headers["content-type"], shared.content) == (
        200,
        "image/jpeg",
        kept.body,
    )
    assert httpx.get(f"{service.url}/t/{token}.json").json()["proofs"] == [f"/t/{token}/1.jpg"]

    answered(bot_api, ana, "revoke 1")
    assert httpx.get(page).status_code == NOTHING_THERE
    assert service.system.objects.get(proof_key(1, proof.name)) is not None, "the staff keep it"


def test_with_one_job_a_photo_needs_no_reply_and_comes_once_however_often_it_is_sent(
    service: Service, bot_api: FakeBotApi, driving: FakeUser
) -> None:
    driving.send_photo(a_photo())
    after(bot_api, driving)
    with bot_api.mailbox.lock:
        driving.send_photo(a_photo("blue"))
        update = bot_api.mailbox.pending[-1]
    bot_api.settle()
    for _ in range(2):
        bot_api.mailbox.put_again(update, driving.id)
        bot_api.settle()
    driving.send_photo(a_photo())
    assert "That very photo is there already." in after(bot_api, driving)
    assert len(service.job().proofs) == 2


def test_with_several_jobs_it_is_not_guessed_which_one_a_photo_is_of(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, driving: FakeUser
) -> None:
    answered(bot_api, ana, "new Lena Ortiz 250")
    answered(bot_api, ana, "assign 2 joe")
    service.settled()
    driving.send_photo(a_photo())
    assert after(bot_api, driving).startswith("Which job is this photo of?")
    driving.send_photo(a_photo(), caption="#2")
    assert after(bot_api, driving).startswith("#2 photo 1 is kept")
    assert [len(service.job(number).proofs) for number in (1, 2)] == [0, 1]


def test_a_caption_may_be_a_line_of_its_own(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, driving: FakeUser
) -> None:
    answered(bot_api, ana, "ready 1")
    driving.send_photo(a_photo(), caption="picked up")
    bot_api.settle()
    assert service.job().status.value == "in_transit"
    assert len(service.job().proofs) == 1


@pytest.mark.parametrize("content", [b"", b"\xff\xd8", b"%PDF-1.7", b"<svg/>"])
def test_what_is_no_photo_is_refused_with_a_word(
    service: Service, bot_api: FakeBotApi, driving: FakeUser, content: bytes
) -> None:
    driving.send_photo(content)
    assert after(bot_api, driving).startswith("That photo can't be read.")
    assert service.job().proofs == ()
    assert list(service.system.objects.keys("proofs/")) == []


def test_a_photo_that_telegram_does_not_hand_out_now_comes_again(
    service: Service, bot_api: FakeBotApi, driving: FakeUser
) -> None:
    bot_api.fault("file", answer(502, {"no": "json"}))
    driving.send_photo(a_photo())
    bot_api.settle()
    assert len(service.job().proofs) == 1


@pytest.mark.usefixtures("driving")
def test_nobody_adds_photos_to_anothers_job_and_strangers_to_none(
    service: Service, bot_api: FakeBotApi, ana: FakeUser
) -> None:
    max_ = bot_api.user(2003, "Max")
    hired(bot_api, ana, max_)
    max_.send_photo(a_photo(), caption="1")
    assert "#1 is Joe's job" in after(bot_api, max_)
    eve = bot_api.user(3003, "Eve")
    eve.send_photo(a_photo(), caption="1")
    assert "This bot works for one business" in after(bot_api, eve)
    assert service.job().proofs == ()
    assert not any(call.method == "getFile" for call in bot_api.calls), "nothing was even fetched"


def test_the_card_tells_of_photos(bot_api: FakeBotApi, driving: FakeUser) -> None:
    driving.send_photo(a_photo(), reply_to=driving.last)
    after(bot_api, driving)
    assert "Photos: 1, none on the customer's page" in answered(bot_api, driving, "show 1").text
