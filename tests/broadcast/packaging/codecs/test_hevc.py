import pytest

from storecast.broadcast.packaging.codecs import BadConfiguration, is_independent, video_codec
from tests.broadcast.packaging.streams import HEVC, PICTURE, encoded

PROFILE_BYTES = slice(1, 13)  # general_profile_space to general_level_idc


def test_name_and_shown_size_are_read() -> None:
    codec = encoded(*PICTURE, *HEVC).video()
    assert (codec.name, codec.width, codec.height) == ("hvc1.1.6.L60.90", 318, 180)
    assert codec.entry[4:8] == b"hvc1"


def test_ten_bits_are_named() -> None:
    codec = encoded(*PICTURE, *HEVC, "-pix_fmt", "yuv420p10le").video()
    assert (codec.name, codec.width, codec.height) == ("hvc1.2.4.L60.90", 318, 180)


@pytest.mark.parametrize(
    ("profile", "name"),
    [
        ("01600000009000000000005d", "hvc1.1.6.L93.90"),
        ("22200000000000b000000099", "hvc1.2.4.H153.0.0.B0"),
        ("422000000090000000000078", "hvc1.A2.4.L120.90"),
        ("04080000000000000000007b", "hvc1.4.10.L123"),
    ],
)
def test_names_are_registered_ones(profile: str, name: str) -> None:
    header = bytearray(encoded(*PICTURE, *HEVC).video_header)
    header[PROFILE_BYTES] = bytes.fromhex(profile)
    assert video_codec(b"hvc1", bytes(header)).name == name


@pytest.mark.parametrize(("pictures", "reorder"), [(0, 0), (1, 1), (4, 2)])
def test_pictures_held_back_are_as_many_as_the_stream_says(pictures: int, reorder: int) -> None:
    parameters = f"log-level=none:bframes={pictures}:b-adapt=0"
    assert encoded(*PICTURE, *HEVC, "-x265-params", parameters).video().reorder == reorder


@pytest.mark.parametrize("open_groups", [0, 1])
def test_random_access_points_are_independent(open_groups: int) -> None:
    parameters = f"log-level=none:keyint=20:min-keyint=20:scenecut=0:bframes=2:open-gop={open_groups}"
    stream = encoded(*PICTURE, *HEVC, "-x265-params", parameters)
    told = [is_independent(b"hvc1", picture.data) for picture in stream.pictures]
    assert sum(told) == 3
    assert told == [picture.keyframe for picture in stream.pictures]


@pytest.mark.parametrize("sample", ["", "00000001", "0000000246010000000212", "0000000802010000"])
def test_a_sample_without_a_picture_is_not_independent(sample: str) -> None:
    assert not is_independent(b"hvc1", bytes.fromhex(sample))


def test_each_configuration_that_is_cut_is_refused() -> None:
    whole = encoded(*PICTURE, *HEVC).video_header
    for length in range(whole.rindex(b"\x22\x00\x01")):  # up to the picture parameter sets
        with pytest.raises(BadConfiguration):
            video_codec(b"hvc1", whole[:length])
