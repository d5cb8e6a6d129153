"""The words that each role may use, for `?` and the README."""

from collections.abc import Mapping

from core.domain.people import Actor, Role

WORDS: Mapping[Role, tuple[tuple[str, str], ...]] = {
    Role.DRIVER: (
        ("jobs [today|open|mine|done]", "list jobs"),
        ("show 12", "one job"),
        ("next [12]", "take the next step, whatever it is"),
        (
            "ready | transit | dumped | complete [12]",
            "take that step (also: confirm, otw, picked up, dump, done)",
        ),
        ("undo [12]", "take back the last step"),
        ("eta 25 [12]", "arrival in 25 minutes; also: eta 2:30pm"),
        ("note 12 gate code 4411", "add to the note"),
        ("accept [12]", "take a job that you were given"),
        ("decline [12] [reason]", "give it back"),
        (
            "ticket 12 3.2 tons $84",
            "the scale ticket; in reply to the card just: 3.2 tons $84, or a photo",
        ),
        ("?", "these words"),
    ),
    Role.DISPATCHER: (
        (
            "new Mark Soderblom 600 602-555-0142",
            "a job: name, place, price, and if you like phone, time, -- note",
        ),
        ("edit 12 price 650", "change name, location, price, phone, when, note or language"),
        ("assign 12 Joe", "give it to a driver"),
        ("unassign 12", "take it from its driver"),
        ("approve 12", "take on what was booked online; 'cancel 12' declines it"),
        ("cancel 12 [reason]", "call it off"),
        ("share 12", "put its photos on the customer's page"),
        ("text 12 gate is open", "text the customer; also the answer to what he wrote"),
        ("handled 12", "what the customer wrote needs no answer"),
        ("send 12", "let a text go now that waits for its hour"),
        ("optout 602-555-0142 [no]", "that number wants no more texts, or does"),
        ("texts", "whether texts go out, what is held"),
        ("find mark", "look in all jobs"),
        ("history 12", "who did what, when"),
        ("report [today|week|month]", "jobs, money, drivers and texts in numbers"),
        ("export [2026-03]", "all jobs of a month, or all there are, as a CSV file"),
        ("link 12", "the tracking link"),
        ("revoke 12", "let the link show nothing"),
        ("dashboard", "a link to the board of all jobs, good for 5 minutes"),
    ),
    Role.ADMIN: (
        ("people", "the staff"),
        ("invite driver Joe [phone]", "add somebody"),
        ("remove Joe", "take somebody off the staff"),
        ("forget 602-555-0142", "take out all that is kept of a customer; asks first"),
        ("deploy [plan|status|rollback]", "ship the public site, see the last times, take it back"),
        ("texts off | on", "stop all texts at once, let them go again"),
        ("selftest", "try each part, and say what does not work"),
    ),
}
"""The words of each role, beside those of the roles below it, in the order of a working day."""

BY_SMS = frozenset({"new", "jobs", "show", "next", "ready", "undo", "eta", "note", "accept", "decline", "?"})


def words_for(actor: Actor) -> str:
    """Return the list of words that `actor` may use, by what he asked through."""
    if actor.role is None:
        return "Reply OK to confirm, STATUS to see where your job stands."
    parts = []
    for role, head in _HEADS.items():
        if actor.role.may_act_as(role):
            lines = [f"{word} - {meaning}" for word, meaning in WORDS[role] if _usable(word, actor)]
            # A driver has only his own, and a text no room.
            headed = actor.role is not Role.DRIVER and not actor.forgeable
            parts.append("\n".join([head, *lines] if headed else lines))
    return ("\n" if actor.forgeable else "\n\n").join(parts)


_HEADS = {Role.DISPATCHER: "Dispatching", Role.DRIVER: "On the road", Role.ADMIN: "The business"}


def _usable(word: str, actor: Actor) -> bool:
    return not actor.forgeable or word.split(" ", 1)[0] in BY_SMS


_MENU: Mapping[Role, tuple[tuple[str, str], ...]] = {
    Role.DRIVER: (
        ("jobs", "list the open jobs"),
        ("next", "take the next step of your job"),
        ("undo", "take back your last step"),
        ("help", "all words"),
    ),
    Role.DISPATCHER: (
        ("new", "a job: name, place, price, phone"),
        ("jobs", "list the open jobs"),
        ("find", "look in all jobs"),
        ("texts", "whether texts go out, what is held"),
        ("help", "all words"),
    ),
    Role.ADMIN: (
        ("new", "a job: name, place, price, phone"),
        ("jobs", "list the open jobs"),
        ("find", "look in all jobs"),
        ("people", "the staff"),
        ("invite", "add somebody: driver Joe"),
        ("help", "all words"),
    ),
}


def menu_for(role: Role) -> tuple[tuple[str, str], ...]:
    """Return the (command, description) pairs that a role's menu offers: the words of most days."""
    return _MENU[role]
