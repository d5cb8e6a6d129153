"""The cache as the template and the product's own headers make it."""

from functools import cache
from pathlib import Path

from core.publish import VIEW_CACHE_CONTROL
from core.site import SiteFile, plan_release, read_sources
from tests.cf.template import distribution, properties
from tests.edge.cache_model import Answer, Cache, Policy

POLL_FILE = Path(__file__).parents[2] / "web" / "assets" / "poll.js"
PAGE_FILE = Path(__file__).parents[2] / "docs" / "edge-cache.md"
NEVER = float("inf")


@cache
def by_header() -> Policy:
    """The policy of pages and views, with the error times, from the template."""
    times = properties("ByHeader")["CachePolicyConfig"]
    errors = distribution()["CustomErrorResponses"]
    return Policy(
        min_ttl_s=float(times["MinTTL"]),
        default_ttl_s=float(times["DefaultTTL"]),
        max_ttl_s=float(times["MaxTTL"]),
        error_ttl_s={one["ErrorCode"]: float(one["ErrorCachingMinTTL"]) for one in errors},
        error_pages={
            one["ErrorCode"]: Answer(
                one["ResponseCode"], cache_control=released(one["ResponsePagePath"]).cache_control
            )
            for one in errors
            if "ResponsePagePath" in one
        },
    )


@cache
def released(path: str) -> SiteFile:
    """Return a file of the site as it is released."""
    return next(file for file in plan_release(read_sources()).files if f"/{file.key}" == path)


OPTIMIZED = Policy(min_ttl_s=1, default_ttl_s=86_400, max_ttl_s=31_536_000)
"""Managed-CachingOptimized, as documented, with CloudFront's own error times."""


def a_view(
    *,
    born: float = 0.0,
    changed: float = NEVER,
    header: str = VIEW_CACHE_CONTROL,
    policy: Policy | None = None,
) -> Cache:
    """Return a cache before a customer's view, which is there from `born` on and changes at `changed`."""

    def origin(at: float) -> Answer:
        if at < born:
            return Answer(403)
        return Answer(200, version=2 if at >= changed else 1, cache_control=header)

    return Cache(policy or by_header(), origin)


@cache
def poll_s() -> tuple[float, float, float]:
    """The page's fast pace, how long it lasts, and its slow pace, in seconds, from its own source."""
    text = POLL_FILE.read_text("utf-8")
    values = {}
    for name in ("FAST_MS", "FAST_FOR_MS", "SLOW_MS"):
        line = next(line for line in text.splitlines() if line.startswith(f"const {name} = "))
        factors = line.partition("= ")[2].rstrip(";").split(" * ")
        product = 1.0
        for factor in factors:
            product *= float(factor)
        values[name] = product / 1000
    return values["FAST_MS"], values["FAST_FOR_MS"], values["SLOW_MS"]
