"""The clients of DynamoDB. Endpoint, region and credentials come from boto3's own settings."""

from threading import Lock
from typing import TYPE_CHECKING

from boto3.session import Session
from botocore.exceptions import BotoCoreError

from core.adapters.aws_requests import READ_ATTEMPTS, client_config, in_words, session
from core.ports import Unreachable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoClients:
    """The two clients of boto3, made at their first use: that takes a third of a second. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._made: tuple[DynamoDBClient, DynamoDBClient] | None = None

    @property
    def reads(self) -> "DynamoDBClient":
        """Tries again by itself."""
        return self._both()[0]

    @property
    def writes(self) -> "DynamoDBClient":
        """Sends once: what became of a write is settled by reading back."""
        return self._both()[1]

    def _both(self) -> "tuple[DynamoDBClient, DynamoDBClient]":
        with self._lock:
            if self._made is None:
                made_of = session()
                try:
                    self._made = (_client(made_of, READ_ATTEMPTS), _client(made_of, 1))
                except (BotoCoreError, ValueError) as error:
                    words = in_words(error, "DynamoDB")
                    raise Unreachable(
                        f"cannot use DynamoDB: {words}. Check AWS_ENDPOINT_URL and AWS_REGION."
                    ) from error
            return self._made


def _client(made_of: Session, attempts: int) -> "DynamoDBClient":
    return made_of.client("dynamodb", config=client_config(attempts))


SHARED = DynamoClients()
"""For all tables of a process."""
