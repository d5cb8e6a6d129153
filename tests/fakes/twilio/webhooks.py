"""How Twilio calls a webhook: signed, with the time limits and repetitions that the address asks for.

The part behind `#` is for Twilio and is not signed: `rc` repetitions, `rp` what is repeated (`4xx`, `5xx`,
`ct` connection failures, `rt` no answer in time, `all`), `ct` and `rt` limits in milliseconds
(https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urldefrag

import httpx

from tests.fakes.twilio.signing import sign
from tests.fakes.twilio.texts import Posted

CONNECT_WITHIN_MS = 5000
ANSWER_WITHIN_MS = 15_000
REPEATED_BY_DEFAULT = frozenset({"ct"})


@dataclass(frozen=True, slots=True)
class Overrides:
    """How an address wants to be called."""

    repetitions: int = 1
    repeated: frozenset[str] = REPEATED_BY_DEFAULT
    connect_within_ms: int = CONNECT_WITHIN_MS
    answer_within_ms: int = ANSWER_WITHIN_MS

    @classmethod
    def of(cls, fragment: str) -> "Overrides":
        """Read the part behind `#`."""
        given = dict(parse_qsl(fragment))
        return cls(
            repetitions=int(given.get("rc", "1")),
            repeated=frozenset(given.get("rp", "ct").split(",")),
            connect_within_ms=int(given.get("ct", CONNECT_WITHIN_MS)),
            answer_within_ms=int(given.get("rt", ANSWER_WITHIN_MS)),
        )

    def asks_again(self, outcome: str) -> bool:
        """Tell whether a request with this outcome is made again."""
        return outcome != "" and bool(self.repeated & {outcome, "all"})


async def post(
    auth_token: str, address: str, form: Sequence[tuple[str, str]], idempotency_token: str
) -> list[Posted]:
    """Call a webhook and return every try, the last one last."""
    target, fragment = urldefrag(address)
    overrides = Overrides.of(fragment)
    headers = {
        "X-Twilio-Signature": sign(auth_token, target, form),
        "I-Twilio-Idempotency-Token": idempotency_token,
        "User-Agent": "TwilioProxy/1.1",
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
    }
    limits = httpx.Timeout(
        overrides.answer_within_ms / 1000,
        connect=overrides.connect_within_ms / 1000,
    )
    content = str(httpx.QueryParams(list(form)))
    tries: list[Posted] = []
    async with httpx.AsyncClient(timeout=limits, trust_env=False) as client:
        while True:
            posted, outcome = await _once(client, target, content, headers, tuple(form))
            tries.append(posted)
            if len(tries) > overrides.repetitions or not overrides.asks_again(outcome):
                return tries


async def _once(
    client: httpx.AsyncClient,
    target: str,
    content: str,
    headers: dict[str, str],
    form: tuple[tuple[str, str], ...],
) -> tuple[Posted, str]:
    try:
        response = await client.post(target, content=content, headers=headers)
    except httpx.ReadTimeout:
        return Posted(target, form, None), "rt"
    except httpx.TransportError:
        return Posted(target, form, None), "ct"
    outcome = f"{response.status_code // 100}xx" if response.is_error else ""
    return Posted(target, form, response.status_code, response.text), outcome
