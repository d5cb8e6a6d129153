"""What the Bot API says when it refuses a call, in its own words.

The words were read in the Bot API server's source (tdlib/telegram-bot-api, version 10.0, Client.cpp:
`fail_query_with_error` and the readers of parameters) and in its published documentation.
"""

from typing import Any


class Refusal(Exception):
    """An answer with `ok: false`. `violation` marks a call that a sound client never makes."""

    def __init__(
        self,
        code: int,
        description: str,
        *,
        parameters: dict[str, Any] | None = None,
        violation: bool = False,
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters
        self.violation = violation

    def as_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(reason: str) -> Refusal:
    """Return a 400 that may happen to a sound client."""
    return Refusal(400, f"Bad Request: {reason}")


def malformed(reason: str) -> Refusal:
    """Return a 400 for something that the client could have known to be wrong."""
    return Refusal(400, f"Bad Request: {reason}", violation=True)


UNAUTHORIZED = Refusal(401, "Unauthorized")
CHAT_NOT_FOUND = bad_request("chat not found")
MESSAGE_TO_EDIT_NOT_FOUND = bad_request("message to edit not found")
MESSAGE_CANNOT_BE_EDITED = bad_request("message can't be edited")
MESSAGE_TO_DELETE_NOT_FOUND = bad_request("message to delete not found")
MESSAGE_TO_REPLY_NOT_FOUND = bad_request("message to be replied not found")
NOT_MODIFIED = bad_request(
    "message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message",
)
QUERY_TOO_OLD = bad_request("query is too old and response timeout expired or query ID is invalid")
TEXT_EMPTY = malformed("message text is empty")
TEXT_TOO_LONG = malformed("message is too long")
CAPTION_TOO_LONG = malformed("message caption is too long")
BUTTON_DATA_INVALID = malformed("BUTTON_DATA_INVALID")
BLOCKED = Refusal(403, "Forbidden: bot was blocked by the user")
NEVER_STARTED = Refusal(403, "Forbidden: bot can't initiate conversation with a user")
KICKED = Refusal(403, "Forbidden: bot was kicked from the group chat")
FILE_NOT_FOUND = bad_request("invalid file_id")
WEBHOOK_ACTIVE = Refusal(
    409,
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook "
    "first",
)
OTHER_POLLER = Refusal(
    409,
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
)
WEBHOOK_WAS_SET = Refusal(409, "Conflict: terminated by setWebhook request")


def migrated(to: int) -> Refusal:
    """Return the refusal of a group that has become the supergroup `to`."""
    return Refusal(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        parameters={"migrate_to_chat_id": to},
    )


def too_many_requests(retry_after_s: int) -> Refusal:
    """Return the refusal of a call that came too soon."""
    return Refusal(
        429,
        f"Too Many Requests: retry after {retry_after_s}",
        parameters={"retry_after": retry_after_s},
    )
