"""The figures of docs/edge-cache.md, worked out with the cache model; `python -m tests.edge` writes it."""

import gzip
from collections.abc import Iterator
from statistics import median

from core.domain.views import tracking_view
from core.publish import VIEW_CACHE_CONTROL
from core.site import NOT_FOUND_PAGE
from tests.builders import BUSINESS, NOON, a_job, a_state
from tests.edge.cache_model import Cache, Policy, Viewers, polls
from tests.edge.house import OPTIMIZED, a_view, by_header, poll_s, released

COMMAND = ".venv/bin/python -m tests.edge"
TRIES = 100
LONG_S = 600.0

# US dollars; aws.amazon.com/cloudfront/pricing and aws.amazon.com/s3/pricing, North America, November 2026.
HTTPS_PER_MILLION = 1.00
TRANSFER_PER_GB = 0.085
S3_GET_PER_MILLION = 0.40
FREE_REQUESTS_MILLIONS = 10
HEADERS_BYTES = 1_000
"""Of an answer: the security headers, the tag, CloudFront's own."""
SHARE_CHANGED = 0.02
"""Of all polls; the others are a 304 without a body."""


def page() -> str:
    """Return the whole page."""
    return "\n".join(
        [
            "# What the edge's cache does to those who wait",
            "",
            f"Worked out by `{COMMAND}` with the cache model of `tests/edge/cache_model.py`, from",
            "the times in `cf/stack.yaml`, the header of the customers' views and the pace of",
            "`web/assets/poll.js`. A test holds this page equal to it. The model follows CloudFront's",
            "documents; it was not tried against CloudFront.",
            "",
            "## How long until a change is seen",
            "",
            "| the page asks | viewers of the link | median | worst | requests to S3 per 1,000 polls |",
            "|---|---|---|---|---|",
            *_waits(),
            "",
            f"`{VIEW_CACHE_CONTROL}`: an edge keeps a view for two seconds,",
            "so that a link which is loaded again and again costs one request in two seconds. A single",
            "viewer asks less often than that: for him the cache saves nothing, and costs him nothing.",
            "",
            "## What another header would cost",
            "",
            "| header of the view, policy | a change is seen after (worst) | a link opened 0.5 s too early |",
            "|---|---|---|",
            *_headers(),
            "",
            f"For a view that is not there the page `/{NOT_FOUND_PAGE}` stands, with status 404:",
            f"{_not_found_bytes():,} bytes compressed, never kept; the customer's page does not ask twice.",
            "",
            "## What a million polls cost",
            "",
            *_costs(),
            "",
            "| jobs a day | polls a month | a month, US dollars | of it after the free 10 million requests |",
            "|---|---|---|---|",
            *_fleets(),
            "",
            "Two people look at each job for half an hour. Prices: North America, November 2026; the first",
            "10 million requests and 1 TB of each month are free, always. On `/t/*` no function runs.",
            "",
        ]
    )


def _waits() -> Iterator[str]:
    fast, _, slow = poll_s()
    for every_s in (fast, slow):
        for count in (1, 10):
            delays, requests, asked = _delays(every_s, count)
            share = requests / asked * 1000
            waits = f"{median(delays):.1f} s | {max(delays):.1f} s"
            yield f"| every {every_s:.0f} s | {count} | {waits} | {share:,.0f} |"


def _delays(every_s: float, count: int) -> tuple[list[float], int, int]:
    """Return how late each change is seen by each viewer, the requests to S3, and the polls."""
    delays, requests, asked = [], 0, 0
    for number in range(TRIES):
        changed = 100 + number * 0.1371 * every_s
        cache = a_view(changed=changed)
        times = [polls(who * every_s / count * 0.93, changed + every_s + 5, every_s) for who in range(count)]
        for got in Viewers(cache, times).seen():
            first = next(there for there, answer in got if answer.version == 2)
            delays += [first - changed]
        requests += cache.requests
        asked += sum(map(len, times))
    return delays, requests, asked


def _headers() -> Iterator[str]:
    own_errors = Policy()
    rows: list[tuple[str, str, Policy]] = [
        (f"`{VIEW_CACHE_CONTROL}`, ours", VIEW_CACHE_CONTROL, by_header()),
        (f"`{VIEW_CACHE_CONTROL}`, CloudFront's own error times", VIEW_CACHE_CONTROL, own_errors),
        ("`public, max-age=60`, ours", "public, max-age=60", by_header()),
        ("none, ours", "", by_header()),
        ("none, Managed-CachingOptimized", "", OPTIMIZED),
    ]
    for words, header, policy in rows:
        late = _worst_s(a_view(changed=0.2, header=header, policy=policy))
        missing = _found_after_s(a_view(born=0.5, header=header, policy=policy))
        yield f"| {words} | {_time(late)} | {_time(missing)} |"


def _worst_s(cache: Cache) -> float:
    """Return how late a viewer sees a change that came just after the view was fetched."""
    seen = Viewers(cache, [polls(0, 90_000, poll_s()[0])]).seen()[0]
    return next(there for there, answer in seen if answer.version == 2)


def _found_after_s(cache: Cache) -> float:
    """Return how long somebody who keeps asking is told that there is nothing."""
    seen = Viewers(cache, [polls(0, LONG_S, 0.5)]).seen()[0]
    return next(there for there, answer in seen if answer.status == 200)


def _time(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 3600:.0f} hours"


def _view_bytes() -> int:
    job = a_job()
    view = tracking_view(a_state(job), job, BUSINESS, NOON)
    return len(gzip.compress(view.model_dump_json(by_alias=True).encode(), mtime=0))


def per_million() -> dict[str, float]:
    """Return what a million polls cost, in US dollars, before anything is free."""
    gigabytes = 1e6 * (HEADERS_BYTES + SHARE_CHANGED * _view_bytes()) / 1e9
    return {
        "HTTPS requests": HTTPS_PER_MILLION,
        "transfer": gigabytes * TRANSFER_PER_GB,
        "S3 GET": S3_GET_PER_MILLION,
    }


def _not_found_bytes() -> int:
    return round(len(gzip.compress(released(f"/{NOT_FOUND_PAGE}").body, mtime=0)), -2)


def _costs() -> Iterator[str]:
    parts = per_million()
    words = ", ".join(f"{name} ${amount:.2f}" for name, amount in parts.items())
    size = round(_view_bytes(), -2)
    yield f"${sum(parts.values()):.2f}: {words}. A view has about {size} bytes compressed, a 304 none."


def _fleets() -> Iterator[str]:
    for jobs in (10, 50, 200, 1_000):
        polled = jobs * 2 * _polls_in_half_an_hour() * 30
        millions = polled / 1e6
        whole = millions * sum(per_million().values())
        paid = max(0.0, millions - FREE_REQUESTS_MILLIONS)
        # S3 has no free requests after the first year, and transfer stays far below the free terabyte.
        rest = paid * HTTPS_PER_MILLION + millions * S3_GET_PER_MILLION
        yield f"| {jobs:,} | {polled:,.0f} | {whole:.2f} | {rest:.2f} |"


def _polls_in_half_an_hour() -> float:
    fast, fast_for, slow = poll_s()
    return fast_for / fast + (1800 - fast_for) / slow
