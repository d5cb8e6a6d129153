"""The real fault run: `python -m tests.faults.real --commands 2000 --kill-every 1`.

One `serve` and three command-line writers work on one state on a real S3 server, and text through a provider
(our strict fake, over HTTP) that loses answers. Each second one of the four is killed with `kill -9` and
started again. At the end nothing may be lost, and nothing done or texted twice.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from typing_extensions import override

from core.adapters.document import DocumentStateStore
from core.adapters.s3 import S3Objects
from core.domain.outbox import MessageStatus
from core.domain.state import State
from tests.fakes.faults import CLOSE_AFTER, CLOSE_BEFORE, Fault, bad_gateway
from tests.fakes.twilio import NUMBER, FakeTwilio
from tests.fakes.twilio.texts import Moments
from tests.faults.real_children import Child, Home, serve, settle, write
from tests.faults.real_writer import Diary
from tests.journey.served import free_port
from tests.servers import seaweed

WRITERS = 3
LOOK_S = 0.05
PROVIDER_FAULTS: tuple[Fault, ...] = (CLOSE_AFTER, CLOSE_AFTER, CLOSE_BEFORE, bad_gateway())
VOLUMES_MAX = 400
"""26 GB: each of some ten thousand writes leaves the document before it behind on the disk."""
SETTLES_WITHIN = 40
"""How many passes of the relay, a minute apart, may be needed until nothing is owed any more."""


class RealMoments(Moments):
    """The provider's clock goes as ours does."""

    def __init__(self) -> None:
        """There is nothing to set."""

    @property
    @override
    def now(self) -> datetime:  # type: ignore[override] # a test moves it, we do not
        """This moment."""
        return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - real processes have the real clock


@dataclass(slots=True)
class Result:
    """What the run came to."""

    commands: int = 0
    kills: int = 0
    took_s: float = 0
    texts: int = 0
    lost_answers: int = 0
    wrong: list[str] = field(default_factory=list)
    messages: Counter[str] = field(default_factory=Counter)


