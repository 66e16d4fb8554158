"""One transaction a request: committed before the answer leaves, undone when the answer is an error.

Not a generator dependency: the framework forgets to close those when a later dependency raises.
"""

from litestar import Request
from litestar.connection.base import AuthT, StateT, UserT
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from sqlalchemy.ext.asyncio import AsyncSession

from storecast.kit.database import SessionMaker

_SESSION = "transaction_session"
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


def open_session(request: Request[UserT, AuthT, StateT], sessions: SessionMaker) -> AsyncSession:
    """The request's session, opened on first asking."""
    state = request.scope["state"]
    if _SESSION not in state:
        state[_SESSION] = sessions()
    session: AsyncSession = state[_SESSION]
    return session


def keep_work(request: Request[UserT, AuthT, StateT]) -> None:
    """Commit what the request wrote although its answer is an error."""
    request.scope["state"][_KEEP] = True


async def _settle(scope: Scope, *, commit: bool) -> None:
    session: AsyncSession | None = scope["state"].pop(_SESSION, None)
    if session is None:
        return
    async with session:
        if commit:
            await session.commit()
