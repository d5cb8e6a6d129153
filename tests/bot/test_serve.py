import asyncio
import errno
import shutil
import socket
from pathlib import Path

import pytest

from bot import serve
from bot.bootstrap import build
from bot.settings import Settings
from core.site import WEB_FOLDER


async def test_a_loop_is_started_again_after_a_fault_of_its_own(caplog: pytest.LogCaptureFixture) -> None:
    pauses: list[float] = []
    runs = 0
    third = asyncio.Event()

    async def run() -> None:
        nonlocal runs
        runs += 1
        if runs < 3:
            raise AssertionError("no words for a message")
        third.set()
        await asyncio.Event().wait()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    going = asyncio.create_task(serve.keep_going(run, pause))
    await third.wait()
    going.cancel()
    with pytest.raises(asyncio.CancelledError):
        await going
    assert pauses == [serve.RELAY_PAUSE_S] * 2
    assert caplog.text.count("a loop failed and is started again") == 2


def test_a_taken_port_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit) as ended:
            serve._listen("127.0.0.1", port)
    assert ended.value.code == 1
    assert capsys.readouterr().err == (
        f"quickdump: port {port} on 127.0.0.1 is taken: stop what uses it, or choose another with --port\n"
    )


def test_a_host_that_is_not_ours_is_one_clear_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_socket: socket.socket, address: object) -> None:
        raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address", address)

    class Refusing(socket.socket):
        bind = refuse

    monkeypatch.setattr(socket, "socket", Refusing)
    with pytest.raises(SystemExit):
        serve._listen("203.0.113.7", 8000)
    assert (
        capsys.readouterr().err
        == "quickdump: can't listen on 203.0.113.7:8000: Cannot assign requested address\n"
    )


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),  # noqa: S104 - only shown
        ("::1", "[::1]"),
    ],
)
def test_the_address_that_is_shown_can_be_opened(host: str, shown: str) -> None:
    assert serve._shown_host(host) == shown


def test_a_booking_page_that_cannot_be_used_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(WEB_FOLDER, tmp_path / "web")
    (tmp_path / "web" / "book" / "dumpster" / "page.json").write_text("{", encoding="utf-8")
    monkeypatch.setattr(serve, "web_folder", lambda: tmp_path / "web")
    with pytest.raises(SystemExit) as ended:
        serve._booking(build(Settings(state="memory://", site="memory://", staging="memory://")))
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith("quickdump: book/dumpster/page.json is no JSON")
