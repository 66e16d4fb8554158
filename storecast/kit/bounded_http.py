"""HTTP for which half a request does not stay for ever, and what is no HTTP is refused in the API's words.

uvicorn waits without end for the rest of a request and keeps whatever comes of its head. Bounds are Apache's
(mod_reqtimeout, LimitRequestFieldSize): some time, and more for a body as long as it keeps coming, up to an end.
"""

import asyncio
import math
from http import HTTPStatus
from typing import Protocol, cast

import msgspec
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from storecast.kit.envelope import ErrorEnvelope
from storecast.kit.errors import ErrorBody

HEAD_SECONDS = 20.0  # from connecting, or from a request's first byte
BODY_SECONDS = 20.0  # and as many more as often as it came at `BODY_RATE` in the last ones
BODY_RATE = 500.0  # bytes a second; who sends slower than that holds a connection and a request's memory
LONGEST_BODY = 300.0  # seconds in all; pictures of 36 MiB come at a megabit a second
ANSWERED_SECONDS = 5.0  # for the rest of a body whose request is answered: hanging up at once may undo the answer
STALLED_SECONDS = 60.0  # without reading what we hold ready, 64 KiB at most
UNBOUNDED = "/uploads/"  # paths whose bodies go to the disk as they come: of any length, as long as they keep coming
LARGEST_HEAD = 64 * 1024  # bytes of request line and headers


class Quick(Protocol):
    """Answers at once what needs nothing waited for. An app that has one offers it as `quick`."""

    def __call__(
        self, method: bytes, target: bytes, headers: list[tuple[bytes, bytes]], peer: str, scheme: str, body: bytes
    ) -> tuple[int, bytes] | None:
        """Status, and what follows the server's own headers: more of them, a blank line, the body. None: ask the app.

        Names of headers are in small letters.
        """


class BoundedHttp(HttpToolsProtocol):
    _deadline: asyncio.TimerHandle | None = None
    _stalled: asyncio.TimerHandle | None = None
    _begun = False  # whether a byte of a request came that is not whole yet
    _in_head = True
    _received = 0  # bytes of the head, then of the body since it was given time
    _body_until = 0.0
    _held: list[bytes] | None = None
    """The body, so far, of a request that may be answered quickly: the app has not heard of it yet."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._quick = cast("Quick", getattr(self.app, "quick", None) or _never)
        self._wait(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait(None)
        if self._stalled is not None:
            self._stalled.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._begun = True
        self._received += len(data)
        super().data_received(data)
        if self._held is not None:  # its end is still to come
            self._hand_over()
        if self.transport.is_closing():
            self._wait(None)
        elif not self._begun:
            self._wait(None)  # the usual: a request came whole
        elif self._in_head and self._received > LARGEST_HEAD:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The request's headers are too large.")
        elif self._deadline is None:
            self._wait(HEAD_SECONDS if self._in_head else BODY_SECONDS)

    def on_message_begin(self) -> None:
        self._begun = self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        if self._may_be_quick():
            self._held = []
        else:
            self._begin()

    def on_body(self, body: bytes) -> None:
        if self._held is None:
            super().on_body(body)
        else:
            self._held.append(body)

    def on_message_complete(self) -> None:
        if self._held is None:
            super().on_message_complete()
        elif not self._answer_quickly(b"".join(self._held)):
            self._hand_over()
            super().on_message_complete()
        self._begun, self._in_head, self._received = False, True, 0

    def _may_be_quick(self) -> bool:
        """Whether the app's own way may be left aside: a plain request, and nothing that must be answered before."""
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return (
            self._quick is not _never
            and (cycle is None or cycle.response_complete)
            and not self.flow.write_paused
            and not self.expect_100_continue
            and not self.parser.should_upgrade()
            and self.parser.should_keep_alive()
            and self.parser.get_http_version() == "1.1"
        )

    def _answer_quickly(self, body: bytes) -> bool:
        peer = self.client[0] if self.client else "unknown"
        answer = self._quick(self.parser.get_method(), self.url, self.headers, peer, self.scheme or "http", body)
        if answer is None:
            return False
        self._held = None
        self._wait(None)
        status, rest = answer
        own = [part for name, value in self.server_state.default_headers for part in (name, b": ", value, b"\r\n")]
        self.transport.write(b"".join((STATUS_LINE[status], *own, rest)))
        self.server_state.total_requests += 1
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)
        return True

    def _hand_over(self) -> None:
        """To the app, with as much of the body as came."""
        held, self._held = self._held or (), None
        self._begin()
        for part in held:
            super().on_body(part)

    def _begin(self) -> None:
        super().on_headers_complete()
        self._wait(None)
        path = self.scope.get("path", "")  # of a request to speak otherwise uvicorn has none
        longest = math.inf if path.startswith(UNBOUNDED) else LONGEST_BODY
        self._in_head, self._received, self._body_until = False, 0, self.loop.time() + longest

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._is_answered() and self.cycle.more_body and not self.transport.is_closing():
            self._wait(ANSWERED_SECONDS)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stalled = self.loop.call_later(STALLED_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Of uvicorn, for what it cannot read."""
        self._refuse(HTTPStatus.BAD_REQUEST, "This is not a request we can read.")

    def _wait(self, seconds: float | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None if seconds is None else self.loop.call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        self._deadline = None
        if self.transport.is_closing():
            return
        if not self._begun:  # browsers connect before they have anything to ask: a 408 would answer their next question
            self.transport.close()
        elif self._in_head:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, "The request did not come whole in time.")
        elif self._is_answered():
            self.transport.close()
        elif self.flow.read_paused:  # it is us who do not read
            self._body_until += BODY_SECONDS
            self._wait_for_more()
        elif self._received >= BODY_RATE * BODY_SECONDS and self.loop.time() < self._body_until:
            self._wait_for_more()
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, "The request's body did not come whole in time.")

    def _wait_for_more(self) -> None:
        self._received = 0
        self._wait(BODY_SECONDS)

    def _is_answered(self) -> bool:
        """Whether the last request that began is, be it whole or not."""
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return cycle is not None and cycle.response_complete

    def _refuse(self, status: HTTPStatus, message: str) -> None:
        """Answer, unless an answer is on its way, and hang up."""
        self._wait(None)
        cycle = cast("RequestResponseCycle | None", self.cycle)
        before = cycle is None or cycle.response_complete  # the requests before this one are answered
        if before if self._in_head else cycle is not None and not cycle.response_started:
            self.transport.write(refusal(status, message))
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True  # nobody hears what the app still has to say
            cycle.message_event.set()
        self.transport.close()


def _never(*_: object) -> None:
    """Of an app that answers everything its own way."""


def refusal(status: HTTPStatus, message: str) -> bytes:
    """An answer as it goes over the line, in the usual envelope; the connection ends with it."""
    body = msgspec.json.encode(ErrorEnvelope(ErrorBody(status, status.phrase, message)))
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\ncache-control: no-store\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body