class RealRun:
    """One run, in a folder of its own."""

    def __init__(self, folder: Path, endpoint_url: str, prefix: str, *, commands: int, seed: int) -> None:
        self.result = Result()
        self._folder = folder
        self._count = -(-commands // WRITERS)
        self._chance = random.Random(seed)  # noqa: S311 - it has to be foreseeable
        self._twilio = FakeTwilio()
        self._twilio.moments = RealMoments()
        self._twilio.delivers_by_itself = True
        port = free_port()
        store = f"s3://{seaweed.BUCKET}/{prefix}"
        self._settings = {
            "STATE": f"{store}/state",
            "SITE": f"{store}/site",
            "STAGING": f"{store}/staging",
            "COMMITS_PER_SECOND": "50",
            "TWILIO_ACCOUNT_SID": self._twilio.account_sid,
            "TWILIO_AUTH_TOKEN": self._twilio.auth_token,
            "TWILIO_FROM": NUMBER,
            "TWILIO_API_URL": self._twilio.url,
            "WEBHOOK_URL": f"http://127.0.0.1:{port}",
            "SMS_HOLD_SECONDS": "0",
            "QUIET_HOURS": "0-0",
            "AWS_ENDPOINT_URL": endpoint_url,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        home = Home(self._folder, self._settings)
        self._settle = Child(settle, (home, SETTLES_WITHIN))
        self._children = [
            Child(serve, (home, port)),
            *(Child(write, (home, writer, self._count, self._diary(writer))) for writer in range(WRITERS)),
        ]
        self._store = DocumentStateStore(
            S3Objects(seaweed.BUCKET, f"{prefix}/state", clients=seaweed.clients_for(endpoint_url)),
            time.sleep,
        )

    def run(self, *, kill_every_s: float, at_most_s: float) -> Result:
        """Let all work until the writers are done or time is up, then settle what is owed, and judge."""
        begun = time.monotonic()
        self._store.create(State(revision=1, write_id="first"))
        with self._twilio:
            try:
                for child in self._children:
                    child.start()
                self._work(begun, kill_every_s, at_most_s)
            finally:
                for child in self._children:
                    child.kill()
            self.result.took_s = time.monotonic() - begun
            self._settle.start()
            self._settle.join()
            self._judge(self._store.load().state)
        return self.result

    def _work(self, begun: float, kill_every_s: float, at_most_s: float) -> None:
        next_kill = time.monotonic() + kill_every_s
        while any(child.ended is None for child in self._children[1:]):
            time.sleep(LOOK_S)
            now = time.monotonic()
            if now - begun > at_most_s:
                return
            for child in self._children:
                if child.ended not in {None, 0}:
                    raise AssertionError(f"it ended: {self._log()}")
            if now >= next_kill:
                alive = [child for child in self._children if child.ended is None]
                victim = self._chance.choice(alive)
                victim.kill()
                victim.start()
                self.result.kills += 1
                next_kill = time.monotonic() + kill_every_s
                self._twilio.fault("create", self._chance.choice(PROVIDER_FAULTS))

    def _judge(self, state: State) -> None:
        wrong = self.result.wrong
        happened = Counter((event.cause, event.kind) for job in state.jobs.values() for event in job.history)
        wrong += [f"done twice: {what}" for what, count in happened.items() if count > 1]
        causes = {cause for cause, _ in happened}
        for writer in range(WRITERS):
            diary = Diary(self._diary(writer)).read()
            self.result.commands += len(diary.answered)
            wrong += [
                f"lost: place {place} of writer {writer}"
                for place in diary.answered
                if f"cli:w{writer}-{place}" not in causes
            ]
        # Each job has a customer with a number of his own.
        customers = Counter(job.phone for job in state.jobs.values())
        wrong += [f"{count} jobs for {phone}" for phone, count in customers.items() if count > 1]
        self._judge_texts(state)

    def _judge_texts(self, state: State) -> None:
        wrong, sent = self.result.wrong, self._twilio.sent
        self.result.texts = len(sent)
        self.result.lost_answers = len(self._twilio.faults.met)
        wrong += self._twilio.violations
        ids = Counter((text.status_callback or "").rsplit("/", 1)[-1] for text in sent)
        wrong += [f"texted twice: {message_id}" for message_id, count in ids.items() if count > 1]
        wrong += [f"texted out of nowhere: {i}" for i in ids if i not in state.messages]
        for message in state.messages.values():
            if message.channel != "sms":
                continue
            self.result.messages[f"{message.status}{' again' * message.repeats}"] += 1
            went = message.id in ids
            if went != (message.status is MessageStatus.SENT):
                wrong.append(f"{message.id} is {message.status} ({message.code}), and {went=}")

    def _log(self) -> str:
        return (self._folder / "log").read_text()[-3000:]

    def _diary(self, writer: int) -> Path:
        return self._folder / f"diary-{writer}"


def main() -> int:
    """Run once and print what it came to; exit with 1 where anything was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.real", description=__doc__)
    parser.add_argument("--commands", type=int, default=2000)
    parser.add_argument("--kill-every", type=float, default=1.0, metavar="SECONDS")
    parser.add_argument("--at-most", type=float, default=3600, metavar="SECONDS")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as path, seaweed.server(Path(path), volumes_max=VOLUMES_MAX) as url:
        folder = Path(path) / "run"
        folder.mkdir()
        run = RealRun(folder, url, "real", commands=asked.commands, seed=asked.seed)
        result = run.run(kill_every_s=asked.kill_every, at_most_s=asked.at_most)
    sys.stdout.write(
        f"{result.commands} commands, {result.kills} kills, {result.took_s:.0f} s, {result.texts} texts, "
        f"{result.lost_answers} answers of the provider lost, {dict(result.messages)}\n"
    )
    for line in result.wrong:
        sys.stdout.write(f"  {line}\n")
    sys.stdout.write(f"lost, doubled or wrong: {len(result.wrong)}\n")
    return 1 if result.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
