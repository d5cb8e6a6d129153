"""Place: the one S3 server that all benches use, and raw requests to it as boto3 makes them."""

import itertools
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from core.adapters.s3 import S3Clients

RAW_BODY = b"x" * 400
"""About one job."""

RAW_THREADS = 8
"""Where boto3 reaches its highest rate (docs/capacity.md)."""


@dataclass(slots=True, kw_only=True)
class Place:
    """A bucket on the server."""

    bucket: str
    clients: S3Clients
    name: str = "bench"
    _counter: "itertools.count[int]" = field(default_factory=itertools.count)

    def prefix(self) -> str:
        """Return a prefix that nobody has used."""
        return f"{self.name}/{next(self._counter)}"

    def put(self, key: str, body: bytes, etag: str | None = None) -> str:
        """Put an object with boto3 and nothing around it; conditional where an etag is given."""
        if etag is None:
            return self.clients.writes.put_object(Bucket=self.bucket, Key=key, Body=body)["ETag"]
        return self.clients.writes.put_object(Bucket=self.bucket, Key=key, Body=body, IfMatch=etag)["ETag"]

    def raw_rate(self, seconds: float = 3.0) -> float:
        """Return how many puts of 400 bytes to keys of their own boto3 makes a second, from 8 threads."""
        prefix = self.prefix()
        until = time.perf_counter() + seconds

        def work(thread: int) -> int:
            done = 0
            while time.perf_counter() < until:
                self.put(f"{prefix}/{thread}-{done}", RAW_BODY)
                done += 1
            return done

        start = time.perf_counter()
        with ThreadPoolExecutor(RAW_THREADS) as pool:
            count = sum(pool.map(work, range(RAW_THREADS)))
        return count / (time.perf_counter() - start)

    def conditional_puts(self, body: bytes, count: int) -> list[float]:
        """Return how many seconds each of `count` conditional puts of `body` took, one after another."""
        key = f"{self.prefix()}/raw.json"
        etag = self.put(key, body)
        took = []
        for number in range(count):
            # Equal bytes would give equal tags: the last digits differ.
            fresh = body[:-8] + f"{number:08d}".encode()
            start = time.perf_counter()
            etag = self.put(key, fresh, etag)
            took.append(time.perf_counter() - start)
        return took


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
