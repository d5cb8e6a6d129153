"""Objects in S3, through boto3. Endpoint, region and credentials come from boto3's own settings."""

from collections.abc import Iterator
from datetime import UTC
from threading import Lock
from typing import TYPE_CHECKING

from boto3.session import Session
from botocore.exceptions import IncompleteReadError

from core.adapters.aws_requests import AWS_FAILURES, READ_ATTEMPTS, client_config, code_of, in_words, session
from core.adapters.objects import check_key, is_key
from core.adapters.s3_answers import NOT_MODIFIED, failed_read, failed_write, unreachable
from core.ports import (
    Absent,
    Condition,
    Matches,
    NotFound,
    ObjectVersion,
    OutcomeUnknown,
    StoredObject,
    Unreachable,
    Unusable,
)

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef, PutObjectRequestTypeDef


class S3Clients:
    """The two clients of boto3, made at their first use: that takes a third of a second. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._made: tuple[S3Client, S3Client] | None = None

    @property
    def reads(self) -> "S3Client":
        """Tries again by itself."""
        return self._both()[0]

    @property
    def writes(self) -> "S3Client":
        """Sends once: a conditional write that is sent again is turned away by what it wrote before."""
        return self._both()[1]

    def _both(self) -> tuple["S3Client", "S3Client"]:
        with self._lock:
            if self._made is None:
                made_of = session()
                try:
                    self._made = (_client(made_of, READ_ATTEMPTS), _client(made_of, 1))
                except ValueError as error:
                    raise Unreachable(
                        f"cannot use S3: {in_words(error, 'S3')}. Check AWS_ENDPOINT_URL and AWS_REGION."
                    ) from error
            return self._made


_SHARED = S3Clients()


_QUOTES = 2
"""An ETag stands in quotes: with one of them, the answer was cut off inside it."""

_NO_VERSION_ID = "null"
"""The id of a version that was written while versioning was off."""

_SWITCH_ON = (
    "the bucket {bucket} keeps no earlier versions: switch versioning on, with 'aws s3api "
    "put-bucket-versioning --bucket {bucket} --versioning-configuration Status=Enabled'; from then on there "
    "is something to go back to"
)

_NO_VERSION = frozenset({"NoSuchVersion", "InvalidArgument", "InvalidRequest"})
"""What stores answer to the id of a version that they never gave out."""


class S3Objects:
    """Keeps objects in a bucket, under `prefix/` where there is a prefix. Threads may share it."""

    def __init__(self, bucket: str, prefix: str = "", *, clients: S3Clients = _SHARED) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._clients = clients

    def get(self, key: str, *, unless: str | None = None) -> StoredObject | None:
        """Return the object, or None where its tag is `unless` (a 304). Raises NotFound, Unreachable."""
        if not is_key(key):
            raise NotFound(f"there is no object {key!r} in {self.place()}: no object can have this key")
        try:
            if unless is None:
                answer = self._clients.reads.get_object(Bucket=self._bucket, Key=self._prefix + key)
            else:
                answer = self._clients.reads.get_object(
                    Bucket=self._bucket, Key=self._prefix + key, IfNoneMatch=unless
                )
            body = _whole_body(answer)
        except AWS_FAILURES as error:
            if unless is not None and code_of(error)[0] == NOT_MODIFIED:
                return None
            raise failed_read(error, f"read {self.place(key)}") from error
        return StoredObject(
            body=body,
            etag=answer["ETag"],
            content_type=answer["ContentType"],
            cache_control=answer.get("CacheControl", ""),
            modified_at=answer["LastModified"].astimezone(UTC).replace(microsecond=0),
        )

    def put(
        self,
        key: str,
        body: bytes,
        *,
        condition: Condition = None,
        content_type: str = "application/octet-stream",
        cache_control: str = "",
    ) -> str:
        """Write the object, sent once, and return its tag.

        Raises Conflict, Unreachable, OutcomeUnknown, and ValueError for a key that cannot be.
        """
        check_key(key)
        request: PutObjectRequestTypeDef = {
            "Bucket": self._bucket,
            "Key": self._prefix + key,
            "Body": body,
            "ContentType": content_type,
        }
        if cache_control:
            request["CacheControl"] = cache_control
        if isinstance(condition, Absent):
            request["IfNoneMatch"] = "*"
        elif isinstance(condition, Matches):
            request["IfMatch"] = condition.etag
        try:
            answer = self._clients.writes.put_object(**request)
        except AWS_FAILURES as error:
            raise failed_write(error, f"write {self.place(key)}", condition) from error
        if answer.get("ETag", "").count('"') != _QUOTES:
            raise OutcomeUnknown(f"wrote {self.place(key)}, but the answer has no ETag. Read it to find out.")
        return answer["ETag"]

    def delete(self, key: str) -> None:
        """Remove the object, sent once. Raises Unreachable, OutcomeUnknown."""
        if not is_key(key):
            return
        try:
            self._clients.writes.delete_object(Bucket=self._bucket, Key=self._prefix + key)
        except AWS_FAILURES as error:
            raise failed_write(error, f"remove {self.place(key)}") from error

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys that start with `prefix`, as they are now, in order. Raises Unreachable."""
        found: list[str] = []
        try:
            pages = self._clients.reads.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix + prefix):
                found.extend(entry["Key"].removeprefix(self._prefix) for entry in page.get("Contents", ()))
        except AWS_FAILURES as error:
            raise unreachable(error, f"list {self.place()}") from error
        # Stores that keep folders list them in another order than S3, which goes by the bytes of the key, and
        # take a prefix for a path.
        return iter(sorted(key for key in found if is_key(key) and key.startswith(prefix)))

    def versions(self, key: str) -> Iterator[ObjectVersion]:
        """See `Versions`: those that the bucket keeps. Raises Unusable where it keeps none, Unreachable."""
        newest = True
        try:
            pages = self._clients.reads.get_paginator("list_object_versions")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix + key):
                for entry in page.get("Versions", ()):
                    if entry["Key"] != self._prefix + key:
                        # S3 goes by the key, and then from the newest on: no more of ours come.
                        return
                    if newest and entry["VersionId"] == _NO_VERSION_ID:
                        raise Unusable(_SWITCH_ON.format(bucket=self._bucket))
                    newest = False
                    yield ObjectVersion(
                        version_id=entry["VersionId"],
                        written_at=entry["LastModified"].astimezone(UTC),
                        size=entry["Size"],
                    )
        except AWS_FAILURES as error:
            raise unreachable(error, f"list the versions of {self.place(key)}") from error

    def version(self, key: str, version_id: str) -> bytes:
        """See `Versions`. Raises NotFound, Unreachable."""
        try:
            answer: GetObjectOutputTypeDef = self._clients.reads.get_object(
                Bucket=self._bucket, Key=self._prefix + key, VersionId=version_id
            )
            return _whole_body(answer)
        except AWS_FAILURES as error:
            what = f"read version {version_id} of {self.place(key)}"
            if code_of(error)[1] in _NO_VERSION:
                raise NotFound(f"cannot {what}: there is no such version") from error
            raise failed_read(error, what) from error

    def place(self, key: str = "") -> str:
        """Return where an object, or all of them, lie: for messages."""
        return f"s3://{self._bucket}/{self._prefix}{key}"


def _whole_body(answer: "GetObjectOutputTypeDef") -> bytes:
    """Return the bytes of an object. Raises a failure of boto3 where some of them did not come."""
    body = answer["Body"].read()
    if "ContentLength" not in answer:
        raise IncompleteReadError(actual_bytes=len(body), expected_bytes="unknown")
    return body


def _client(made_of: Session, attempts: int) -> "S3Client":
    return made_of.client("s3", config=client_config(attempts))
