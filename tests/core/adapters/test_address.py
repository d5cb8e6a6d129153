"""Addresses open the right store, touch nothing yet, and say exactly what is wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

from core.adapters.address import open_objects, open_state, whole_address
from core.adapters.directory import DirectoryObjects
from core.adapters.document import DocumentStateStore
from core.adapters.dynamodb.objects import DynamoObjects
from core.adapters.dynamodb.store import DynamoStateStore
from core.adapters.memory import MemoryObjects
from core.adapters.s3 import S3Objects

PROJECT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("address", "folder"),
    [
        ("file://./var/state", "base/var/state"),
        ("file://.", "base"),
        ("file://./", "base"),
        ("file://../state", "state"),
        ("file://./my%20state", "base/my state"),
    ],
)
def test_a_relative_folder_starts_at_the_base(tmp_path: Path, address: str, folder: str) -> None:
    base = tmp_path / "base"
    base.mkdir()
    objects = open_objects(address, base=base)
    assert isinstance(objects, DirectoryObjects)
    assert list(tmp_path.iterdir()) == [base]

    objects.put("a", b"1")

    assert (tmp_path / folder / "a").read_bytes() == b"1"


def test_an_absolute_folder_is_where_it_says(tmp_path: Path) -> None:
    objects = open_objects(f"file://{tmp_path}/state", base=Path("/nowhere"))

    objects.put("a", b"1")

    assert (tmp_path / "state" / "a").read_bytes() == b"1"


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("s3://my-bucket", "s3://my-bucket/"),
        ("s3://my-bucket/", "s3://my-bucket/"),
        ("s3://my.bucket/a/b", "s3://my.bucket/a/b/"),
        ("s3://my-bucket/a/", "s3://my-bucket/a/"),
    ],
)
def test_a_bucket_is_opened_without_asking_it(address: str, place: str) -> None:
    objects = open_objects(address)

    assert isinstance(objects, S3Objects)
    assert objects.place() == place


def test_memory_is_new_each_time() -> None:
    first, second = open_objects("memory://"), open_objects("memory://")
    assert isinstance(first, MemoryObjects)

    first.put("a", b"1")

    assert list(second.keys()) == []


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("", r"'' is not the address of a store: write file://\./var/state"),
        ("./var/state", "is not the address of a store"),
        ("file:/var/state", "is not the address of a store"),
        ("http://bucket/prefix", "is not the address of a store"),
        ("S3://bucket", "is not the address of a store"),
        ("file://", r"write file://\./var/state"),
        ("file://var/state", r"write file://\./var/state .* or file:///var/state"),
        ("file://.var", r"write file://\./\.var"),
        ("file://./a%00b", "zero byte"),
        ("s3://", "does not name a bucket"),
        ("s3:///prefix", "does not name a bucket"),
        ("s3://My_Bucket/x", "3 to 63 small letters"),
        ("s3://ab", "3 to 63 small letters"),
        ("s3://user:word@bucket/x", "3 to 63 small letters"),
        ("s3://bucket//x", "prefix that cannot be"),
        ("s3://bucket/a/../b", "prefix that cannot be"),
        ("s3://bucket/" + "/".join(["x" * 100] * 3), "prefix that cannot be"),
        ("memory://x", "write memory://"),
    ],
)
def test_a_wrong_address_is_named_with_the_right_form(address: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as wrong:
        open_objects(address)

    assert repr(address) in str(wrong.value)


def test_a_folder_store_does_not_load_boto3() -> None:
    line = (
        "import sys; from core.adapters.address import open_objects; "
        "open_objects('file://./var/state'); sys.exit('botocore' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", line], cwd=PROJECT, check=True)


def test_a_table_is_opened_without_asking_it() -> None:
    assert isinstance(open_objects("dynamodb://quick-dump.1"), DynamoObjects)
    assert isinstance(open_state("dynamodb://quick-dump.1", no_pause), DynamoStateStore)
    assert isinstance(open_state("s3://my-bucket/state", no_pause), DocumentStateStore)


@pytest.mark.parametrize("address", ["dynamodb://", "dynamodb://ab", "dynamodb://a/b/c", "dynamodb://x y z"])
def test_a_name_that_no_table_can_have_is_said(address: str) -> None:
    with pytest.raises(ValueError, match="does not name a table"):
        open_state(address, no_pause)


@pytest.mark.parametrize(
    ("address", "whole"),
    [
        ("file://./var/my%20state/", "file:///base/var/my%20state"),
        ("file:///srv//state/.", "file:///srv/state"),
        ("s3://bucket/a/", "s3://bucket/a"),
        ("dynamodb://table/", "dynamodb://table"),
    ],
)
def test_two_ways_to_write_one_place_are_one(address: str, whole: str) -> None:
    assert whole_address(address, base=Path("/base")) == whole
    assert whole_address(whole, base=Path("/elsewhere")) == whole


def no_pause(_seconds: float) -> None:
    """Go on at once."""
