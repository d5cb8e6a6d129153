"""Finds a Chromium for the browser tests, or installs one: `python -m tests.chromium` prints which.

First one that is there (on PATH, or in Playwright's own cache), else Playwright's own download, else the
system's package manager where that is allowed (root on Debian or Ubuntu).
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DOWNLOAD_TIMEOUT_S = 300
CONNECT_TIMEOUT_MS = 10_000
PACKAGES_TIMEOUT_S = 900

LAUNCH_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""Keep a test browser still: no calls of its own, and it starts as root in a container."""

Run = Callable[[Sequence[str], int], bool]
"""Runs a command for at most so many seconds; tells whether it succeeded."""


class NoChromium(Exception):
    """There is no Chromium and none could be installed; the message says what to do."""


def find(names: Sequence[str] = NAMES, cached: Callable[[], Path] | None = None) -> Path | None:
    """Return a Chromium that is there, or None."""
    for name in names:
        if found := shutil.which(name):
            return Path(found)
    path = (cached or _playwright_path)()
    return path if path.is_file() else None


def find_or_install(
    look: Callable[[], Path | None] = find, run: Run | None = None, say: Callable[[str], None] = print
) -> Path:
    """Return a Chromium, installed now if need be; says which.

    Raises:
        NoChromium: none is there and neither way of installing one worked.
    """
    if found := look():
        say(f"chromium: {found} (was there)")
        return found
    run = run or _run
    for way, commands in _ways():
        say(f"chromium: none here, trying {way}")
        if all(run(command, limit_s) for command, limit_s in commands) and (found := look()):
            say(f"chromium: {found} ({way})")
            return found
    raise NoChromium(
        "no Chromium: the download of Playwright failed and the package manager did not help; "
        "install Chromium or Chrome yourself so that it is on PATH, then run this again"
    )


def _ways() -> list[tuple[str, list[tuple[list[str], int]]]]:
    """Return the ways of installing one that make sense here, each with its commands and their limits."""
    download = [sys.executable, "-m", "playwright", "install", "chromium"]
    ways = [("Playwright's own download", [(download, DOWNLOAD_TIMEOUT_S)])]
    if shutil.which("apt-get") and os.geteuid() == 0:
        install = ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]
        commands = [(["apt-get", "update"], PACKAGES_TIMEOUT_S), (install, PACKAGES_TIMEOUT_S)]
        ways.append(("the system's package manager (apt-get)", commands))
    return ways


def _run(command: Sequence[str], limit_s: int) -> bool:
    environment = os.environ | {
        "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": str(CONNECT_TIMEOUT_MS),
        "DEBIAN_FRONTEND": "noninteractive",
    }
    try:
        done = subprocess.run(
            command, env=environment, timeout=limit_s, check=False, capture_output=True, text=True
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _playwright_path() -> Path:
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


if __name__ == "__main__":
    try:
        find_or_install()
    except NoChromium as error:
        sys.exit(f"chromium: {error}")
