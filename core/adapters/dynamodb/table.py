"""The table: its requests, each sent by boto3 and with its failures told as the port's errors."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from core.adapters.aws_requests import AWS_FAILURES
from core.adapters.dynamodb.answers import failed_read, failed_write
from core.adapters.dynamodb.clients import SHARED, DynamoClients
from core.adapters.dynamodb.items import (
    Item,
    Key,
    Where,
    Write,
    condition,
    in_transaction,
    spelled,
    spelled_key,
    text,
    understood,
)
from core.ports import Unreachable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

_BATCH_MAX = 100
"""Keys of one BatchGetItem."""

_EMPTY_ANSWERS_MAX = 3
"""Answers in a row that bring nothing, and put all off until later, before nobody asks any more."""


class Table:
    """One table. All reads are strongly consistent, but those of an index. Threads may share it."""

    def __init__(self, name: str, *, clients: DynamoClients = SHARED) -> None:
        self.name = name
        self.clients = clients

    @property
    def address(self) -> str:
        """How messages name it."""
        return f"dynamodb://{self.name}"

    def get(self, key: Key) -> Item | None:
        """Return the item, or None where there is none. Raises NotFound (no table), Unreachable."""
        with self._reading(f"read {key.sk} of {self.address}"):
            answer = self.clients.reads.get_item(
                TableName=self.name, Key=spelled_key(key), ConsistentRead=True
            )
        return understood(answer["Item"]) if "Item" in answer else None

    def get_all(self, keys: Sequence[Key]) -> list[Item]:
        """Return those of the items that are there, in no order. Raises NotFound (no table), Unreachable."""
        found: list[Item] = []
        for start in range(0, len(keys), _BATCH_MAX):
            wanted = [spelled_key(key) for key in keys[start : start + _BATCH_MAX]]
            empty_answers = 0
            while wanted:
                if empty_answers == _EMPTY_ANSWERS_MAX:
                    raise Unreachable(f"cannot read rows of {self.address}: DynamoDB asks for fewer requests")
                with self._reading(f"read rows of {self.address}"):
                    answer = self.clients.reads.batch_get_item(
                        RequestItems={self.name: {"Keys": wanted, "ConsistentRead": True}}
                    )
                found += [understood(item) for item in answer["Responses"].get(self.name, [])]
                # What did not fit into one answer.
                left = answer["UnprocessedKeys"].get(self.name)
                put_off = [dict(key) for key in left["Keys"]] if left else []
                empty_answers = empty_answers + 1 if len(put_off) == len(wanted) else 0
                wanted = put_off
        return found

    def query(self, pk: str, *, prefix: str = "", after: str | None = None) -> Iterator[Item]:
        """Yield the items of a partition in order: those with the prefix, or those after a sort key.

        Raises NotFound (no table), Unreachable.
        """
        expression, values = "pk = :pk", {":pk": pk}
        if prefix:
            expression, values = "pk = :pk AND begins_with(sk, :sk)", {":pk": pk, ":sk": prefix}
        elif after is not None:
            expression, values = "pk = :pk AND sk > :sk", {":pk": pk, ":sk": after}
        pages = self.clients.reads.get_paginator("query").paginate(
            TableName=self.name,
            KeyConditionExpression=expression,
            ExpressionAttributeValues=spelled(values),
            ConsistentRead=True,
        )
        with self._reading(f"list {pk} of {self.address}"):
            for page in pages:
                yield from map(understood, page["Items"])

    def put(self, item: Item, where: Where | None = None) -> Item:
        """Write one item, sent once, and return what it replaced; empty where there was nothing.

        Raises Conflict, Unreachable, OutcomeUnknown.
        """
        with self._writing(f"write {text(item, 'sk')} of {self.address}"):
            answer = self.clients.writes.put_item(
                TableName=self.name, Item=spelled(item), ReturnValues="ALL_OLD", **condition(where)
            )
        return understood(answer.get("Attributes", {}))

    def remove_attribute(self, key: Key, name: str, where: Where) -> None:
        """Take one attribute from an item, sent once. Raises Conflict, Unreachable, OutcomeUnknown."""
        with self._writing(f"change {key.sk} of {self.address}"):
            self.clients.writes.update_item(
                TableName=self.name,
                Key=spelled_key(key),
                UpdateExpression=f"REMOVE {name}",
                **condition(where),
            )

    def delete(self, key: Key) -> Item:
        """Remove one item, sent once, and return it; empty where there was nothing.

        Raises Unreachable, OutcomeUnknown.
        """
        with self._writing(f"remove {key.sk} of {self.address}"):
            answer = self.clients.writes.delete_item(
                TableName=self.name, Key=spelled_key(key), ReturnValues="ALL_OLD"
            )
        return understood(answer.get("Attributes", {}))

    def transact(self, writes: Sequence[Write], token: str, what: str) -> None:
        """Do all writes or none, sent once; the same `token` twice within ten minutes writes once.

        The first write is the one that all writers compete for. `what` names the try. Raises Conflict,
        Unreachable, OutcomeUnknown, Unusable.
        """
        with self._writing(f"{what} of {self.address}"):
            self.clients.writes.transact_write_items(
                TransactItems=[in_transaction(write, self.name) for write in writes],
                ClientRequestToken=token,
            )

    def query_index(self, index: str, where: str, values: Item) -> Iterator[Item]:
        """Yield what an index has; it may be a moment behind. Raises NotFound (no table), Unreachable."""
        spelled_values: dict[str, AttributeValueTypeDef] = spelled(values)
        pages = self.clients.reads.get_paginator("query").paginate(
            TableName=self.name,
            IndexName=index,
            KeyConditionExpression=where,
            ExpressionAttributeValues=spelled_values,
        )
        with self._reading(f"ask the index {index} of {self.address}"):
            for page in pages:
                yield from map(understood, page["Items"])

    @contextmanager
    def _reading(self, what: str) -> Iterator[None]:
        try:
            yield
        except AWS_FAILURES as error:
            raise failed_read(error, what) from error

    @contextmanager
    def _writing(self, what: str) -> Iterator[None]:
        try:
            yield
        except AWS_FAILURES as error:
            raise failed_write(error, what) from error


def keys_of(items: Iterable[Item]) -> list[Key]:
    """Return which items these are."""
    return [Key(pk=text(item, "pk"), sk=text(item, "sk")) for item in items]
