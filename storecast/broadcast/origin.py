"""The HTTP origin: HLS for viewers, of shows on air and over, health and figures for operators, a hook for the API."""

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from typing import TypeVar, cast
from urllib.parse import parse_qs
from weakref import WeakKeyDictionary

import msgspec

from storecast.broadcast.packaging import playlist
from storecast.broadcast.packaging.window import TARGET_DURATION, Window
from storecast.broadcast.playback_tokens import PlaybackTokens
from storecast.broadcast.replays.serving import NO_REPLAY, PLAYLIST_TYPE, serve_replay
from storecast.broadcast.responses import (
    Answer,
    FileAnswer,
    Receive,
    Send,
    read_body,
    refused,
    send_answer,
    send_file,
)
from storecast.broadcast.sessions import Sessions
from storecast.contracts.hooks import END_SESSION, SIMULCAST, EndSession, SessionTargets
from storecast.kit.hooks import HEADER, HookUnavailable, verify

FIRST_WAIT_SECONDS = 4.0  # a player that comes just before the first segment is kept waiting
RELOAD_SECONDS = 3.0 * TARGET_DURATION  # a blocked request is answered after as much (RFC 8216bis, 6.2.5.2)
LARGEST_BODY = 64 * 1024
LARGEST_QUERY = 16  # fields; a player sends three

# The token may stand in the path as well: what a playlist names is relative to it, and need not repeat it each time.
# Rungs have folders of their own, with the same names in them.
_PATH = re.compile(
    r"/hls/([A-Za-z0-9_-]{1,128})/(?:([A-Za-z0-9_.-]{65,4096})/)?(?:(720p|480p|audio)/)?([a-z0-9.-]{1,64})"
)
_REPLAY = re.compile(
    r"/replays/([A-Za-z0-9_-]{1,128})/(?:([A-Za-z0-9_.-]{65,4096})/)?([A-Za-z0-9_-]{1,128})/([a-z0-9.-]{1,64})"
)
_INIT = re.compile(r"init-([0-9a-f]{1,16}-\d{1,6})\.mp4")
_SEGMENT = re.compile(r"segment-(\d{1,12})\.m4s")
_MEDIA_TYPE = b"video/mp4"
_PLACEHOLDER = "\0"

_NOT_FOUND = refused(404, "Not Found", "There is nothing here.")
_UNKNOWN_STREAM = refused(404, "Not Found", "This stream is not live.")
_NO_RUNG = refused(404, "Not Found", "This show is not to be had in this quality now.")
_DENIED = refused(403, "Forbidden", "Playback needs a valid token.")
_LONG_QUERY = refused(400, "Bad Request", f"A query has {LARGEST_QUERY} fields at most.")
_TOO_FAR = refused(400, "Bad Request", "That part of the stream is too far ahead.")

Scope = Mapping[str, object]
T = TypeVar("T")


