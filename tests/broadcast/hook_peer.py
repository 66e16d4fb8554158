"""A small API: answers the broadcast hooks, checks their signatures and remembers what it was told."""

import asyncio
import secrets
import time
from typing import TypeVar

import msgspec

from storecast.contracts import hooks
from storecast.kit.hooks import HEADER, verify

SECRET = b"a secret for tests"

Told = (
    hooks.SessionStarted
    | hooks.SessionDropped
    | hooks.SessionEnded
    | hooks.SessionRecorded
    | hooks.SessionHealth
    | hooks.SessionRelays
)
T = TypeVar("T", bound=Told)
PAYLOADS: dict[str, type[Told]] = {
    hooks.STARTED: hooks.SessionStarted,
    hooks.DROPPED: hooks.SessionDropped,
    hooks.ENDED: hooks.SessionEnded,
    hooks.RECORDED: hooks.SessionRecorded,
    hooks.HEALTH: hooks.SessionHealth,
    hooks.RELAYED: hooks.SessionRelays,
}


class HookPeer:
    """`keys` maps stream keys to playback ids."""

    def __init__(self, keys: dict[str, str]) -> None:
        self.keys = keys
        self.token_required = False
        self.down = False
        self.deaf_to: set[str] = set()  # hooks that are not answered
        self.stopped: dict[str, str] = {}  # what is said of keys whose show the host has just stopped
        self.jwks = b'{"keys":[]}'
        self.told: list[Told] = []
        self.simulcast: hooks.Simulcast | None = None  # where every show is passed on to
        self.health: dict[str, hooks.StreamHealth] = {}  # by session, as last said
        self.grants: dict[str, hooks.PublishGrant] = {}  # by key, of sessions that are not over
        self.ended: set[str] = set()
        self.bad_signatures = 0
        self.port = 0
        self._server: asyncio.Server | None = None
        self._serving: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def of(self, kind: type[T]) -> list[T]:
        """What was told of one kind, in order."""
        return [told for told in self.told if isinstance(told, kind)]

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server
        self._server.close()
        for writer in self._serving.values():
            writer.close()
        await asyncio.gather(*self._serving)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._serving[task] = writer
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                lines = head.split("\r\n")
                headers = {n.lower(): v for n, _, v in (line.partition(": ") for line in lines[1:] if line)}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                status, answer = self._answer(lines[0].split()[1], headers.get(HEADER.lower()), body)
                start = f"HTTP/1.1 {status} X\r\ncontent-length: {len(answer)}\r\n\r\n"
                writer.write(start.encode() + answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            del self._serving[task]

    def _answer(self, path: str, signature: str | None, body: bytes) -> tuple[int, bytes]:
        if self.down or path in self.deaf_to:
            return 503, b""
        if path == "/.well-known/jwks.json":
            return 200, self.jwks
        if not verify(SECRET, body, signature, time.time()):
            self.bad_signatures += 1
            return 401, b""
        if path == hooks.PUBLISH:
            return self._publish(msgspec.json.decode(body, type=hooks.PublishRequest))
        if path == hooks.ALIVE:
            asked = msgspec.json.decode(body, type=hooks.SessionsAlive)
            self.health = asked.health
            states = [
                hooks.SessionState(
                    i,
                    i in self.ended,
                    self.token_required or i in self.ended,
                    simulcast=self._simulcast(asked.revisions.get(i)),
                )
                for i in asked.session_ids
            ]
            replays = [hooks.ReplayState(i, self.token_required) for i in asked.replays]
            return 200, msgspec.json.encode(hooks.SessionStates(states, replays))
        payload = msgspec.json.decode(body, type=PAYLOADS[path])
        self.told.append(payload)
        if isinstance(payload, hooks.SessionEnded):
            self.grants = {k: g for k, g in self.grants.items() if g.claim != payload.claim}
        return 200, b"null"

    def _simulcast(self, known: int | None) -> hooks.Simulcast | None:
        return None if self.simulcast is None or self.simulcast.revision == known else self.simulcast

    def _publish(self, request: hooks.PublishRequest) -> tuple[int, bytes]:
        playback_id = self.keys.get(request.stream_key)
        if playback_id is None:
            return 403, b'{"error":{"code":403,"title":"Forbidden","message":"Unknown key.","messages":[]}}'
        if why := self.stopped.get(request.stream_key):
            return 423, msgspec.json.encode({"error": {"message": why}})
        grant = self.grants.get(request.stream_key)
        if grant and grant.session_id in request.live:
            return 409, b"{}"
        grant = hooks.PublishGrant(
            stream_id="stream",
            session_id=grant.session_id if grant else secrets.token_hex(8),
            playback_id=playback_id,
            claim=secrets.token_hex(8),
            take=grant.take + 1 if grant else 1,
            started_at=time.time() if grant else None,
            token_required=self.token_required,
            simulcast=self.simulcast,
        )
        self.grants[request.stream_key] = grant
        return 200, msgspec.json.encode(grant)
