"""What a publisher sends: audio, video and metadata tags, as FLV and RTMP share them.

Adobe Flash Video File Format 10.1, annex E; Enhanced RTMP v2 for codecs named by four characters.
"""

from enum import IntEnum

from msgspec import Struct
from msgspec.structs import replace

_AVC, _HEVC = 7, 12  # 12 is what encoders used for HEVC before Enhanced RTMP
_VIDEO_FOURCCS = frozenset((b"avc1", b"hvc1", b"av01", b"vp09"))
_COMPOSED = frozenset((b"avc1", b"hvc1"))  # whose frames tell when they are shown
_KEYFRAME, _INTER_FRAME, _COMMAND_FRAME = 1, 2, 5
_SEQUENCE_START, _FRAMES, _FRAMES_AT_ONCE, _EXTENDED = 0, 1, 3, 7

_AAC, _ENHANCED_AUDIO = 10, 9
_SOUND_BYTE = 0x0F  # what E.4.2.1 has AAC say of its rate, size and channels, whatever they are
_SOUNDS = {
    0: b"pcm ",
    1: b"adpc",
    2: b".mp3",
    3: b"pcm ",
    4: b"nl16",
    5: b"nel8",
    6: b"nell",
    7: b"alaw",
    8: b"ulaw",
    11: b"spex",
    14: b".mp3",
}
_RATES = (5512, 11_025, 22_050, 44_100)  # Hz
_NEED_HEADER = frozenset((b"mp4a", b"Opus", b"opus", b"fLaC"))


class Kind(IntEnum):
    AUDIO = 8
    VIDEO = 9
    DATA = 18


class Unacceptable(ValueError):
    """What is sent cannot go on. The publisher is shown the text."""


class UnsupportedCodec(Unacceptable):
    """Pictures that no browser plays. The publisher is shown the text."""

    def __init__(self, codec: int | bytes) -> None:
        name = codec.decode("ascii", "replace") if isinstance(codec, bytes) else codec
        super().__init__(f"Video codec {name} is not supported: send H.264, HEVC, AV1 or VP9.")


class Tag(Struct, frozen=True):
    kind: int
    timestamp: int  # ms, as the publisher counts: when it is decoded, modulo 2³²
    payload: bytes
    codec: bytes = b""  # four characters
    start: int = 0  # where in `payload` the media, or its decoder's configuration, begins
    header: bool = False  # a sequence header: decoder configuration, no media
    keyframe: bool = False  # as the publisher says
    composition: int = 0  # ms from decoding to being shown

    @property
    def media(self) -> memoryview:
        return memoryview(self.payload)[self.start :]


def for_rtmp(tag: Tag) -> Tag:
    """The tag as RTMP carries it: one that did not come that way has its media alone.

    H.264 and AAC are told in the old way, which every server reads; the rest by four characters.
    """
    if tag.start or not tag.codec:
        return tag
    if tag.kind == Kind.AUDIO:
        packet = _SEQUENCE_START if tag.header else _FRAMES
        if tag.codec == b"mp4a":
            front = bytes((_AAC << 4 | _SOUND_BYTE, packet))
        else:
            front = bytes((_ENHANCED_AUDIO << 4 | packet,)) + tag.codec
    else:
        kind = _KEYFRAME if tag.keyframe or tag.header else _INTER_FRAME
        packet = _SEQUENCE_START if tag.header else _FRAMES
        composed = tag.composition.to_bytes(3, "big", signed=True)
        if tag.codec == b"avc1":
            front = bytes((kind << 4 | _AVC, packet)) + composed
        else:
            front = bytes((0x80 | kind << 4 | packet,)) + tag.codec
            if tag.codec in _COMPOSED and not tag.header:
                front += composed
    return replace(tag, payload=front + tag.payload, start=len(front))


def needs_header(codec: bytes) -> bool:
    """Whether this kind of sound is told of by a sequence header before its first frame."""
    return codec in _NEED_HEADER


