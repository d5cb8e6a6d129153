"""The pages' scripts, read by other eyes: types, lint, and that no text can ever become code or markup."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from core.site import WEB_FOLDER

TOOLS = Path(__file__).parent
SCRIPTS = sorted(WEB_FOLDER.rglob("*.js"))
SINKS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|setHTML|DOMParser"
    r"|\beval\b|new Function|javascript:|srcdoc|set(?:Timeout|Interval)\(\s*[\"'`]|setAttribute\(\s*[\"']on"
)
INSTALL_TIMEOUT_S = 300


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(WEB_FOLDER)))
def test_no_text_becomes_markup_or_code(script: Path) -> None:
    assert SINKS.findall(script.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "page", sorted(WEB_FOLDER.rglob("*.html")), ids=lambda path: str(path.relative_to(WEB_FOLDER))
)
def test_pages_hold_no_script_style_or_handler_of_their_own(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:", text) == []
    assert re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", text) == []
    assert '<meta name="referrer" content="no-referrer">' in text


@pytest.fixture(scope="session")
def tools() -> Path:
    """Return where the tools that only npm has are, installed now if need be."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"there is no '{program}' on the path: types and lint of the scripts are not checked")
    folder = TOOLS / "node_modules" / ".bin"
    if not (folder / "tsc").exists():
        command = ["npm", "ci", "--ignore-scripts", "--silent"]
        try:
            subprocess.run(command, cwd=TOOLS, check=True, capture_output=True, timeout=INSTALL_TIMEOUT_S)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            pytest.skip("npm could not install tests/web/package.json: types and lint are not checked")
    return folder


@pytest.mark.parametrize(
    "command",
    [
        ("tsc", "-p", "tsconfig.json"),
        ("biome", "lint", "--config-path=.", "--error-on-warnings", "../../web/assets", "../../web/sim"),
    ],
    ids=["types", "lint"],
)
def test_the_scripts_have_no_fault_that_a_tool_can_find(tools: Path, command: tuple[str, ...]) -> None:
    program, *arguments = command
    done = subprocess.run(
        [tools / program, *arguments], cwd=TOOLS, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
