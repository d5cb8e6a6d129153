"""What Twilio calls: texts that come in, and reports on texts that went out."""

import logging
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sms.inbound import Inbound, SmsInbox
from bot.sms.signature import HEADER, SignatureCheck, form_of
from core.ports import StoreError

log = logging.getLogger(__name__)

EMPTY_ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""Always: an answer inside the response would be in no outbox, and lost with it."""


class TwilioWebhook:
    """Answers Twilio's calls, after the change is committed."""

    def __init__(self, check: SignatureCheck, inbox: SmsInbox) -> None:
        self._check = check
        self._inbox = inbox

    def routes(self) -> Sequence[BaseRoute]:
        """Return the routes of this channel."""
        return (
            Route("/twilio/sms", self.sms, methods=["POST"]),
            Route("/twilio/status/{message_id:str}", self.status, methods=["POST"]),
        )

    async def sms(self, request: Request) -> Response:
        """Take a text in. 403 without a signature, 400 without its fields, 503 where it could not be kept."""
        fields = await self._signed_fields(request)
        if isinstance(fields, Response):
            return fields
        inbound = Inbound.of(fields)
        if inbound is None:
            return PlainTextResponse("From, Body and MessageSid are needed.\n", status_code=400)
        try:
            await self._inbox.take(inbound)
        except StoreError as error:
            log.warning("a text could not be kept, Twilio has to send it again: %s", error)
            return PlainTextResponse("Not kept.\n", status_code=503)
        return Response(EMPTY_ANSWER, media_type="text/xml")

    async def status(self, request: Request) -> Response:
        """Take a report on a text of ours in."""
        fields = await self._signed_fields(request)
        if isinstance(fields, Response):
            return fields
        word, provider_id = fields.get("MessageStatus", ""), fields.get("MessageSid", "")
        if not word or not provider_id:
            return PlainTextResponse("MessageStatus and MessageSid are needed.\n", status_code=400)
        try:
            await self._inbox.report(
                request.path_params["message_id"], provider_id, word, fields.get("ErrorCode") or None
            )
        except StoreError as error:
            log.warning("a report could not be kept, Twilio has to send it again: %s", error)
            return PlainTextResponse("Not kept.\n", status_code=503)
        return Response(status_code=204)

    async def _signed_fields(self, request: Request) -> dict[str, str] | Response:
        body = await request.body()
        try:
            form = form_of(body)
        except ValueError:
            return PlainTextResponse("Too many fields.\n", status_code=400)
        raw_path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
        signed = self._check.accepts(
            path=raw_path.decode("latin-1"),
            query=request.scope["query_string"].decode("latin-1"),
            form=form,
            signature=request.headers.get(HEADER),
        )
        if not signed:
            return PlainTextResponse("The signature does not fit.\n", status_code=403)
        return dict(form)
