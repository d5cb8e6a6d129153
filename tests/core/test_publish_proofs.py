"""Shared photos: on the customer's page before it names them, and gone with its link."""

import json
from datetime import timedelta

import pytest
from typing_extensions import override

from core.adapters.memory import MemoryObjects
from core.domain.commands import AddProof, Forget, RenewLink, RevokeLink, ShareProofs
from core.domain.flow import Status
from core.domain.job import Job
from core.domain.proofs import proof_key, public_proof_key
from core.domain.views import LINK_LIFE, view_key
from core.ports import NotFound, Unreachable
from tests.builders import ADMIN, DRIVER_JOE, MARKS_PHONE, NOON, a_job, a_job_at, a_state, a_token
from tests.core.house import House

PHOTO = b"\xff\xd8 a photo"


def a_house(job: Job | None = None, site: MemoryObjects | None = None) -> House:
    house = House(a_state(job or a_job()), site=site)
    for name in ("aa", "bb"):
        house.objects.put(proof_key(1, name), PHOTO + name.encode(), content_type="image/jpeg")
    return house


async def added(house: House) -> None:
    for name in ("aa", "bb"):
        await house.do(AddProof(ref="1", name=name, size_bytes=9), DRIVER_JOE)


def shown(house: House, token: str = a_token(1)) -> list[str]:
    found = house.site.get(view_key(token))
    assert found is not None
    proofs: list[str] = json.loads(found.body).get("proofs", [])
    return proofs


def photos(house: House) -> list[str]:
    return [key for key in house.site.keys("t/") if key.endswith(".jpg")]


async def test_photos_are_nobodys_but_the_staffs_until_they_are_shared() -> None:
    house = a_house()
    await added(house)
    assert (shown(house), photos(house)) == ([], [])
    await house.do(ShareProofs(ref="1"))
    assert shown(house) == [f"/{public_proof_key(a_token(1), place)}" for place in (1, 2)]
    first = house.site.get(public_proof_key(a_token(1), 1))
    assert first is not None
    assert (first.body, first.content_type) == (PHOTO + b"aa", "image/jpeg")
    assert "s-maxage=2" in first.cache_control


async def test_a_page_never_names_a_photo_that_is_not_there_yet() -> None:
    class PhotosAway(MemoryObjects):
        @override
        def put(self, key: str, body: bytes, **more: object) -> str:
            if key.endswith(".jpg"):
                raise Unreachable("away")
            return super().put(key, body, **more)  # type: ignore[arg-type] # as it is called

    house = a_house(site=PhotosAway())
    await added(house)
    outcome = await house.do(ShareProofs(ref="1"))
    assert not outcome.published
    assert shown(house) == []
    assert house.dispatcher.unpublished == {1}


async def test_shared_photos_go_with_the_link() -> None:
    house = a_house()
    await added(house)
    await house.do(ShareProofs(ref="1"))
    await house.do(RevokeLink(ref="1"))
    assert photos(house) == []
    outcome = await house.do(RenewLink(ref="1"))
    token = outcome.state.jobs[1].tracking_token
    assert (shown(house, token), photos(house)) == ([], []), "a new link shows what is shared anew"
    await house.do(ShareProofs(ref="1"))
    assert len(photos(house)) == 2
    assert all(token in key for key in photos(house))


async def test_shared_photos_go_when_the_link_expires() -> None:
    house = a_house(a_job_at(Status.COMPLETE))
    await added(house)
    await house.do(ShareProofs(ref="1"))
    assert len(photos(house)) == 2
    house.clock.advance(days=LINK_LIFE / timedelta(days=1) + 1)
    await house.relay.repair(house.stored())
    assert photos(house) == []


async def test_what_was_left_by_a_failed_removal_is_removed_by_the_repair() -> None:
    house = a_house()
    await added(house)
    await house.do(ShareProofs(ref="1"))
    await house.do(RevokeLink(ref="1"))
    house.site.put(public_proof_key(a_token(1), 1), PHOTO)
    await house.relay.repair(house.stored())
    assert photos(house) == []


async def test_who_is_forgotten_leaves_no_photo_anywhere() -> None:
    house = a_house()
    await added(house)
    await house.do(ShareProofs(ref="1"))
    await house.do(Forget(phone=MARKS_PHONE), ADMIN)
    await house.relay.repair(house.stored())
    assert photos(house) == []
    assert list(house.objects.keys("proofs/")) == []


async def test_a_photo_that_somebody_took_from_the_site_comes_back() -> None:
    house = a_house()
    await added(house)
    await house.do(ShareProofs(ref="1"))
    house.site.delete(public_proof_key(a_token(1), 2))
    await house.relay.repair(house.stored())
    assert len(photos(house)) == 2


async def test_a_photo_that_is_lost_costs_the_others_nothing(caplog: pytest.LogCaptureFixture) -> None:
    house = a_house()
    await added(house)
    house.objects.delete(proof_key(1, "aa"))
    await house.do(ShareProofs(ref="1"))
    assert photos(house) == [public_proof_key(a_token(1), 2)]
    assert "photo" in caplog.text
    with pytest.raises(NotFound):
        house.site.get(public_proof_key(a_token(1), 1))
    assert house.clock.now() == NOON
