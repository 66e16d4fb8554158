"""What passes between the show and a relay: tags one way, lines of JSON about the connection the other."""

import struct
from typing import Literal

from msgspec import Struct

TARGET = 0  # a record of this kind has the target in it; it comes first
BEGIN = 1  # media for the connection of this number follows, from headers and a keyframe on; else a tag's own kind
HEADER = struct.Struct(">BII")  # kind, time stamp in ms or number, size
MAX_SIZE = 8 * 1024 * 1024  # bytes; RTMP messages are shorter


class Target(Struct):
    """Where to send to. It comes by standard input: arguments and environments of processes can be read by others."""

    url: str
    key: str
    private: bool  # whether it may be in a network of ours


class Word(Struct):
    """What a relay says: that a connection is ready for media, or how it goes."""

    kind: Literal["ready", "connecting", "sending", "behind", "refused", "unreachable"]
    number: int = 0  # of the connection that is ready
    code: str = ""
    reason: str = ""


def record(kind: int, number: int, payload: bytes = b"") -> bytes:
    return HEADER.pack(kind, number, len(payload)) + payload
