"""What a decoder configuration says of its stream."""

from fractions import Fraction

from msgspec import Struct

MAX_SIZE = 16_384  # pixels a side


class BadConfiguration(ValueError):
    """A decoder configuration that is cut, empty or contradicts itself."""


class ConversionNeeded(ValueError):
    """Sound that no browser takes in fragmented MP4."""


class VideoCodec(Struct, frozen=True):
    name: str  # RFC 6381
    width: int  # pixels as shown; 0 where only a keyframe tells
    height: int
    entry: bytes  # the sample entry box for `stsd`
    reorder: int  # pictures a decoder may hold back at most
    frame: Fraction | None = None  # seconds a picture, where the bit stream says so
    nal_length: int = 4  # bytes of the length before each NAL unit (H.264 and HEVC)


class AudioCodec(Struct, frozen=True):
    name: str  # RFC 6381
    rate: int  # samples a second
    channels: int
    entry: bytes  # the sample entry box for `stsd`
    frame: int  # samples a frame; 0 where it varies
    silence: bytes  # one frame of `silent_samples`
    silent_samples: int


def checked_size(width: int, height: int) -> tuple[int, int]:
    """Raises `BadConfiguration` for a picture that cannot be."""
    if not (0 < width <= MAX_SIZE and 0 < height <= MAX_SIZE):
        raise BadConfiguration(f"a picture of {width}x{height}")
    return width, height


def steady_frame(ticks: int, ticks_a_second: int) -> Fraction | None:
    """Seconds a picture; None where the clock is not one of moving pictures."""
    if not ticks or not ticks_a_second:
        return None
    frame = Fraction(ticks, ticks_a_second)
    return frame if Fraction(1, 1000) <= frame <= 10 else None
