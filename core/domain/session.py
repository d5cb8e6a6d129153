"""The dashboard's sessions: the key that links and cookies are signed with, and the signed link.

The edge function checks what is made here. The head of `cf/qdn-track-rewrite.js` writes the format down; both
must say the same, and tests hold them to it.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal
from urllib.parse import urlencode

from core.domain.people import Role
from core.domain.state import State

LINK_LIFE = timedelta(minutes=5)
"""How long a link can be followed; the edge refuses what claims to live longer."""

Purpose = Literal["link", "session"]
"""Keeps a link from being taken for a session, and the other way round."""

_KID = re.compile(r"[A-Za-z0-9]{1,16}")
_PERSON = re.compile(r"[a-z0-9_]{1,64}")
_SECRET_CHARACTERS_MIN = 32
_KID_CHARACTERS = 12


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
    query = {"k": key.kid, "p": person_id, "x": expires, "m": mac("link", key, person_id, expires)}
    return f"{public_url.rstrip('/')}/login?{urlencode(query)}"


def leavers(state: State) -> int:
    """Return how many have left who could see the dashboard."""
    return sum(1 for person in state.people.values() if not person.active and person.role is not Role.DRIVER)


def session_key(master: str, state: State) -> SessionKey:
    """Return the key that holds as long as nobody leaves who could see the dashboard.

    It is derived from `master`, which never leaves the bot, and from how many dispatchers and admins were
    removed: with each of them comes another key, and all links and sessions end. So it is with another
    master.

    Raises:
        ValueError: `master` has less than 32 characters, or others than ASCII.
    """
    if len(master) < _SECRET_CHARACTERS_MIN or not master.isascii():
        raise ValueError("a session key has at least 32 characters, all of them ASCII: make a new one")
    secret = hmac.digest(master.encode(), f"quickdump session key|{leavers(state)}".encode(), "sha256").hex()
    return SessionKey(kid=sha256(secret.encode()).hexdigest()[:_KID_CHARACTERS], secret=secret)


def key_entries(key: SessionKey | None) -> dict[str, str]:
    """Return what the edge's KeyValueStore must hold for this key; empty where there is none.

    When a key is replaced, `k.<kid>` is written before `kid` is.
    """
    return {} if key is None else {f"k.{key.kid}": key.secret, "kid": key.kid}


def mac(purpose: Purpose, key: SessionKey, person_id: str, expires: str) -> str:
    """Return the signature: 43 characters of base64url. `expires` is in Unix seconds."""
    text = "|".join((f"quickdump {purpose}", key.kid, person_id, expires))
    digest = hmac.digest(key.secret.encode("ascii"), text.encode("ascii"), "sha256")
    return urlsafe_b64encode(digest).decode("ascii").rstrip("=")
