"""A key-value store: a tag for the whole of it, which every write has to name."""

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.cloudfront.refusal import Refused

KEY_BYTES_MAX = 512
VALUE_BYTES_MAX = 1_024


@dataclass
class Store:
    arn: str
    items: dict[str, str] = field(default_factory=dict)
    revision: int = 1
    writes: list[tuple[dict[str, str], list[str]]] = field(default_factory=list)
    """What each write put and removed, in order."""

    @property
    def etag(self) -> str:
        return f"KV{self.revision:010d}"

    def update(self, if_match: str, body: dict[str, Any]) -> None:
        if if_match != self.etag:
            raise Refused(409, "ConflictException", "The ETag does not match.")
        puts = {one["Key"]: one["Value"] for one in body.get("Puts", [])}
        deletes = [one["Key"] for one in body.get("Deletes", [])]
        if not puts and not deletes:
            raise Refused(400, "ValidationException", "Nothing to do.")
        for key, value in puts.items():
            if not key or len(key.encode()) > KEY_BYTES_MAX or len(value.encode()) > VALUE_BYTES_MAX:
                raise Refused(400, "ValidationException", "A key or a value is too long.")
        missing = [key for key in deletes if key not in self.items]
        if missing:
            raise Refused(404, "ResourceNotFoundException", "There is no such key.")
        self.items = {key: value for key, value in {**self.items, **puts}.items() if key not in deletes}
        self.writes.append((puts, deletes))
        self.revision += 1

    def page(self, token: str | None, size: int = 2) -> tuple[list[dict[str, str]], str | None]:
        """Return some entries and where the next ones begin; pages are small, so that each has to be read."""
        names = sorted(self.items)
        start = int(token or 0)
        listed = [{"Key": name, "Value": self.items[name]} for name in names[start : start + size]]
        return listed, str(start + size) if start + size < len(names) else None
