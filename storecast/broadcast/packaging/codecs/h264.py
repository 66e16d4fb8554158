"""H.264: `avcC` (ISO/IEC 14496-15, clause 5.3.3) and what its bit stream says (ITU-T H.264)."""

from contextlib import suppress
from fractions import Fraction

from msgspec import Struct

from storecast.broadcast.packaging.codecs.bits import Bits
from storecast.broadcast.packaging.codecs.codec import BadConfiguration, VideoCodec, checked_size, steady_frame
from storecast.broadcast.packaging.codecs.nal import Sets, length_size, nal_units, unescaped
from storecast.broadcast.packaging.codecs.sample_entry import box, visual_entry

_SLICE, _PARTITION_A, _IDR, _SEI, _SPS, _PPS = 1, 2, 5, 6, 7, 8  # table 7-1
_RECOVERY_POINT = 6  # payload type, annex D.1
_INTRA_SLICES = frozenset((2, 4, 7, 9))  # I and SI, table 7-6
_SEI_START = 1024  # bytes; a recovery point comes first, behind little else
_SLICE_START = 24  # bytes in which first_mb_in_slice and slice_type are found
_WITH_CHROMA = frozenset((100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135))
_INTRA_CAPABLE = frozenset((44, 86, 100, 110, 122, 244))  # profiles whose constraint_set3_flag means intra only
_EXTENDED_SAR = 255
_MAX_REORDER = 16
_DPB_MACROBLOCKS = {  # MaxDpbMbs of table A-1 by level_idc
    9: 396, 10: 396, 11: 900, 12: 2376, 13: 2376, 20: 2376, 21: 4752, 22: 8100, 30: 8100, 31: 18000, 32: 20480,
    40: 32768, 41: 32768, 42: 34816, 50: 110400, 51: 184320, 52: 184320, 60: 696320, 61: 696320, 62: 696320,
}  # fmt: skip


class _Picture(Struct, frozen=True):
    width: int
    height: int
    reorder: int
    frame: Fraction | None


def read(configuration: bytes) -> VideoCodec:
    """Raises `BadConfiguration`."""
    if len(configuration) < 7 or configuration[0] != 1:
        raise BadConfiguration("no AVCDecoderConfigurationRecord")
    size = length_size(configuration[4])
    sets = Sets(configuration, 5)
    sps = [sets.unit() for _ in range(sets.number(1) & 0x1F)]
    pps = [sets.unit() for _ in range(sets.number(1))]
    if not sps or not pps or any(unit[0] & 0x1F != _SPS for unit in sps) or any(unit[0] & 0x1F != _PPS for unit in pps):
        raise BadConfiguration("no parameter sets")
    picture = _sequence_parameters(unescaped(sps[0]))
    return VideoCodec(
        name=f"avc1.{sps[0][1:4].hex()}",
        width=picture.width,
        height=picture.height,
        entry=visual_entry(b"avc1", picture.width, picture.height, box(b"avcC", configuration)),
        reorder=picture.reorder,
        frame=picture.frame,
        nal_length=size,
    )


def is_independent(sample: bytes | memoryview, length_size: int) -> bool:
    """Whether decoding may begin here: an IDR picture, or one of I slices with which recovery is complete (D.2.8)."""
    recovers = intra = False
    for unit in nal_units(sample, length_size):
        kind = unit[0] & 0x1F
        if kind == _IDR:
            return True
        if kind == _SEI:
            recovers = recovers or _recovers_at_once(unescaped(unit[:_SEI_START]))
        elif kind == _SLICE:
            intra = recovers and _is_intra(unescaped(unit[:_SLICE_START]))
            if not intra:
                return False
        elif kind == _PARTITION_A:
            return False
    return intra


def _recovers_at_once(sei: bytes) -> bool:
    """Whether a recovery point message says recovery_frame_cnt 0 (clauses 7.3.2.3.1 and D.1.8)."""
    at = 1
    while at + 2 < len(sei):
        kind = size = 0
        while at < len(sei) and sei[at] == 0xFF:
            kind += 255
            at += 1
        kind += sei[at] if at < len(sei) else 0
        at += 1
        while at < len(sei) and sei[at] == 0xFF:
            size += 255
            at += 1
        size += sei[at] if at < len(sei) else 0
        at += 1
        if kind == _RECOVERY_POINT and at < len(sei):
            return sei[at] & 0x80 != 0  # ue(v) of 0 is the single bit 1
        at += size
    return False


def _is_intra(slice_start: bytes) -> bool:
    """Slice header, clause 7.3.3."""
    bits = Bits(slice_start[1:])
    try:
        bits.ue()
        return bits.ue() in _INTRA_SLICES
    except BadConfiguration:
        return False


