"""Origin: what is typed beside `serve` links to where it is."""

from pathlib import Path

import pytest

from bot.bootstrap import build
from bot.origin import DEFAULT_ORIGIN, keep_origin, kept_origin
from bot.settings import Settings

IN_MEMORY = {"state": "memory://", "site": "memory://", "staging": "memory://"}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PUBLIC_URL", raising=False)


def links_to(**settings: str) -> str:
    return build(Settings.model_validate({**IN_MEMORY, **settings})).business.public_url


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8123", "http://[::1]:9", "http://localhost:65535"])
def test_links_lead_to_the_serve_that_ran_here_last(origin: str) -> None:
    assert links_to() == DEFAULT_ORIGIN
    keep_origin("http://127.0.0.1:1")
    keep_origin(origin)
    assert links_to() == origin


def test_a_public_url_goes_before_it() -> None:
    keep_origin("http://127.0.0.1:8123")
    assert links_to(public_url="https://track.example.com") == "https://track.example.com"


@pytest.mark.parametrize("kept", ["", "http://127.0.0.1:81", "javascript:alert(1)", "é", "http://a:1\n b"])
def test_what_is_no_origin_is_not_believed(kept: str) -> None:
    Path("var").mkdir()
    Path("var/origin").write_text(kept, encoding="utf-8")
    assert kept_origin() == (kept if kept.endswith(":81") else DEFAULT_ORIGIN)


def test_a_folder_that_takes_nothing_is_no_reason_not_to_serve(caplog: pytest.LogCaptureFixture) -> None:
    Path("var").write_text("a file")
    keep_origin("http://127.0.0.1:8123")
    assert kept_origin() == DEFAULT_ORIGIN
    assert "can't be written" in caplog.text
