"""A request id on every answer and every log line, and one log line a request that went wrong or slow."""

import re
import time

import structlog
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from storecast.kit.ids import random_text

log = structlog.get_logger()

HEADER = "X-Request-Id"
SLOW_SECONDS = 2.0
_GIVEN = re.compile(r"^[A-Za-z0-9._-]{8,64}$")


class RequestTrace(ASGIMiddleware):
    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        request_id = _request_id(scope)
        structlog.contextvars.bind_contextvars(request_id=request_id)
        began = time.perf_counter()
        status = 0

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableScopeHeaders.from_message(message)[HEADER] = request_id
            await send(message)

        try:
            await next_app(scope, receive, send_named)
        finally:
            took = time.perf_counter() - began
            if took > SLOW_SECONDS:
                log.warning("slow request", path=scope["path"], status=status, seconds=took)
            structlog.contextvars.unbind_contextvars("request_id")


def _request_id(scope: Scope) -> str:
    """The id a proxy in front gave, if it is a sane one, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _GIVEN.match(text := value.decode("latin-1")):
            return text
    return random_text(20)
