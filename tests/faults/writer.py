"""Counts in a folder store and says each number that was acknowledged, until it is killed."""

import sys
from pathlib import Path

from core.adapters.directory import DirectoryObjects
from core.ports import Absent, Matches, NotFound

PADDING = b" " * 20_000
"""Makes the object long enough for a write of it to be cut short."""


def main() -> None:
    """Go on from the number that is there."""
    objects = DirectoryObjects(Path(sys.argv[1]))
    try:
        there = objects.get("count")
    except NotFound:
        tag, number = objects.put("count", b"0" + PADDING, condition=Absent(), content_type="text/x-0"), 0
    else:
        assert there is not None
        tag, number = there.etag, int(there.body)
    while True:
        number += 1
        body = b"%d" % number + PADDING
        # The headers change with every write too, so that a kill can fall between the two files.
        tag = objects.put("count", body, condition=Matches(tag), content_type=f"text/x-{number}")
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
