"""Items of a table as plain values, what is asked of them, and how DynamoDB spells both."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        ConditionCheckTypeDef,
        DeleteTypeDef,
        PutTypeDef,
        TransactWriteItemTypeDef,
    )

Attribute = str | int | bytes | tuple[str, ...]

Item = Mapping[str, Attribute]

PART_LETTERS = 90_000
"""Letters of a text in one item: at four bytes each they keep below DynamoDB's 400 KB."""

ITEM_BYTES_EXTRA = 100
"""About what an item weighs beside its texts."""


@dataclass(frozen=True, slots=True)
class Key:
    """Which item."""

    pk: str
    sk: str


@dataclass(frozen=True, slots=True)
class Where:
    """A condition on the item that is there: an expression, and the values that it names."""

    expression: str
    values: Item = field(default_factory=dict)


NEW = Where("attribute_not_exists(pk)")
"""There is no such item yet."""


@dataclass(frozen=True, slots=True)
class Put:
    """Write an item whole."""

    item: Item
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove an item; removing what is not there is no error."""

    key: Key
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """Write nothing, but only if this holds."""

    key: Key
    where: Where


Write = Put | Delete | Check


def text(item: Item, name: str) -> str:
    """Return a text of an item; empty where it has none."""
    value = item.get(name, "")
    return value if isinstance(value, str) else str(value)


def number(item: Item, name: str) -> int:
    """Return a number of an item; 0 where it has none."""
    value = item.get(name, 0)
    return value if isinstance(value, int) else 0


def parts_of(words: str) -> list[str]:
    """Return a text in parts that each fit into one item; at least one."""
    return [words[start : start + PART_LETTERS] for start in range(0, len(words), PART_LETTERS)] or [""]


def weight(write: Write) -> int:
    """Return how many bytes a write has, a little more rather than less."""
    if not isinstance(write, Put):
        return ITEM_BYTES_EXTRA
    return ITEM_BYTES_EXTRA + sum(_weight(value) for value in write.item.values())


def _weight(value: Attribute) -> int:
    if isinstance(value, str):
        return len(value.encode())
    if isinstance(value, bytes):
        return len(value)
    return 20 if isinstance(value, int) else sum(len(each.encode()) + 3 for each in value)


def spelled(item: Item) -> "dict[str, AttributeValueTypeDef]":
    """Return the item as DynamoDB takes it."""
    return {name: _spelled(value) for name, value in item.items()}


def _spelled(value: Attribute) -> "AttributeValueTypeDef":
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, bytes):
        return {"B": value}
    return {"L": [{"S": each} for each in value]}


def understood(item: "Mapping[str, AttributeValueTypeDef]") -> Item:
    """Return an item as DynamoDB gave it; what we never write is left out."""
    found = {name: _understood(value) for name, value in item.items()}
    return {name: value for name, value in found.items() if value is not None}


def _understood(value: "AttributeValueTypeDef") -> Attribute | None:
    if "S" in value:
        return value["S"]
    if "N" in value:
        return int(value["N"]) if value["N"].lstrip("-").isdigit() else None
    if "B" in value:
        return bytes(value["B"])
    return tuple(each["S"] for each in value["L"] if "S" in each) if "L" in value else None


class Condition(TypedDict, total=False):
    """A condition as DynamoDB takes it, beside a write."""

    ConditionExpression: str
    ExpressionAttributeValues: "dict[str, AttributeValueTypeDef]"


def condition(where: Where | None) -> Condition:
    """Return a condition as DynamoDB takes it: an expression without values must come without them."""
    if where is None:
        return {}
    if not where.values:
        return {"ConditionExpression": where.expression}
    return {"ConditionExpression": where.expression, "ExpressionAttributeValues": spelled(where.values)}


def in_transaction(write: Write, table: str) -> "TransactWriteItemTypeDef":
    """Return a write as one of a transaction."""
    spelt: TransactWriteItemTypeDef
    if isinstance(write, Put):
        put: PutTypeDef = {"TableName": table, "Item": spelled(write.item)}
        _conditioned(put, write.where)
        spelt = {"Put": put}
    elif isinstance(write, Delete):
        delete: DeleteTypeDef = {"TableName": table, "Key": spelled_key(write.key)}
        _conditioned(delete, write.where)
        spelt = {"Delete": delete}
    else:
        check: ConditionCheckTypeDef = {
            "TableName": table,
            "Key": spelled_key(write.key),
            "ConditionExpression": write.where.expression,
        }
        _conditioned(check, write.where)
        spelt = {"ConditionCheck": check}
    return spelt


def _conditioned(request: "PutTypeDef | DeleteTypeDef | ConditionCheckTypeDef", where: Where | None) -> None:
    if where is not None:
        request["ConditionExpression"] = where.expression
        # An expression without values must come without them.
        if where.values:
            request["ExpressionAttributeValues"] = spelled(where.values)


def spelled_key(key: Key) -> "dict[str, AttributeValueTypeDef]":
    """Return the key as DynamoDB takes it."""
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}
