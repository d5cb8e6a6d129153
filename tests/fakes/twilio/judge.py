"""Twilio's own npm packages judge our signature check and our segment counter, on texts and forms of chance.

The judge is asked by `make judges`; the seed is fixed, so that a disagreement can be looked at again.
"""

import json
import random
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.sms.signature import SignatureCheck
from bot.texts.gsm7 import BASIC, EXTENSION
from bot.texts.segments import segments_of

NPM_FOLDER = Path(__file__).parent / "npm"
TEXTS = 2_000
FORMS = 300
TOKEN = "a1" * 16
ORIGIN = "https://hooks.example.com"
EDGES = (69, 70, 71, 133, 134, 135, 152, 153, 154, 159, 160, 161, 305, 306, 307)
"""Lengths around which the number of segments changes."""


def disagreements(node: str) -> list[str]:
    """Return where Twilio's packages and ours differ. Raises CalledProcessError where the judge can't run."""
    chance = random.Random(7)  # noqa: S311 - the same texts each time
    texts = [_text(chance) for _ in range(TEXTS)]
    calls = [_call(chance) for _ in range(FORMS)]
    asked = {
        "texts": texts,
        "signatures": [
            {"token": TOKEN, "url": ORIGIN + path + query, "params": _grouped(form)}
            for path, query, form in calls
        ],
    }
    judge = [node, "judge.cjs"]
    said = subprocess.run(
        judge, cwd=NPM_FOLDER, input=json.dumps(asked), check=True, capture_output=True, text=True
    )
    verdict = json.loads(said.stdout)
    return [*_segments(texts, verdict["segments"]), *_signatures(calls, verdict["signatures"])]


def _segments(texts: Sequence[str], verdicts: Sequence[list[Any]]) -> list[str]:
    ours = [segments_of(text) for text in texts]
    return [
        f"{text!r}: Twilio counts {theirs}, we {[mine.encoding, mine.count]}"
        for text, mine, theirs in zip(texts, ours, verdicts, strict=True)
        if [mine.encoding, mine.count] != theirs
    ]


def _signatures(
    calls: Sequence[tuple[str, str, list[tuple[str, str]]]], verdicts: Sequence[str]
) -> list[str]:
    check = SignatureCheck(auth_token=TOKEN, webhook_url=ORIGIN)
    return [
        f"we refuse what Twilio signed: {path}{query} {form}"
        for (path, query, form), signature in zip(calls, verdicts, strict=True)
        if not check.accepts(path=path, query=query[1:], form=form, signature=signature)
    ]


def _text(chance: random.Random) -> str:
    alphabet = chance.choice(
        [sorted(BASIC), sorted(BASIC | EXTENSION), sorted(EXTENSION), "abcÁí–’ é", "ab 🚚🏽é語", "\r\n ab€"]
    )
    length = chance.choice([*EDGES, chance.randrange(1, 400)])
    return "".join(chance.choice(alphabet) for _ in range(length))


def _call(chance: random.Random) -> tuple[str, str, list[tuple[str, str]]]:
    names = ["Body", "From", "FromCity", "FromZip", "MessageSid", "NumMedia", "ToState", "body", "Ähnlich"]
    values = ["", "STOP", "+16025550142", "a=b&c", "¿Qué? 🚚", " two  spaces ", "line\r\nbreak", "0"]
    form = [(chance.choice(names), chance.choice(values)) for _ in range(chance.randrange(0, 12))]
    path = chance.choice(["/twilio/sms", "/twilio/status/u1-1", "/twilio/status/a%2Fb"])
    query = chance.choice(["", "?x=1", "?x=1&y=%20", "?x="])
    return path, query, form


def _grouped(form: Sequence[tuple[str, str]]) -> dict[str, str | list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in form:
        grouped.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in grouped.items()}
