"""VP9: `vpcC` (VP Codec ISO Media File Format Binding) and its bit stream (VP9 specification)."""

from contextlib import suppress

from storecast.broadcast.packaging.codecs.bits import Bits
from storecast.broadcast.packaging.codecs.codec import BadConfiguration, VideoCodec, checked_size
from storecast.broadcast.packaging.codecs.sample_entry import full_box, visual_entry

_VERSION = b"\x01\x00\x00\x00"  # of the full box; some senders put it before the record
_RECORD = 8  # bytes; data for initialisation there is none in VP9
_FRAME_START = 20  # bytes in which a key frame says its size
_SYNC_CODE = 0x498342
_SRGB = 7
_LARGEST = {  # luma samples a picture by level: VP9 specification, annex A
    10: 36_864, 11: 73_728, 20: 122_880, 21: 245_760, 30: 552_960, 31: 983_040,
    40: 2_228_224, 41: 2_228_224, 50: 8_912_896, 51: 8_912_896, 52: 8_912_896,
    60: 35_651_584, 61: 35_651_584, 62: 35_651_584,
}  # fmt: skip
_UNSAID = 41  # a level that holds Full HD at 60 pictures a second, where size is not known either


def read(configuration: bytes, first_sample: bytes | memoryview = b"") -> VideoCodec:
    """The picture's size stands in key frames only: it is 0 unless `first_sample` is one.

    Raises `BadConfiguration`.
    """
    if configuration.startswith(_VERSION):  # no record begins so: 0 is no bit depth
        configuration = configuration[len(_VERSION) :]
    if len(configuration) < _RECORD or configuration[0] > 3 or configuration[2] >> 4 not in (8, 10, 12):
        raise BadConfiguration("no VPCodecConfigurationRecord")
    profile, level, depth = configuration[0], configuration[1], configuration[2] >> 4
    width = height = 0
    with suppress(BadConfiguration):
        width, height = _size(first_sample)
    if level not in _LARGEST:  # 0 says unknown, and browsers refuse it
        level = next((level for level, most in _LARGEST.items() if 0 < width * height <= most), _UNSAID)
    record = bytes((profile, level)) + configuration[2:6] + bytes(2)
    entry = visual_entry(b"vp09", width, height, full_box(b"vpcC", 1, 0, record))
    return VideoCodec(f"vp09.{profile:02d}.{level:02d}.{depth:02d}", width, height, entry, 0, nal_length=0)


def is_independent(sample: bytes | memoryview) -> bool:
    """Whether the first frame is a key frame."""
    with suppress(BadConfiguration):
        return _begin_key_frame(Bits(sample[:_FRAME_START])) is not None
    return False


def _begin_key_frame(bits: Bits) -> int | None:
    """The profile where a key frame begins: uncompressed_header up to frame_sync_code, section 6.2."""
    if bits.take(2) != 2:  # frame_marker
        return None
    profile = bits.take(1) | bits.take(1) << 1
    if profile == 3:
        bits.flag()
    if bits.flag() or bits.flag():  # show_existing_frame, frame_type
        return None
    bits.take(2)  # show_frame, error_resilient_mode
    return profile if bits.take(24) == _SYNC_CODE else None


def _size(sample: bytes | memoryview) -> tuple[int, int]:
    """Raises `BadConfiguration` where the sample is no key frame."""
    bits = Bits(sample[:_FRAME_START])
    profile = _begin_key_frame(bits)
    if profile is None:
        raise BadConfiguration("no key frame")
    if profile >= 2:
        bits.flag()  # ten_or_twelve_bit
    if bits.take(3) != _SRGB:  # color_config, section 6.2.2
        bits.flag()  # color_range
        bits.take(3 if profile & 1 else 0)
    else:
        bits.take(1 if profile & 1 else 0)
    return checked_size(bits.take(16) + 1, bits.take(16) + 1)
