"""The fake Messages API itself: takes requests, checks them, answers, remembers, and calls the webhooks."""

import base64
import concurrent.futures
from collections.abc import Coroutine, Iterable
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Scope
from typing_extensions import override

from tests.fakes.faults import Fault, FaultScript, Faulty, answer
from tests.fakes.serving import LocalServer
from tests.fakes.twilio.errors import (
    INTERNAL_ERROR,
    TOO_MANY_REQUESTS,
    UNAUTHORIZED,
    ApiError,
    not_allowed,
    not_found,
    refusal_of,
)
from tests.fakes.twilio.exchange import NUMBER, Exchange
from tests.fakes.twilio.numbers import listed_numbers, updated_number, updated_service
from tests.fakes.twilio.rules import PAGE_SIZE_MAX, Order, read_filters, read_order
from tests.fakes.twilio.texts import API_VERSION


class FakeTwilio(Exchange):
    """Twilio's Messages API on loopback. Use it as a context manager, or `start` and `stop` it."""

    def __init__(self, numbers: Iterable[str] = (NUMBER,)) -> None:
        super().__init__(numbers)
        self.delivers_by_itself = False
        """Whether a text that was taken goes on to sent and delivered without `progress`."""
        self.violations: list[str] = []
        """What no sound client does: unknown or malformed parameters, broken limits."""
        self.faults = FaultScript()
        self._refused: dict[str, int] = {}
        messages = f"/{API_VERSION}/Accounts/{{account}}/Messages"
        numbers = f"/{API_VERSION}/Accounts/{{account}}/IncomingPhoneNumbers"
        routes = [
            Route(f"{messages}.json", self._answer, methods=["GET", "POST"]),
            Route(f"{messages}/{{sid}}/Media.json", self._resource, methods=["GET"]),
            Route(f"/{API_VERSION}/Accounts/{{account}}.json", self._resource, methods=["GET"]),
            Route("/v1/Services/{service}/PhoneNumbers", self._resource, methods=["GET"]),
            Route(f"{messages}/{{sid}}.json", self._answer, methods=["GET", "POST", "DELETE"]),
            Route(f"{numbers}.json", self._answer_settings, methods=["GET"]),
            Route(f"{numbers}/{{sid}}.json", self._answer_settings, methods=["POST"]),
            Route("/v1/Services/{sid}", self._answer_settings, methods=["POST"]),
        ]
        handlers = {404: self._unknown, 405: self._unknown}
        app = Starlette(routes=routes, exception_handlers=handlers)
        self._server = LocalServer(Faulty(app, self.faults, _operation))

    @property
    def url(self) -> str:
        """The address without a path, as TWILIO_API_URL takes it."""
        return self._server.url

    def start(self) -> Self:
        """Take requests."""
        self._server.start()
        return self

    def stop(self) -> None:
        """End everything that is under way."""
        self.faults.release_all()
        self._server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_problem: object) -> None:
        self.stop()

    # what a test scripts

    def refuse(self, number: str, code: int) -> None:
        """Let every text to a number be refused; errors.py lists the codes."""
        self._refused[number] = refusal_of(code, number).code

    def fault(self, operation: str, fault: Fault, times: int = 1) -> None:
        """Let the next calls of `create`, `list`, `fetch` or `*` meet a fault."""
        self.faults.add(operation, fault, times)

    def too_many_requests(self, retry_after_s: int | None = None, times: int = 1) -> None:
        """Let the next creations be answered with 429."""
        headers = [] if retry_after_s is None else [("Retry-After", str(retry_after_s))]
        self.fault("create", answer(429, TOO_MANY_REQUESTS.as_json(), *headers), times)

    def internal_error(self, times: int = 1) -> None:
        """Let the next creations be answered with 500, and nothing be sent."""
        self.fault("create", answer(500, INTERNAL_ERROR.as_json()), times)

    @override
    def spawn(self, work: Coroutine[Any, Any, Any]) -> "concurrent.futures.Future[Any]":
        return self._server.spawn(work)

    # how it answers

    async def _answer(self, request: Request) -> Response:
        try:
            self._authenticate(request)
            body, status = await self._do(request)
        except ApiError as error:
            return self._refusal(request, error)
        return JSONResponse(body, status)

    async def _resource(self, request: Request) -> Response:
        """Answer for what is only read: an account, a message's pictures, a service's numbers."""
        try:
            self._authenticate(request)
            return JSONResponse(self._read(request))
        except ApiError as error:
            return self._refusal(request, error)

    def _read(self, request: Request) -> dict[str, Any]:
        path, given = request.url.path, request.path_params
        with self._lock:
            if "service" in given:
                return self._numbers_of(path, given["service"])
            if "sid" not in given:
                return {"sid": self.account_sid, "status": self.account_status, "type": "Full"}
            found = [text for text in self.texts if text.sid == given["sid"]]
            if not found:
                raise not_found(path)
            return {"media_list": found[0].media_json(), "page": 0, "page_size": 50, "next_page_uri": None}

    def _numbers_of(self, path: str, service: str) -> dict[str, Any]:
        if service not in self.messaging_services:
            raise not_found(path)
        numbers = [self.messaging_services[service]]
        return {
            "phone_numbers": [
                {
                    "sid": f"PN{place:032x}",
                    "account_sid": self.account_sid,
                    "service_sid": service,
                    "phone_number": number,
                    "country_code": "US",
                    "capabilities": ["SMS", "MMS"],
                }
                for place, number in enumerate(numbers)
            ],
            "meta": {"key": "phone_numbers", "page": 0, "page_size": 50, "next_page_url": None},
        }

    async def _answer_settings(self, request: Request) -> Response:
        sid, path = request.path_params.get("sid", ""), request.url.path
        try:
            self._authenticate(request)
            body = (await request.body()).decode()
            if path.startswith("/v1/"):
                return JSONResponse(updated_service(self, path, sid, body))
            if request.method == "POST":
                return JSONResponse(updated_number(self, path, sid, body))
            return JSONResponse(listed_numbers(self, request.url.query))
        except ApiError as error:
            return self._refusal(request, error)

    async def _do(self, request: Request) -> tuple[dict[str, Any], int]:
        sid = request.path_params.get("sid")
        if sid is None and request.method == "POST":
            body = (await request.body()).decode()
            form = parse_qsl(body, keep_blank_values=True, strict_parsing=True) if body else []
            return self._create(read_order(form, self.numbers, self.messaging_services)), 201
        if request.method != "GET":
            raise not_allowed(request.method)
        return (self._list(request) if sid is None else self._fetch(request.url.path, sid)), 200

    def _create(self, order: Order) -> dict[str, Any]:
        with self._lock:
            code = self._refused.get(order.to) or (21610 if order.to in self.opted_out else None)
            if code:
                raise refusal_of(code, order.to)
            service = order.messaging_service_sid
            text = self._keep(
                "outbound-api",
                to=order.to,
                sender=None if service else order.sender,
                body=order.body,
                status="accepted" if service else "queued",
                messaging_service_sid=service,
                status_callback=order.status_callback,
                validity_period_s=order.validity_period_s,
            )
            created = text.as_json()
            text.sender = text.sender or order.sender or self.messaging_services[service or ""]
        if self.delivers_by_itself:
            self.spawn(self._deliver(text))
        return created

    def _list(self, request: Request) -> dict[str, Any]:
        query = parse_qsl(request.url.query, keep_blank_values=True)
        fits = read_filters(query)
        given = dict(query)
        size, page = int(given.get("PageSize", "50")), int(given.get("Page", "0"))
        if not 1 <= size <= PAGE_SIZE_MAX:
            raise ApiError(400, 20001, f"PageSize must be within 1 and {PAGE_SIZE_MAX}", violation=True)
        with self._lock:
            found = [text.as_json() for text in reversed(self.texts) if fits(text)]
        here = found[page * size : (page + 1) * size]
        filters = [(name, value) for name, value in query if name not in {"Page", "PageSize", "PageToken"}]

        def address(number: int) -> str:
            return f"{request.url.path}?{urlencode([*filters, ('PageSize', size), ('Page', number)])}"

        return {
            "messages": here,
            "uri": address(page),
            "page": page,
            "page_size": size,
            "start": page * size,
            "end": page * size + max(len(here) - 1, 0),
            "first_page_uri": address(0),
            "next_page_uri": address(page + 1) if len(found) > (page + 1) * size else None,
            "previous_page_uri": address(page - 1) if page else None,
        }

    def _fetch(self, path: str, sid: str) -> dict[str, Any]:
        with self._lock:
            for text in self.texts:
                if text.sid == sid:
                    return text.as_json()
        raise not_found(path)

    def _authenticate(self, request: Request) -> None:
        wanted = base64.b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {wanted}":
            raise UNAUTHORIZED
        if request.path_params.get("account", self.account_sid) != self.account_sid:
            raise not_found(request.url.path)

    async def _unknown(self, request: Request, _problem: Exception) -> Response:
        error = not_found(request.url.path)
        error.violation = True
        return self._refusal(request, error)

    def _refusal(self, request: Request, error: ApiError) -> Response:
        if error.violation:
            with self._lock:
                self.violations.append(f"{request.method} {request.url.path}: {error.code} {error.message}")
        return JSONResponse(error.as_json(), error.status)


def _operation(scope: Scope) -> str:
    if "/IncomingPhoneNumbers" in scope["path"]:
        return "settings"
    if scope["method"] == "POST":
        return "create"
    return "list" if scope["path"].endswith("/Messages.json") else "fetch"
