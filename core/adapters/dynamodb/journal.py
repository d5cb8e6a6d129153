"""The journal: a write that is too large for one transaction.

    its writes are put aside     nothing is committed: they are an orphan if we stop here
    the head takes it            committed: from here on the state is the new one
    its rows are written         by whoever comes first, as often as it takes, as long as the head names it
    the head forgets it          other commits may follow

DynamoDB takes 100 items and 4 MB in a transaction; a first state, a restored one or one big batch has more.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress

from core.adapters.dynamodb.head import HEAD, Head
from core.adapters.dynamodb.items import Check, Delete, Key, Put, Where, Write, parts_of, text, weight
from core.adapters.dynamodb.table import Table, keys_of
from core.ports import Conflict, OutcomeUnknown, StoreError, Unreachable, Unusable

ITEMS_MAX = 100
BYTES_MAX = 3_500_000
"""Below DynamoDB's 4 MB, as we weigh only roughly."""


def fits(writes: Sequence[Write]) -> bool:
    """Tell whether one transaction takes these writes."""
    return len(writes) <= ITEMS_MAX and sum(map(weight, writes)) <= BYTES_MAX


class Journal:
    """Keeps large writes until their rows are written."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def keep(self, token: str, writes: Sequence[Write]) -> int:
        """Put `writes` aside under `token`, and return in how many parts; the same again does no harm.

        Raises Unreachable: nothing is committed by it.
        """
        parts = parts_of(json.dumps([_plain(write) for write in writes], ensure_ascii=False))
        try:
            for count, part in enumerate(parts):
                self._table.put({"pk": _place(token), "sk": f"{count:06d}", "body": part})
        except OutcomeUnknown as error:
            raise Unreachable(f"nothing was written: {error}") from error
        return len(parts)

    def finish(self, head: Head) -> None:
        """Write the rows of the journal that `head` names, and let the head forget it.

        Returns early where somebody else did: read the head again. Raises Unreachable, Unusable.
        """
        items = list(self._table.query(_place(head.journal)))
        if len(items) != head.journal_parts:
            self._check_finished(head)
            return
        named = Where("journal = :journal", {":journal": head.journal})
        try:
            for count, some in enumerate(_slices(_read("".join(text(item, "body") for item in items)))):
                self._table.transact(
                    [Check(HEAD, named), *some], f"{head.journal}-{count}", "finish a large write"
                )
            self._table.remove_attribute(HEAD, "journal", named)
        except Conflict:
            return
        except OutcomeUnknown as error:
            raise Unreachable(f"a large write could not be finished yet: {error}") from error
        # What is left lies there unread.
        with suppress(StoreError):
            for key in keys_of(items):
                self._table.delete(key)

    def _check_finished(self, head: Head) -> None:
        now = self._table.get(HEAD)
        if now is not None and text(now, "journal") == head.journal:
            raise Unusable(
                f"{self._table.address} lacks a part of the write {head.revision}, which is not finished: "
                "restore the table to a moment before it"
            )


def _place(token: str) -> str:
    return f"journal#{token}"


def _plain(write: Write) -> object:
    if isinstance(write, Put):
        return {"put": dict(write.item)}
    return {"delete": [write.key.pk, write.key.sk]}


def _read(words: str) -> list[Write]:
    """Return the writes, without their conditions: the head's name for them stands for all."""
    return [
        Put(found["put"]) if "put" in found else Delete(Key(*found["delete"])) for found in json.loads(words)
    ]


def _slices(writes: Sequence[Write]) -> Iterator[list[Write]]:
    """Yield the writes in lists that each fit into a transaction, beside its check of the head."""
    some: list[Write] = []
    size = 0
    for write in writes:
        if some and (len(some) == ITEMS_MAX - 1 or size + weight(write) > BYTES_MAX):
            yield some
            some, size = [], 0
        some.append(write)
        size += weight(write)
    if some:
        yield some
