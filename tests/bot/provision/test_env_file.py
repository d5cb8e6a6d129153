"""The file of settings: what is put in, and all that stays."""

import stat
from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from bot.provision.env_file import EnvFile

BEFORE = """# my settings
BUSINESS_NAME="Acme Hauling"

export TIMEZONE=America/Phoenix # here
#SITE=file://./var/site
QUIET_HOURS='21-8'
"""


def test_all_that_was_there_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text(BEFORE)
    EnvFile(path).keep({"SITE": "s3://bucket", "SESSION_KEY": "abc-123"})
    assert path.read_text() == BEFORE + "SITE='s3://bucket'\nSESSION_KEY='abc-123'\n"


def test_a_value_that_is_there_is_replaced_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("A=1\nSITE=old\nB=2")
    assert EnvFile(path).keep({"SITE": "new", "A": "1"}) == ("SITE",)
    assert path.read_text() == "A=1\nSITE=new\nB=2"


def test_nothing_new_leaves_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text(BEFORE)
    path.chmod(0o644)
    assert EnvFile(path).keep({"TIMEZONE": "America/Phoenix"}) == ()
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == (BEFORE, 0o644)


@pytest.mark.parametrize("mode", [None, 0o644, 0o666])
def test_a_file_with_secrets_is_its_owners_alone(tmp_path: Path, mode: int | None) -> None:
    path = tmp_path / ".env"
    if mode is not None:
        path.touch()
        path.chmod(mode)
    EnvFile(path).keep({"SESSION_KEY": "secret"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_to_a_file_elsewhere_stays_a_link(tmp_path: Path) -> None:
    elsewhere = tmp_path / "kept" / "env"
    elsewhere.parent.mkdir()
    elsewhere.write_text("A=1\n")
    (tmp_path / ".env").symlink_to(elsewhere)
    EnvFile(tmp_path / ".env").keep({"B": "2"})
    assert (tmp_path / ".env").is_symlink()
    assert elsewhere.read_text() == "A=1\nB=2\n"


@given(value=st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=60))
def test_every_value_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, value: str) -> None:
    path = tmp_path_factory.mktemp("env") / ".env"
    EnvFile(path).keep({"NAME": value, "NEXT": "1"})
    assert dotenv_values(path, interpolate=False) == {"NAME": value, "NEXT": "1"}
