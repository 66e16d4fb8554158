"""What thousands ask for at once, answered before the framework resolves anything.

Details and shelves, kept or not, heartbeats on open channels, and what is put in carts while all want the same.
Whatever is out of the ordinary in a request is left to the framework, which answers all of it the same.
"""

import re
from functools import lru_cache, partial

import msgspec
from litestar.types import HTTPScope, Receive, Send

from storecast.contracts.bus import Kind
from storecast.domains.audience.heartbeats import Noted
from storecast.domains.audience.schemas import Heartbeat
from storecast.domains.questions.schemas import QuestionsRead, Which
from storecast.entrypoints.hot_paths.carts import Additions
from storecast.entrypoints.hot_paths.own import OwnAnswers
from storecast.entrypoints.hot_paths.plain import Answers, Plain, asks_across, is_nobody, read
from storecast.entrypoints.hot_paths.work import Work
from storecast.kit.clock import utcnow
from storecast.kit.envelope import ErrorEnvelope
from storecast.kit.errors import ApiError
from storecast.kit.http.targets import is_host
from storecast.kit.kept import JSON, Kept, Key, as_sent, key_of
from storecast.kit.urls import seen_at
from storecast.resources.kept import with_questions
from storecast.wiring.process import Process

EVENTS = "/api/v1/events/"
HEARTBEAT = EVENTS + "heartbeat"
QUESTIONS = "/api/v1/questions/read"
WITH_QUESTIONS = b"getQuestions=true"

_READS = Plain(QuestionsRead, ())
_BEATS = Plain(Heartbeat, ("eventId", "viewerHash", "viewHash", "date"))
_HEARTBEAT = HEARTBEAT.encode()
_JSON_LINE = as_sent([JSON])[:-2]
_NAMED = re.compile(rb"/api/v1/events/(?:(playback|products)/([A-Za-z0-9-]+)|([A-Za-z0-9-]+)/products)")


