"""The distribution's behaviours: which paths run the function, and the headers that every answer carries.

CloudFront chooses the behaviour by the path that the viewer asked for, before the function changes it. The
first one that fits holds. `cf/stack.yaml` says the same to CloudFront.
"""

from dataclasses import dataclass

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)

_ALWAYS: tuple[tuple[str, str], ...] = (
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "geolocation=(), camera=(), microphone=(), payment=()"),
    ("referrer-policy", "no-referrer"),
    ("strict-transport-security", "max-age=63072000"),
    ("x-content-type-options", "nosniff"),
)
_HIDDEN: tuple[tuple[str, str], ...] = (("x-robots-tag", "noindex, nofollow, noarchive"),)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How requests for some paths are answered."""

    prefix: str
    """Fits every path that starts with it."""
    runs_function: bool
    indexed: bool
    """Whether search engines may show it."""

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The response headers policy."""
        return _ALWAYS if self.indexed else _ALWAYS + _HIDDEN


BEHAVIOURS: tuple[Behaviour, ...] = (
    Behaviour("/assets/", runs_function=False, indexed=True),
    Behaviour("/t/", runs_function=False, indexed=False),
    Behaviour("/data/", runs_function=True, indexed=False),
    Behaviour("/book/", runs_function=True, indexed=True),
    Behaviour("/", runs_function=True, indexed=False),
)


def behaviour_for(path: str) -> Behaviour:
    """Return the behaviour for a viewer's path, which starts with `/`."""
    return next(behaviour for behaviour in BEHAVIOURS if path.startswith(behaviour.prefix))
