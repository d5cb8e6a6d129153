"""The object stores that the contract runs on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.adapters.directory import DirectoryObjects
from core.adapters.memory import MemoryObjects
from core.ports import ObjectStore


def _memory(_request: pytest.FixtureRequest) -> Iterator[ObjectStore]:
    yield MemoryObjects()


def _directory(request: pytest.FixtureRequest) -> Iterator[ObjectStore]:
    folder: Path = request.getfixturevalue("tmp_path")
    yield DirectoryObjects(folder / "state")


_STORES = {"memory": _memory, "directory": _directory}


@pytest.fixture(params=["memory", "directory"])
def objects(request: pytest.FixtureRequest) -> Iterator[ObjectStore]:
    """An empty store."""
    yield from _STORES[request.param](request)


@pytest.fixture(params=["memory", "directory"])
def racing_objects(request: pytest.FixtureRequest) -> Iterator[ObjectStore]:
    """An empty store that many writers may use at once."""
    yield from _STORES[request.param](request)
