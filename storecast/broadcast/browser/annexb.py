"""H.264 as a byte stream (ITU-T H.264, annex B), which Chromium records: made what MP4 takes.

Its parameter sets stand before every picture that decoding may begin with, and nowhere else.
"""

import re

_SPS, _PPS, _DELIMITER = 7, 8, 9
_START = re.compile(b"\x00\x00\x01")
_MOST_UNITS = 1024
_STARTS = (b"\x00\x00\x00\x01", b"\x00\x00\x01")
_WITH_CHROMA = frozenset((100, 110, 122, 144))  # profiles of which `avcC` says more (ISO/IEC 14496-15, 5.3.3.1.2)


def is_byte_stream(sample: bytes) -> bool:
    """Whether units begin by a start code; a length of one byte there is none, nor one of 256 to 511 and type 0."""
    return sample.startswith(_STARTS)


def units(sample: bytes) -> list[bytes]:
    """Its NAL units, up to a thousand."""
    starts = [found.start() for found in _START.finditer(sample)][:_MOST_UNITS]
    ends = [*starts[1:], len(sample)]
    found = (sample[start + 3 : end].rstrip(b"\0") for start, end in zip(starts, ends, strict=True))
    return [unit for unit in found if unit]


def with_lengths(parts: list[bytes]) -> bytes:
    """A sample as MP4 has it, without parameter sets and delimiters."""
    kept = (unit for unit in parts if unit[0] & 0x1F not in (_SPS, _PPS, _DELIMITER))
    return b"".join(len(unit).to_bytes(4) + unit for unit in kept)


def configuration(parts: list[bytes]) -> bytes | None:
    """`avcC` by the parameter sets among these units; None where some are missing, or are no such."""
    sps = [unit for unit in parts if unit[0] & 0x1F == _SPS and 4 <= len(unit) <= 0xFFFF][:31]
    pps = [unit for unit in parts if unit[0] & 0x1F == _PPS and len(unit) <= 0xFFFF][:255]
    if not sps or not pps:
        return None
    head = b"\x01" + sps[0][1:4] + b"\xff" + bytes((0xE0 | len(sps),))
    sets = b"".join(len(unit).to_bytes(2) + unit for unit in sps)
    sets += bytes((len(pps),)) + b"".join(len(unit).to_bytes(2) + unit for unit in pps)
    more = b"\xfd\xf8\xf8\x00" if sps[0][1] in _WITH_CHROMA else b""  # 4:2:0 of 8 bits, as browsers encode
    return head + sets + more
