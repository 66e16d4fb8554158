"""What thousands ask for at once, answered before the framework resolves anything.

Kept answers to callers without a token, heartbeats on open channels, and what is put in carts while all want the same.
Whatever is out of the ordinary in a request, or nothing is kept for, is left to the framework, which answers all of it
the same.
"""

from litestar.types import HTTPScope, Receive, Send

from storecast.contracts.bus import Kind
from storecast.domains.audience.heartbeats import Noted
from storecast.domains.audience.schemas import Heartbeat
from storecast.entrypoints.hot_paths.carts import Additions
from storecast.entrypoints.hot_paths.plain import Answers, Plain, asks_across, is_nobody, read
from storecast.kit.clock import utcnow
from storecast.kit.kept import JSON, Kept, key_of
from storecast.kit.urls import seen_at
from storecast.wiring.process import Process

EVENTS = "/api/v1/events/"
HEARTBEAT = EVENTS + "heartbeat"

_BEATS = Plain(Heartbeat, ("eventId", "viewerHash", "viewHash", "date"))


class HotPaths:
    def __init__(self, process: Process, exposed: str) -> None:
        """`exposed` names the headers that pages of other origins may read."""
        self._process = process
        self._keeper = process.keeper
        self._public_url = process.settings.public_url
        self._answers = Answers(exposed)
        self._additions = Additions(process, self._answers)

    async def answer(self, scope: HTTPScope, receive: Receive, send: Send) -> Receive | None:
        """None once answered, else what the framework is to read the request's body from."""
        path: str = scope["path"]
        if not path.startswith(EVENTS):
            return receive
        if scope["method"] == "GET":
            headers = dict(scope["headers"])
            kept = self._kept(path, scope, headers)
            if kept is None:
                return receive
            known = headers.get(b"if-none-match")
            fresh = known is not None and kept.etag in known.decode("latin-1")
            status, body, about = (304, b"", kept.headers) if fresh else (200, kept.body, kept.headers_with_body)
            await send(self._answers.start(status, headers, about))
            await send({"type": "http.response.body", "body": body, "more_body": False})
            return None
        if scope["method"] == "POST" and path == HEARTBEAT:
            return await self._answer_beat(scope, receive, send)
        if scope["method"] == "POST":
            return await self._additions.answer(scope, receive, send)
        return receive

    def _kept(self, path: str, scope: HTTPScope, headers: dict[bytes, bytes]) -> Kept | None:
        named = _named(path)
        if named is None or not is_nobody(headers):
            return None
        host = headers.get(b"host", b"").decode("latin-1")
        return self._keeper.kept(
            key_of(named[0], seen_at(self._public_url, host, scope["scheme"] == "https"), named[1])
        )

    async def _answer_beat(self, scope: HTTPScope, receive: Receive, send: Send) -> Receive | None:
        asked = await read(scope, receive)
        beat = None if asks_across(asked.headers) else _BEATS.of(asked)
        if beat is None:
            return asked.again
        try:
            noted = await self._beat(beat, scope["client"][0] if scope["client"] else "unknown")
        except Exception:
            noted = None  # the framework's way says what is wrong
        if noted is None:
            return asked.again
        content = b'{"data":{"viewers":%d,"counted":%s}}' % (noted.viewers, b"true" if noted.counted else b"false")
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
