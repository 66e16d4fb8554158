"""Where WHIP is spoken (RFC 9725): an offer is answered, and what came of it ended. Media does not pass here.

All candidates are in the answer, and none of the offer's are needed (see `offer`): so there is nothing to trickle, and
nothing to restart, which is answered as RFC 9725, 4.3 has it for who cannot.
"""

import asyncio
import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import cast

import msgspec

from storecast.broadcast.browser.pages import is_ours
from storecast.broadcast.publishing import Gate, PublishRefused, Refusal
from storecast.broadcast.refusals import RefusalLog
from storecast.broadcast.responses import Receive, Send, read_body
from storecast.broadcast.whip.offer import LARGEST, BadOffer, checked
from storecast.broadcast.whip.publisher import Unanswered, WhipPublisher
from storecast.broadcast.whip.wire import Order
from storecast.kit.networks import TrustedProxies, network
from storecast.kit.settings import Settings
from storecast.kit.tasks import supervise

PATH = "/whip"
SDP = b"application/sdp"
WAITING_PER_ADDRESS = 4  # offers of one network that are being answered: each costs a process
SWEEP_SECONDS = 1.0
CLOSE_SECONDS = 2.0  # for processes to say goodbye to their publishers

_METHODS = b"POST, DELETE, OPTIONS"
_STATUSES = {
    Refusal.UNKNOWN_KEY: 401,
    Refusal.TAKEN: 409,
    Refusal.NO_MINUTES: 402,
    Refusal.STOPPED: 423,
    Refusal.FULL: 503,
    Refusal.UNAVAILABLE: 503,
}
_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    402: "Payment Required",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    423: "Locked",
    503: "Service Unavailable",
}

Headers = Mapping[bytes, bytes]


class _Refused(Exception):
    """`reason` is for a page, which has words of its own for it."""

    def __init__(self, status: int, words: str, reason: str = "failed") -> None:
        super().__init__(words)
        self.status = status
        self.reason = reason


