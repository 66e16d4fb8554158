"""What a client and the gateway say to each other: JSON in WebSocket text frames.

Frames to clients are unmasked (RFC 6455, section 5.1) and so the same for everybody: they are made once and written
many times, several in one write.
"""

from enum import IntEnum
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from storecast.contracts.bus import RoomTold
from storecast.contracts.hooks import RoomEvent

MAX_FRAME = 4096  # bytes of one message from a client

# One line, without what no name has in it: many are asked about together, and the database takes no NUL.
RoomName = Annotated[str, Meta(min_length=1, max_length=191, pattern=r"^[^\x00-\x1f\x7f]+\Z")]
Seq = Annotated[int, Meta(ge=0, le=2**53 - 1)]  # what a JavaScript number holds exactly


class CloseCode(IntEnum):
    """Why the gateway closes a socket. Below 4000: RFC 6455, section 7.4; ours: 4000 and an HTTP status."""

    DONE = 1000
    PROTOCOL_ERROR = 1002
    MESSAGE_TOO_BIG = 1009
    INTERNAL_ERROR = 1011
    RESTARTING = 1012
    TRY_AGAIN_LATER = 1013
    UNAUTHENTICATED = 4401
    TOO_SLOW = 4408
    TOO_MANY = 4429


class Subscribe(Struct, tag="subscribe"):
    """`since` is the last `seq` the client has seen of the room."""

    room: RoomName
    since: Seq | None = None


class Unsubscribe(Struct, tag="unsubscribe"):
    room: RoomName


Command = Subscribe | Unsubscribe


class Subscribed(Struct, tag="subscribed"):
    room: str
    seq: int
    recovered: bool


class Failure(Struct, tag="error", omit_defaults=True):
    """`code` is an HTTP status; `after` says in how many seconds to come back, where all are sent away at once."""

    code: int
    message: str
    room: str | None = None
    after: float | None = None


class MalformedCommand(Exception):
    """`code` 400: not JSON. 422: JSON that is no command; the message names the field."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


_COMMAND: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)


def parse(text: bytes) -> Command:
    """Raises `MalformedCommand`."""
    try:
        return _COMMAND.decode(text)
    except msgspec.ValidationError as error:
        raise MalformedCommand(422, str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedCommand(400, f"Not JSON: {error}") from error


def encode(answer: Subscribed | Failure) -> bytes:
    return text_frame(msgspec.json.encode(answer))


def event_head(room: str) -> bytes:
    """The part of an event that differs by the name a client calls the room."""
    return b'{"type":"event","room":' + msgspec.json.encode(room)


def event_tail(event: RoomEvent) -> bytes:
    """The part of an event that is the same for all; its data goes through untouched."""
    name, at = msgspec.json.encode(event.event), msgspec.json.encode(event.at)
    return b',"seq":%d,"event":%b,"at":%b,"data":%b}' % (event.seq, name, at, event.data)


def figure_tail(figure: RoomTold, at: str) -> bytes:
    """A figure is told, not kept: it has no `seq`."""
    name = msgspec.json.encode(figure.event)
    return b',"event":%b,"at":%b,"data":%b}' % (name, msgspec.json.encode(at), figure.data)


def text_frame(payload: bytes) -> bytes:
    """A whole text message in one frame (RFC 6455, section 5.2)."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 1 << 16:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload
