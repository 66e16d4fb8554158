"""What a take's sample entries declare: a codec's full name, and how its silence is written."""

import struct

from msgspec import Struct

from storecast.broadcast.packaging.codecs import (
    AudioCodec,
    BadConfiguration,
    ConversionNeeded,
    VideoCodec,
    audio_codec,
    video_codec,
)
from storecast.broadcast.recording.take_reader import Track, children

_VISUAL_ENTRY, _AUDIO_ENTRY = 78, 28  # bytes before the boxes of an entry, ISO/IEC 14496-12 12.1.3 and 12.2.3
_CONFIGURATIONS = {"avc1": b"avcC", "hvc1": b"hvcC", "av01": b"av1C", "vp09": b"vpcC"}
_DECODER_SPECIFIC = 5  # tag, ISO/IEC 14496-1 7.2.2.1
_BEFORE_NESTED = {3: 3, 4: 13}  # bytes of ES and decoder configuration descriptors before those within
_UNREADABLE = (BadConfiguration, ConversionNeeded, LookupError, ValueError, struct.error)


class Silence(Struct, frozen=True):
    """A frame of silence."""

    data: bytes
    duration: int  # ticks of the track
    fixed: bool  # whether all frames of the track last as long


def name_of(track: Track) -> str:
    """By RFC 6381; the four characters of the sample entry where more cannot be read of it."""
    try:
        return (_video(track) if track.video else _audio(track)).name
    except _UNREADABLE:
        return track.codec


def silence_of(track: Track) -> Silence | None:
    """None where it cannot be written, or does not fit the track's ticks."""
    try:
        codec = _audio(track)
    except _UNREADABLE:
        return None
    duration, rest = divmod(codec.silent_samples * track.timescale, codec.rate)
    return None if rest else Silence(codec.silence, duration, fixed=bool(codec.frame))


def _video(track: Track) -> VideoCodec:
    """Raises one of `_UNREADABLE`."""
    boxes = dict(children(memoryview(track.entry)[_VISUAL_ENTRY:]))
    return video_codec(track.codec.encode(), bytes(boxes[_CONFIGURATIONS[track.codec]]))


def _audio(track: Track) -> AudioCodec:
    """Raises one of `_UNREADABLE`."""
    boxes = dict(children(memoryview(track.entry)[_AUDIO_ENTRY:]))
    match track.codec:
        case "mp4a":
            return audio_codec(b"mp4a", _specific_config(boxes[b"esds"][4:]))
        case "Opus":
            return audio_codec(b"Opus", _opus_head(boxes[b"dOps"]))
        case "fLaC":
            return audio_codec(b"fLaC", bytes(boxes[b"dfLa"][4:]))
    raise ConversionNeeded(track.codec)


def _specific_config(descriptors: memoryview) -> bytes:
    """The AudioSpecificConfig in an `esds` (ISO/IEC 14496-14 6.7.2)."""
    tag, at, size = descriptors[0], 1, 0
    while True:  # seven bits of the size in each byte, ISO/IEC 14496-1 8.3.3
        byte = descriptors[at]
        at += 1
        size = size << 7 | byte & 0x7F
        if not byte & 0x80:
            break
    body = descriptors[at : at + size]
    return bytes(body) if tag == _DECODER_SPECIFIC else _specific_config(body[_BEFORE_NESTED[tag] :])


def _opus_head(specific: memoryview) -> bytes:
    """OpusHead (RFC 7845 5.1) of a `dOps`, which has the same fields in the other byte order."""
    _, channels, skip, rate, gain, family = struct.unpack_from(">BBHIhB", specific)
    return b"OpusHead" + struct.pack("<BBHIhB", 1, channels, skip, rate, gain, family) + bytes(specific[11:])
