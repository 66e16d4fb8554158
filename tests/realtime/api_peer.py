"""Stands in for the API: answers the hooks from memory, shows its keys, and announces events on the real bus."""

import asyncio
import json
import time
from collections import Counter
from pathlib import Path

import asyncpg
import msgspec
import uvicorn
from uvicorn._types import ASGIReceiveCallable as Receive
from uvicorn._types import ASGISendCallable as Send
from uvicorn._types import Scope

from storecast.contracts.audience import EVERYBODY
from storecast.contracts.bus import CHANNEL, BusMessage, GrantsRevoked, RoomAccessChanged, RoomAdvanced, RoomTold
from storecast.contracts.hooks import (
    ENTER,
    ERASED,
    EVENTS,
    EnterAnswer,
    EnterAnswers,
    EnterGrant,
    EnterQuestion,
    EnterRequest,
    EventsPage,
    EventsRequest,
    RoomEvent,
)
from storecast.kit.hooks import HEADER, verify
from storecast.kit.keys import Keyring

KEYS = "/.well-known/jwks.json"
AT = "2026-01-01T00:00:00.000000Z"


class ApiPeer:
    def __init__(self, folder: Path, secret: bytes, bus: "asyncpg.Connection[asyncpg.Record]") -> None:
        self.keyring = Keyring(folder)
        self.names = {"show": "a" * 32, "a" * 32: "a" * 32, "other": "b" * 32}
        self.logs: dict[str, list[RoomEvent]] = {"a" * 32: [], "b" * 32: []}
        self.kept = 1000
        self.refused: dict[str, int] = {}  # subject to status
        self.acts: dict[str, list[str]] = {}  # by subject
        self.over: set[str] = set()  # grants
        self.asked: Counter[str] = Counter()
        self.questions: list[EnterQuestion] = []
        self.open = asyncio.Event()
        self.open.set()
        self.failing = False
        self.padding = ""  # makes events larger
        self.data: bytes | None = None  # the same for every event
        self._secret = secret
        self._bus = bus
        self._announcing = asyncio.Lock()

    def token(
        self, subject: str, *, seconds: int = 900, audience: str | list[str] = "realtime", grant_id: str = ""
    ) -> str:
        claims = {"sub": subject, "sid": grant_id, "aud": audience, "exp": int(time.time()) + seconds}
        return self.keyring.sign(claims)

    def write(self, name: str = "show", event: str = "message.created", *, audience: str = EVERYBODY) -> int:
        """An event in the log that nobody announces."""
        log = self.logs[self.names[name]]
        seq = log[-1].seq + 1 if log else 1
        log.append(RoomEvent(seq, event, AT, msgspec.Raw(self._data(seq)), audience))
        return seq

    def take_back(self, seq: int, name: str = "show") -> None:
        """Have the log say nothing of this event any more."""
        log = self.logs[self.names[name]]
        log[seq - 1] = RoomEvent(seq, ERASED, AT, msgspec.Raw(b"null"), EVERYBODY)

    def _data(self, seq: int) -> bytes:
        if self.data is not None:
            return self.data
        return msgspec.json.encode({"n": seq, "padding": self.padding} if self.padding else {"n": seq})

    async def publish(self, name: str = "show", *, audience: str = EVERYBODY) -> int:
        seq = self.write(name, audience=audience)
        await self.announce(RoomAdvanced(self.names[name], seq))
        return seq

    async def announce(self, message: BusMessage) -> None:
        async with self._announcing:
            await self._bus.execute("SELECT pg_notify($1, $2)", CHANNEL, msgspec.json.encode(message).decode())

    async def change_access(self, subject: str | None = None) -> None:
        await self.announce(RoomAccessChanged(self.names["show"], subject))

    async def revoke(self, grant_id: str, *, heard: bool = True) -> None:
        """End a sign-in; `heard` False: while the gateway does not listen."""
        self.over.add(grant_id)
        if heard:
            await self.announce(GrantsRevoked([grant_id]))

    async def count_viewers(self, viewers: int, *, audience: str = EVERYBODY) -> None:
        await self.count("viewers.counted", {"viewers": viewers}, audience=audience, stands=True)

    async def count(self, event: str, figure: object, *, audience: str = EVERYBODY, stands: bool = False) -> None:
        data = msgspec.Raw(msgspec.json.encode(figure))
        await self.announce(RoomTold(self.names["show"], event, data, audience, stands))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            assert message["type"] == "http.request"
            body += message["body"]
            if not message["more_body"]:
                break
        path = scope["path"]
        self.asked[path] += 1
        if path != KEYS:
            await self.open.wait()
        signature = dict(scope["headers"]).get(HEADER.lower().encode(), b"").decode()
        status, answer = self._answer(path, body, signature)
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers, "trailers": False})
        await send({"type": "http.response.body", "body": answer, "more_body": False})

    def _answer(self, path: str, body: bytes, signature: str) -> tuple[int, bytes]:
        if path == KEYS:
            return 200, json.dumps(self.keyring.public_set()).encode()
        if not verify(self._secret, body, signature, time.time()):
            return 401, b'{"error": {"message": "wrong signature"}}'
        if self.failing:
            return 503, b""
        if path == ENTER:
            questions = msgspec.json.decode(body, type=EnterRequest).questions
            self.questions += questions
            return 200, msgspec.json.encode(EnterAnswers([self._enter(each) for each in questions]))
        assert path == EVENTS
        return 200, msgspec.json.encode(self._events(msgspec.json.decode(body, type=EventsRequest)))

    def _enter(self, asked: EnterQuestion) -> EnterAnswer:
        room_id = self.names.get(asked.room)
        if room_id is None:
            return EnterAnswer(status=404, message="No such channel")
        if asked.grant_id in self.over:
            return EnterAnswer(status=403, message="This sign-in is over.")
        if status := self.refused.get(asked.subject):
            return EnterAnswer(status=status, message="Not for you")
        log = self.logs[room_id]
        return EnterAnswer(EnterGrant(room_id, log[-1].seq if log else 0, self.acts.get(asked.subject, [])))

    def _events(self, asked: EventsRequest) -> EventsPage:
        log = self.logs[asked.room_id]
        newest = log[-1].seq if log else 0
        events = log[-self.kept :]
        events = [event for event in events if event.seq > asked.since][: asked.limit]
        complete = newest == asked.since or (bool(events) and events[0].seq == asked.since + 1)
        return EventsPage(newest, complete, events)


class Serving:
    """Serves an application on a free port of the loopback."""

    def __init__(self, application: ApiPeer) -> None:
        config = uvicorn.Config(application, port=0, log_level="error", lifespan="off", access_log=False)
        self._server = uvicorn.Server(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> str:
        self._task = asyncio.create_task(self._server.serve())
        while not self._server.started:
            await asyncio.sleep(0.01)
        return f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        self._server.should_exit = True
        if self._task:
            await self._task
