"""Recordings of browsers as frames, and as the tags of a show."""

import io
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import pytest
from av.video.codeccontext import VideoCodecContext

from storecast.broadcast.browser.ebml import LARGEST
from storecast.broadcast.browser.matroska import Frame, Reader, Track
from storecast.broadcast.browser.recording import Recording
from storecast.broadcast.packaging.codecs import is_independent, video_codec
from storecast.broadcast.tags import Kind, Tag, Unacceptable
from tests.broadcast.browser import recordings as made

OPUS_HEAD = b"OpusHead\x01\x01\x00\x00\x80\xbb\x00\x00\x00\x00\x00"
SOUND = made.track(1, 2, b"A_OPUS", OPUS_HEAD)


def frames(data: bytes, size: int = 1 << 20) -> list[Frame]:
    reader = Reader(lambda _: None)
    return [frame for piece in made.pieces(data, size) for frame in reader.feed(piece)]


def tags(data: bytes, size: int = 1 << 20) -> list[Tag]:
    recording = Recording()
    return [tag for piece in made.pieces(data, size) for tag in recording.feed(piece)]


def media(found: list[Tag]) -> list[Tag]:
    """Without what only tells of it."""
    return [tag for tag in found if tag.kind != Kind.DATA and not tag.header]


def refused(data: bytes) -> str:
    with pytest.raises(Unacceptable) as error:
        tags(data)
    return str(error.value)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_recording_reads_the_same_in_whatever_pieces(size: int) -> None:
    data = made.H264.read_bytes()
    assert tags(data, size) == tags(data)


@pytest.mark.parametrize("path", [made.H264, made.VP9, made.AV1], ids=lambda path: path.stem)
def test_every_frame_chromium_recorded_is_found_at_its_time(path: Path) -> None:
    data = path.read_bytes()
    with av.open(io.BytesIO(data)) as container:
        wanted = [(packet.stream.type, packet.pts) for packet in container.demux() if packet.size]
    found = [("video" if tag.kind == Kind.VIDEO else "audio", tag.timestamp) for tag in media(tags(data))]
    assert sorted(found) == sorted(wanted)


def test_chromiums_byte_stream_becomes_what_mp4_takes() -> None:
    found = [tag for tag in tags(made.H264.read_bytes()) if tag.kind == Kind.VIDEO]
    assert found[0].header
    codec = video_codec(b"avc1", bytes(found[0].media))
    assert (codec.width, codec.height, codec.nal_length) == (320, 180, 4)
    pictures = found[1:]
    assert not any(picture.header for picture in pictures)  # the same parameter sets before each keyframe are no news
    assert [picture.keyframe for picture in pictures] == [is_independent(b"avc1", each.media) for each in pictures]
    assert sum(picture.keyframe for picture in pictures) >= 3
    decoder = cast("VideoCodecContext", av.CodecContext.create("h264", "r"))
    decoder.extradata = bytes(found[0].media)
    shown = [frame for each in pictures for frame in decoder.decode(av.Packet(bytes(each.media)))]
    assert len(shown) + len(decoder.decode(None)) == len(pictures)


def test_a_picture_of_another_size_is_told_of_by_a_header() -> None:
    large, small = keyframe(320, 180), keyframe(160, 90)
    blocks = [made.block(1, 33 * index, data) for index, data in enumerate((large, large, small, small))]
    data = made.recording(made.cluster(0, *blocks), tracks=made.track(1, 1, b"V_MPEG4/ISO/AVC"))
    found = [video_codec(b"avc1", bytes(tag.media)) for tag in tags(data) if tag.header]
    assert [(codec.width, codec.height) for codec in found] == [(320, 180), (160, 90)]


def keyframe(width: int, height: int) -> bytes:
    """Of H.264, with its parameter sets, as Chromium writes it."""
    encoder = cast("VideoCodecContext", av.CodecContext.create("libx264", "w"))
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = width, height, "yuv420p", Fraction(1, 30)
    return bytes([*encoder.encode(av.VideoFrame(width, height, "yuv420p")), *encoder.encode(None)][0])


@pytest.mark.parametrize("muxer", ["matroska", "webm"])
def test_clusters_need_not_know_their_size(muxer: str) -> None:
    video = made.LIBX264 if muxer == "matroska" else ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8")
    data = made.encoded(3, *video, muxer=muxer)
    unsized = made.without_sizes(data)
    assert unsized != data
    assert frames(unsized) == frames(data)
    assert len([frame for frame in frames(unsized) if frame.track.kind == 1]) == 90


def test_a_group_without_a_reference_is_a_keyframe() -> None:
    picture = made.track(1, 1, b"V_VP9")
    inside = made.block(1, 5, b"picture", 0, made.BLOCK)
    groups = [made.element(made.GROUP, inside), made.element(made.GROUP, inside + made.element(made.REFERENCE, b"\1"))]
    found = frames(made.recording(made.cluster(1000, *groups), tracks=picture))
    assert [(frame.at, frame.keyframe, frame.data) for frame in found] == [
        (1005, True, b"picture"),
        (1005, False, b"picture"),
    ]


