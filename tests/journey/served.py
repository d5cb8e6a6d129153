"""`quickdump serve` as a process of its own, which a test can kill."""

import json
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Self

import httpx

from tests.fakes.bot_api import FakeBotApi
from tests.fakes.twilio import NUMBER, FakeTwilio
from tests.journey.service import SECRET, WITHIN_S
from tests.journey.terminal import environment

_LOOK_AGAIN_S = 0.05
_STARTS_WITHIN_S = 40.0


class Served:
    """A service on a port of its own; after `kill` it can be started again on the same stores."""

    def __init__(self, folder: Path, telegram: FakeBotApi, twilio: FakeTwilio) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        twilio.sms_url = f"{self.url}/twilio/sms"
        self._settings = {
            "TELEGRAM_BOT_TOKEN": telegram.token,
            "TELEGRAM_WEBHOOK_SECRET": SECRET,
            "TELEGRAM_API_URL": telegram.url,
            "ADMIN_TELEGRAM_IDS": "1001",
            "TWILIO_ACCOUNT_SID": twilio.account_sid,
            "TWILIO_AUTH_TOKEN": twilio.auth_token,
            "TWILIO_FROM": NUMBER,
            "TWILIO_API_URL": twilio.url,
            "WEBHOOK_URL": self.url,
            # The process has the real clock: nothing may wait for the morning, or for ten seconds.
            "SMS_HOLD_SECONDS": "0",
            "QUIET_HOURS": "0-0",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        """Start it and return when it answers."""
        with (self.folder / "serve.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", "from bot.cli import main; main()", "serve", "--port", str(self.port)],
                env=environment(self.folder, **self._settings),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._until(self._answers, _STARTS_WITHIN_S)
        return self

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_problem: object) -> None:
        self.kill()

    @property
    def document(self) -> dict[str, Any]:
        """What is in `jobs.json`."""
        document: dict[str, Any] = json.loads((self.folder / "state" / "jobs.json").read_bytes())
        return document

    @property
    def texts(self) -> list[dict[str, Any]]:
        """The status texts of the outbox."""
        return [m for m in self.document["messages"] if m["channel"] == "sms" and m["kind"] != "reply"]

    def until_text(self, kind: str, *statuses: str) -> None:
        """Wait until the newest text of a kind has one of these statuses."""
        self._until(
            lambda: (
                [text["status"] for text in self.texts if text["kind"] == kind][-1:]
                in [[s] for s in statuses]
            ),
            WITHIN_S,
        )

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.folder / "serve.log").read_text()
        try:
            return httpx.get(f"{self.url}/healthz").is_success
        except httpx.TransportError:
            return False

    def _until(self, happened: Any, within_s: float) -> None:
        wait = threading.Event()
        gives_up_at = time.monotonic() + within_s
        while not happened():
            assert time.monotonic() < gives_up_at, (self.folder / "serve.log").read_text()
            wait.wait(_LOOK_AGAIN_S)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port
