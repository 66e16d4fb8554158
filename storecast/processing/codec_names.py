"""Names of codecs by RFC 6381, from what a container says of a track."""

from av.audio.codeccontext import AudioCodecContext
from av.video.codeccontext import VideoCodecContext

_START = b"\x00\x00\x01"
_H264_SPS, _HEVC_SPS = 7, 33  # ITU-T H.264, table 7-1; H.265, table 7-1
_VP9_LEVELS = (  # luma samples a picture: VP9 specification, annex A
    (36_864, 10), (73_728, 11), (122_880, 20), (245_760, 21), (552_960, 30), (983_040, 31), (2_228_224, 41),
    (8_912_896, 51),
)  # fmt: skip
_SOUNDS = {"opus": "Opus", "flac": "fLaC", "ac3": "ac-3", "eac3": "ec-3", "mp3": "mp4a.40.34", "vorbis": "vorbis"}
_VIDEOS = {"vp8": "vp08.00.41.08"}
AAC_LC = 2  # audio object type: ISO/IEC 14496-3, table 1.17


def video_name(context: VideoCodecContext) -> str:
    extra = context.extradata or b""
    depth = 10 if context.pix_fmt and "10" in context.pix_fmt else 8
    match context.name:
        case "h264":
            stated = extra[1:4] if extra[:1] == b"\x01" else _parameter_set(extra, 0x1F, 0, _H264_SPS)[1:4]
            return f"avc1.{stated.hex().upper()}" if len(stated) == 3 else "avc1.640028"
        case "hevc":
            stated = extra[1:13] if extra[:1] == b"\x01" else _parameter_set(extra, 0x3F, 1, _HEVC_SPS)[3:15]
            return _hevc_name(stated) if len(stated) == 12 else "hvc1.1.6.L120.B0"
        case "av1" | "libdav1d" | "libaom-av1":
            if len(extra) < 4:
                return f"av01.0.08M.{depth:02d}"
            tier = "H" if extra[2] & 0x80 else "M"
            return f"av01.{extra[1] >> 5}.{extra[1] & 0x1F:02d}{tier}.{depth:02d}"
        case "vp9" | "libvpx-vp9":
            samples = context.width * context.height
            level = next((level for most, level in _VP9_LEVELS if samples <= most), 61)
            return f"vp09.{2 if depth > 8 else 0:02d}.{level}.{depth:02d}"
        case name:
            return _VIDEOS.get(name, name)


def audio_name(context: AudioCodecContext) -> str:
    name = context.name
    if name.startswith("aac"):
        return f"mp4a.40.{aac_object_type(context.extradata or b'')}"
    return _SOUNDS.get(name.removeprefix("lib").removesuffix("float"), name)


def aac_object_type(configuration: bytes) -> int:
    """Of an AudioSpecificConfig (ISO/IEC 14496-3, clause 1.6.2.1); without one it is as ADTS mostly has it."""
    if len(configuration) < 2:
        return AAC_LC
    kind = configuration[0] >> 3
    return 32 + (int.from_bytes(configuration[:2]) >> 5 & 0x3F) if kind == 31 else kind


def _parameter_set(extra: bytes, mask: int, shift: int, kind: int) -> bytes:
    """The first of its kind, between start codes, without emulation prevention."""
    for unit in extra.split(_START):
        if unit and unit[0] >> shift & mask == kind:
            return unit.replace(b"\x00\x00\x03", b"\x00\x00")
    return b""


def _hevc_name(stated: bytes) -> str:
    """ISO/IEC 14496-15, annex E.3, from general_profile_space on."""
    space = ("", "A", "B", "C")[stated[0] >> 6]
    tier = "H" if stated[0] & 0x20 else "L"
    compatibility = int(f"{int.from_bytes(stated[1:5]):032b}"[::-1], 2)
    parts = ["hvc1", f"{space}{stated[0] & 0x1F}", f"{compatibility:X}", f"{tier}{stated[11]}"]
    return ".".join(parts + [f"{byte:X}" for byte in stated[5:11].rstrip(b"\x00")])
