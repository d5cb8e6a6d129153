"""People: the staff, their roles, and what each role may do."""

from enum import StrEnum

from core.domain.record import Instant, PhoneNumber, Record, Value


class Role(StrEnum):
    """What somebody on the staff may do; each may do all that the next one may."""

    ADMIN = "admin"
    DISPATCHER = "dispatcher"
    DRIVER = "driver"

    def may_act_as(self, role: "Role") -> bool:
        """Tell whether this role includes `role`."""
        return _RANK[self] >= _RANK[role]


_RANK = {Role.DRIVER: 1, Role.DISPATCHER: 2, Role.ADMIN: 3}


class Person(Record):
    """Somebody on the staff."""

    person_id: str
    """A slug of the name: `joe`, `joe_2`. Never used again for somebody else."""
    name: str
    role: Role
    telegram_id: int | None = None
    phone: PhoneNumber | None = None
    blocked_at: Instant | None = None
    """When it was seen that he has blocked the bot; None where Telegram reaches him, or he never joined."""
    invite_hash: str | None = None
    """SHA-256 of the open invitation's token, in hex; None once it was used."""
    invite_expires_at: Instant | None = None
    removed_at: Instant | None = None
    """When he left the staff; he keeps his id so that the history can name him."""

    @property
    def chat_id(self) -> int | None:
        """His chat on Telegram, where it reaches him."""
        return self.telegram_id if self.blocked_at is None else None

    @property
    def active(self) -> bool:
        """Whether this person is on the staff now."""
        return self.removed_at is None


class Actor(Value):
    """Who gives a command: a person, a bare role on a trusted terminal, or a customer's number."""

    person_id: str
    """A person's id, a bare role (`dispatcher`), or `customer`."""
    name: str
    role: Role | None
    """None for a customer."""
    phone: str | None = None
    telegram_id: int | None = None
    in_company: bool = False
    """True where others read along (a group), on the staff or not: such an actor gets fewer verbs."""
    forgeable: bool = False
    """True where the sender can be forged (SMS): such an actor gets fewer verbs (DESIGN §6)."""

    @property
    def is_staff(self) -> bool:
        """Whether the actor is on the staff."""
        return self.role is not None

    @classmethod
    def of(cls, person: Person, *, forgeable: bool = False) -> "Actor":
        """Return `person` as the giver of a command."""
        return cls(
            person_id=person.person_id,
            name=person.name,
            role=person.role,
            phone=person.phone,
            telegram_id=person.telegram_id,
            forgeable=forgeable,
        )

    @classmethod
    def bare(cls, role: Role) -> "Actor":
        """Return somebody who is known by his role alone, as on the terminal."""
        return cls(person_id=role.value, name=role.value.capitalize(), role=role)

    @classmethod
    def customer(cls, phone: str) -> "Actor":
        """Return the customer who texts from `phone`."""
        return cls(person_id="customer", name=phone, role=None, phone=phone, forgeable=True)
