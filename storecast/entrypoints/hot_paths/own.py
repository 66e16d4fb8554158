"""Details and shelves for who comes with a token, or before anything is kept: the work of the framework's routes."""

from litestar.types import HTTPScope, Receive, Send

from storecast.contracts.bus import Kind
from storecast.domains.accounts.callers import Scope, Who
from storecast.entrypoints.hot_paths.plain import asks_across
from storecast.entrypoints.hot_paths.work import Done, Work, as_json
from storecast.kit.http.bearer import TOKEN_COOKIE, bearer_token
from storecast.kit.kept import Header, Kept
from storecast.resources.kept import OWN, kept_or_own
from storecast.wiring.unit import Unit

SCOPES = {Kind.DETAILS: Scope.CHANNELS, Kind.PRODUCTS: Scope.CHANNELS, Kind.SHELF: Scope.PRODUCTS}
"""What a token must be for, as the routes have it."""

_OWN: list[Header] = [(name.lower().encode(), value.encode()) for name, value in OWN.items()]
_COOKIE = TOKEN_COOKIE.encode()


class OwnAnswers:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def answer(
        self, named: tuple[Kind, str], scope: HTTPScope, headers: dict[bytes, bytes], receive: Receive, send: Send
    ) -> Receive | None:
        """None once answered. Whose token is in a cookie is the framework's to find out."""
        kind, ref = named
        ref = ref.rstrip("/")
        token = bearer_token(scope)
        if (
            scope["query_string"]  # asks for more, as the questions
            or (token is None and b"authorization" in headers)
            or _COOKIE in headers.get(b"cookie", b"")
            or asks_across(headers)
            or not (ref.isascii() and ref.replace("-", "").isalnum())
        ):
            return receive

        async def show(unit: Unit) -> Done:
            found = await kept_or_own(unit, kind, ref)
            if isinstance(found, Kept):
                fresh = found.etag in headers.get(b"if-none-match", b"").decode("latin-1")
                return (304, found.headers, b"") if fresh else (200, found.headers_with_body, found.body)
            return as_json(200, found, _OWN)

        return await self._work.answer(scope, headers, receive, send, (token, SCOPES[kind], Who.ANYONE), show)
