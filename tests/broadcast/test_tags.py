import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storecast.broadcast.tags import (
    Kind,
    Tag,
    UnsupportedCodec,
    audio_tag,
    is_hevc,
    milliseconds_between,
    needs_header,
    video_tag,
)


@pytest.mark.parametrize(
    ("payload", "header", "keyframe"),
    [
        (b"\x17\x00\x00\x00\x00config", True, False),
        (b"\x17\x01\x00\x00\x00frame", False, True),
        (b"\x27\x01\x00\x00\x28frame", False, False),
        (b"\x90hvc1config", True, False),
        (b"\x91hvc1\x00\x00\x00frame", False, True),
        (b"\xa1hvc1\x00\x00\x00frame", False, False),
        (b"\x93hvc1frame", False, True),
        (b"\xa3av01frame", False, False),
        (b"\x90vp09config", True, False),
    ],
)
def test_video_tags_are_headers_keyframes_or_neither(payload: bytes, header: bool, keyframe: bool) -> None:
    assert video_tag(5, payload) == Tag(Kind.VIDEO, 5, payload, header, keyframe)


@pytest.mark.parametrize(
    ("payload", "header", "needs"),
    [
        (b"\xaf\x00\x12\x10", True, True),
        (b"\xaf\x01sound", False, True),
        (b"\x2fmp3", False, False),
        (b"\x90OpusOpusHead", True, True),
        (b"\x91Opussound", False, True),
        (b"\x91.mp3sound", False, False),
        (b"\x91fLaCsound", False, True),
    ],
)
def test_audio_tags_are_headers_or_sound(payload: bytes, header: bool, needs: bool) -> None:
    tag = audio_tag(5, payload)
    assert tag == Tag(Kind.AUDIO, 5, payload, header)
    assert tag is not None
    assert needs_header(tag) is needs


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x17",
        b"\x17\x02\x00\x00\x00",  # end of sequence
        b"\x57\x00",  # a seek's begin and end
        b"\x92hvc1",  # end of sequence
        b"\x94hvc1colour",  # metadata
        b"\x96\x00hvc1",  # several tracks
    ],
)
def test_video_with_nothing_to_play_is_no_tag(payload: bytes) -> None:
    assert video_tag(0, payload) is None


@pytest.mark.parametrize("payload", [b"", b"\xaf", b"\x94Opus\x00\x02", b"\x92Opus", b"\x91Opus"])
def test_audio_with_nothing_to_play_is_no_tag(payload: bytes) -> None:
    assert audio_tag(0, payload) is None


@pytest.mark.parametrize(
    "payload", [b"\x22\x00\x00\x00\x00", b"\x1c\x00\x00\x00\x00", b"\x90vp08x", b"\x90\xff\xff\xff\xff"]
)
def test_video_nobody_can_play_is_refused(payload: bytes) -> None:
    with pytest.raises(UnsupportedCodec, match=r"Video codec .* is not supported: send H\.264"):
        video_tag(0, payload)


@pytest.mark.parametrize("payload", [b"\x32ab", b"\xb2ab", b"\x90ac-3x", b"\x91\xff\xff\xff\xffx"])
def test_audio_nobody_can_play_is_refused(payload: bytes) -> None:
    with pytest.raises(UnsupportedCodec, match=r"Audio codec .* is not supported: send AAC"):
        audio_tag(0, payload)


@given(st.binary(max_size=30))
def test_arbitrary_bytes_are_a_tag_none_or_unsupported(payload: bytes) -> None:
    for read in (video_tag, audio_tag):
        with contextlib.suppress(UnsupportedCodec):
            tag = read(7, payload)
            assert tag is None or (tag.payload == payload and tag.timestamp == 7)


def test_hevc_is_told_from_the_rest() -> None:
    assert is_hevc(Tag(Kind.VIDEO, 0, b"\x90hvc1config"))
    assert not is_hevc(Tag(Kind.VIDEO, 0, b"\x90av01config"))
    assert not is_hevc(Tag(Kind.VIDEO, 0, b"\x17\x00\x00\x00\x00config"))
    assert not is_hevc(Tag(Kind.AUDIO, 0, b"\x90hvc1config"))


@given(st.sampled_from(Kind), st.integers(0, 0xFFFFFFFF), st.binary(max_size=40))
def test_an_flv_tag_says_size_and_time(kind: Kind, timestamp: int, payload: bytes) -> None:
    whole = b"".join(Tag(kind, 0, payload).flv(timestamp))
    assert whole[0] == kind
    assert int.from_bytes(whole[1:4], "big") == len(payload)
    assert whole[7] << 24 | int.from_bytes(whole[4:7], "big") == timestamp
    assert whole[8:11] == bytes(3)
    assert whole[11:-4] == payload
    assert struct.unpack(">I", whole[-4:])[0] == len(payload) + 11


@given(st.integers(0, 0xFFFFFFFF), st.integers(-(1 << 31), (1 << 31) - 1))
def test_time_stamps_are_apart_by_what_was_added(earlier: int, milliseconds: int) -> None:
    assert milliseconds_between(earlier, (earlier + milliseconds) & 0xFFFFFFFF) == milliseconds