class Origin:
    """An ASGI application. `metrics` renders the figures."""

    def __init__(self, sessions: Sessions, tokens: PlaybackTokens, secret: bytes, metrics: Callable[[], bytes]) -> None:
        self._sessions = sessions
        self._tokens = tokens
        self._secret = secret
        self._metrics = metrics
        self._rendered: WeakKeyDictionary[Window, tuple[int, bytes]] = WeakKeyDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        method = cast(str, scope["method"])
        path = cast(str, scope["path"])
        answer: Answer | FileAnswer
        if method == "POST" and path == END_SESSION:
            answer = await self._told(scope, receive, EndSession, lambda asked: self._sessions.end(asked.session_id))
        elif method == "POST" and path == SIMULCAST:
            answer = await self._told(scope, receive, SessionTargets, self._sessions.direct)
        elif method == "OPTIONS":
            answer = Answer(204)
        elif method not in ("GET", "HEAD"):
            answer = refused(405, "Method Not Allowed", "Use GET, HEAD or OPTIONS.")
        else:
            answer = await self._get(path, cast(bytes, scope["query_string"]), _byte_range(scope))
        if isinstance(answer, FileAnswer):
            try:
                await send_file(send, receive, answer, head=method == "HEAD")
            except FileNotFoundError:
                answer = NO_REPLAY  # it went just now
            else:
                return
        await send_answer(send, answer, head=method == "HEAD")

    async def _get(self, path: str, query: bytes, byte_range: str | None) -> Answer | FileAnswer:
        if found := _PATH.fullmatch(path):
            return await self._hls(found[1], found[2] or "", found[3], found[4], query)
        if found := _REPLAY.fullmatch(path):
            return await self._replay(found[1], found[2] or "", found[3], found[4], query, byte_range)
        if path == "/health/live":
            return Answer(200, b"ok")
        if path == "/health/ready":
            if self._sessions.stopping:
                return refused(503, "Service Unavailable", "Stopping.")
            return Answer(200, b"ok")
        if path == "/metrics":
            return Answer(200, self._metrics(), b"text/plain; version=0.0.4; charset=utf-8")
        return _NOT_FOUND

    async def _hls(self, playback_id: str, path_token: str, rung: str | None, name: str, raw_query: bytes) -> Answer:
        session = self._sessions.watching(playback_id)
        if session is None:
            return _UNKNOWN_STREAM
        token_required = session.state.token_required
        query = _query(raw_query)
        if query is None:
            return _LONG_QUERY
        query_token = query.get("token", [""])[0] if token_required else ""
        if token_required and (denied := await self._denied(path_token or query_token, playback_id)):
            return denied
        window = session.window if rung is None else session.ladder.find(rung)
        if window is None:
            return _NO_RUNG
        if name == "index.m3u8" and rung is None:
            if not await _wait(window, lambda: window.playable, FIRST_WAIT_SECONDS):
                return _UNKNOWN_STREAM
            folder = f"{query_token}/" if query_token and not path_token else ""
            listed = playlist.multivariant(window, folder, session.ladder.offered())
            return Answer(200, listed.encode(), PLAYLIST_TYPE, b"no-cache")
        if name == playlist.MEDIA_PLAYLIST:
            suffix = f"?token={query_token}" if query_token and not path_token else ""
            answer = await self._media_playlist(window, query, suffix)
            # Left out meanwhile: players go on with another, which an end would not tell them.
            return answer if rung is None or session.ladder.find(rung) is window else _NO_RUNG
        data = await self._media(window, name)
        if data is None:
            return _NOT_FOUND
        kept = b"private, max-age=60" if token_required else b"public, max-age=3600, immutable"
        return Answer(200, data, _MEDIA_TYPE, kept)

    async def _replay(
        self, playback_id: str, path_token: str, session_id: str, name: str, raw_query: bytes, byte_range: str | None
    ) -> Answer | FileAnswer:
        replay = self._sessions.replays.find(playback_id, session_id)
        if replay is None:
            return NO_REPLAY
        folder = ""
        if replay.state.token_required:
            query = _query(raw_query)
            if query is None:
                return _LONG_QUERY
            token = path_token or query.get("token", [""])[0]
            if denied := await self._denied(token, playback_id):
                return denied
            folder = "" if path_token else f"../{token}/{session_id}/"
        return await serve_replay(replay, name, folder, byte_range)

    async def _denied(self, token: str, playback_id: str) -> Answer | None:
        """Why `token` opens nothing of `playback_id`."""
        try:
            allowed = await self._tokens.allows(token, playback_id, time.time())
        except HookUnavailable:
            return refused(503, "Service Unavailable", "Tokens cannot be checked now; try again.")
        return None if allowed else _DENIED

    async def _media_playlist(self, window: Window, query: dict[str, list[str]], suffix: str) -> Answer:
        number, part = _number(query, "_HLS_msn"), _number(query, "_HLS_part")
        if number is None:
            if part is not None:
                return refused(400, "Bad Request", "_HLS_part needs _HLS_msn.")
            if not await _wait(window, lambda: window.playable, FIRST_WAIT_SECONDS):
                return _UNKNOWN_STREAM
        else:
            if not window.ended and window.is_far_ahead(number, part):
                return _TOO_FAR
            await _wait(window, lambda: window.ended or window.holds(number, part), RELOAD_SECONDS)
            if not window.playable:
                return _UNKNOWN_STREAM
        return Answer(200, self._render(window, suffix), PLAYLIST_TYPE, b"no-cache")

    def _render(self, window: Window, suffix: str) -> bytes:
        """Rendered once a change, however many ask; each token is put in its place."""
        version, text = self._rendered.get(window, (-1, b""))
        if version != window.version:
            text = playlist.media(window, _PLACEHOLDER).encode()
            self._rendered[window] = (window.version, text)
        return text.replace(_PLACEHOLDER.encode(), suffix.encode())

    async def _media(self, window: Window, name: str) -> bytes | None:
        part = window.part(name)
        if part is None and name == window.next_part:
            await _wait(window, lambda: window.next_part != name, RELOAD_SECONDS)
            part = window.part(name)
        if part is not None:
            return part.data
        if found := _SEGMENT.fullmatch(name):
            return window.segment(int(found[1]))
        if found := _INIT.fullmatch(name):
            return window.init(found[1])
        return None

    async def _told(self, scope: Scope, receive: Receive, kind: type[T], do: Callable[[T], None]) -> Answer:
        """A signed hook."""
        body = await read_body(receive, LARGEST_BODY)
        if body is None:
            return refused(413, "Payload Too Large", "The body is too long.")
        headers = dict(cast(list[tuple[bytes, bytes]], scope["headers"]))
        signature = headers.get(HEADER.lower().encode(), b"").decode("latin-1")
        if not verify(self._secret, body, signature, time.time()):
            return refused(401, "Unauthorized", "The signature is not right.")
        try:
            asked = msgspec.json.decode(body, type=kind)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            return refused(422, "Unprocessable Entity", str(error))
        do(asked)
        return Answer(200, b"null", b"application/json")


def _query(raw: bytes) -> dict[str, list[str]] | None:
    """None where it is too long."""
    try:
        return parse_qs(raw.decode("latin-1"), max_num_fields=LARGEST_QUERY)
    except ValueError:
        return None


def _byte_range(scope: Scope) -> str | None:
    """What `Range` asks for. With `If-Range` it is nothing: no file here has a validator that could be the same."""
    headers = dict(cast(list[tuple[bytes, bytes]], scope["headers"]))
    return None if b"if-range" in headers or b"range" not in headers else headers[b"range"].decode("latin-1")


def _number(query: dict[str, list[str]], name: str) -> int | None:
    found = query.get(name, [""])[0]
    return int(found) if found.isascii() and found.isdigit() and len(found) < 13 else None


async def _wait(window: Window, reached: Callable[[], bool], seconds: float) -> bool:
    """Wait for the window to change until `reached`; whether it was in time."""
    try:
        async with asyncio.timeout(seconds):
            while not reached():
                await window.change()
    except TimeoutError:
        return False
    return True
