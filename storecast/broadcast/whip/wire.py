"""What passes between a publication and the process that receives it: one order in, records out."""

import struct
from collections.abc import Iterator
from enum import IntEnum

from msgspec import Struct

HEADER = struct.Struct(">BII")  # word, time stamp in ms, size; an order has neither of the first
MAX_SIZE = 8 * 1024 * 1024  # bytes of a record: a picture is shorter


class Order(Struct):
    """What to receive, and where. It comes by standard input, whose end is the end."""

    offer: str
    host: str  # address to listen at
    announced: str  # address that publishers are told, empty where it is the one listened at
    ports: tuple[int, int]  # first and last of UDP


class Word(IntEnum):
    ANSWER = 1
    CONNECTED = 2
    CONFIGURATION = 3  # of the pictures that follow: `avcC`
    PICTURE = 4
    KEY_PICTURE = 5  # one that decoding may begin with
    SOUND = 6
    CANNOT = 7  # words: the offer is not answered, or it does not go on; the stamp is 1 where that is our fault


_WORDS = frozenset(Word)


class BrokenWire(Exception):
    """The other side talks nonsense."""


def record(word: Word, stamp: int = 0, payload: bytes = b"") -> bytes:
    return HEADER.pack(word, stamp & 0xFFFFFFFF, len(payload)) + payload


class Records:
    """Takes bytes as they come and gives the records in them."""

    def __init__(self) -> None:
        self._open = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[Word, int, bytes]]:
        """Raises `BrokenWire`."""
        self._open += data
        while len(self._open) >= HEADER.size:
            number, stamp, size = HEADER.unpack_from(self._open)
            end = HEADER.size + size
            if size > MAX_SIZE or number not in _WORDS:
                raise BrokenWire
            if len(self._open) < end:
                return
            payload = bytes(self._open[HEADER.size : end])
            del self._open[:end]
            yield Word(number), stamp, payload
