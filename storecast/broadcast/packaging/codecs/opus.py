"""Opus: OpusHead (RFC 7845, section 5.1) as `dOps` (Encapsulation of Opus in ISO Base Media File Format)."""

import struct

from storecast.broadcast.packaging.codecs.codec import AudioCodec, BadConfiguration, ConversionNeeded
from storecast.broadcast.packaging.codecs.sample_entry import audio_entry, box

RATE = 48_000
_MAGIC = b"OpusHead"
_HEAD = struct.Struct("<BBHIhB")  # version, channels, pre-skip, input rate, gain, mapping family
_SPECIFIC = struct.Struct(">BBHIhB")
_FAMILIES = (0, 1)
_LONGEST = 5760  # samples a packet: 120 ms
_SILK = (480, 960, 1920, 2880)
_CELT = (120, 240, 480, 960)
_SILENCE_SAMPLES = 960
_FULL_BAND_20_MS = 31 << 3  # TOC of CELT, one frame
_STEREO = 4
_SILENT_FRAME = b"\xff\xfe"  # CELT's silence flag is set


def read(configuration: bytes) -> AudioCodec:
    """Raises `BadConfiguration`, and `ConversionNeeded` for mappings browsers do not know."""
    if not configuration.startswith(_MAGIC) or len(configuration) < len(_MAGIC) + _HEAD.size:
        raise BadConfiguration("no OpusHead")
    version, channels, skip, _, gain, family = _HEAD.unpack_from(configuration, len(_MAGIC))
    mapping = configuration[len(_MAGIC) + _HEAD.size :]
    if version >> 4 or not channels:
        raise BadConfiguration("an OpusHead of another version or without channels")
    if family not in _FAMILIES:
        raise ConversionNeeded(f"Opus with channel mapping family {family}")
    streams, coupled = _streams(family, channels, mapping)
    mapping = mapping[: 2 + channels] if family else b""
    specific = _SPECIFIC.pack(0, channels, skip, RATE, gain, family) + mapping  # Chromium wants one rate
    entry = audio_entry(b"Opus", channels, RATE, box(b"dOps", specific))
    return AudioCodec("Opus", RATE, channels, entry, 0, _silence(streams, coupled), _SILENCE_SAMPLES)


def samples_in(packet: bytes | memoryview) -> int:
    """Length of a packet by its TOC byte (RFC 6716, section 3.1); 0 where it is malformed."""
    if not len(packet):
        return 0
    config, code = packet[0] >> 3, packet[0] & 3
    frames = (1, 2, 2, packet[1] & 0x3F if len(packet) > 1 else 0)[code]
    if config < 12:
        frame = _SILK[config & 3]
    elif config < 16:
        frame = _SILK[config & 1]
    else:
        frame = _CELT[config & 3]
    return frame * frames if frame * frames <= _LONGEST else 0


def _streams(family: int, channels: int, mapping: bytes) -> tuple[int, int]:
    """Streams, and how many of them are stereo: RFC 7845, section 5.1.1."""
    if family == 0:
        if channels > 2:
            raise BadConfiguration(f"{channels} channels in mapping family 0")
        return 1, channels - 1
    if channels > 8 or len(mapping) < 2 + channels:
        raise BadConfiguration("a channel mapping that is cut or of too many channels")
    streams, coupled = mapping[0], mapping[1]
    if not streams or coupled > streams or streams + coupled > channels:
        raise BadConfiguration(f"{channels} channels in {streams} streams")
    if any(index >= streams + coupled and index != 255 for index in mapping[2 : 2 + channels]):
        raise BadConfiguration("a channel of no stream")
    return streams, coupled


def _silence(streams: int, coupled: int) -> bytes:
    """One packet a stream, all but the last self-delimited (RFC 6716, annex B)."""
    tocs = [_FULL_BAND_20_MS | (_STEREO if stream < coupled else 0) for stream in range(streams)]
    delimited = [bytes((toc, len(_SILENT_FRAME))) + _SILENT_FRAME for toc in tocs[:-1]]
    return b"".join(delimited) + bytes((tocs[-1],)) + _SILENT_FRAME
