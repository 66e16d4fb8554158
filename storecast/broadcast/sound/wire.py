"""What passes between the show and the child: a number (64 bits, signed), a size (32 bits), so many bytes."""

import struct

MAX_SIZE = 256 * 1024  # bytes a frame; the longest of any codec, raw PCM of a second, is shorter
CANNOT_BEGIN = 3  # the child's exit status where it would not help to start anew
HEADER = struct.Struct(">qI")


def record(number: int, data: bytes) -> bytes:
    return HEADER.pack(number, len(data)) + data
