"""One transaction a request: committed before the answer leaves, undone when the answer is an error.

Not a generator dependency: the framework forgets to close those when a later dependency raises.
"""

from litestar import Request
from litestar.connection.base import AuthT, StateT, UserT
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from storecast.kit.database import Database, DatabaseMaker

_DATABASE = "transaction_database"
_KEEP = "transaction_kept"


class Transactions(ASGIMiddleware):
    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        async def send_settled(message: Message) -> None:
            if message["type"] == "http.response.start":
                await _settle(scope, commit=message["status"] < 400 or _KEEP in scope["state"])
            await send(message)

        try:
            await next_app(scope, receive, send_settled)
        finally:
            await _settle(scope, commit=False)


def open_database(request: Request[UserT, AuthT, StateT], databases: DatabaseMaker) -> Database:
    """The request's own, opened on first asking."""
    state = request.scope["state"]
    if _DATABASE not in state:
        state[_DATABASE] = databases()
    db: Database = state[_DATABASE]
    return db


def keep_work(request: Request[UserT, AuthT, StateT]) -> None:
    """Commit what the request wrote although its answer is an error."""
    request.scope["state"][_KEEP] = True


async def _settle(scope: Scope, *, commit: bool) -> None:
    db: Database | None = scope["state"].pop(_DATABASE, None)
    if db is None:
        return
    try:
        if commit:
            await db.settle()
    finally:
        await db.close()
