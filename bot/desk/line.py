"""Line: what somebody typed, with all that is known of where it came from."""

from core.domain.people import Actor
from core.domain.record import Value


class Line(Value):
    """One message from one person."""

    text: str
    actor: Actor
    cause: str
    """`tg:<update id>`, `sms:<MessageSid>`, `cli:<uuid>`: the same message always has the same one."""
    context: int | None = None
    """The number of the job whose card it answers."""
    answers_customer: bool = False
    """Whether it answers the message that showed what the customer of that job wrote: it goes back to him."""
    waits: bool = False
    """Whether the process ends with the answer: then the answer tells of the end, not of the beginning."""
    secret: str = ""
    """A random token that an invitation may give out; only its hash is stored."""
