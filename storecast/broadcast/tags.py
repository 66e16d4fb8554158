"""What a publisher sends: audio, video and metadata tags, as FLV and RTMP share them.

Adobe Flash Video File Format 10.1, annex E; Enhanced RTMP v2 for codecs named by four characters.
"""

import struct
from enum import IntEnum

from msgspec import Struct

FLV_HEADER = b"FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00"  # says audio and video; demuxers go by the tags

_TAG_HEADER = struct.Struct(">II3x")
_TAG_SIZE = struct.Struct(">I")

_AVC = 7
_AAC = 10
_PLAIN_AUDIO = frozenset((2, 14))  # MP3, which needs no sequence header
_ENHANCED_AUDIO = 9
_VIDEO_FOURCCS = frozenset((b"avc1", b"hvc1", b"av01", b"vp09"))
_AUDIO_FOURCCS = frozenset((b"mp4a", b"Opus", b".mp3", b"fLaC"))
_HEADERLESS_FOURCC = b".mp3"


class Kind(IntEnum):
    AUDIO = 8
    VIDEO = 9
    DATA = 18


class UnsupportedCodec(ValueError):
    """A codec that fragmented MP4 cannot carry, or that no browser plays. The publisher is shown the text."""

    def __init__(self, kind: Kind, codec: int | bytes) -> None:
        known = "H.264, HEVC, AV1 or VP9" if kind is Kind.VIDEO else "AAC, Opus, MP3 or FLAC"
        name = codec.decode("ascii", "replace") if isinstance(codec, bytes) else codec
        super().__init__(f"{kind.name.capitalize()} codec {name} is not supported: send {known}.")


class Tag(Struct, frozen=True):
    kind: int
    timestamp: int  # ms, as the publisher counts
    payload: bytes
    header: bool = False  # a sequence header: decoder configuration, no media
    keyframe: bool = False

    def flv(self, timestamp: int) -> tuple[bytes, bytes, bytes]:
        """The tag in an FLV file at `timestamp` ms, in pieces to be joined by the caller."""
        size = len(self.payload)
        stamp = (timestamp & 0xFFFFFF) << 8 | (timestamp >> 24 & 0xFF)
        return _TAG_HEADER.pack(self.kind << 24 | size, stamp), self.payload, _TAG_SIZE.pack(size + 11)


def milliseconds_between(earlier: int, later: int) -> int:
    """From one time stamp to another; they count modulo 2³², and either may come first."""
    return ((later - earlier + (1 << 31)) & 0xFFFFFFFF) - (1 << 31)


def video_tag(timestamp: int, payload: bytes) -> Tag | None:
    """The tag, or None where there is nothing in it to play. Raises `UnsupportedCodec`."""
    if len(payload) < 5:
        return None
    first = payload[0]
    if first & 0x80:
        return _enhanced_video(timestamp, payload, first)
    if first & 0x0F != _AVC:
        raise UnsupportedCodec(Kind.VIDEO, first & 0x0F)
    packet = payload[1]
    if packet > 1:
        return None
    return Tag(Kind.VIDEO, timestamp, payload, packet == 0, packet == 1 and first >> 4 == 1)


def audio_tag(timestamp: int, payload: bytes) -> Tag | None:
    """The tag, or None where there is nothing in it to play. Raises `UnsupportedCodec`."""
    if len(payload) < 2:
        return None
    codec = payload[0] >> 4
    if codec == _AAC:
        return Tag(Kind.AUDIO, timestamp, payload, payload[1] == 0)
    if codec == _ENHANCED_AUDIO:
        return _enhanced_audio(timestamp, payload)
    if codec in _PLAIN_AUDIO:
        return Tag(Kind.AUDIO, timestamp, payload)
    raise UnsupportedCodec(Kind.AUDIO, codec)


def _enhanced_video(timestamp: int, payload: bytes, first: int) -> Tag | None:
    packet = first & 0x0F
    if packet not in (0, 1, 3):  # sequence start, frames, frames without composition time
        return None
    if payload[1:5] not in _VIDEO_FOURCCS:
        raise UnsupportedCodec(Kind.VIDEO, payload[1:5])
    return Tag(Kind.VIDEO, timestamp, payload, packet == 0, packet != 0 and first >> 4 & 7 == 1)


def _enhanced_audio(timestamp: int, payload: bytes) -> Tag | None:
    packet = payload[0] & 0x0F
    if packet > 1 or len(payload) < 6:
        return None
    if payload[1:5] not in _AUDIO_FOURCCS:
        raise UnsupportedCodec(Kind.AUDIO, payload[1:5])
    return Tag(Kind.AUDIO, timestamp, payload, packet == 0)


def needs_header(tag: Tag) -> bool:
    """Whether decoding `tag` takes a sequence header first."""
    if tag.kind == Kind.VIDEO:
        return True
    codec = tag.payload[0] >> 4
    if codec == _ENHANCED_AUDIO:
        return tag.payload[1:5] != _HEADERLESS_FOURCC
    return codec == _AAC


def is_hevc(tag: Tag) -> bool:
    return tag.kind == Kind.VIDEO and tag.payload[0] & 0x80 != 0 and tag.payload[1:5] == b"hvc1"
