"""Decoder configurations as publishers send them, turned into sample entries, names and figures. One file a codec."""

from storecast.broadcast.packaging.codecs import aac, av1, flac, h264, hevc, opus, vp9
from storecast.broadcast.packaging.codecs.codec import AudioCodec, BadConfiguration, ConversionNeeded, VideoCodec

__all__ = [
    "VIDEO_TIMESCALE",
    "AudioCodec",
    "BadConfiguration",
    "ConversionNeeded",
    "VideoCodec",
    "audio_codec",
    "is_independent",
    "sample_data",
    "samples_in",
    "video_codec",
]

VIDEO_TIMESCALE = 360_000  # ticks a second: divides milliseconds and every standard frame rate, 1001ths included
_MAX_CONFIGURATION = 64 * 1024  # bytes


def video_codec(fourcc: bytes, configuration: bytes, first_sample: bytes | memoryview = b"") -> VideoCodec:
    """What `configuration` (the decoder configuration record) says.

    VP9's says no size, AV1's may not: width and height are 0 then, unless `first_sample` is a keyframe.
    Raises `BadConfiguration`.
    """
    _check_length(configuration)
    match fourcc:
        case b"avc1":
            return h264.read(configuration)
        case b"hvc1":
            return hevc.read(configuration)
        case b"av01":
            return av1.read(configuration, first_sample)
        case b"vp09":
            return vp9.read(configuration, first_sample)
    raise BadConfiguration(f"video codec {fourcc.decode('latin-1')}")


def audio_codec(fourcc: bytes, configuration: bytes) -> AudioCodec:
    """What `configuration` says. Raises `BadConfiguration`, and `ConversionNeeded` for sound no browser takes."""
    _check_length(configuration)
    match fourcc:
        case b"mp4a":
            return aac.read(configuration)
        case b"Opus":
            return opus.read(configuration)
        case b"fLaC":
            return flac.read(configuration)
    raise ConversionNeeded(f"audio codec {fourcc.decode('latin-1')}")


def is_independent(fourcc: bytes, sample: bytes | memoryview, nal_length: int = 4) -> bool:
    """Whether decoding may begin with `sample`, by the bit stream itself; `nal_length` as `VideoCodec` has it."""
    match fourcc:
        case b"avc1":
            return h264.is_independent(sample, nal_length)
        case b"hvc1":
            return hevc.is_independent(sample, nal_length)
        case b"av01":
            return av1.is_independent(sample)
        case b"vp09":
            return vp9.is_independent(sample)
    return False


def sample_data(fourcc: bytes, media: bytes | memoryview) -> bytes | memoryview:
    """`media` as fragmented MP4 takes it."""
    return av1.without_delimiter(media) if fourcc == b"av01" else media


def samples_in(codec: AudioCodec, data: bytes | memoryview) -> int:
    """Length of one audio frame in samples of `codec.rate`; 0 where the frame is malformed."""
    if codec.frame:
        return codec.frame
    return opus.samples_in(data) if codec.name == "Opus" else flac.samples_in(data)


def _check_length(configuration: bytes) -> None:
    if len(configuration) > _MAX_CONFIGURATION:
        raise BadConfiguration(f"a configuration of {len(configuration)} bytes")