def test_a_recording_may_begin_anew_with_other_tracks() -> None:
    first = made.recording(made.cluster(60_000, made.block(1, 0, b"one")), tracks=SOUND)
    second = made.recording(made.cluster(0, made.block(2, 7, b"two")), tracks=made.track(2, 2, b"A_OPUS", OPUS_HEAD))
    assert [(frame.at, frame.data) for frame in frames(first + second)] == [(60_000, b"one"), (7, b"two")]


def test_of_several_tracks_the_first_picture_and_the_first_sound_are_taken() -> None:
    more = made.track(2, 2, b"A_OPUS", OPUS_HEAD) + made.track(3, 17, b"S_TEXT/UTF8")
    blocks = (made.block(number, 0, bytes((number,))) for number in (1, 2, 3, 4))
    found = tags(made.recording(made.cluster(0, *blocks), tracks=SOUND + more))
    assert [(tag.kind, bytes(tag.media)) for tag in media(found)] == [(Kind.AUDIO, b"\1")]


CLUSTER = made.cluster(0, made.block(1, 0, b"data"))
NOT_READ = {
    "mp4": (b"\0\0\0\x20ftypisom" + bytes(100), "MP4"),
    "another doctype": (made.header(b"avi"), "neither WebM nor Matroska"),
    "no element": (b"GET / HTTP/1.1\r\n\r\n", "neither WebM nor Matroska"),
    "no id": (made.header() + bytes(16), "no element of Matroska"),
    "an element too large": (
        made.header() + made.element(made.SIMPLE_BLOCK, b"", (LARGEST + 1 | 1 << 56).to_bytes(8)),
        f"an element of {LARGEST + 1} bytes",
    ),
    "an unknown element too large": (
        made.header() + made.element(0xEC, b"", (LARGEST + 1 | 1 << 56).to_bytes(8)),
        f"an element of {LARGEST + 1} bytes",
    ),
    "a block of no size": (made.header() + made.element(made.SIMPLE_BLOCK, b"", made.UNKNOWN), "has no size"),
    "lacing": (
        made.recording(made.cluster(0, made.block(1, 0, b"data", 0x82)), tracks=SOUND),
        "hold several frames",
    ),
    "a cut block": (
        made.recording(made.cluster(0, made.element(made.SIMPLE_BLOCK, b"\x81\0")), tracks=SOUND),
        "cut off",
    ),
    "a block before its time": (
        made.recording(made.element(made.CLUSTER, made.block(1, 0, b"data"), made.UNKNOWN), tracks=SOUND),
        "before its cluster's time",
    ),
    "a child longer than its parent": (
        made.header() + made.element(made.TRACKS, b"\xae\x88\0"),
        "longer than what it is in",
    ),
    "encryption": (
        made.recording(CLUSTER, tracks=made.track(1, 2, b"A_OPUS", OPUS_HEAD, made.element(0x6D80, b""))),
        "compressed or encrypted",
    ),
    "tracks without end": (made.recording(CLUSTER, tracks=SOUND * 9), "9 tracks"),
    "no unit of time": (made.header() + made.element(0x1549A966, made.element(0x2AD7B1, b"\0")), "no unit"),
    "VP8": (made.recording(CLUSTER, tracks=made.track(1, 1, b"V_VP8")), "use Chrome or Edge"),
    "Vorbis": (made.recording(CLUSTER, tracks=made.track(1, 2, b"A_VORBIS", b"?")), "use Chrome or Edge"),
    "AV1 without its configuration": (made.recording(CLUSTER, tracks=made.track(1, 1, b"V_AV1")), "AV1"),
}


@pytest.mark.parametrize(("data", "why"), NOT_READ.values(), ids=NOT_READ.keys())
def test_what_is_no_recording_is_refused_in_clear_words(data: bytes, why: str) -> None:
    assert why in refused(data)


def test_no_more_is_kept_than_one_element() -> None:
    reader = Reader(lambda _: None)
    block = made.element(made.SIMPLE_BLOCK, b"", (LARGEST | 1 << 56).to_bytes(8))
    list(reader.feed(made.header() + block))
    for piece in made.pieces(bytes(LARGEST - 1), 1 << 16):
        list(reader.feed(piece))
    assert reader.pending <= LARGEST + len(block)
    void = made.element(0xEC, b"", (LARGEST | 1 << 56).to_bytes(8))
    reader = Reader(lambda _: None)
    list(reader.feed(made.header() + void))
    for piece in made.pieces(bytes(LARGEST), 1 << 16):
        list(reader.feed(piece))
        assert reader.pending == 0


def test_tracks_say_what_they_are() -> None:
    found: list[list[Track]] = []
    list(Reader(found.append).feed(made.recording(tracks=SOUND + made.track(2, 1, b"V_VP9\0"))))
    assert found == [[Track(1, 2, "A_OPUS", OPUS_HEAD), Track(2, 1, "V_VP9", b"")]]