def sound_format(tag: Tag) -> tuple[int, int, int]:
    """Rate in Hz, channels and bits a sample by FLV's sound byte (E.4.2.1); zeros where there is none."""
    first = tag.payload[0]
    if first >> 4 == _ENHANCED_AUDIO:
        return 0, 0, 0
    return _RATES[first >> 2 & 3], 1 + (first & 1), 16 if first & 2 else 8


def milliseconds_between(earlier: int, later: int) -> int:
    """From one time stamp to another; they count modulo 2³², and either may come first."""
    return ((later - earlier + (1 << 31)) & 0xFFFFFFFF) - (1 << 31)


def video_tag(timestamp: int, payload: bytes) -> Tag | None:
    """The tag, or None where there is nothing in it to play. Raises `UnsupportedCodec`."""
    if not payload:
        return None
    first = payload[0]
    if first & 0x80:
        return _enhanced_video(timestamp, payload)
    kind, number = first >> 4, first & 0x0F
    if kind == _COMMAND_FRAME:
        return None
    if number not in (_AVC, _HEVC):
        raise UnsupportedCodec(number)
    if len(payload) < 5:
        return None
    codec = b"avc1" if number == _AVC else b"hvc1"
    if payload[1] == 0:
        return Tag(Kind.VIDEO, timestamp, payload, codec, 5, header=True)
    if payload[1] != 1 or len(payload) == 5:
        return None
    return Tag(Kind.VIDEO, timestamp, payload, codec, 5, False, kind == _KEYFRAME, _signed(payload, 2))


def audio_tag(timestamp: int, payload: bytes) -> Tag | None:
    """The tag, or None where there is nothing in it to play."""
    if len(payload) < 2:
        return None
    number = payload[0] >> 4
    if number == _AAC:
        header = payload[1] == 0
        if len(payload) == 2 and not header:
            return None
        return Tag(Kind.AUDIO, timestamp, payload, b"mp4a", 2, header)
    if number == _ENHANCED_AUDIO:
        return _enhanced_audio(timestamp, payload)
    return Tag(Kind.AUDIO, timestamp, payload, _SOUNDS.get(number, b"%4d" % number), 1)


def _enhanced_video(timestamp: int, payload: bytes) -> Tag | None:
    packet, at = _packet(payload)
    codec = payload[at : at + 4]
    kind = payload[0] >> 4 & 7
    if packet not in (_SEQUENCE_START, _FRAMES, _FRAMES_AT_ONCE) or len(codec) < 4 or kind == _COMMAND_FRAME:
        return None
    if codec not in _VIDEO_FOURCCS:
        raise UnsupportedCodec(codec)
    at += 4
    if packet == _SEQUENCE_START:
        return Tag(Kind.VIDEO, timestamp, payload, codec, at, header=True)
    composition = 0
    if packet == _FRAMES and codec in _COMPOSED:
        if len(payload) < at + 3:
            return None
        composition = _signed(payload, at)
        at += 3
    if len(payload) <= at:
        return None
    return Tag(Kind.VIDEO, timestamp, payload, codec, at, False, kind == _KEYFRAME, composition)


def _enhanced_audio(timestamp: int, payload: bytes) -> Tag | None:
    packet, at = _packet(payload)
    codec = payload[at : at + 4]
    if packet not in (_SEQUENCE_START, _FRAMES) or len(codec) < 4:
        return None
    header = packet == _SEQUENCE_START
    if len(payload) == at + 4 and not header:
        return None
    return Tag(Kind.AUDIO, timestamp, payload, codec, at + 4, header)


def _packet(payload: bytes) -> tuple[int, int]:
    """The packet's type, and where the codec's four characters begin: behind extensions, which are passed over."""
    packet, at = payload[0] & 0x0F, 1
    while packet == _EXTENDED and at + 1 < len(payload):
        size = payload[at] + 1
        at += 1
        if size == 256:
            size = int.from_bytes(payload[at : at + 2], "big") + 1
            at += 2
        at += size
        if at >= len(payload):
            return -1, at
        packet = payload[at] & 0x0F
        at += 1
    return packet, at


def _signed(payload: bytes, at: int) -> int:
    return int.from_bytes(payload[at : at + 3], "big", signed=True)
