"""A frame of silence for a sound track: players that do not look at time stamps lose step at a hole without sound."""

import struct

from msgspec import Struct

from storecast.broadcast.recording.take_reader import Track, children

_PLAIN, _EXTENDED = (2,), (5, 29)  # audio object types: AAC LC, and it below SBR and PS; ISO/IEC 14496-3 table 1.17
_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)  # table 1.18
_ENTRY = 28  # bytes of an AudioSampleEntry before its boxes, ISO/IEC 14496-12 12.2.3
_DECODER_SPECIFIC = 5  # tag, ISO/IEC 14496-1 7.2.2.1
_BEFORE_NESTED = {3: 3, 4: 13}  # bytes of ES and decoder configuration descriptors before those within
# By channels: an element without scale factor bands, and ID_END (ISO/IEC 14496-3 4.4.2.1).
_AAC = {
    1: "000 0000000000000 00 0 000000 00 0 0111",
    2: "001 0000 10 00 0 000000 00000000000 0 0 000000000 0 0 0111",
}
# By channels: 20 ms in the full band (RFC 6716 3.1), of which nothing is coded.
_OPUS = {1: bytes.fromhex("f8fffe"), 2: bytes.fromhex("fcfffe")}


class Silence(Struct, frozen=True):
    data: bytes
    duration: int  # ticks of the track
    fixed: bool  # whether all frames of the track last as long


def silence_of(track: Track) -> Silence | None:
    """None where it cannot be written, as for FLAC and for more than two channels."""
    entry = memoryview(track.entry)
    try:
        if track.codec == "Opus":
            return Silence(_OPUS[int.from_bytes(entry[16:18], "big")], track.timescale // 50, fixed=False)
        if track.codec == "mp4a":
            return _aac(_configuration(dict(children(entry[_ENTRY:]))[b"esds"][4:]), track.timescale)
    except (LookupError, ValueError, struct.error):
        pass
    return None


def _configuration(descriptors: memoryview) -> bytes:
    """The AudioSpecificConfig in an `esds` (ISO/IEC 14496-14 6.7.2). Raises LookupError."""
    tag, at, size = descriptors[0], 1, 0
    while True:  # seven bits of the size in each byte, ISO/IEC 14496-1 8.3.3
        byte = descriptors[at]
        at += 1
        size = size << 7 | byte & 0x7F
        if not byte & 0x80:
            break
    body = descriptors[at : at + size]
    return bytes(body) if tag == _DECODER_SPECIFIC else _configuration(body[_BEFORE_NESTED[tag] :])


def _aac(configuration: bytes, timescale: int) -> Silence | None:
    """By an AudioSpecificConfig (ISO/IEC 14496-3 1.6.2.1). Raises LookupError."""
    bits = "".join(f"{byte:08b}" for byte in configuration)
    kind, rate, channels, at = int(bits[:5], 2), _RATES[int(bits[5:9], 2)], int(bits[9:13], 2), 13
    if kind in _EXTENDED:
        kind, at = int(bits[17:22], 2), 22
    shortened = bits[at] == "1"  # frameLengthFlag: 960 samples, 4.4.1
    if kind not in _PLAIN or shortened or 1024 * timescale % rate:
        return None
    frame = _AAC[channels].replace(" ", "")
    data = int(frame, 2) << -len(frame) % 8
    return Silence(data.to_bytes((len(frame) + 7) // 8, "big"), 1024 * timescale // rate, fixed=True)
