"""A Chromium is found, or installed in the order that is promised."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.chromium import NoChromium, find, find_or_install

BROWSER = Path("/usr/bin/chromium")


class Machine:
    """A machine on which some commands succeed, and one of them brings a browser."""

    def __init__(self, *, works: str, there: bool = False) -> None:
        self.works = works
        self.there = there
        self.ran: list[str] = []
        self.said: list[str] = []

    def look(self) -> Path | None:
        return BROWSER if self.there else None

    def run(self, command: Sequence[str], limit_s: int) -> bool:
        assert limit_s > 0
        self.ran.append(" ".join(command[-3:]))
        self.there = self.there or self.works in command[-1]
        return self.works in command[-1] or command[-1] == "update"

    def find_or_install(self) -> Path:
        return find_or_install(self.look, self.run, self.said.append)


def test_a_browser_that_is_there_is_taken_and_nothing_is_run() -> None:
    machine = Machine(works="", there=True)
    assert machine.find_or_install() == BROWSER
    assert machine.ran == []
    assert machine.said == ["chromium: /usr/bin/chromium (was there)"]


def test_the_download_is_tried_before_the_package_manager() -> None:
    machine = Machine(works="chromium")
    assert machine.find_or_install() == BROWSER
    assert machine.ran == ["playwright install chromium"]
    assert "Playwright's own download" in machine.said[-1]


def test_when_nothing_works_the_error_says_what_to_do() -> None:
    machine = Machine(works="nothing")
    with pytest.raises(NoChromium, match="on PATH"):
        machine.find_or_install()
    assert machine.ran[0] == "playwright install chromium"


def test_the_path_is_searched_before_the_cache(tmp_path: Path) -> None:
    cached = tmp_path / "chrome"
    cached.touch()
    assert find(["no-such-browser"], lambda: cached) == cached
    assert find(["no-such-browser"], lambda: tmp_path / "none") is None
    assert find(["sh"], lambda: cached) != cached
