"""ministack, AWS on one port of loopback: CloudFormation, S3, CloudFront with its functions (run in node).

It has an environment of its own under `.venv/ministack`, as it needs another botocore than ours. It lacks:

    - a cache: nothing is kept, so what TTLs do is the cache model's (tests/edge)
    - TestFunction, and the rules that CloudFront holds a function to: those are the fake's and the gate's
    - `AWS::Budgets::Budget` in a template: the budget is made by a call, with the template's own words
    - TLS between CloudFront and S3: it would take its own reads for plain ones, which our buckets refuse
    - signatures: who reads a bucket by itself, without CloudFront, is not asked for any
    - the headers policy on answers that a function makes: these carry only what the function says
    - the key-value store inside a function: `import cf from 'cloudfront'` fails there
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ENVIRONMENT = Path(sys.prefix) / "ministack"
LOCK = Path(__file__).with_name("ministack.lock")
_PROGRAM = ENVIRONMENT / "bin" / "ministack"
_START_S = 60


def is_installed() -> bool:
    """Tell whether it could be started here."""
    return _PROGRAM.exists() and shutil.which("node") is not None


def install() -> None:
    """Install it, once. Raises CalledProcessError."""
    if _PROGRAM.exists():
        return
    subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True, capture_output=True)
    pip = [str(ENVIRONMENT / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run(
        [*pip, "install", "--require-hashes", "--requirement", str(LOCK)],
        check=True,
        capture_output=True,
        text=True,
    )


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Serve on a free port of loopback until the block ends, and give the address. Logs lie in `folder`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
    }
    with (folder / "ministack.log").open("wb") as log:
        process = subprocess.Popen(
            [str(_PROGRAM)], cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _await(process, port, folder / "ministack.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _await(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    """Wait until it takes connections. There is nothing to listen to, so this asks again and again."""
    deadline = time.monotonic() + _START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(
                    f"ministack did not start; its log ends:\n{log.read_text()[-3000:]}"
                ) from None
            time.sleep(0.1)
        else:
            return
