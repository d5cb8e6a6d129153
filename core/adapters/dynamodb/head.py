"""The head: the one item that every commit compares and swaps; and the entry of what a commit wrote."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self

from core.adapters.dynamodb.items import Item, Key, Where, number, text
from core.adapters.dynamodb.rows import Rows
from core.ports import Snapshot

HEAD = Key("state", "head")

CHANGES = "changes"
CHANGES_KEPT = timedelta(days=1)
"""How long DynamoDB keeps the entries of commits: who is further behind reads everything."""

ENTRY_NAMES_MAX = 1_000
"""Rows that an entry names; who meets a larger commit reads everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What is known of a state without reading it."""

    revision: int
    write_id: str
    checksum: int
    """The sum of all its rows: who has read rows that add up to it has read this very state."""
    fields: str
    """What stands in `jobs.json` before its lists, as JSON."""
    journal: str = ""
    """The journal whose rows are not all written yet; empty: they are."""
    journal_parts: int = 0

    @property
    def version(self) -> str:
        """The tag of this state."""
        return f"{self.revision} {self.write_id}"

    @property
    def item(self) -> Item:
        """The head as it is kept."""
        unfinished: Item = {"journal": self.journal, "journal_parts": self.journal_parts}
        return {
            "pk": HEAD.pk,
            "sk": HEAD.sk,
            "revision": self.revision,
            "write_id": self.write_id,
            "checksum": f"{self.checksum:016x}",
            "fields": self.fields,
            **(unfinished if self.journal else {}),
        }

    @classmethod
    def of(cls, item: Item) -> Self:
        """Return the head that an item holds. Raises ValueError for a damaged one."""
        return cls(
            revision=number(item, "revision"),
            write_id=text(item, "write_id"),
            checksum=int(text(item, "checksum"), 16),
            fields=text(item, "fields"),
            journal=text(item, "journal"),
            journal_parts=number(item, "journal_parts"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSnapshot(Snapshot):
    """A state with the rows that it lies in, which the next write starts from."""

    rows: Rows = field(compare=False, repr=False)
    checksum: int


def still(base: TableSnapshot) -> Where:
    """Return the condition that the head is the one of `base`, with all its rows written."""
    return Where(
        "revision = :revision AND write_id = :write_id AND attribute_not_exists(journal)",
        {":revision": base.state.revision, ":write_id": base.state.write_id},
    )


def entry(revision: int, touched: tuple[str, ...], expires_at: int) -> Item:
    """Return what tells readers which rows a commit touched; `expires_at` is in seconds since 1970."""
    named = touched if len(touched) <= ENTRY_NAMES_MAX else ()
    return {
        "pk": CHANGES,
        "sk": entry_key(revision),
        "names": named,
        "everything": int(len(touched) > ENTRY_NAMES_MAX),
        "expires_at": expires_at,
    }


def entry_key(revision: int) -> str:
    """Return the sort key of a commit's entry: numbers in order."""
    return f"{max(revision, 0):018d}"
