"""Judges from outside: tools that we did not write look at what we made. `make judges`.

Each needs programs that not every machine has; where they are not there, that is said, and it is no failure.
Which judges there are grows with the product.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from core.pages import Brand
from core.site import plan_release, read_sources
from tests.cloud import ministack
from tests.fakes.twilio import judge as twilio_judge

ROOT = Path(__file__).parents[1]
NPM_FOLDER = ROOT / "tests" / "web"
DYNALITE_FOLDER = ROOT / "tests" / "servers" / "npm"


class Absent(Exception):
    """A judge is not on this machine."""


class FaultsFoundError(Exception):
    """A judge that gives its verdict in the same process found faults; the message lists them."""


def main() -> int:
    """Let each judge speak; return 1 where one found a fault."""
    judges: dict[str, Callable[[], str]] = {
        "Nu checker": nu_checker,
        "node": node_runs_the_function,
        "dynalite": dynalite_keeps_what_races_wrote,
        "ministack": ministack_has_the_whole_stack,
        "Lighthouse": lighthouse,
        "Twilio": twilio_itself,
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
        except FaultsFoundError as error:
            failed += 1
            sys.stdout.write(f"{name:<12} found faults:\n{error}\n")
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
    with tempfile.TemporaryDirectory() as folder:
        files = _released(Path(folder)) + _simulator()
        _run(java, "-jar", str(jars[0]), "--also-check-css", "--also-check-svg", "--errors-only", *files)
    return f"finds nothing in {len(files)} files"


def _released(folder: Path) -> list[str]:
    """Write the pages, styles and drawings of a release, and return where."""
    paths = []
    for file in plan_release(read_sources(), Brand(name="Acme & Sons <Hauling>", phone="+16025550100")).files:
        if file.key.endswith((".html", ".css", ".svg")):
            path = folder / file.key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.body)
            paths.append(str(path))
    return sorted(paths)


def _simulator() -> list[str]:
    """Return the files of the simulator, which is served as it is and never released."""
    kinds = {".html", ".css", ".svg"}
    return sorted(str(path) for path in (ROOT / "web" / "sim").iterdir() if path.suffix in kinds)


def lighthouse() -> str:
    """Look at each page as a phone on a slow line does, five times."""
    npm = _program("npm")
    try:
        _run(npm, "ci", "--ignore-scripts", "--silent", folder=NPM_FOLDER / "lighthouse")
    except subprocess.CalledProcessError as error:
        raise Absent("npm could not install it") from error
    return "five runs a page\n" + _run(sys.executable, "-m", "tests.lighthouse")


def node_runs_the_function() -> str:
    """Run every case of the edge function in node, another engine than the embedded one."""
    _program("node")
    _run(sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "tests/cf", "-k", "node")
    return "agrees with the embedded engine on every case"


def dynalite_keeps_what_races_wrote() -> str:
    """Let many writers race on a second DynamoDB, whose conditional writes are atomic."""
    _program("node")
    try:
        _run(_program("npm"), "ci", "--silent", folder=DYNALITE_FOLDER)
    except subprocess.CalledProcessError as error:
        raise Absent("npm could not install it") from error
    _run(sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "tests/contract", "-k", "dynalite")
    return "keeps every write of many racing writers, once"


def ministack_has_the_whole_stack() -> str:
    """Make all of AWS that the template names, with `provision`, and follow URLs through it."""
    _program("node")
    try:
        ministack.install()
    except subprocess.CalledProcessError as error:
        raise Absent("pip could not install it") from error
    _run(sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "tests/cloud", QUICKDUMP_JUDGES="1")
    return "makes the whole stack and follows every path from the viewer to the bucket"


def twilio_itself() -> str:
    """Let Twilio's own packages sign calls and count segments, on forms and texts of chance."""
    node, npm = _program("node"), _program("npm")
    try:
        _run(npm, "ci", "--silent", folder=twilio_judge.NPM_FOLDER)
    except subprocess.CalledProcessError as error:
        raise Absent("npm could not install its packages") from error
    faults = twilio_judge.disagreements(node)
    if faults:
        raise FaultsFoundError("\n".join(faults[:20]))
    return f"signs {twilio_judge.FORMS} calls and counts {twilio_judge.TEXTS} texts as we do"


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise Absent(f"there is no '{name}' on the path")
    return path


def _run(*command: str, folder: Path = ROOT, **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )
    return done.stdout.rstrip()


if __name__ == "__main__":
    sys.exit(main())
