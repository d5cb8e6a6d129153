"""The documents keep up with the product: what is there stands in the README."""

import re
from pathlib import Path

import pytest

from bot.cli import command
from bot.grammar.verbs import VERBS
from bot.settings import Settings
from bot.texts.words import WORDS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()


@pytest.mark.parametrize("name", sorted(name.upper() for name in Settings.model_fields))
def test_each_setting_is_documented(name: str) -> None:
    assert f"| `{name}` |" in README
    assert re.search(rf"^#{name}=", EXAMPLE, re.MULTILINE)


def test_each_documented_setting_is_there() -> None:
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE))
    assert documented == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("verb", sorted(VERBS - {"help", "start"}))
def test_each_verb_is_documented(verb: str) -> None:
    assert f"`{verb}" in README


def test_each_word_that_help_shows_is_a_verb_and_the_other_way_round() -> None:
    shown = {word.split(" ")[0] for words in WORDS.values() for word, _ in words if word != "a photo"}
    taught = {
        "decline",
        "confirm",
        "otw",
        "picked up",
        "dump",
        "done",
        "transit",
        "dumped",
        "complete",
        "help",
        "start",
    }
    assert shown <= VERBS
    assert VERBS - shown <= taught


def test_the_command_line_has_what_the_design_fixes() -> None:
    fixed = {
        "serve",
        "relay",
        "say",
        "chat",
        "deploy",
        "rollback",
        "provision",
        "init",
        "doctor",
        "migrate",
        "restore",
    }
    assert fixed <= set(command.commands)


def test_no_host_of_a_registry_stands_in_a_lock_file() -> None:
    for lock in ("requirements.lock", "tests/requirements.lock"):
        assert "://" not in (ROOT / lock).read_text()


def test_each_link_in_the_readme_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
