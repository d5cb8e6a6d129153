"""The stack's template as plain values; intrinsic functions are in their long form (`Fn::Sub`, `Ref`)."""

from functools import cache
from pathlib import Path
from typing import Any

import cfnlint.decode

TEMPLATE_FILE = Path(__file__).parents[2] / "cf" / "stack.yaml"


@cache
def template() -> dict[str, Any]:
    """Return the template. Nobody may change it."""
    parsed, faults = cfnlint.decode.decode(str(TEMPLATE_FILE))
    assert not faults
    return dict(parsed)


def properties(resource: str) -> dict[str, Any]:
    return dict(template()["Resources"][resource]["Properties"])


def distribution() -> dict[str, Any]:
    return dict(properties("Distribution")["DistributionConfig"])


def behaviours() -> list[dict[str, Any]]:
    """Return all behaviours in CloudFront's order; the last one, `*`, is the default."""
    listed = [chosen(behaviour) for behaviour in distribution()["CacheBehaviors"]]
    return [*listed, {"PathPattern": "*", **distribution()["DefaultCacheBehavior"]}]


def chosen(value: dict[str, Any]) -> dict[str, Any]:
    """Return what a condition chooses where it holds."""
    return dict(value["Fn::If"][1]) if "Fn::If" in value else dict(value)


def headers_of(policy: str) -> dict[str, str]:
    """Return the response headers that a policy adds, by lower-case name."""
    config = properties(policy)["ResponseHeadersPolicyConfig"]
    security = config["SecurityHeadersConfig"]
    named = {item["Header"].lower(): item["Value"] for item in config["CustomHeadersConfig"]["Items"]}
    seconds = security["StrictTransportSecurity"]["AccessControlMaxAgeSec"]
    return named | {
        "content-security-policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "referrer-policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        "strict-transport-security": f"max-age={seconds}",
        "x-content-type-options": "nosniff" if "ContentTypeOptions" in security else "",
    }
