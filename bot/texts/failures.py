"""Failures in words: texts that were refused or reached nobody, and why."""

from bot.texts.jobs import text_name
from core.domain.job import Job
from core.domain.outbox import Message
from core.domain.views import phone_words

BAD_NUMBERS = {
    "21211": "is no phone number",
    "21214": "can't be reached",
    "21614": "is no mobile number",
    "21635": "is a landline",
    "30005": "is not in service",
    "30006": "is a landline, or its carrier can't be reached",
}
"""What the provider's codes say of a number."""

REFUSALS = {
    "20003": "the account or its token is wrong: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN",
    "21408": "texts to that country are not switched on in the account",
    "21603": "there is no sender: set TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID",
    "21606": "the sender is no number of the account: check TWILIO_FROM",
    "21609": "the address for reports is wrong: check WEBHOOK_URL",
    "21612": "this sender can't reach that number",
    "21617": "the text was too long",
    "21701": "there is no such messaging service: check TWILIO_MESSAGING_SERVICE_SID",
    "21712": "the sender does not belong to the messaging service",
    "30003": "the phone was off or out of reach, twice",
    "30004": "the carrier blocks texts to it",
    "30007": "the carrier took it for spam",
    "30008": "the carrier gives no reason",
    "30032": "the toll-free number is not verified yet",
    "30034": "the number is not registered for business texts (10DLC) yet",
    "30450": "the provider's protection against pumping stopped it",
    "30640": "the number belongs to somebody who sues over texts",
    "no_words": "that is our own fault, see the log",
    "sms_not_configured": "no SMS account is set up",
}
"""What the provider's codes say of a text, in the words of who has to mend it."""


def text_failed(job: Job, message: Message | None, code: str | None) -> str:
    """Return what a dispatcher reads of a text that did not reach its customer."""
    phone = phone_words(message.to if message else job.phone or "")
    text = text_name(message) if message else "a text"
    head = f"#{job.number} {job.first_name} was not reached: {text} failed."
    told_by = f" (Twilio {code})" if (code or "").isdecimal() else ""
    if code in BAD_NUMBERS:
        return f"{head}\n{phone} {BAD_NUMBERS[code]}{told_by}: call."
    why = REFUSALS.get(code or "", "it was refused")
    return f"{head}\n{why[0].upper()}{why[1:]}{told_by}. Call {phone}."


def texts_refused(code: str) -> str:
    """Return what an admin reads of a fault that only he can mend."""
    why = REFUSALS.get(code, "see twilio.com/docs/api/errors")
    return f"Twilio refuses texts (code {code}): {why}. 'selftest' tells when it is mended."
