"""`Idempotency-Key`: a change asked for again with the same key is answered as the first time, and done once.

The key is claimed by a row of the request's own transaction. A second request with it waits until the first one's
transaction ends; then it finds the answer or, when the first one failed, does the work itself.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec
from litestar import Litestar
from litestar.datastructures import State
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, HTTPResponseBodyEvent, HTTPResponseStartEvent, Message, Receive, Scope, Send
from msgspec import Struct
from sqlalchemy import String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from storecast.kit.clock import utcnow
from storecast.kit.database import Base, Database, DatabaseMaker, transaction
from storecast.kit.errors import Conflict, Unprocessable
from storecast.kit.http.bearer import bearer_token
from storecast.kit.http.request import BodyRequest
from storecast.kit.http.transactions import open_database
from storecast.kit.seals import Seal

HEADER = "Idempotency-Key"
METHODS = ("POST", "PUT", "PATCH", "DELETE")
REPLAYED = b"idempotency-replayed"  # a header of answers that were given before
LONGEST_KEY = 255
_HEADER = HEADER.lower().encode()
KEPT = timedelta(hours=24)
GIVEN_UP = timedelta(minutes=2)  # a claim whose work was committed in part, and whose process is gone


class Keeper(Protocol):
    """What the process keeps answers with."""

    @property
    def databases(self) -> DatabaseMaker: ...

    @property
    def seal(self) -> Seal: ...

    async def holder(self, db: Database, token: str, now: datetime) -> str | None:
        """Who holds a bearer token: a name unique to them, or None when the token is no good."""


class IdempotentAnswer(Base):
    __tablename__ = "idempotent_answers"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # SHA-256 of caller, method, address and key
    fingerprint: Mapped[str] = mapped_column(String(64))  # SHA-256 of query and body
    created_at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[int | None]  # None: claimed by a request that came to nothing
    answer: Mapped[str | None] = mapped_column(Text)  # `Answer`, sealed: some show a secret once


class Answer(Struct, frozen=True, array_like=True):
    """What is sent after the status, as it was."""

    headers: list[tuple[bytes, bytes]]
    body: bytes


_CLAIM = text(
    """
    INSERT INTO idempotent_answers AS kept (id, fingerprint, created_at) VALUES (:id, :fingerprint, :now)
    ON CONFLICT (id) DO UPDATE
    SET fingerprint = excluded.fingerprint, created_at = excluded.created_at, status = NULL, answer = NULL
    WHERE kept.created_at <= :expired OR (kept.status IS NULL AND kept.created_at <= :given_up)
    RETURNING id
    """
)
_FIND = text("SELECT fingerprint, status, answer FROM idempotent_answers WHERE id = :id")
_KEEP = text("UPDATE idempotent_answers SET status = :status, answer = :answer WHERE id = :id")
_DROP = text("DELETE FROM idempotent_answers WHERE id = :id AND status IS NULL")
_FORGET = text("DELETE FROM idempotent_answers WHERE created_at <= :expired")


class Idempotency(ASGIMiddleware):
    """For whoever sends a bearer token. Goes inside `Transactions`, whose commit keeps the answer with the work."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, keeper_of: Callable[[Litestar], Keeper]) -> None:
        self._keeper_of = keeper_of

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        key = next((value.decode("latin-1") for name, value in scope["headers"] if name == _HEADER), None)
        token = bearer_token(scope) if key is not None and scope.get("method") in METHODS else None
        if key is None or token is None:
            await next_app(scope, receive, send)
            return
        request: BodyRequest[None, None, State] = BodyRequest(scope, receive)
        if not 0 < len(key) <= LONGEST_KEY:
            raise Unprocessable.field(HEADER, f"must be 1 to {LONGEST_KEY} characters")
        keeper, now = self._keeper_of(request.app), utcnow()
        db = open_database(request, keeper.databases)
        caller = await keeper.holder(db, token, now)
        if caller is None:
            await next_app(scope, receive, send)
            return
        claim = _digest(caller, request.method, request.url.path, key)
        fingerprint = _digest(scope["query_string"], await request.json() if await request.body() else None)
        times = {"now": now, "expired": now - KEPT, "given_up": now - GIVEN_UP}
        if (await db.execute(_CLAIM, {"id": claim, "fingerprint": fingerprint, **times})).scalar() is not None:
            keeping = _Keeping(db, keeper.seal, claim, send)
            await next_app(scope, receive, keeping)
            if keeping.failed and db.settled:  # the claim was committed with the first part of the work
                async with transaction(keeper.databases) as own:
                    await own.execute(_DROP, {"id": claim})
            return
        found = (await db.execute(_FIND, {"id": claim})).one()
        if found.fingerprint != fingerprint:
            raise Conflict(f"This {HEADER} was used with another query or body in the last 24 hours.")
        if found.status is None:
            raise Conflict(f"The first request with this {HEADER} is still going on. Ask again in a moment.")
        answer = msgspec.json.decode(keeper.seal.open_once(found.answer), type=Answer)
        await _send(send, found.status, [*answer.headers, (REPLAYED, b"true")], answer.body)


class _Keeping:
    """Holds an answer back until it is whole and written to the claim's row."""

    def __init__(self, db: Database, seal: Seal, claim: str, send: Send) -> None:
        self._db = db
        self._seal = seal
        self._claim = claim
        self._send = send
        self._status = 0
        self._headers: list[tuple[bytes, bytes]] = []
        self._body = b""

    @property
    def failed(self) -> bool:
        return self._status >= 400

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status, self._headers = message["status"], list(message["headers"])
        if message["type"] != "http.response.body":
            return
        self._body += message["body"]
        if message.get("more_body"):
            return
        if self._status < 400:
            answer = msgspec.json.encode(Answer(self._headers, self._body)).decode()
            values = {"id": self._claim, "status": self._status, "answer": self._seal.close(answer)}
            await self._db.execute(_KEEP, values)
        await _send(self._send, self._status, self._headers, self._body)


async def forget_answers(db: Database, now: datetime) -> None:
    """Delete the answers whose time is over."""
    await db.execute(_FORGET, {"expired": now - KEPT})


async def _send(send: Send, status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> None:
    await send(HTTPResponseStartEvent(type="http.response.start", status=status, headers=headers))
    await send(HTTPResponseBodyEvent(type="http.response.body", body=body, more_body=False))


def _digest(*parts: object) -> str:
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest()
