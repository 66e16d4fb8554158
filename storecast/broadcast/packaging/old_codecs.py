"""Codec names as playlists and browsers want them (RFC 6381 and each codec's MP4 binding), from MP4 sample entries."""

import struct

from msgspec import Struct

_U32 = struct.Struct(">I")
_VIDEO_FIELDS = 78  # bytes of a VisualSampleEntry before its boxes
_AUDIO_FIELDS = 28


class Codec(Struct, frozen=True):
    name: str  # RFC 6381
    width: int = 0  # pixels; 0 for audio
    height: int = 0


def read_sample_entry(kind: bytes, content: memoryview) -> Codec:
    """The codec of an `stsd` entry; the entry's own four characters where nothing finer is known."""
    match kind:
        case b"avc1":
            config = _box(content[_VIDEO_FIELDS:], b"avcC")
            return _video(content, f"avc1.{bytes(config[1:4]).hex()}" if config else "avc1")
        case b"hvc1" | b"hev1":
            config = _box(content[_VIDEO_FIELDS:], b"hvcC")
            return _video(content, _hevc(kind.decode(), bytes(config)) if config else kind.decode())
        case b"av01":
            config = _box(content[_VIDEO_FIELDS:], b"av1C")
            return _video(content, _av1(bytes(config)) if config else "av01")
        case b"vp09":
            config = _box(content[_VIDEO_FIELDS:], b"vpcC")
            return _video(content, f"vp09.{config[4]:02d}.{config[5]:02d}.{config[6] >> 4:02d}" if config else "vp09")
        case b"mp4a":
            return Codec(_mpeg4_audio(_box(content[_AUDIO_FIELDS:], b"esds")))
        case b".mp3":
            return Codec("mp4a.40.34")
    return Codec(kind.decode("latin-1"))


def _box(body: memoryview, wanted: bytes) -> memoryview | None:
    at = 0
    while at + 8 <= len(body):
        size = _U32.unpack_from(body, at)[0]
        if body[at + 4 : at + 8] == wanted:
            return body[at + 8 : at + size]
        at += max(size, 8)
    return None


def _video(content: memoryview, name: str) -> Codec:
    width, height = struct.unpack_from(">HH", content, 24)
    return Codec(name, width, height)


def _hevc(kind: str, config: bytes) -> str:
    """ISO/IEC 14496-15, annex E.3."""
    space = ("", "A", "B", "C")[config[1] >> 6]
    tier = "H" if config[1] & 0x20 else "L"
    compatibility = int(f"{_U32.unpack_from(config, 2)[0]:032b}"[::-1], 2)
    constraints = config[6:12].rstrip(b"\x00")
    parts = [kind, f"{space}{config[1] & 0x1F}", f"{compatibility:X}", f"{tier}{config[12]}"]
    return ".".join(parts + [f"{byte:X}" for byte in constraints])


def _av1(config: bytes) -> str:
    """AV1 Codec ISO Media File Format Binding, section 5."""
    profile, level = config[1] >> 5, config[1] & 0x1F
    tier = "H" if config[2] & 0x80 else "M"
    depth = 8 if not config[2] & 0x40 else 12 if config[2] & 0x20 else 10
    return f"av01.{profile}.{level:02d}{tier}.{depth:02d}"


def _mpeg4_audio(esds: memoryview | None) -> str:
    """Object type from the descriptors of ISO/IEC 14496-1, section 7.2.6."""
    if esds is None:
        return "mp4a"
    at = 4
    kind = 0
    while at < len(esds):
        tag = esds[at]
        at += 1
        while esds[at] & 0x80:
            at += 1
        at += 1
        if tag == 0x03:  # ES descriptor: id and flags, then the others
            at += 3
        elif tag == 0x04:  # decoder configuration
            kind = esds[at]
            at += 13
        elif tag == 0x05:  # AudioSpecificConfig
            first = esds[at] >> 3
            return f"mp4a.40.{first if first < 31 else 32 + ((esds[at] & 7) << 3 | esds[at + 1] >> 5)}"
        else:
            break
    return "mp4a.40.34" if kind in (0x69, 0x6B) else f"mp4a.{kind:x}"
