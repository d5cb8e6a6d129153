"""Invitations: `invite driver Joe 602-555-0199`."""

import re

import phonenumbers

from bot.grammar.result import Misread, Unclear
from core.domain import commands as c
from core.domain.people import Role


def read_invitation(rest: str, region: str) -> c.InvitePerson | Unclear:
    """Read a role, a name and, where one stands there, a phone number."""
    word, _, name = rest.partition(" ")
    role = next((role for role in Role if word.lower() in {role.value, f"{role.value}s"}), None)
    if role is None:
        return Unclear(verb="invite", fault=Misread.NEEDS_ROLE, value=word)
    phone = None
    for match in phonenumbers.PhoneNumberMatcher(name, region):
        phone = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
        name = name[: match.start] + name[match.end :]
        break
    name = re.sub(r"\s+", " ", name).strip(" ,")
    if not name:
        return Unclear(verb="invite", fault=Misread.NEEDS_NAME, value=role.value)
    return c.InvitePerson(role=role, name=name, phone=phone)
