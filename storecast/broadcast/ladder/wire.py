"""What passes between a show and the child that encodes its rungs: records, alike in both directions."""

import struct

from msgspec import Struct

from storecast.broadcast.ladder.shapes import Shape

TAKE = 0  # in: a `TakeGiven` follows; out: the decoder's configuration of the rung of this number
PICTURE = 1  # in: decoded at tick `number`, see `GIVEN`; out: shown at tick `number`, see `MADE`
PART = 2  # in: a part of the show is over, see `ENDS`; out: all pictures of the part of this number are made
OVER = 3  # in: nothing more comes of this take
HEADER = struct.Struct(">BqI")  # kind, number, size
GIVEN = struct.Struct(">i?")  # ticks from decoding to being shown, whether decoding may begin here; the sample follows
MADE = struct.Struct(">B?")  # number of the rung, whether decoding may begin here; the sample follows
ENDS = struct.Struct(">q")  # tick at which the next part begins
MAX_SIZE = 24 * 1024 * 1024  # bytes


class TakeGiven(Struct):
    """What the pictures to come are coded by, and what is to be made of them."""

    fourcc: bytes
    configuration: bytes
    frame_rate: float  # pictures a second; 0 where that is not known
    shapes: list[Shape]


def record(kind: int, number: int, *data: bytes | memoryview) -> bytes:
    return b"".join((HEADER.pack(kind, number, sum(map(len, data))), *data))
