from fractions import Fraction

import pytest

from storecast.broadcast.packaging.codecs import BadConfiguration, is_independent, video_codec
from tests.broadcast.packaging.streams import H264, PICTURE, encoded

CASES = {
    "high": ((*H264, "-preset", "veryfast", "-bf", "2"), "avc1.64000d"),
    "main": ((*H264, "-preset", "veryfast", "-profile:v", "main", "-level", "3.1"), "avc1.4d401f"),
    "baseline": ((*H264, "-profile:v", "baseline", "-level", "3.0"), "avc1.42c01e"),
    "4:2:2": ((*H264, "-pix_fmt", "yuv422p"), "avc1.7a000d"),
    "interlaced": (
        (*H264, "-x264-params", "tff=1", "-preset", "veryfast", "-profile:v", "high", "-level", "3.1"),
        "avc1.64001f",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_name_and_shown_size_are_read(case: str) -> None:
    options, name = CASES[case]
    codec = encoded(*PICTURE, *options).video()
    assert (codec.name, codec.width, codec.height) == (name, 318, 180)
    assert codec.entry[4:8] == b"avc1"


@pytest.mark.parametrize(
    ("options", "reorder"),
    [
        (("-bf", "0"), 0),
        (("-bf", "1"), 1),
        (("-bf", "3", "-b_strategy", "0", "-x264-params", "b-pyramid=normal"), 2),
    ],
)
def test_pictures_held_back_are_as_many_as_the_stream_says(options: tuple[str, ...], reorder: int) -> None:
    assert encoded(*PICTURE, *H264, *options).video().reorder == reorder


def test_a_fixed_frame_rate_is_told_and_a_varying_one_is_not() -> None:
    ntsc = ("-f", "lavfi", "-i", "testsrc=size=320x180:rate=30000/1001")
    assert encoded(*ntsc, *H264, "-x264-params", "force-cfr=1").video().frame == Fraction(1001, 30000)
    assert encoded(*ntsc, *H264).video().frame is None


def without_usability(level: int, order: int) -> bytes:
    """A configuration of main profile whose SPS has no usability information; pictures of 320x192 pixels."""
    numbers = ["1", "1", {0: "11", 2: "011"}[order], "010", "0"]  # identity, order of pictures, one reference
    numbers += ["000010100", "0001100", "1", "1", "0", "0", "1"]  # 20 by 12 macroblocks, no cropping
    bits = "".join(numbers)
    sps = bytes((0x67, 77, 0, level)) + int(bits.ljust(-len(bits) // 8 * -8, "0"), 2).to_bytes(-(-len(bits) // 8))
    return bytes((1, 77, 0, level, 0xFF, 0xE1, 0, len(sps))) + sps + bytes((1, 0, 2, 0x68, 0xC0))


@pytest.mark.parametrize(
    ("level", "order", "reorder"),
    [(10, 0, 1), (11, 0, 3), (21, 0, 16), (30, 0, 16), (99, 0, 16), (30, 2, 0)],
)
def test_where_it_is_not_said_the_level_bounds_it(level: int, order: int, reorder: int) -> None:
    codec = video_codec(b"avc1", without_usability(level, order))
    assert (codec.width, codec.height, codec.reorder, codec.frame) == (320, 192, reorder, None)


def test_keyframes_of_closed_groups_are_independent() -> None:
    stream = encoded(*PICTURE, *H264)
    told = [is_independent(b"avc1", picture.data) for picture in stream.pictures]
    assert told == [picture.keyframe for picture in stream.pictures]
    assert sum(told) == 3


def test_keyframes_of_open_groups_are_independent() -> None:
    options = ("-preset", "veryfast", "-bf", "2", "-x264-params", "open-gop=1")
    stream = encoded(*PICTURE, *H264, *options)
    assert sum(is_independent(b"avc1", picture.data) for picture in stream.pictures) == 3
    kinds = {unit & 0x1F for picture in stream.pictures[1:] for unit in units(picture.data)}
    assert 5 not in kinds  # so it was told by recovery points


def test_pictures_from_which_decoding_recovers_only_gradually_are_not_independent() -> None:
    stream = encoded(*PICTURE, *H264, "-x264-params", "intra-refresh=1:keyint=20")
    assert [is_independent(b"avc1", picture.data) for picture in stream.pictures] == [True] + [False] * 59


RECOVERY = bytes((6, 6, 1, 0xC0, 0x80))
I_SLICE, P_SLICE = bytes((0x61, 0b1_0001000, 0x80)), bytes((0x61, 0b1_00110_00, 0x80))


@pytest.mark.parametrize(
    ("written", "independent"),
    [
        ([RECOVERY, I_SLICE], True),
        ([I_SLICE], False),
        ([RECOVERY, I_SLICE, P_SLICE], False),
        ([bytes((6, 6, 1, 0x40, 0x80)), I_SLICE], False),  # recovers after a frame
        ([bytes((6, 5, 2, 9, 9, 6, 1, 0xC0, 0x80)), I_SLICE, I_SLICE], True),
        ([RECOVERY, P_SLICE], False),
        ([RECOVERY], False),
        ([], False),
    ],
)
@pytest.mark.parametrize("length", [1, 2, 4])
def test_recovery_points_count_where_all_slices_are_intra(written: list[bytes], independent: bool, length: int) -> None:
    sample = b"".join(len(unit).to_bytes(length) + unit for unit in written)
    assert is_independent(b"avc1", sample, length) is independent


def test_the_length_of_lengths_is_told() -> None:
    header = bytearray(encoded(*PICTURE, *H264).video_header)
    header[4] = 0xFD
    assert video_codec(b"avc1", bytes(header)).nal_length == 2
    header[4] = 0xFE
    with pytest.raises(BadConfiguration, match="3 bytes"):
        video_codec(b"avc1", bytes(header))


@pytest.mark.parametrize(
    "header", ["", "01", "0164001fffe0", "0164001fffe00100", "0164001fffe10000", "01640028ffe1001867"]
)
def test_a_configuration_without_parameter_sets_is_refused(header: str) -> None:
    with pytest.raises(BadConfiguration):
        video_codec(b"avc1", bytes.fromhex(header))


def test_a_parameter_set_that_ends_early_is_refused() -> None:
    whole = without_usability(30, 0)
    sps = whole[8 : 8 + whole[7]]
    for length in range(1, len(sps) - 1):
        with pytest.raises(BadConfiguration):
            video_codec(b"avc1", whole[:6] + bytes((0, length)) + sps[:length] + whole[8 + len(sps) :])


def units(sample: memoryview) -> list[int]:
    """First bytes of the NAL units."""
    found, at = [], 0
    while at < len(sample):
        found.append(sample[at + 4])
        at += 4 + int.from_bytes(sample[at : at + 4])
    return found
