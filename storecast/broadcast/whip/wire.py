"""What passes between a publication and the process that receives it: one order in, records out."""

import struct
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


WORDS = frozenset(Word)


def record(word: Word, stamp: int = 0, payload: bytes = b"") -> bytes:
    return HEADER.pack(word, stamp & 0xFFFFFFFF, len(payload)) + payload
