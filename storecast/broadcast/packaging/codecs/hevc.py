"""HEVC: `hvcC` (ISO/IEC 14496-15, clause 8.3.3) and what its bit stream says (ITU-T H.265)."""

from storecast.broadcast.packaging.codecs.bits import Bits
from storecast.broadcast.packaging.codecs.codec import BadConfiguration, VideoCodec, checked_size
from storecast.broadcast.packaging.codecs.nal import Sets, length_size, nal_units, unescaped
from storecast.broadcast.packaging.codecs.sample_entry import box, visual_entry

_IRAP = range(16, 24)  # IDR, CRA and BLA pictures, table 7-1
_VCL = range(32)
_SPS, _PPS = 33, 34
_HEADER = 22  # bytes before the arrays
_MAX_REORDER = 16
_CHROMA_420, _CHROMA_422 = 1, 2


def read(configuration: bytes) -> VideoCodec:
    """Raises `BadConfiguration`."""
    if len(configuration) <= _HEADER or configuration[0] > 1:
        raise BadConfiguration("no HEVCDecoderConfigurationRecord")
    size = length_size(configuration[21])
    sets = Sets(configuration, _HEADER)
    units = [
        unit
        for _ in range(sets.number(1))
        for kind in [sets.number(1) & 0x3F]
        for unit in [sets.unit() for _ in range(sets.number(2))]
        if len(unit) > 2 and unit[0] >> 1 == kind
    ]
    sps = next((unit for unit in units if unit[0] >> 1 == _SPS), None)
    if sps is None or not any(unit[0] >> 1 == _PPS for unit in units):
        raise BadConfiguration("no parameter sets")
    width, height, reorder = _sequence_parameters(unescaped(sps))
    entry = visual_entry(b"hvc1", width, height, box(b"hvcC", configuration))
    return VideoCodec(_name(configuration), width, height, entry, reorder, nal_length=size)


def is_independent(sample: bytes | memoryview, length_size: int) -> bool:
    """Whether the sample is an intra random access point (clause 3.81 of H.265)."""
    for unit in nal_units(sample, length_size):
        kind = unit[0] >> 1 & 0x3F
        if kind in _VCL:
            return kind in _IRAP
    return False


def _name(configuration: bytes) -> str:
    """ISO/IEC 14496-15, annex E.3."""
    space = ("", "A", "B", "C")[configuration[1] >> 6]
    tier = "H" if configuration[1] & 0x20 else "L"
    compatibility = int(f"{int.from_bytes(configuration[2:6]):032b}"[::-1], 2)
    constraints = configuration[6:12].rstrip(b"\x00")
    parts = ["hvc1", f"{space}{configuration[1] & 0x1F}", f"{compatibility:X}", f"{tier}{configuration[12]}"]
    return ".".join(parts + [f"{byte:X}" for byte in constraints])


def _sequence_parameters(sps: bytes) -> tuple[int, int, int]:
    """Width, height and sps_max_num_reorder_pics: seq_parameter_set_rbsp, clause 7.3.2.2.1."""
    bits = Bits(sps[2:])
    bits.take(4)  # sps_video_parameter_set_id
    sub_layers = bits.take(3)  # less one
    bits.flag()  # sps_temporal_id_nesting_flag
    _skip_profile_tier_level(bits, sub_layers)
    bits.ue()  # sps_seq_parameter_set_id
    chroma = bits.ue()
    planes = chroma == 3 and bits.flag()
    width, height = bits.ue(), bits.ue()
    if bits.flag():  # conformance_window_flag
        left, right, top, bottom = bits.ue(), bits.ue(), bits.ue(), bits.ue()
        width -= (left + right) * (2 if chroma in (_CHROMA_420, _CHROMA_422) and not planes else 1)
        height -= (top + bottom) * (2 if chroma == _CHROMA_420 else 1)
    if chroma > 3:
        raise BadConfiguration("a reserved value")
    width, height = checked_size(width, height)
    bits.ue()  # bit_depth_luma_minus8
    bits.ue()  # bit_depth_chroma_minus8
    bits.ue()  # log2_max_pic_order_cnt_lsb_minus4
    reorder = 0
    for _ in range(sub_layers + 1 if bits.flag() else 1):
        bits.ue()  # sps_max_dec_pic_buffering_minus1
        reorder = bits.ue()  # the highest layer's counts
        bits.ue()  # sps_max_latency_increase_plus1
    return width, height, min(reorder, _MAX_REORDER)


def _skip_profile_tier_level(bits: Bits, sub_layers: int) -> None:
    """Clause 7.3.3."""
    bits.take(96)
    present = [(bits.flag(), bits.flag()) for _ in range(sub_layers)]
    if sub_layers:
        bits.take(2 * (8 - sub_layers))
    for profile, level in present:
        bits.take(88 * profile + 8 * level)
