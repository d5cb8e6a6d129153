"""What every object store promises, whatever keeps its objects."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from threading import Barrier

import pytest

from core.adapters.objects import KEY_BYTES_MAX, PART_BYTES_MAX
from core.ports import Absent, Conflict, Matches, NotFound, ObjectStore

IMPOSSIBLE_KEYS = {
    "empty": "",
    "absolute": "/etc/passwd",
    "climbing": "../jobs.json",
    "climbing inside": "t/../../jobs.json",
    "here": "t/./a",
    "empty part": "t//a",
    "folder": "t/",
    "hidden": ".store/lock",
    "hidden inside": "t/.hidden/a",
    "zero byte": "jobs\0.json",
    "line feed": "jobs\n.json",
    "backslash": "t\\a",
    "lone surrogate": "jobs\udc80.json",
    "part too long": "x" * (PART_BYTES_MAX + 1),
    "part too long in bytes": "ü" * (PART_BYTES_MAX // 2 + 1),
    "too long": "/".join(["x" * 99] * (KEY_BYTES_MAX // 100 + 1)),
}


@pytest.fixture(params=list(IMPOSSIBLE_KEYS.values()), ids=list(IMPOSSIBLE_KEYS))
def impossible_key(request: pytest.FixtureRequest) -> str:
    key: str = request.param
    return key


def test_what_was_put_is_read_back_with_its_headers(objects: ObjectStore) -> None:
    tag = objects.put(
        "t/abc.json",
        b'{"a": 1}',
        content_type="application/json; charset=utf-8",
        cache_control="public, max-age=0",
    )

    there = objects.get("t/abc.json")

    assert there is not None
    assert (there.body, there.etag) == (b'{"a": 1}', tag)
    assert there.content_type == "application/json; charset=utf-8"
    assert there.cache_control == "public, max-age=0"
    assert there.modified_at is None or (
        there.modified_at.tzinfo is UTC and not there.modified_at.microsecond
    )


def test_headers_left_out_mean_plain_bytes(objects: ObjectStore) -> None:
    objects.put("page", b"<p>")

    there = objects.get("page")

    assert there is not None
    assert (there.content_type, there.cache_control) == ("application/octet-stream", "")


def test_headers_change_with_and_without_the_body(objects: ObjectStore) -> None:
    for body, kind in ((b"1", "text/plain"), (b"1", "text/html"), (b"2", "text/css"), (b"1", "text/css")):
        objects.put("a", body, content_type=kind)
        there = objects.get("a")
        assert there is not None
        assert (there.body, there.content_type) == (body, kind)


@pytest.mark.parametrize("body", [b"", b"\0\r\n\xff", b"x" * 300_000], ids=["empty", "binary", "300 kB"])
def test_any_bytes_are_kept_as_they_are(objects: ObjectStore, body: bytes) -> None:
    objects.put("a", body)

    there = objects.get("a")

    assert there is not None
    assert there.body == body


@pytest.mark.parametrize("key", ["plain", "a b+c&d=e%2f", "ünï/日本/😀", "x" * PART_BYTES_MAX, "~$'\"<>?*|:"])
def test_any_possible_key_is_kept_as_it_is(objects: ObjectStore, key: str) -> None:
    objects.put(key, b"1", condition=Absent())

    assert list(objects.keys()) == [key]
    assert objects.get(key) is not None


def test_a_missing_object_is_not_found(objects: ObjectStore) -> None:
    with pytest.raises(NotFound, match=r"jobs\.json"):
        objects.get("jobs.json")
    with pytest.raises(NotFound):
        objects.get("jobs.json", unless='"1"')


def test_an_unchanged_object_is_not_read_again(objects: ObjectStore) -> None:
    tag = objects.put("a", b"1")
    assert objects.get("a", unless=tag) is None

    objects.put("a", b"2")
    assert objects.get("a", unless=tag) is not None


def test_the_tag_changes_with_the_bytes(objects: ObjectStore) -> None:
    assert objects.put("a", b"1") != objects.put("a", b"2")


def test_the_first_writer_creates_and_the_second_conflicts(objects: ObjectStore) -> None:
    tag = objects.put("a", b"1", condition=Absent())

    with pytest.raises(Conflict, match="a"):
        objects.put("a", b"2", condition=Absent())

    assert objects.get("a", unless=tag) is None


def test_a_write_on_the_newest_tag_lands_and_on_an_old_one_conflicts(objects: ObjectStore) -> None:
    first = objects.put("a", b"1")
    second = objects.put("a", b"2", condition=Matches(first))

    with pytest.raises(Conflict, match="a"):
        objects.put("a", b"3", condition=Matches(first))

    assert objects.get("a", unless=second) is None


def test_a_write_on_a_tag_of_a_missing_object_conflicts_and_creates_nothing(objects: ObjectStore) -> None:
    tag = objects.put("a", b"1")
    objects.delete("a")

    with pytest.raises(Conflict):
        objects.put("a", b"2", condition=Matches(tag))

    assert list(objects.keys()) == []


def test_a_write_without_a_condition_always_lands(objects: ObjectStore) -> None:
    objects.put("a", b"1")

    tag = objects.put("a", b"2")

    assert objects.get("a", unless=tag) is None


def test_a_removed_object_is_gone_and_can_be_removed_again(objects: ObjectStore) -> None:
    objects.put("t/a", b"1", cache_control="no-store")

    objects.delete("t/a")
    objects.delete("t/a")

    with pytest.raises(NotFound):
        objects.get("t/a")
    objects.put("t/a", b"2", condition=Absent())
    there = objects.get("t/a")
    assert there is not None
    assert there.cache_control == ""


def test_keys_come_in_the_order_of_their_bytes_and_only_those_with_the_prefix(objects: ObjectStore) -> None:
    keys = ["a-b", "a.json", "a/b", "a/c/d", "ab", "b", "é", "z/1"]
    for key in reversed(keys):
        objects.put(key, b"1")

    assert list(objects.keys()) == sorted(keys)
    assert list(objects.keys("a/")) == ["a/b", "a/c/d"]
    assert list(objects.keys("a/c")) == ["a/c/d"]
    assert list(objects.keys("a")) == ["a-b", "a.json", "a/b", "a/c/d", "ab"]
    for nothing in ("c", "a/b/", "../", "/a", "a//", ".store/"):
        assert list(objects.keys(nothing)) == []


def test_an_impossible_key_is_refused_by_a_write(objects: ObjectStore, impossible_key: str) -> None:
    with pytest.raises(ValueError, match="cannot be the key of an object"):
        objects.put(impossible_key, b"1")

    assert list(objects.keys()) == []


def test_an_impossible_key_is_not_there(objects: ObjectStore, impossible_key: str) -> None:
    with pytest.raises(NotFound):
        objects.get(impossible_key)
    objects.delete(impossible_key)


def test_sixteen_threads_that_count_lose_nothing(racing_objects: ObjectStore, rounds: int) -> None:
    writers = 16
    racing_objects.put("count", b"0", condition=Absent())

    together = Barrier(writers)

    def count() -> None:
        together.wait()
        for _ in range(rounds):
            increment(racing_objects)

    with ThreadPoolExecutor(writers) as pool:
        for done in [pool.submit(count) for _ in range(writers)]:
            done.result()

    there = racing_objects.get("count")
    assert there is not None
    assert int(there.body) == writers * rounds


def test_of_many_that_create_one_object_one_does(racing_objects: ObjectStore) -> None:
    together = Barrier(16)

    def create(writer: int) -> bool:
        together.wait()
        try:
            racing_objects.put("first", b"%d" % writer, condition=Absent())
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        created = list(pool.map(create, range(16)))

    there = racing_objects.get("first")
    assert there is not None
    assert [writer for writer, did in enumerate(created) if did] == [int(there.body)]


def increment(objects: ObjectStore) -> int:
    """Add one to the object `count` by compare-and-swap, and return the sum that was acknowledged."""
    while True:
        there = objects.get("count")
        assert there is not None
        more = int(there.body) + 1
        try:
            objects.put("count", b"%d" % more, condition=Matches(there.etag))
        except Conflict:
            continue
        return more
