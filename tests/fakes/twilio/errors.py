"""What Twilio's Messages API says when it refuses: status, code and words (https://www.twilio.com/docs/api/errors)."""

from typing import Any


class ApiError(Exception):
    """An error answer. `violation` marks a request that a sound client never makes."""

    def __init__(self, status: int, code: int, message: str, *, violation: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.violation = violation

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


_BY_NUMBER = {
    21211: "Invalid 'To' Phone Number: {to}",
    21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {to}",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This 'From' number has exceeded the maximum number of queued messages",
    21612: "Message cannot be sent with the current combination of 'To' ({to}) and/or 'From' parameters",
    21614: "'To' number: {to}, is not a mobile number",
    21635: "'To' number cannot be a landline: {to}",
    30450: "Message delivery blocked: SMS pumping protection",
    63038: "Account exceeded the daily messages limit",
}
"""Refusals that depend on who the text is for; a test gives one to a number."""

TOO_MANY_REQUESTS = ApiError(429, 20429, "Too Many Requests")
INTERNAL_ERROR = ApiError(500, 20500, "Internal Server Error")
UNAUTHORIZED = ApiError(401, 20003, "Authenticate")


def refusal_of(code: int, to: str) -> ApiError:
    """Return the refusal of a text to one number."""
    return ApiError(429 if code == 63038 else 400, code, _BY_NUMBER[code].format(to=to))


def not_found(path: str) -> ApiError:
    """Return the answer for a resource that is not there."""
    return ApiError(404, 20404, f"The requested resource {path} was not found")


def not_allowed(method: str) -> ApiError:
    """Return the answer for a method that the resource does not take."""
    return ApiError(405, 20004, f"Method not allowed: {method}", violation=True)


def wrong(code: int, message: str) -> ApiError:
    """Return a 400 for something that the client could have known to be wrong."""
    return ApiError(400, code, message, violation=True)
