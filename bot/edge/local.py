"""The local edge: serves the site store as CloudFront would, with its function, headers and tags."""

import base64
import gzip
import logging
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Protocol

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.edge.event import Event, viewer_request
from bot.edge.function import Answered, EdgeFunctionError, Forwarded
from bot.edge.policy import Behaviour, behaviour_for
from core.ports import NotFound, ObjectStore, StoredObject, StoreError
from core.site import NOT_FOUND_PAGE

_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
"""No empty segment, none that starts with a dot, nothing encoded: we publish under no such key."""
_COMPRESSIBLE = re.compile(r"text/|application/(?:json|javascript|manifest\+json)|image/svg\+xml")
_COMPRESS_BYTES_MIN = 1000
"""CloudFront compresses objects of 1,000 bytes or more ("ServingCompressedFiles")."""
_DENIED = b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code></Error>\n'
"""What a private bucket says of a key that is not there."""

_log = logging.getLogger(__name__)


class RunsFunction(Protocol):
    """The edge function, whichever version of it viewers get now."""

    def run(self, event: Event) -> Answered | Forwarded:
        """See EdgeFunction."""


class LocalEdge:
    """An ASGI application that answers GET and HEAD from the site store.

    Args:
        site: the only store that it can reach; reads run in a thread, because stores block.
        function: the edge function.

    A missing object is a 404 with the page that says so; before that page was released, a 403 as at S3. An
    error of the function or of the store is a 503. Each answer carries the headers of its behaviour.
    """

    def __init__(self, site: ObjectStore, function: RunsFunction) -> None:
        self._site = site
        self._function = function

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        response = await self.answer(Request(scope, receive))
        await response(scope, receive, send)

    async def answer(self, request: Request) -> Response:
        """Return the answer to one request."""
        raw_path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
        if not raw_path.startswith(b"/"):
            return _plain(400, "a path starts with /\n")
        behaviour = behaviour_for(raw_path.decode("latin-1"))
        if request.method in {"GET", "HEAD"}:
            response = await self._behave(request, raw_path, behaviour)
        else:
            response = _plain(405, "only GET and HEAD are answered here\n")
            response.headers["allow"] = "GET, HEAD"
        for name, value in behaviour.headers:
            response.headers.setdefault(name, value)
        if request.method == "HEAD":
            response.body = b""
        return response

    async def _behave(self, request: Request, raw_path: bytes, behaviour: Behaviour) -> Response:
        """Run the function where this behaviour has one, then read the store."""
        uri = raw_path.decode("latin-1")
        if behaviour.runs_function:
            event = viewer_request(
                method=request.method,
                raw_path=raw_path,
                raw_query=request.scope["query_string"],
                headers=request.headers.raw,
                ip=request.client.host if request.client else "127.0.0.1",
            )
            try:
                outcome = self._function.run(event)
            except EdgeFunctionError:
                _log.exception("edge function failed")
                return _plain(503, "The edge function failed; see the log.\n")
            if isinstance(outcome, Answered):
                return _made(outcome)
            uri = outcome.uri
        return await self._stored(request, uri)

    async def _stored(self, request: Request, uri: str) -> Response:
        """Return the object that `uri` names, or a 304 where the viewer has it."""
        key = uri.removeprefix("/")
        try:
            if found := await self._read(key):
                return _object_response(request, found)
            page = await self._read(NOT_FOUND_PAGE)
        except StoreError:
            _log.exception(
                "reading the site store failed", extra={"area": key.split("/")[0]}
            )  # a whole key names a token
            return _plain(503, "The site's store cannot be read just now.\n")
        if page is None:
            return Response(_DENIED, 403, media_type="application/xml")
        return _object_response(request, page, status=404)

    async def _read(self, key: str) -> StoredObject | None:
        """Return an object, or None where there is none. Raises StoreError."""
        if not _KEY.fullmatch(key):
            return None
        try:
            return await anyio.to_thread.run_sync(self._site.get, key)
        except NotFound:
            return None


def _object_response(request: Request, found: StoredObject, *, status: int = 200) -> Response:
    """Return the object with its tag: compressed where that pays, a 304 where the viewer has these bytes.

    With another status than 200 there is never a 304: the viewer asked for something else.
    """
    tag = found.etag.removeprefix("W/").strip('"')
    body, compressible = found.body, bool(_COMPRESSIBLE.match(found.content_type))
    headers = {"etag": f'"{tag}"'}
    if found.cache_control:
        headers["cache-control"] = found.cache_control
    if compressible:
        headers["vary"] = "Accept-Encoding"
        if len(body) >= _COMPRESS_BYTES_MIN and _accepts_gzip(request.headers.get("accept-encoding", "")):
            # A compressed body is another representation: CloudFront makes its tag a weak one.
            body, headers["etag"], headers["content-encoding"] = _gzipped(body), f'W/"{tag}"', "gzip"
    if status == 200 and _holds(request.headers.get("if-none-match", ""), tag):  # noqa: PLR2004 - HTTP
        headers.pop("content-encoding", None)
        return Response(status_code=304, headers=headers)
    response = Response(body, status, headers=headers)
    response.headers["content-type"] = found.content_type
    return response


def _holds(if_none_match: str, tag: str) -> bool:
    """Compare weakly (RFC 9110, 8.8.3.2): `W/` and quotes do not matter."""
    known = [one.strip().removeprefix("W/").strip('"') for one in if_none_match.split(",")]
    return if_none_match.strip() == "*" or tag in known


def _accepts_gzip(accept_encoding: str) -> bool:
    """Tell whether gzip is among the codings and not ruled out with `q=0`."""
    for coding in accept_encoding.lower().split(","):
        name, _, weight = coding.replace(" ", "").partition(";")
        if name == "gzip":
            return not re.fullmatch(r"q=0(?:\.0*)?", weight)
    return False


@lru_cache(maxsize=64)
def _gzipped(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


def _made(answer: Answered) -> Response:
    """Return the answer that the function made itself."""
    decode: dict[str, Callable[[str], bytes]] = {"text": str.encode, "base64": base64.b64decode}
    body = decode[answer.body.encoding](answer.body.data) if answer.body else b""
    response = Response(body, answer.status)
    for name, field in answer.headers.items():
        response.headers[name] = field.value
    for name, cookie in answer.cookies.items():
        parts = (f"{name}={cookie.value}", cookie.attributes)
        response.headers.append("set-cookie", "; ".join(part for part in parts if part))
    return response


def _plain(status: int, text: str) -> Response:
    return Response(text, status, {"cache-control": "no-store"}, media_type="text/plain")
