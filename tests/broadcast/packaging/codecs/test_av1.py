from fractions import Fraction

import pytest

from storecast.broadcast.packaging.codecs import BadConfiguration, is_independent, sample_data, video_codec
from tests.broadcast.packaging.streams import AV1, PICTURE, encoded

DELIMITER, DELIMITER_OF_A_LAYER = bytes((0x12, 0)), bytes((0x16, 0, 0))


def test_name_and_size_are_read() -> None:
    codec = encoded(*PICTURE, *AV1).video()
    assert (codec.name, codec.width, codec.height, codec.reorder) == ("av01.0.00M.08", 318, 180, 0)


def test_the_size_may_stand_in_the_first_sample_alone() -> None:
    stream = encoded(*PICTURE, *AV1)
    short = stream.video_header[:4]
    unknown = video_codec(b"av01", short)
    assert (unknown.name, unknown.width, unknown.height) == ("av01.0.00M.08", 0, 0)
    known = video_codec(b"av01", short, DELIMITER + stream.pictures[0].data)
    assert (known.width, known.height) == (318, 180)
    assert video_codec(b"av01", short, b"\x0a\x01\x00").width == 0


@pytest.mark.parametrize(
    ("header", "name"),
    [("81040c00", "av01.0.04M.08"), ("812dcc00", "av01.1.13H.10"), ("814ee000", "av01.2.14H.12")],
)
def test_names_are_registered_ones(header: str, name: str) -> None:
    assert video_codec(b"av01", bytes.fromhex(header)).name == name


def sequence_header(bits: str) -> bytes:
    body = int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8))
    return bytes((0x81, 0, 0x0C, 0, 0x0A, len(body))) + body


def test_timing_and_operating_points_are_read_past() -> None:
    timing = f"1{1001:032b}{30000:032b}11" + "1" + f"{9:05b}{1:032b}{0:05b}{0:05b}"
    points = "1" + "00001" + ("0" * 12 + "01000" + "0" + "1" + "0" * 21 + "10000") * 2
    codec = video_codec(b"av01", sequence_header(f"00000{timing}{points}{10:04b}{9:04b}{1279:011b}{719:010b}"))
    assert (codec.width, codec.height, codec.frame) == (1280, 720, Fraction(1001, 30000))


def test_a_still_picture_is_read() -> None:
    codec = video_codec(b"av01", sequence_header(f"00011{0:05b}{7:04b}{7:04b}{99:08b}{49:08b}"))
    assert (codec.width, codec.height, codec.frame) == (100, 50, None)


def test_key_frames_are_independent() -> None:
    stream = encoded(*PICTURE, *AV1)
    told = [is_independent(b"av01", picture.data) for picture in stream.pictures]
    assert sum(told) == 3
    assert told == [picture.keyframe for picture in stream.pictures]


@pytest.mark.parametrize(
    ("sample", "independent"),
    [
        ("320110", True),  # a frame: key, shown
        ("12003210", False),  # cut
        ("1200320110", True),
        ("320100", False),  # key, not shown
        ("320130", False),  # inter
        ("320190", False),  # an existing frame once more
        ("3200", False),
        ("1a0110", True),  # a frame header by itself
        ("3010", True),  # without a size, to the sample's end
        ("0a0110", False),
        ("", False),
    ],
)
def test_independence_is_told_by_the_first_frame(sample: str, independent: bool) -> None:
    assert is_independent(b"av01", bytes.fromhex(sample)) is independent


def test_a_leading_temporal_delimiter_is_left_out() -> None:
    frame = bytes.fromhex("320110")
    assert [bytes(sample_data(b"av01", begun + frame)) for begun in (b"", DELIMITER, DELIMITER_OF_A_LAYER)] == [
        frame
    ] * 3
    assert sample_data(b"vp09", DELIMITER + frame) == DELIMITER + frame


@pytest.mark.parametrize("header", ["", "81000c", "01000c00", "81600c00", "81000c000a0100"])
def test_a_configuration_that_is_cut_or_lies_is_refused(header: str) -> None:
    with pytest.raises(BadConfiguration):
        video_codec(b"av01", bytes.fromhex(header))
