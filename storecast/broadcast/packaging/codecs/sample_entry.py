"""Boxes, and the sample entries that carry decoder configurations (ISO/IEC 14496-12)."""

import struct

_BOX = struct.Struct(">I4s")
_FULL_BOX = struct.Struct(">I4sI")
_VISUAL = struct.Struct(">6xH16xHHII4xH32xHh")
_AUDIO = struct.Struct(">6xH8xHH4xI")
_DPI_72 = 0x0048_0000
_COLOUR = 0x18  # images in colour without alpha


def box(kind: bytes, *content: bytes) -> bytes:
    """ISO/IEC 14496-12, clause 4.2."""
    body = b"".join(content)
    return _BOX.pack(8 + len(body), kind) + body


def full_box(kind: bytes, version: int, flags: int, *content: bytes) -> bytes:
    """ISO/IEC 14496-12, clause 4.2: a box with version and flags."""
    body = b"".join(content)
    return _FULL_BOX.pack(12 + len(body), kind, version << 24 | flags) + body


def visual_entry(kind: bytes, width: int, height: int, *boxes: bytes) -> bytes:
    """VisualSampleEntry, ISO/IEC 14496-12, clause 12.1.3."""
    return box(kind, _VISUAL.pack(1, width, height, _DPI_72, _DPI_72, 1, _COLOUR, -1), *boxes)


def audio_entry(kind: bytes, channels: int, rate: int, *boxes: bytes, depth: int = 16) -> bytes:
    """AudioSampleEntry, ISO/IEC 14496-12, clause 12.2.3; `rate` is 0 where 16 bits do not hold it."""
    return box(kind, _AUDIO.pack(1, channels, depth, (rate if rate < 1 << 16 else 0) << 16), *boxes)
