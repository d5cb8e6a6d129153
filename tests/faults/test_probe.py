"""A store that does not keep conditions is refused before it holds anything."""

from collections.abc import Callable

import pytest

from core.adapters.document import DocumentStateStore
from core.adapters.memory import MemoryObjects
from core.ports import Absent, Condition, Matches, Unreachable, Unusable
from tests.faults.faulty_objects import FaultyObjects, PutFault


def no_pause(_seconds: float) -> None:
    """Go on at once."""


def a_store(heeded: Callable[[str, Condition, FaultyObjects], Condition]) -> FaultyObjects:
    """Return an empty store that makes of conditions what `heeded` says."""
    objects = FaultyObjects(MemoryObjects(), heeded=lambda key, condition: heeded(key, condition, objects))
    return objects


def without_absent(_key: str, condition: Condition, _objects: FaultyObjects) -> Condition:
    return None if isinstance(condition, Absent) else condition


def without_matches(_key: str, condition: Condition, _objects: FaultyObjects) -> Condition:
    return None if isinstance(condition, Matches) else condition


def without_matches_on_what_is_gone(key: str, condition: Condition, objects: FaultyObjects) -> Condition:
    return condition if key in set(objects.keys()) else None


@pytest.mark.parametrize(
    ("heeded", "words"),
    [
        (without_absent, r"If-None-Match: \* on an object that is there"),
        (without_matches, "an If-Match that is out of date"),
        (without_matches_on_what_is_gone, "If-Match on an object that is gone"),
    ],
)
def test_a_store_that_ignores_a_condition_is_refused_and_left_clean(
    heeded: Callable[[str, Condition, FaultyObjects], Condition], words: str
) -> None:
    objects = a_store(heeded)

    with pytest.raises(Unusable, match=words):
        DocumentStateStore(objects, no_pause).probe()

    assert list(objects.keys()) == []


@pytest.mark.parametrize("fault", [PutFault.LOST_BEFORE, PutFault.LOST_AFTER, PutFault.REFUSED])
def test_a_store_that_is_down_while_it_is_tried_out_is_unreachable(fault: PutFault) -> None:
    faulty = FaultyObjects(MemoryObjects())
    faulty.script([fault])

    with pytest.raises(Unreachable):
        DocumentStateStore(faulty, no_pause).probe()

    assert list(faulty.keys()) == []


def test_a_store_that_refuses_a_right_condition_is_refused() -> None:
    faulty = FaultyObjects(MemoryObjects())
    faulty.script([PutFault.NONE, PutFault.CONFLICT, PutFault.CONFLICT])

    with pytest.raises(Unusable, match="whose If-Match is right"):
        DocumentStateStore(faulty, no_pause).probe()