class WhipEndpoint:
    """An ASGI application of HTTP."""

    def __init__(self, gate: Gate, settings: Settings) -> None:
        self._gate = gate
        self._proxies: TrustedProxies = settings.proxies
        self._public_url = settings.public_url
        self._host = settings.host
        self._announced = str(settings.whip_address or "")
        self._ports = settings.whip_port_range
        self._most = settings.max_whip_publishers
        self._byte_rate = settings.max_stream_kbps * 1000 / 8
        self._publishers: dict[str, WhipPublisher] = {}
        self._processes: set[WhipPublisher] = set()  # of those that are here, or end
        self._asking: list[str] = []  # networks whose offers are being answered
        self._refusals = RefusalLog()
        self._sweeping: asyncio.Task[None] | None = None
        self._bytes_of_gone = 0
        self._closing = False

    @staticmethod
    def serves(path: str) -> bool:
        return path == PATH or path.startswith(f"{PATH}/")

    @property
    def connections(self) -> int:
        return len(self._publishers)

    @property
    def received(self) -> int:
        """Bytes of media taken since the start."""
        return self._bytes_of_gone + sum(publisher.received for publisher in self._publishers.values())

    def start(self) -> None:
        self._sweeping = supervise(self._sweep, "looking after publishers by WHIP")

    async def close(self) -> None:
        """Take nobody more, and let go of those here: they come back."""
        self._closing = True
        if self._sweeping is not None:
            self._sweeping.cancel()
        for publisher in list(self._publishers.values()):
            publisher.end("The server is being restarted.")
        await self._wait_exited()
        for publisher in self._processes:
            publisher.kill()
        await self._wait_exited()

    async def __call__(self, scope: Mapping[str, object], receive: Receive, send: Send) -> None:
        headers = dict(cast("list[tuple[bytes, bytes]]", scope["headers"]))
        client = cast("tuple[str, int] | None", scope["client"])
        address = self._proxies.caller(client[0] if client else "", _text(headers, b"x-forwarded-for"))
        origin = headers.get(b"origin")
        answered: Sequence[tuple[bytes, bytes]] = ()
        body = b""
        try:
            if not is_ours(
                None if origin is None else origin.decode("latin-1"), _text(headers, b"host"), self._public_url
            ):
                origin = None
                raise _Refused(403, "Only this installation's pages go live here.")
            status, answered, body = await self._answer(
                cast(str, scope["method"]), cast(str, scope["path"]), headers, address, receive
            )
        except _Refused as refused:
            status = refused.status
            self._refusals.tell("publisher by WHIP refused", address, str(refused))
            error = {"code": status, "title": _TITLES[status], "message": str(refused), "messages": []}
            body = msgspec.json.encode({"error": {**error, "reason": refused.reason}})
            answered = [(b"content-type", b"application/json"), *_more(status)]
        await send({"type": "http.response.start", "status": status, "headers": [*_usual(body, origin), *answered]})
        await send({"type": "http.response.body", "body": body})

    async def _answer(
        self, method: str, path: str, headers: Headers, address: str, receive: Receive
    ) -> tuple[int, Sequence[tuple[bytes, bytes]], bytes]:
        if method == "OPTIONS":
            return 204, [(b"accept-post", SDP), (b"allow", _METHODS)], b""
        key = _key(headers)
        if path != PATH:
            publisher = self._publishers.get(path.removeprefix(f"{PATH}/"))
            if publisher is None:
                raise _Refused(404, "Nobody publishes here.")
            if not publisher.shows(key):
                raise _Refused(401, "This is not the key it began with.", Refusal.UNKNOWN_KEY)
            if method != "DELETE":  # PATCH: neither trickle nor restarts
                raise _Refused(405, "All candidates are in the answer: there is nothing to change.")
            publisher.end("", said_so=True)
            return 200, [], b""
        if method != "POST":
            raise _Refused(405, "Offer by POST.")
        if headers.get(b"content-type", b"").split(b";")[0].strip().lower() != SDP:
            raise _Refused(415, "An offer is application/sdp.")
        body = await read_body(receive, LARGEST)
        if body is None:
            raise _Refused(413, f"An offer has {LARGEST} bytes at most.")
        publisher, answer = await self._publish(key, body, address)
        location = f"{PATH}/{publisher.id}".encode()
        return 201, [(b"content-type", SDP), (b"location", location)], answer.encode()

    async def _publish(self, key: str, body: bytes, address: str) -> tuple[WhipPublisher, str]:
        try:
            offer = checked(body)
        except BadOffer as error:
            raise _Refused(error.status, str(error), "unreadable") from error
        caller = network(address)
        if self._closing or len(self._publishers) >= self._most or self._asking.count(caller) >= WAITING_PER_ADDRESS:
            raise _Refused(503, "This server takes no more publishers.", Refusal.FULL)
        order = Order(offer, self._host, self._announced, self._ports)
        publisher = WhipPublisher(order, key, address, self._byte_rate, self._ended)
        self._publishers[publisher.id] = publisher
        self._asking.append(caller)
        self._processes.add(publisher)
        try:
            return publisher, await publisher.begin(self._gate)
        except PublishRefused as refused:
            raise _Refused(_STATUSES[refused.why], refused.description, refused.why) from refused
        except Unanswered as error:
            status, reason = (503, Refusal.UNAVAILABLE.value) if error.ours else (422, "unreadable")
            raise _Refused(status, str(error), reason) from error
        finally:
            self._asking.remove(caller)

    def _ended(self, publisher: WhipPublisher, words: str) -> None:
        self._publishers.pop(publisher.id, None)
        self._bytes_of_gone += publisher.received
        if words:
            self._refusals.tell("publisher by WHIP cut off", publisher.address, words)

    async def _wait_exited(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                for publisher in self._processes:
                    await publisher.exited.wait()

    async def _sweep(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            self._refusals.sweep(clock())
            self._processes = {process for process in self._processes if not process.exited.is_set()}
            for publisher in list(self._publishers.values()):
                publisher.look(clock())


def _key(headers: Headers) -> str:
    scheme, _, key = _text(headers, b"authorization").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise _Refused(401, "Show the stream key: Authorization: Bearer <key>.", Refusal.UNKNOWN_KEY)
    return key.strip()


def _text(headers: Headers, name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1")


def _more(status: int) -> Sequence[tuple[bytes, bytes]]:
    match status:
        case 401:
            return [(b"www-authenticate", b"Bearer")]
        case 405:
            return [(b"allow", _METHODS)]
        case 503:
            return [(b"retry-after", b"%d" % math.ceil(SWEEP_SECONDS))]
    return []


def _usual(body: bytes, origin: bytes | None) -> Sequence[tuple[bytes, bytes]]:
    """`origin` is of a page that may read the answer: the pages have another port where no proxy stands before both."""
    usual = [(b"content-length", b"%d" % len(body)), (b"cache-control", b"no-store"), (b"vary", b"Origin")]
    if origin is None:
        return usual
    return [
        *usual,
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", b"Authorization, Content-Type"),
        (b"access-control-expose-headers", b"Location, Retry-After"),
        (b"access-control-max-age", b"86400"),
    ]
