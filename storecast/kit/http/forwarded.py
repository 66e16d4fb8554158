"""The caller's address and scheme behind a proxy, for everything that asks the request."""

from collections.abc import Callable

from litestar import Litestar
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from storecast.kit.networks import TrustedProxies


class Forwarded(ASGIMiddleware):
    scopes = (ScopeType.HTTP,)

    def __init__(self, proxies_of: Callable[[Litestar], TrustedProxies]) -> None:
        self._proxies_of = proxies_of

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        proxies = self._proxies_of(scope["litestar_app"])
        if scope["client"]:
            peer = scope["client"][0]
            hops = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]  # a proxy may add a line
            scope["client"] = (proxies.caller(peer, b",".join(hops).decode("latin-1")), 0)
            scheme = dict(scope["headers"]).get(b"x-forwarded-proto", b"").decode("latin-1")
            if scheme in ("http", "https") and proxies.is_trusted(peer):
                scope["scheme"] = scheme
        await next_app(scope, receive, send)
