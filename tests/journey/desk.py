"""What the staff do in a journey that is not about them."""

import itertools

from bot.desk import Line
from bot.texts.reply import Reply
from core.domain.people import Actor, Role
from tests.journey.service import Service

_causes = itertools.count(1)


def done_by_admin(service: Service, text: str) -> Reply:
    """Let an admin say a line, as on a terminal beside the server, and return its answer."""
    reply = asked(service, text)
    assert reply.ok, reply
    return reply


def asked(service: Service, text: str) -> Reply:
    """Let an admin say a line, and return its answer whatever it is."""
    line = Line(text=text, actor=Actor.bare(Role.ADMIN), cause=f"cli:{next(_causes)}")
    return service.server.spawn(service.system.desk.ask(line)).result(20)
