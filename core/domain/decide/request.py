"""Request: a command with who gives it and the message that it came in."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.business import Business
from core.domain.commands import Command
from core.domain.people import Actor
from core.domain.record import Value
from core.domain.state import State


class Fresh(Value):
    """What must be random, made once a request, so that deciding again gives the same events."""

    token: str
    """A tracking token for a job that may be made."""
    unique: str
    """The start of the ids of messages that may become owed."""
    secret_hash: str = ""
    """SHA-256 of an invitation's token that may be given out, in hex."""


class Request(Value):
    """A command, its giver and its cause."""

    command: Command
    actor: Actor
    cause: str
    fresh: Fresh
    at: datetime
    """When it was handed in; deciding it again later does not make it younger."""


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a rule looks at."""

    state: State
    request: Request
    business: Business

    @property
    def actor(self) -> Actor:
        """Who gives the command."""
        return self.request.actor

    @property
    def at(self) -> datetime:
        """The moment of the request."""
        return self.request.at

    @property
    def by(self) -> str:
        """The author that the events name."""
        return self.request.actor.person_id

    @property
    def cause(self) -> str:
        """The message that the events come from."""
        return self.request.cause
