"""Judges from outside: tools that we did not write look at what we made. `make judges`.

Each needs programs that not every machine has; where they are not there, that is said, and it is no failure.
Which judges there are grows with the product.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.cloud import ministack

ROOT = Path(__file__).parents[1]
NPM_FOLDER = ROOT / "tests" / "web"


class Absent(Exception):
    """A judge is not on this machine."""


def main() -> int:
    """Let each judge speak; return 1 where one found a fault."""
    judges: dict[str, Callable[[], str]] = {
        "Nu checker": nu_checker,
        "node": node_runs_the_function,
        "ministack": ministack_has_the_whole_stack,
    }
    failed = 0
    for name, judge in judges.items():
        try:
            verdict = judge()
        except Absent as absent:
            sys.stdout.write(f"{name:<12} is not here: {absent}\n")
        except subprocess.CalledProcessError as error:
            failed += 1
            sys.stdout.write(f"{name:<12} found faults:\n{error.stdout}{error.stderr}\n")
        else:
            sys.stdout.write(f"{name:<12} {verdict}\n")
    passed = len(judges) - failed
    sys.stdout.write(f"{passed} passed, {failed} failed\n")
    return 1 if failed else 0


def nu_checker() -> str:
    """Check every page, stylesheet and drawing with the W3C's own checker."""
    java, npm = _program("java"), _program("npm")
    try:
        _run(npm, "ci", "--silent", folder=NPM_FOLDER)
    except subprocess.CalledProcessError as error:
        raise Absent("npm could not install it") from error
    jars = list((NPM_FOLDER / "node_modules" / "vnu-jar").rglob("vnu.jar"))
    files = sorted(str(path) for kind in ("html", "css", "svg") for path in (ROOT / "web").rglob(f"*.{kind}"))
    _run(java, "-jar", str(jars[0]), "--also-check-css", "--also-check-svg", "--errors-only", *files)
    return f"finds nothing in {len(files)} files"


def node_runs_the_function() -> str:
    """Run every case of the edge function in node, another engine than the embedded one."""
    _program("node")
    _run(sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "tests/cf", "-k", "node")
    return "agrees with the embedded engine on every case"


def ministack_has_the_whole_stack() -> str:
    """Make all of AWS that the template names, with `provision`, and follow URLs through it."""
    _program("node")
    try:
        ministack.install()
    except subprocess.CalledProcessError as error:
        raise Absent("pip could not install it") from error
    _run(sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "tests/cloud", QUICKDUMP_JUDGES="1")
    return "makes the whole stack and follows every path from the viewer to the bucket"


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise Absent(f"there is no '{name}' on the path")
    return path


def _run(*command: str, folder: Path = ROOT, **environment: str) -> None:
    subprocess.run(
        command,
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )


if __name__ == "__main__":
    sys.exit(main())
