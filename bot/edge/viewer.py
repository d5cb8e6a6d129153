"""Viewers: look at the site as customers do, over the net or through the local edge in this process."""

import asyncio

import httpx
from starlette.types import ASGIApp

from core.deploy.check import Seen
from core.ports import Unreachable

ANSWER_WITHIN_S = 10.0


class OriginViewer:
    """Looks at the public address. Blocks."""

    def __init__(self, origin: str) -> None:
        self._origin = origin

    def look(self, path: str) -> Seen:
        """See Viewer."""
        try:
            with httpx.Client(base_url=self._origin, timeout=ANSWER_WITHIN_S) as client:
                return _seen(client.get(path))
        except httpx.HTTPError as error:
            raise Unreachable(
                f"{self._origin} does not answer: {str(error) or type(error).__name__}"
            ) from error


class LocalViewer:
    """Looks through the local edge, whether or not it serves on a port now. Blocks: call it in a thread."""

    def __init__(self, edge: ASGIApp) -> None:
        self._edge = edge

    def look(self, path: str) -> Seen:
        """See Viewer."""
        return asyncio.run(self._look(path))

    async def _look(self, path: str) -> Seen:
        transport = httpx.ASGITransport(app=self._edge)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return _seen(await client.get(path))


def _seen(answer: httpx.Response) -> Seen:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Seen(status=answer.status_code, headers=headers, body=answer.content)
