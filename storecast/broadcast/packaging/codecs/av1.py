"""AV1: `av1C` (AV1 Codec ISO Media File Format Binding, section 2.3) and its bit stream (AV1 specification)."""

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction

from msgspec import Struct

from storecast.broadcast.packaging.codecs.bits import Bits
from storecast.broadcast.packaging.codecs.codec import BadConfiguration, VideoCodec, checked_size, steady_frame
from storecast.broadcast.packaging.codecs.sample_entry import box, visual_entry

_SEQUENCE_HEADER, _TEMPORAL_DELIMITER, _FRAME_HEADER, _FRAME = 1, 2, 3, 6  # section 6.2.2
_FRAME_START = 4  # bytes in which show_existing_frame, frame_type and show_frame are found
_KEY_FRAME = 0
_MAX_UNITS = 1024  # looked at in a sample
_TIERED_LEVEL = 7  # seq_level_idx above which a tier is said


class _Sequence(Struct, frozen=True):
    width: int = 0
    height: int = 0
    frame: Fraction | None = None


def read(configuration: bytes, first_sample: bytes | memoryview = b"") -> VideoCodec:
    """The picture's size is 0 where neither `av1C` nor `first_sample` holds a sequence header.

    Raises `BadConfiguration`.
    """
    if len(configuration) < 4 or configuration[0] != 0x81 or configuration[1] >> 5 > 2:
        raise BadConfiguration("no AV1CodecConfigurationRecord")
    said = _sequence_in(configuration[4:])
    if said is None:
        with suppress(BadConfiguration):
            said = _sequence_in(first_sample)
    sequence = said or _Sequence()
    entry = visual_entry(b"av01", sequence.width, sequence.height, box(b"av1C", configuration))
    return VideoCodec(_name(configuration), sequence.width, sequence.height, entry, 0, sequence.frame, nal_length=0)


def is_independent(sample: bytes | memoryview) -> bool:
    """Whether the first frame is a key frame that is shown: the binding, section 2.4."""
    for kind, body in _units(sample):
        if kind in (_FRAME_HEADER, _FRAME):
            if not len(body):
                return False
            bits = Bits(body[:_FRAME_START])  # uncompressed_header, section 5.9.2
            return not bits.flag() and bits.take(2) == _KEY_FRAME and bits.flag()
    return False


def without_delimiter(sample: bytes | memoryview) -> bytes | memoryview:
    """The sample without a leading temporal delimiter, which the binding (section 2.4) leaves out."""
    if len(sample) > 1 and sample[0] >> 3 & 0xF == _TEMPORAL_DELIMITER and sample[0] & 2:
        return sample[2 + (sample[0] >> 2 & 1) :]  # it is empty, so that its size is one byte
    return sample


def _name(configuration: bytes) -> str:
    """Section 5 of the binding."""
    profile, level = configuration[1] >> 5, configuration[1] & 0x1F
    tier = "H" if configuration[2] & 0x80 else "M"
    depth = 8 if not configuration[2] & 0x40 else 12 if configuration[2] & 0x20 else 10
    return f"av01.{profile}.{level:02d}{tier}.{depth:02d}"


def _units(data: bytes | memoryview) -> Iterator[tuple[int, memoryview]]:
    """Type and payload of each whole open bitstream unit, section 5.3."""
    view = memoryview(data)
    at = 0
    for _ in range(_MAX_UNITS):
        if at >= len(view):
            return
        header = view[at]
        at += 2 if header & 4 else 1
        size = len(view) - at
        if header & 2:
            size = shift = 0
            while at < len(view):  # leb128, section 4.10.5
                byte = view[at]
                at += 1
                size |= (byte & 0x7F) << shift
                shift += 7
                if not byte & 0x80 or shift > 49:
                    break
        if size < 0 or at + size > len(view):
            return
        yield header >> 3 & 0xF, view[at : at + size]
        at += size


def _sequence_in(data: bytes | memoryview) -> _Sequence | None:
    for kind, body in _units(data):
        if kind == _SEQUENCE_HEADER:
            return _sequence_header(Bits(body))
    return None


def _sequence_header(bits: Bits) -> _Sequence:
    """sequence_header_obu, section 5.5.1."""
    bits.take(4)  # seq_profile, still_picture
    frame = None
    if bits.flag():  # reduced_still_picture_header
        bits.take(5)
    else:
        delay_bits = 0
        if bits.flag():  # timing_info_present_flag
            ticks, ticks_a_second = bits.take(32), bits.take(32)
            if bits.flag():  # equal_picture_interval
                frame = steady_frame(ticks * (bits.ue() + 1), ticks_a_second)
            if bits.flag():  # decoder_model_info_present_flag
                delay_bits = bits.take(5) + 1
                bits.take(42)
        _skip_operating_points(bits, delay_bits)
    width_bits, height_bits = bits.take(4) + 1, bits.take(4) + 1
    width, height = checked_size(bits.take(width_bits) + 1, bits.take(height_bits) + 1)
    return _Sequence(width, height, frame)


def _skip_operating_points(bits: Bits, delay_bits: int) -> None:
    delay_said = bits.flag()  # initial_display_delay_present_flag
    for _ in range(bits.take(5) + 1):
        bits.take(12)  # operating_point_idc
        if bits.take(5) > _TIERED_LEVEL:
            bits.flag()
        if delay_bits and bits.flag():
            bits.take(2 * delay_bits + 1)  # operating_parameters_info
        if delay_said and bits.flag():
            bits.take(4)