class HotPaths:
    def __init__(self, process: Process, exposed: str) -> None:
        """`exposed` names the headers that pages of other origins may read."""
        self._process = process
        self._keeper = process.keeper
        self._public_url = process.settings.public_url
        self._answers = Answers(exposed)
        work = Work(process, self._answers)
        self._additions = Additions(work)
        self._own = OwnAnswers(work)
        self._proxies = process.settings.proxies
        self._key = lru_cache(4_096)(partial(_key, self._public_url))

    async def answer(self, scope: HTTPScope, receive: Receive, send: Send) -> Receive | None:
        """None once answered, else what the framework is to read the request's body from."""
        path: str = scope["path"]
        if path == QUESTIONS and scope["method"] == "POST":
            return await self._answer_questions(scope, receive, send)
        if not path.startswith(EVENTS):
            return receive
        if scope["method"] == "GET":
            headers = dict(scope["headers"])
            named = _named(path)
            if named is None:
                return receive
            kept = self._kept(named, scope, headers)
            if kept is None and scope["query_string"]:
                return receive
            if kept is None:
                return await self._own.answer(named, scope, headers, receive, send)
            known = headers.get(b"if-none-match")
            await self._send(send, headers, kept, fresh=known is not None and kept.etag in known.decode("latin-1"))
            return None
        if scope["method"] == "POST" and path == HEARTBEAT:
            return await self._answer_beat(scope, receive, send)
        if scope["method"] == "POST":
            return await self._additions.answer(scope, receive, send)
        return receive

    def quick(
        self, method: bytes, target: bytes, headers: list[tuple[bytes, bytes]], peer: str, scheme: str, body: bytes
    ) -> tuple[int, bytes] | None:
        """The same before there is a task or a message: kept answers, and beats of views that go on (`Quick`)."""
        asked = dict(headers)
        if len(asked) != len(headers):  # a header that is there twice: somebody else makes sense of it
            return None
        if method == b"GET" and not body:
            return self._kept_line(target, asked, peer, scheme)
        if method == b"POST" and target == _HEARTBEAT:
            return self._beat_line(asked, peer, body)
        return None

    def _kept_line(self, target: bytes, asked: dict[bytes, bytes], peer: str, scheme: str) -> tuple[int, bytes] | None:
        if not is_nobody(asked):
            return None
        told = asked.get(b"x-forwarded-proto")
        if told in (b"http", b"https") and self._proxies.is_trusted(peer):
            scheme = told.decode()
        key = self._key(target, asked.get(b"host", b""), scheme == "https")
        kept = self._keeper.kept(key) if key is not None else None
        if kept is None:
            return None
        known = asked.get(b"if-none-match")
        if known is not None and kept.etag in known.decode("latin-1"):
            return 304, self._answers.line(asked, kept.line_unchanged)
        return 200, self._answers.line(asked, kept.line)

    def _beat_line(self, asked: dict[bytes, bytes], peer: str, body: bytes) -> tuple[int, bytes] | None:
        beat = None if asks_across(asked) or not is_host(asked.get(b"host", b"")) else _BEATS.of(asked, body)
        if (
            beat is None
            or beat.media is not None
            or (channel_id := self._process.directory.known(beat.channel)) is None
        ):
            return None
        address = self._proxies.caller(peer, asked.get(b"x-forwarded-for", b"").decode("latin-1"))
        try:
            noted = self._process.heartbeats.again(channel_id, beat.view, beat.viewer, address, utcnow())
        except ApiError as error:
            return error.status, self._answers.line(asked, _refusal(error))
        if noted is None:
            return None
        content = _told(noted)
        return 200, self._answers.line(asked, b"%scontent-length: %d\r\n\r\n%s" % (_JSON_LINE, len(content), content))

    def _kept(self, named: tuple[Kind, str], scope: HTTPScope, headers: dict[bytes, bytes]) -> Kept | None:
        if not is_nobody(headers):
            return None
        kind, ref = named
        seen = self._seen_at(scope, headers)
        kept = self._keeper.kept(key_of(kind, seen, ref))
        if not scope["query_string"] or kept is None:
            return kept
        if kind is Kind.DETAILS and scope["query_string"] == WITH_QUESTIONS:
            questions = self._keeper.kept(key_of(Kind.QUESTIONS, seen, ref, Which.OPEN))
            return with_questions(kept, questions) if questions is not None else None
        return None

    async def _answer_questions(self, scope: HTTPScope, receive: Receive, send: Send) -> Receive | None:
        if not is_nobody(dict(scope["headers"])):
            return receive
        asked = await read(scope, receive)
        wanted = _READS.of(asked.headers, asked.body)
        if wanted is None or wanted.cursor is not None or (ref := wanted.channel or wanted.slug) is None:
            return asked.again
        key = key_of(Kind.QUESTIONS, self._seen_at(scope, asked.headers), ref, wanted.status)
        kept = self._keeper.kept(key)
        if kept is None:
            return asked.again
        await self._send(send, asked.headers, kept, fresh=False)
        return None

    async def _send(self, send: Send, headers: dict[bytes, bytes], kept: Kept, *, fresh: bool) -> None:
        status, body, about = (304, b"", kept.headers) if fresh else (200, kept.body, kept.headers_with_body)
        await send(self._answers.start(status, headers, about))
        await send({"type": "http.response.body", "body": body, "more_body": False})

    def _seen_at(self, scope: HTTPScope, headers: dict[bytes, bytes]) -> str:
        host = headers.get(b"host", b"").decode("latin-1")
        return seen_at(self._public_url, host, scope["scheme"] == "https")

    async def _answer_beat(self, scope: HTTPScope, receive: Receive, send: Send) -> Receive | None:
        asked = await read(scope, receive)
        beat = None if asks_across(asked.headers) else _BEATS.of(asked.headers, asked.body)
        if beat is None:
            return asked.again
        try:
            noted = await self._beat(beat, scope["client"][0] if scope["client"] else "unknown")
        except Exception:
            noted = None  # the framework's way says what is wrong
        if noted is None:
            return asked.again
        content = _told(noted)
        await send(self._answers.start(200, asked.headers, (JSON, (b"content-length", b"%d" % len(content)))))
        await send({"type": "http.response.body", "body": content, "more_body": False})
        return None

    async def _beat(self, beat: Heartbeat, address: str) -> Noted | None:
        """How many watch; None where not everybody may, and of who watches a video: it is looked for."""
        if beat.media is not None:
            return None
        now = utcnow()
        channel_id = await self._process.directory.find_open(beat.channel, now)
        if channel_id is None:
            return None
        return await self._process.heartbeats.beat(channel_id, beat.view, beat.viewer, address, now)


def _key(public_url: str | None, target: bytes, host: bytes, secure: bool) -> Key | None:
    """Which kept answer is asked for, where nothing is odd about how."""
    found = _NAMED.fullmatch(target)
    if found is None or not is_host(host):
        return None
    kind = {b"playback": Kind.DETAILS, b"products": Kind.PRODUCTS}.get(found[1], Kind.SHELF)
    return key_of(kind, seen_at(public_url, host.decode(), secure), (found[2] or found[3]).decode())


def _told(noted: Noted) -> bytes:
    return b'{"data":{"viewers":%d,"counted":%s}}' % (noted.viewers, b"true" if noted.counted else b"false")


def _refusal(error: ApiError) -> bytes:
    content = msgspec.json.encode(ErrorEnvelope(error.body()))
    about = [JSON, *((name.lower().encode(), value.encode()) for name, value in error.headers.items())]
    return as_sent([*about, (b"content-length", b"%d" % len(content))]) + content


def _named(path: str) -> tuple[Kind, str] | None:
    """Which kept answer a path asks for, and about which channel."""
    first, _, rest = path.removeprefix(EVENTS).partition("/")
    if not rest or "/" in rest.rstrip("/"):
        return None
    if first == "playback":
        return Kind.DETAILS, rest
    if first == "products":
        return Kind.PRODUCTS, rest
    return (Kind.SHELF, first) if rest.rstrip("/") == "products" else None
