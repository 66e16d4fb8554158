"""A request id on every answer and every log line, a log line for a slow request, and HEAD wherever there is GET."""

import random
import re
import time
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import cast

import structlog
from litestar import Litestar
from litestar.enums import ScopeType
from litestar.routes import HTTPRoute
from litestar.types import HTTPScope, LifeSpanReceive, LifeSpanScope, LifeSpanSend, Message, Receive, Scope, Send

from storecast.kit.bounded_http import Quick
from storecast.kit.http.forwarded import correct
from storecast.kit.http.targets import refuse, what_is_wrong
from storecast.kit.networks import TrustedProxies

log = structlog.get_logger()

REQUEST_ID = b"x-request-id"
HEAD_ASKED = "head_asked"  # in the state of a request whose answer's body goes nowhere
SLOW_SECONDS = 2.0
_SECRET = re.compile(r"[^/]{64,}")
_GIVEN = re.compile(rb"^[A-Za-z0-9._-]{8,64}$")

First = Callable[[HTTPScope, Receive, Send], Awaitable[Receive | None]]
Mounted = Callable[[HTTPScope, Receive, Send], Awaitable[None]]


class TracedLitestar(Litestar):
    """Around the whole app, since the framework's middleware does not see requests that match no route."""

    proxies: TrustedProxies | None = None
    first: First | None = None
    """May answer a request before the framework sees it: None then, else what the framework is to read it from."""

    quick: Quick | None = None
    """Answers some of the same without anything of this, where the server offers it (`kit/bounded_http.py`)."""

    mounted: tuple[str, Mounted] | None = None
    """What answers all below a path by itself, and may take as long as it likes."""

    async def __call__(
        self,
        scope: Scope | LifeSpanScope,
        receive: Receive | LifeSpanReceive,
        send: Send | LifeSpanSend,
    ) -> None:
        if scope["type"] != ScopeType.HTTP:
            await super().__call__(scope, receive, send)
            return
        asked, body, answer = cast("HTTPScope", scope), cast("Receive | None", receive), cast("Send", send)
        if (wrong := what_is_wrong(asked)) is not None:
            await refuse(answer, wrong)
            return
        if self.proxies is not None:
            correct(asked, self.proxies)
        if self.mounted is not None and body is not None and asked["path"].startswith(self.mounted[0]):
            await self.mounted[1](asked, body, answer)
            return
        if self.first is not None and body is not None:
            began = time.perf_counter()
            body = await self.first(asked, body, answer)
            if body is None:
                _note_if_slow(asked, began)
        if body is not None:
            await self._traced(asked, body, answer)

    async def _traced(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        # PostgreSQL's text cannot hold U+0000, so nothing has an address with one: let it not be found.
        scope["path"] = scope["path"].replace("\x00", "\ufffd")
        scope["query_string"] = scope["query_string"].replace(b"%00", b"%EF%BF%BD")
        head = scope["method"] == "HEAD"
        if head:
            scope = cast("HTTPScope", {**scope, "method": "GET", "state": {**scope.get("state", {}), HEAD_ASKED: True}})
        named = request_id(next((value for name, value in scope["headers"] if name == REQUEST_ID), None))
        structlog.contextvars.bind_contextvars(request_id=named.decode())
        began = time.perf_counter()

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [self._complete(scope, header) for header in message.get("headers", ())]
                message["headers"] = [*headers, (REQUEST_ID, named)]
            elif message["type"] == "http.response.body" and head:
                message["body"] = b""
            await send(message)

        try:
            await super().__call__(scope, receive, send_named)
        finally:
            _note_if_slow(scope, began)
            structlog.contextvars.unbind_contextvars("request_id")

    def _complete(self, scope: HTTPScope, header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
        """`Allow` with every method of the path: the framework forgets HEAD, and those of the path's other handlers."""
        name, value = header
        if name != b"allow":
            return header
        methods = self._methods.get(scope.get("path_template", ""), set()) | set(value.decode().split(", "))
        return name, ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set()))).encode()

    @cached_property
    def _methods(self) -> dict[str, set[str]]:
        return {route.path_format or "/": set(route.methods) for route in self.routes if isinstance(route, HTTPRoute)}


def _note_if_slow(scope: HTTPScope, began: float) -> None:
    took = time.perf_counter() - began
    if took > SLOW_SECONDS:
        log.warning("slow request", path=logged(scope["path"]), seconds=round(took, 3))


def logged(path: str) -> str:
    """`path` without what in it opens something: no name is as long as a token or a signature."""
    return _SECRET.sub("…", path)


def request_id(given: bytes | None) -> bytes:
    """The id a proxy in front gave, if it is a sane one, else a new one."""
    if given is not None and _GIVEN.match(given):
        return given
    return b"%020x" % random.getrandbits(80)  # no secret: it only has to be another one each time
