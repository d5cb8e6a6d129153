"""Any story that the folder store lives through, the store in memory tells in the same words."""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.adapters.directory import DirectoryObjects
from core.adapters.memory import MemoryObjects
from core.adapters.objects import is_key
from core.ports import Absent, Condition, Conflict, Matches, NotFound, ObjectStore

KEYS = st.sampled_from(["a", "a-", "b/a", "b/b/a", "b.json/a"])
BODIES = st.sampled_from([b"", b"1", b"2"])
TYPES = st.sampled_from(["text/plain", "text/html", "application/octet-stream"])


@dataclass(frozen=True)
class Put:
    key: str
    body: bytes
    content_type: str
    guess: bytes | None
    """The bytes that its condition expects; None: no object."""
    conditional: bool


@dataclass(frozen=True)
class Delete:
    key: str


STEPS = st.lists(
    st.builds(Put, KEYS, BODIES, TYPES, st.none() | BODIES, st.booleans()) | st.builds(Delete, KEYS)
)


def play(objects: ObjectStore, step: Put | Delete, tags: dict[bytes, str]) -> str:
    """Take a step and return what came of it."""
    if isinstance(step, Delete):
        objects.delete(step.key)
        return "gone"
    condition: Condition = None
    if step.conditional:
        condition = Absent() if step.guess is None else Matches(tags.get(step.guess, '"never"'))
    try:
        tags[step.body] = objects.put(
            step.key, step.body, condition=condition, content_type=step.content_type
        )
    except Conflict:
        return "conflict"
    return "written"


def contents(objects: ObjectStore) -> list[tuple[str, bytes, str]]:
    found = []
    for key in objects.keys():  # noqa: SIM118 - a store is no dict
        there = objects.get(key)
        assert there is not None
        found.append((key, there.body, there.content_type))
    return found


@given(STEPS)
def test_folder_and_memory_agree_on_every_story(steps: list[Put | Delete]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        on_disk, in_memory = DirectoryObjects(Path(folder)), MemoryObjects()
        disk_tags: dict[bytes, str] = {}
        memory_tags: dict[bytes, str] = {}
        for step in steps:
            assert play(on_disk, step, disk_tags) == play(in_memory, step, memory_tags)
            assert contents(on_disk) == contents(in_memory)


@given(st.text())
def test_any_text_is_a_key_that_a_folder_keeps_or_is_refused_by_name(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        objects = DirectoryObjects(Path(folder) / "state")
        if is_key(text):
            objects.put(text, b"1", condition=Absent())
            assert list(objects.keys()) == [text]
            assert objects.get(text) is not None
            objects.delete(text)
        else:
            with pytest.raises(ValueError, match=re.escape(repr(text))):
                objects.put(text, b"1")
        with pytest.raises(NotFound):
            objects.get(text)
