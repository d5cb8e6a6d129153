"""Understanding: what a line asks for, or the reply that says what is missing."""

from datetime import datetime

from bot.desk.line import Line
from bot.grammar.customer import read_customer
from bot.grammar.new import Invalid, Missing, Question, Understood, read_new
from bot.grammar.result import Nothing, Unclear, UnknownWord
from bot.grammar.verbs import Setting, read_verb
from bot.texts import misreadings, readings
from bot.texts.reply import Reply
from core.domain import commands as c
from core.domain.business import Business
from core.domain.permissions import check, check_kind


def understand(
    line: Line, business: Business, now: datetime
) -> tuple[c.Command | c.Query | Reply, tuple[str, ...]]:
    """Return the command, query or reply that `line` comes to, and remarks for the answer.

    Raises NotAllowed where the actor may not use the word, before anything is said about the rest of it.
    """
    if line.actor.role is None:
        return read_customer(line.text), ()
    reading = read_new(line.text, now=now, zone=business.zone, region=business.region)
    if reading is not None:
        check_kind(line.actor, c.CreateJob)
        return _of_new(reading)
    setting = Setting(now=now, zone=business.zone, region=business.region, context=line.context)
    read = read_verb(line.text, setting)
    match read:
        case Unclear() | UnknownWord() | Nothing():
            return misreadings.misread(read, line.actor), ()
        case _:
            check(line.actor, read)
            return read, ()


def _of_new(
    reading: Understood | Missing | Invalid | Question,
) -> tuple[c.Command | Reply, tuple[str, ...]]:
    match reading:
        case Understood():
            return reading.job, readings.remarks(reading)
        case Missing():
            return readings.missing(reading), ()
        case Invalid():
            return readings.invalid(reading), ()
        case Question():
            return readings.question(reading), ()
