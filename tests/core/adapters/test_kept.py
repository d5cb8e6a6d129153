"""Versions in a folder: close together near the present, few, and cheap."""

import os
from pathlib import Path

import pytest

from core.adapters import kept as subject
from core.adapters.kept import KeptVersions, kept

S = 1_000_000_000
HOUR = 3_600 * S
DAY = 24 * HOUR
NOW = 1_800_000_000 * S


def test_of_many_writes_few_are_kept_and_the_last_of_each_time() -> None:
    moments = range(NOW - 40 * DAY, NOW, 3 * S)
    found = kept(moments)
    assert max(moments) in found
    assert len(found) < 1_000
    assert len([moment for moment in found if moment > NOW - HOUR]) > 450
    assert min(found) > NOW - 31 * DAY
    for hour in range(2, 46):
        end = NOW - hour * HOUR
        assert any(end - HOUR <= moment <= end for moment in found)


def test_what_is_kept_stays_kept_when_it_is_thinned_again() -> None:
    moments = range(NOW - 3 * DAY, NOW, 1_000 * S)
    assert kept(kept(moments)) == kept(moments)
    assert kept([]) == set()


def write(path: Path, body: bytes, moment: int) -> None:
    """Write a file as the store does: another one takes its place."""
    path.unlink(missing_ok=True)
    path.write_bytes(body)
    os.utime(path, ns=(moment, moment))


def test_keeping_a_version_copies_nothing(tmp_path: Path) -> None:
    path, versions = tmp_path / "jobs.json", KeptVersions(tmp_path / "versions")
    write(path, b"one", NOW)
    versions.keep(path)
    (version,) = versions.all()
    assert (tmp_path / "versions" / f"{NOW:020}").stat().st_ino == path.stat().st_ino
    write(path, b"two", NOW + S)
    assert versions.read(version.version_id) == b"one"


def test_within_a_second_the_last_one_stands_for_all(tmp_path: Path) -> None:
    path, versions = tmp_path / "jobs.json", KeptVersions(tmp_path / "versions")
    for tenth in range(25):
        write(path, str(tenth).encode(), NOW + tenth * S // 10)
        versions.keep(path)
    assert [versions.read(each.version_id) for each in versions.all()] == [b"24", b"19", b"9"]


def test_what_has_grown_old_is_thinned_with_the_next_write(tmp_path: Path) -> None:
    path, versions = tmp_path / "jobs.json", KeptVersions(tmp_path / "versions")
    start = NOW - NOW % (10 * S)
    for moment in (start, start + 3 * S, start + 6 * S, start + 1_200 * S):
        write(path, b"1", moment)
        versions.keep(path)
    assert [int(each.version_id) for each in versions.all()] == [start + 1_200 * S, start + 6 * S]


def test_together_they_stay_below_a_bound_and_the_oldest_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "BYTES_MAX", 10)
    path, versions = tmp_path / "jobs.json", KeptVersions(tmp_path / "versions")
    for count in range(6):
        write(path, b"1234", NOW + count * 20 * S)
        versions.keep(path)
    assert [int(each.version_id) for each in versions.all()] == [NOW + 100 * S, NOW + 80 * S]


def test_a_file_that_is_not_there_yet_has_nothing_to_keep(tmp_path: Path) -> None:
    versions = KeptVersions(tmp_path / "versions")
    versions.keep(tmp_path / "jobs.json")
    assert versions.all() == []
