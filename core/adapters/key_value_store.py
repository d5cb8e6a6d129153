"""The session key in CloudFront's key-value store, where the edge function looks it up.

Its API takes SigV4A signatures only, which boto3 makes with awscrt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NoReturn

from core.adapters.aws_control import PATIENCE, code_of, explain, may_have_landed
from core.adapters.aws_requests import AWS_FAILURES, session
from core.domain.session import SessionKey, key_entries
from core.ports import Conflict, OutcomeUnknown, Unreachable, Unusable

if TYPE_CHECKING:
    from mypy_boto3_cloudfront_keyvaluestore import CloudFrontKeyValueStoreClient

_NOTHING: Mapping[str, str] = MappingProxyType({})
_CURRENT = "kid"
_SECRETS = "k."


def open_keys(arn: str) -> KeyValueStoreKeys:
    """Return the keys, with credentials and endpoint from boto3's own settings. Raises Unreachable."""
    try:
        # The store is a global one; the region is that of the signature's service.
        client = session().client("cloudfront-keyvaluestore", region_name="us-east-1", config=PATIENCE)
    except (*AWS_FAILURES, ValueError) as error:
        raise Unreachable(explain(error, "use CloudFront's key-value store")) from error
    return KeyValueStoreKeys(client, arn)


class KeyValueStoreKeys:
    """Implements `core.ports.Keys` in the store `arn`. Nothing of a key is ever in an error."""

    def __init__(self, client: CloudFrontKeyValueStoreClient, arn: str) -> None:
        self._client = client
        self._arn = arn

    def current(self) -> SessionKey | None:
        """See Keys; the edge believes none, either, where a part of it is missing or too short."""
        entries = self._entries()
        kid = entries.get(_CURRENT, "")
        try:
            return SessionKey(kid=kid, secret=entries.get(f"{_SECRETS}{kid}", ""))
        except ValueError:
            return None

    def replace(self, key: SessionKey) -> None:
        """See Keys."""
        there = self._entries()
        wanted = key_entries(key)
        others = [name for name in there if name.startswith(_SECRETS) and name not in wanted]
        etag = self._etag()
        # One call for each step: entries of one call may come to an edge in any order.
        for name, value in wanted.items():
            if there.get(name) != value:
                etag = self._change(etag, puts={name: value})
        if others:
            self._change(etag, deletes=others)

    def _entries(self) -> dict[str, str]:
        try:
            pages = self._client.get_paginator("list_keys").paginate(KvsARN=self._arn)
            return {item["Key"]: item["Value"] for page in pages for item in page.get("Items", [])}
        except AWS_FAILURES as error:
            self._fail(error, "read")

    def _etag(self) -> str:
        try:
            return self._client.describe_key_value_store(KvsARN=self._arn)["ETag"]
        except AWS_FAILURES as error:
            self._fail(error, "read")

    def _change(self, etag: str, *, puts: Mapping[str, str] = _NOTHING, deletes: Sequence[str] = ()) -> str:
        """Change entries of the version `etag` and return the next one's tag."""
        try:
            return self._client.update_keys(
                KvsARN=self._arn,
                IfMatch=etag,
                Puts=[{"Key": name, "Value": value} for name, value in puts.items()],
                Deletes=[{"Key": name} for name in deletes],
            )["ETag"]
        except AWS_FAILURES as error:
            self._fail(error, "write")

    def _fail(self, error: Exception, verb: str) -> NoReturn:
        what = f"{verb} the session key in {self._arn}"
        code = code_of(error)
        if code == "ConflictException":
            raise Conflict(f"cannot {what}: somebody else is writing there. Try again.") from error
        if code in {"ResourceNotFoundException", "ValidationException"}:
            raise Unusable(f"cannot {what}: there is no such store. Is CLOUDFRONT_KVS_ARN right?") from error
        if verb == "write" and may_have_landed(error):
            raise OutcomeUnknown(f"tried to {what} and got no answer: do it again") from error
        raise Unreachable(explain(error, what)) from error
