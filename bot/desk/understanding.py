"""Understanding: what a line asks for, or the reply that says what is missing."""

from datetime import datetime

from bot.desk.line import Line
from bot.grammar.customer import read_customer
from bot.grammar.line import clean_line
from bot.grammar.new import Invalid, Missing, Question, Understood, read_new
from bot.grammar.result import Misread, Nothing, Unclear, UnknownWord
from bot.grammar.verbs import Setting, read_verb
from bot.texts import misreadings, readings
from bot.texts.customer import too_long
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
    if line.answers_customer:
        return _answer(line, business, now), ()
    reading = read_new(line.text, now=now, zone=business.zone, region=business.region)
    if reading is not None:
        check_kind(line.actor, c.CreateJob)
        return _of_new(reading)
    setting = Setting(now=now, zone=business.zone, region=business.region, context=line.context)
    read = read_verb(line.text, setting)
    match read:
        case Unclear() | UnknownWord() | Nothing():
            return misreadings.misread(read, line.actor), ()
        case c.TextCustomer():
            return _fitting(line, read, business), ()
        case _:
            check(line.actor, read)
            return read, ()


def _answer(line: Line, business: Business, now: datetime) -> c.Command | Reply:
    """Return what an answer to a customer's words asks for: they go to him, also where they look like a verb.

    `done` to somebody who asks whether it is done must not finish his job.
    """
    setting = Setting(now=now, zone=business.zone, region=business.region, context=line.context)
    read = read_verb(line.text, setting)
    match read:
        case c.MarkHandled() | c.SettleOptOut():
            check(line.actor, read)
            return read
        case c.TextCustomer():
            return _fitting(line, read, business)
        case Nothing() | Unclear(fault=Misread.TOO_LONG):
            return misreadings.misread(read, line.actor)
        case _:
            words = c.TextCustomer(ref=str(line.context), text=clean_line(line.text))
            return _fitting(line, words, business)


def _fitting(line: Line, asked: c.TextCustomer, business: Business) -> c.TextCustomer | Reply:
    """Return the words for a customer where they are few enough to be sent. Raises NotAllowed."""
    check(line.actor, asked)
    return too_long(asked.text, business) or asked


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
