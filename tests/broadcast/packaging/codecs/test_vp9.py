import pytest

from storecast.broadcast.packaging.codecs import BadConfiguration, is_independent, video_codec
from tests.broadcast.packaging.streams import PICTURE, VP9, encoded

RECORD = bytes.fromhex("000b820202020000")
VERSION = bytes((1, 0, 0, 0))


def test_name_is_read_and_size_learned_from_the_first_picture() -> None:
    stream = encoded(*PICTURE, *VP9)
    unknown = video_codec(b"vp09", stream.video_header)
    assert (unknown.name, unknown.width, unknown.height) == ("vp09.00.11.08", 0, 0)
    codec = stream.video()
    assert (codec.name, codec.width, codec.height, codec.reorder) == ("vp09.00.11.08", 318, 180, 0)


def test_a_picture_that_is_no_key_frame_tells_no_size() -> None:
    stream = encoded(*PICTURE, *VP9)
    assert video_codec(b"vp09", stream.video_header, stream.pictures[1].data).width == 0


def test_a_record_may_come_with_the_boxes_version_or_without() -> None:
    assert video_codec(b"vp09", RECORD) == video_codec(b"vp09", VERSION + RECORD)
    assert video_codec(b"vp09", RECORD).entry.endswith(b"vpcC" + VERSION + RECORD)


@pytest.mark.parametrize(("record", "name"), [("021fa00000000000", "vp09.02.31.10"), ("01338000", "vp09.01.51.08")])
def test_names_are_registered_ones(record: str, name: str) -> None:
    assert video_codec(b"vp09", bytes.fromhex(record.ljust(16, "0"))).name == name


def test_a_level_that_is_not_said_follows_from_the_size() -> None:
    unsaid = bytes((0, 0)) + RECORD[2:]
    assert video_codec(b"vp09", unsaid, encoded(*PICTURE, *VP9).pictures[0].data).name == "vp09.00.11.08"
    assert video_codec(b"vp09", unsaid).name == "vp09.00.41.08"


@pytest.mark.parametrize("depth", [8, 10])
def test_key_frames_are_independent(depth: int) -> None:
    stream = encoded(*PICTURE, *VP9, "-pix_fmt", "yuv420p" if depth == 8 else "yuv420p10le")
    told = [is_independent(b"vp09", picture.data) for picture in stream.pictures]
    assert sum(told) == 3
    assert told == [picture.keyframe for picture in stream.pictures]
    assert (stream.video().width, stream.video().height) == (318, 180)


@pytest.mark.parametrize("sample", ["", "82", "82498342", "8249834300", "88", "42498342", "86498342"])
def test_what_begins_no_key_frame_is_not_independent(sample: str) -> None:
    assert is_independent(b"vp09", bytes.fromhex(sample)) is (sample == "82498342")


@pytest.mark.parametrize(
    "record", ["", "00", "000b8202020200", "040b820202020000", "000b700202020000", "01000000000b82"]
)
def test_a_record_that_is_cut_or_lies_is_refused(record: str) -> None:
    with pytest.raises(BadConfiguration):
        video_codec(b"vp09", bytes.fromhex(record))
