"""The dashboard's signed link: what the bot makes and the edge function checks.

The head of `cf/qdn-track-rewrite.js` writes the format down; both must say the same, and tests hold them
to it.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

LINK_LIFE = timedelta(minutes=5)
"""How long a link can be followed; the edge refuses what claims to live longer."""

_KID = re.compile(r"[A-Za-z0-9]{1,16}")
_PERSON = re.compile(r"[a-z0-9_]{1,64}")
_SECRET_CHARACTERS_MIN = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionKey:
    """The key that links and sessions are signed with.

    Raises:
        ValueError: the key could not be used at the edge.
    """

    kid: str
    """Names the key: 1 to 16 letters and digits, another one for each new key."""
    secret: str = field(repr=False)
    """32 characters of ASCII or more; its bytes are the HMAC key."""

    def __post_init__(self) -> None:
        if not _KID.fullmatch(self.kid):
            raise ValueError(f"a session key's id is 1 to 16 letters and digits, not {self.kid!r}")
        if len(self.secret) < _SECRET_CHARACTERS_MIN or not self.secret.isascii():
            raise ValueError("a session key has at least 32 characters, all of them ASCII: make a new one")


def login_link(public_url: str, person_id: str, *, key: SessionKey, now: datetime) -> str:
    """Return the address that signs `person_id` in to the dashboard for the next 5 minutes.

    Args:
        public_url: the site's origin, without a path.
        person_id: whose session it will be; a person's id or a bare role.
        key: the current key, which must be the edge's current one too.
        now: this moment, with its zone.

    Raises:
        ValueError: `person_id` is not made of small letters, digits and `_`, 64 at most.
    """
    if not _PERSON.fullmatch(person_id):
        raise ValueError(
            f"cannot sign a link for {person_id!r}: an id has small letters, digits and _, 64 at most"
        )
    expires = str(int((now + LINK_LIFE).timestamp()))
    query = {"k": key.kid, "p": person_id, "x": expires, "m": _mac("link", key, person_id, expires)}
    return f"{public_url.rstrip('/')}/login?{urlencode(query)}"


def key_entries(key: SessionKey | None) -> dict[str, str]:
    """Return what the edge's KeyValueStore must hold for this key; empty where there is none.

    When a key is replaced, `k.<kid>` is written before `kid` is.
    """
    return {} if key is None else {f"k.{key.kid}": key.secret, "kid": key.kid}


def _mac(purpose: str, key: SessionKey, person_id: str, expires: str) -> str:
    """Return 43 characters of base64url; the purpose keeps a link from being taken for a session."""
    text = "|".join((f"quickdump {purpose}", key.kid, person_id, expires))
    digest = hmac.digest(key.secret.encode("ascii"), text.encode("ascii"), "sha256")
    return urlsafe_b64encode(digest).decode("ascii").rstrip("=")
