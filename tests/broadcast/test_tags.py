import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storecast.broadcast.tags import (
    Kind,
    Tag,
    UnsupportedCodec,
    audio_tag,
    milliseconds_between,
    needs_header,
    sound_format,
    video_tag,
)


@pytest.mark.parametrize(
    ("payload", "codec", "media", "header", "keyframe", "composition"),
    [
        (b"\x17\x00\x00\x00\x00config", b"avc1", b"config", True, False, 0),
        (b"\x17\x00\x00\x00\x00", b"avc1", b"", True, False, 0),  # an empty header is one still
        (b"\x17\x01\x00\x00\x00frame", b"avc1", b"frame", False, True, 0),
        (b"\x27\x01\x00\x00\x28frame", b"avc1", b"frame", False, False, 40),
        (b"\x27\x01\xff\xff\xd8frame", b"avc1", b"frame", False, False, -40),
        (b"\x27\x01\x09\x27\xc0frame", b"avc1", b"frame", False, False, 600_000),
        (b"\x1c\x01\x00\x00\x00frame", b"hvc1", b"frame", False, True, 0),
        (b"\x90hvc1config", b"hvc1", b"config", True, False, 0),
        (b"\x91hvc1\x00\x00\x0aframe", b"hvc1", b"frame", False, True, 10),
        (b"\xa1avc1\x00\x00\x00frame", b"avc1", b"frame", False, False, 0),
        (b"\x93hvc1frame", b"hvc1", b"frame", False, True, 0),
        (b"\xa1vp09frame", b"vp09", b"frame", False, False, 0),  # these two have no composition offset
        (b"\xa3av01frame", b"av01", b"frame", False, False, 0),
        (b"\x90vp09config", b"vp09", b"config", True, False, 0),
        (b"\x97\x01ab\x01hvc1\x00\x00\x00frame", b"hvc1", b"frame", False, True, 0),  # behind an extension
        (b"\x97\xff\x00\x01ab\x00av01config", b"av01", b"config", True, False, 0),  # whose size takes two bytes
    ],
)
def test_video_tags_say_codec_media_and_what_they_are(
    payload: bytes, codec: bytes, media: bytes, header: bool, keyframe: bool, composition: int
) -> None:
    tag = video_tag(5, payload)
    assert tag == Tag(Kind.VIDEO, 5, payload, codec, len(payload) - len(media), header, keyframe, composition)
    assert tag is not None
    assert bytes(tag.media) == media


@pytest.mark.parametrize(
    ("payload", "codec", "media", "header", "needs"),
    [
        (b"\xaf\x00\x12\x10", b"mp4a", b"\x12\x10", True, True),
        (b"\xaf\x00", b"mp4a", b"", True, True),
        (b"\xaf\x01sound", b"mp4a", b"sound", False, True),
        (b"\x2fmp3", b".mp3", b"mp3", False, False),
        (b"\xefmp3", b".mp3", b"mp3", False, False),  # at 8 kHz
        (b"\x90OpusOpusHead", b"Opus", b"OpusHead", True, True),
        (b"\x91Opussound", b"Opus", b"sound", False, True),
        (b"\x91.mp3sound", b".mp3", b"sound", False, False),
        (b"\x91fLaCsound", b"fLaC", b"sound", False, True),
        (b"\x32ab", b"pcm ", b"ab", False, False),
        (b"\x12ab", b"adpc", b"ab", False, False),
        (b"\x72ab", b"alaw", b"ab", False, False),
        (b"\x82ab", b"ulaw", b"ab", False, False),
        (b"\xb2ab", b"spex", b"ab", False, False),
        (b"\xc2ab", b"  12", b"ab", False, False),  # nobody's, and named all the same
        (b"\x90ac-3x", b"ac-3", b"x", True, False),
        (b"\x91\xff\xff\xff\xffx", b"\xff\xff\xff\xff", b"x", False, False),
    ],
)
def test_audio_tags_of_any_kind_say_codec_and_media(
    payload: bytes, codec: bytes, media: bytes, header: bool, needs: bool
) -> None:
    tag = audio_tag(5, payload)
    assert tag == Tag(Kind.AUDIO, 5, payload, codec, len(payload) - len(media), header)
    assert tag is not None
    assert bytes(tag.media) == media
    assert needs_header(tag.codec) is needs


@pytest.mark.parametrize(
    ("first", "told"),
    [
        (0x2F, (44_100, 2, 16)),
        (0x2A, (22_050, 1, 16)),
        (0x30, (5512, 1, 8)),
        (0x35, (11_025, 2, 8)),
        (0x91, (0, 0, 0)),  # named by four characters: its header tells
    ],
)
def test_flv_sound_tells_rate_channels_and_bits(first: int, told: tuple[int, int, int]) -> None:
    tag = audio_tag(0, bytes([first]) + b"Opus-")
    assert tag is not None
    assert sound_format(tag) == told


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


@pytest.mark.parametrize("payload", [b"\x22\x00\x00\x00\x00", b"\x22", b"\x90vp08x", b"\x90\xff\xff\xff\xff"])
def test_video_nobody_can_play_is_refused(payload: bytes) -> None:
    with pytest.raises(UnsupportedCodec, match=r"Video codec .* is not supported: send H\.264"):
        video_tag(0, payload)


@given(st.binary(max_size=30))
def test_arbitrary_bytes_are_a_tag_none_or_unsupported(payload: bytes) -> None:
    for read in (video_tag, audio_tag):
        with contextlib.suppress(UnsupportedCodec):
            tag = read(7, payload)
            assert tag is None or (tag.payload == payload and tag.timestamp == 7)


@given(st.integers(0, 0xFFFFFFFF), st.integers(-(1 << 31), (1 << 31) - 1))
def test_time_stamps_are_apart_by_what_was_added(earlier: int, milliseconds: int) -> None:
    assert milliseconds_between(earlier, (earlier + milliseconds) & 0xFFFFFFFF) == milliseconds
