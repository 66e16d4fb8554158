"""A request id on every answer and every log line, a log line for a slow request, and HEAD wherever there is GET."""

import re
import time
from typing import cast

import structlog
from litestar import Litestar
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import HTTPScope, LifeSpanReceive, LifeSpanScope, LifeSpanSend, Message, Receive, Scope, Send

from storecast.kit.ids import random_text

log = structlog.get_logger()

HEADER = "X-Request-Id"
HEAD_ASKED = "head_asked"  # in the state of a request whose answer's body goes nowhere
SLOW_SECONDS = 2.0
_GIVEN = re.compile(r"^[A-Za-z0-9._-]{8,64}$")


class TracedLitestar(Litestar):
    """Around the whole app, since the framework's middleware does not see requests that match no route."""

    async def __call__(
        self,
        scope: Scope | LifeSpanScope,
        receive: Receive | LifeSpanReceive,
        send: Send | LifeSpanSend,
    ) -> None:
        if scope["type"] != ScopeType.HTTP:
            await super().__call__(scope, receive, send)
            return
        await self._traced(cast("HTTPScope", scope), cast("Receive", receive), cast("Send", send))

    async def _traced(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        # PostgreSQL's text cannot hold U+0000, so nothing has an address with one: let it not be found.
        scope["path"] = scope["path"].replace("\x00", "\ufffd")
        scope["query_string"] = scope["query_string"].replace(b"%00", b"%EF%BF%BD")
        head = scope["method"] == "HEAD"
        if head:
            scope = cast("HTTPScope", {**scope, "method": "GET", "state": {**scope.get("state", {}), HEAD_ASKED: True}})
        request_id = _request_id(scope)
        structlog.contextvars.bind_contextvars(request_id=request_id)
        began = time.perf_counter()

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableScopeHeaders.from_message(message)[HEADER] = request_id
            elif message["type"] == "http.response.body" and head:
                message["body"] = b""
            await send(message)

        try:
            await super().__call__(scope, receive, send_named)
        finally:
            took = time.perf_counter() - began
            if took > SLOW_SECONDS:
                log.warning("slow request", path=scope["path"], seconds=round(took, 3))
            structlog.contextvars.unbind_contextvars("request_id")


def _request_id(scope: Scope) -> str:
    """The id a proxy in front gave, if it is a sane one, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _GIVEN.match(text := value.decode("latin-1")):
            return text
    return random_text(20)