def _sequence_parameters(sps: bytes) -> _Picture:
    """seq_parameter_set_data, clause 7.3.2.1.1."""
    bits = Bits(sps[1:])
    profile, constraints, level = bits.take(8), bits.take(8), bits.take(8)
    bits.ue()  # seq_parameter_set_id
    chroma, planes = 1, False
    if profile in _WITH_CHROMA:
        chroma = bits.ue()
        planes = chroma == 3 and bits.flag()
        bits.ue()  # bit_depth_luma_minus8
        bits.ue()  # bit_depth_chroma_minus8
        bits.flag()  # qpprime_y_zero_transform_bypass_flag
        if bits.flag():
            _skip_scaling_matrix(bits, 12 if chroma == 3 else 8)
    bits.ue()  # log2_max_frame_num_minus4
    order = bits.ue()
    _skip_picture_order(bits, order)
    references = bits.ue()
    bits.flag()  # gaps_in_frame_num_value_allowed_flag
    columns = bits.ue() + 1
    rows = bits.ue() + 1
    progressive = bits.flag()
    if not progressive:
        rows *= 2
        bits.flag()  # mb_adaptive_frame_field_flag
    bits.flag()  # direct_8x8_inference_flag
    width, height = columns * 16, rows * 16
    if bits.flag():
        left, right, top, bottom = bits.ue(), bits.ue(), bits.ue(), bits.ue()
        width -= (left + right) * (2 if chroma in (1, 2) and not planes else 1)
        height -= (top + bottom) * (2 if chroma == 1 else 1) * (1 if progressive else 2)
    width, height = checked_size(width, height)
    if chroma > 3 or order > 2:
        raise BadConfiguration("a reserved value")
    frame, reorder = _usability(bits) if bits.flag() else (None, None)
    if reorder is None:
        reorder = _held_back(profile, constraints, level, columns * rows, references)
    return _Picture(width, height, 0 if order == 2 else min(reorder, _MAX_REORDER), frame)


def _held_back(profile: int, constraints: int, level: int, macroblocks: int, references: int) -> int:
    """max_num_reorder_frames where it is not said: clause E.2.1, MaxDpbFrames of clause A.3.1."""
    if profile in _INTRA_CAPABLE and constraints & 0x10:
        return 0
    if level == 11 and constraints & 0x10:
        level = 9  # 1b
    if level not in _DPB_MACROBLOCKS:
        return _MAX_REORDER
    return max(_DPB_MACROBLOCKS[level] // macroblocks, references)


def _skip_scaling_matrix(bits: Bits, lists: int) -> None:
    """Clause 7.3.2.1.1.1."""
    for index in range(lists):
        if bits.flag():
            last = following = 8
            for _ in range(16 if index < 6 else 64):
                if following:
                    following = (last + bits.se()) % 256
                last = following or last


def _skip_picture_order(bits: Bits, order: int) -> None:
    if order == 0:
        bits.ue()  # log2_max_pic_order_cnt_lsb_minus4
    elif order == 1:
        bits.flag()  # delta_pic_order_always_zero_flag
        bits.se()  # offset_for_non_ref_pic
        bits.se()  # offset_for_top_to_bottom_field
        for _ in range(min(bits.ue(), 256)):
            bits.se()  # offset_for_ref_frame


def _usability(bits: Bits) -> tuple[Fraction | None, int | None]:
    """Seconds a frame and max_num_reorder_frames, as far as video usability information says (annex E.1.1).

    Some encoders write one field too few; players do without, and so is done here.
    """
    frame = None
    with suppress(BadConfiguration):
        if bits.flag() and bits.take(8) == _EXTENDED_SAR:
            bits.take(32)
        if bits.flag():  # overscan_info_present_flag
            bits.flag()
        if bits.flag():  # video_signal_type_present_flag
            bits.take(4)
            if bits.flag():
                bits.take(24)
        if bits.flag():  # chroma_loc_info_present_flag
            bits.ue()
            bits.ue()
        if bits.flag():  # timing_info_present_flag
            ticks, ticks_a_second = bits.take(32), bits.take(32)
            if bits.flag():  # a tick is a field's time where the rate is fixed
                frame = steady_frame(2 * ticks, ticks_a_second)
        if _skip_hrd(bits) | _skip_hrd(bits):  # of NAL units and of VCL
            bits.flag()  # low_delay_hrd_flag
        bits.flag()  # pic_struct_present_flag
        if bits.flag():  # bitstream_restriction_flag
            bits.flag()  # motion_vectors_over_pic_boundaries_flag
            for _ in range(4):
                bits.ue()
            return frame, bits.ue()
    return frame, None


def _skip_hrd(bits: Bits) -> bool:
    """Whether there were hrd_parameters, annex E.1.2."""
    if not bits.flag():
        return False
    count = bits.ue() + 1
    bits.take(8)
    for _ in range(min(count, 32)):
        bits.ue()
        bits.ue()
        bits.flag()
    bits.take(20)
    return True
