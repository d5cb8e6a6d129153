"""The session key's files: private, whole, and made once."""

from pathlib import Path
from stat import S_IMODE

import pytest

from core.adapters.keys import FileKeys, kept_master
from core.domain.session import SessionKey
from core.ports import Unreachable, Unusable

KEY = SessionKey(kid="one", secret="1" * 32)


def test_only_this_user_may_read_them(tmp_path: Path) -> None:
    FileKeys(tmp_path / "var" / "edge-key.json").replace(KEY)
    kept_master(tmp_path / "var" / "session-key")
    for path in (tmp_path / "var").iterdir():
        assert S_IMODE(path.stat().st_mode) == 0o600, path


def test_the_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    first = kept_master(tmp_path / "session-key")
    assert len(first) >= 32
    assert kept_master(tmp_path / "session-key") == first
    assert kept_master(tmp_path / "another") != first


@pytest.mark.parametrize("damaged", ["", "{", "[]", '{"kid": "one"}', '{"kid": "-", "secret": "x"}', "null"])
def test_a_damaged_key_is_named_without_showing_it(tmp_path: Path, damaged: str) -> None:
    path = tmp_path / "edge-key.json"
    path.write_text(damaged)
    with pytest.raises(Unusable, match=r"edge-key.json is damaged"):
        FileKeys(path).current()


def test_a_secret_that_is_too_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "session-key").write_text("short")
    with pytest.raises(Unusable, match="delete that file"):
        kept_master(tmp_path / "session-key")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")
    with pytest.raises(Unreachable, match="cannot write"):
        FileKeys(tmp_path / "var" / "edge-key.json").replace(KEY)
