import io
import struct
import subprocess
from collections.abc import Iterator, Sequence
from itertools import pairwise

import av
import pytest
from msgspec import Struct

from storecast.broadcast.packaging.boxes import Sample, fragment, init_segment
from storecast.broadcast.packaging.codecs import audio_codec
from storecast.kit.settings import Settings
from tests.broadcast.packaging.streams import AV1, H264, HEVC, PICTURE, VP9, Stream, encoded, sine

AAC = ("-c:a", "aac")
STREAMS = {
    "avc1": (*PICTURE, *sine(2, "stereo"), *H264, "-preset", "veryfast", "-bf", "2", *AAC),
    "hvc1": (*PICTURE, *sine(6, "5.1(side)"), *HEVC, *AAC),
    "av01": (*PICTURE, *sine(2, "stereo", 48000), *AV1, "-c:a", "libopus"),
    "vp09": (*PICTURE, *sine(2, "stereo"), *VP9, "-c:a", "flac"),
    "video only": (*PICTURE, *H264),
    "audio only": (*sine(1, "mono", 48000), *AAC),
}


class Packet(Struct, frozen=True):
    """As a demuxer finds it."""

    decoded: int
    shown: int
    keyframe: bool
    data: bytes


def film(stream: Stream, pictures: int = 7, sounds: int = 11) -> bytes:
    """The stream in fragments of so many pictures and frames of sound."""
    video = stream.video_samples()
    audio = stream.audio_samples() if stream.sounds else []
    count = max(-(-len(video) // pictures), -(-len(audio) // sounds))
    return init_segment(stream.video() if video else None, stream.audio() if audio else None) + b"".join(
        fragment(
            number + 1,
            video[number * pictures : (number + 1) * pictures],
            audio[number * sounds : (number + 1) * sounds],
        )
        for number in range(count)
    )


def demuxed(data: bytes) -> dict[str, list[Packet]]:
    with av.open(io.BytesIO(data)) as container:
        found: dict[str, list[Packet]] = {track.type: [] for track in container.streams}
        for packet in container.demux():
            if packet.dts is not None and packet.pts is not None:
                found[packet.stream.type].append(Packet(packet.dts, packet.pts, packet.is_keyframe, bytes(packet)))
    return found


def as_sent(samples: Sequence[Sample]) -> list[Packet]:
    return [
        Packet(sample.decoded, sample.decoded + sample.composition, sample.independent, bytes(sample.data))
        for sample in samples
    ]


def boxes(data: bytes, *path: bytes) -> Iterator[bytes]:
    """Contents of the boxes at `path`."""
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4])
        if data[at + 4 : at + 8] == path[0]:
            content = data[at + 8 : at + size]
            yield from boxes(content, *path[1:]) if path[1:] else [content]
        at += size


@pytest.mark.parametrize("name", STREAMS)
def test_each_codec_is_decoded_without_a_complaint(name: str) -> None:
    written = film(encoded(*STREAMS[name]))
    command = [Settings().ffmpeg, "-v", "warning", "-i", "pipe:0", "-f", "null", "-"]
    done = subprocess.run(command, input=written, capture_output=True)
    assert (done.returncode, done.stderr.decode()) == (0, "")


@pytest.mark.parametrize("name", STREAMS)
def test_samples_are_found_as_they_were_given(name: str) -> None:
    stream = encoded(*STREAMS[name])
    found = demuxed(film(stream))
    assert found.get("video", []) == as_sent(stream.video_samples())
    if stream.sounds:
        assert found["audio"] == as_sent(stream.audio_samples())


def test_tracks_are_declared_with_timescale_size_and_name() -> None:
    with av.open(io.BytesIO(film(encoded(*STREAMS["hvc1"])))) as container:
        (video,), (audio,) = container.streams.video, container.streams.audio
        assert (video.id, video.time_base.denominator, video.width, video.height) == (1, 360_000, 318, 180)
        assert (audio.id, audio.time_base.denominator, audio.rate, audio.channels) == (2, 44100, 44100, 6)


def test_a_broadcast_may_last_for_years() -> None:
    begun = 360_000 * 86_400 * 400
    (run,) = boxes(fragment(0xFFFFFFFF, [Sample(begun, b"\x00", 12_000)], []), b"moof", b"traf", b"tfdt")
    assert run == struct.pack(">IQ", 1 << 24, begun)


VARIED = {
    "lengths that differ": [Sample(0, b"a", 12_000), Sample(12_000, b"bc", 12_012)],
    "offsets before decoding": [Sample(0, b"a", 12_000, 0), Sample(12_000, b"b", 12_000, -6_000, False)],
    "a key picture in the middle": [Sample(0, b"a", 9, 0, False), Sample(9, b"b", 9), Sample(18, b"c", 9, 0, False)],
    "nothing that differs": [Sample(5, b"a", 7), Sample(12, b"b", 7)],
    "no independent one": [Sample(5, b"a", 7, 1, False), Sample(12, b"b", 7, 1, False)],
}


@pytest.mark.parametrize("case", VARIED)
def test_runs_say_what_differs_of_each_sample_and_the_rest_once(case: str) -> None:
    samples = VARIED[case]
    written = fragment(1, samples, [])
    (tfhd,), (trun,) = boxes(written, b"moof", b"traf", b"tfhd"), boxes(written, b"moof", b"traf", b"trun")
    flags, track, duration, sample_flags = struct.unpack(">IIII", tfhd)
    assert (flags, track) == (0x020028, 1)
    fields, count, offset = struct.unpack_from(">IIi", trun)
    present = [bit for bit in (0x100, 0x200, 0x400, 0x800) if fields & bit]
    assert fields == 1 << 24 | 1 | sum(present)
    assert len(trun) == 12 + 4 * len(present) * len(samples)
    at = samples[0].decoded
    for index, sample in enumerate(samples):
        row = struct.unpack_from(f">{len(present)}I", trun, 12 + 4 * len(present) * index)
        said = dict(zip(present, row, strict=True))
        assert sample.decoded == at
        at += said.get(0x100, duration)
        assert said[0x200] == len(sample.data)
        assert (said.get(0x400, sample_flags) & 0x10000 == 0) is sample.independent
        assert said.get(0x800, 0) == sample.composition & 0xFFFFFFFF
        assert written[offset : offset + len(sample.data)] == sample.data
        offset += len(sample.data)
    assert count == len(samples)
    assert offset == len(written)


def test_video_lies_before_audio_whatever_comes_first() -> None:
    written = fragment(1, [Sample(90_000, b"picture", 12_000)], [Sample(0, b"sound", 1024)])
    assert written.endswith(b"mdatpicturesound")
    audio = list(boxes(written, b"moof", b"traf", b"trun"))[1]
    assert written[int.from_bytes(audio[8:12]) :].startswith(b"sound")


def test_there_are_no_edit_lists_and_no_samples_in_the_init_segment() -> None:
    stream = encoded(*STREAMS["avc1"])
    init = init_segment(stream.video(), stream.audio())
    assert b"edts" not in init
    assert b"mdat" not in init
    assert len(list(boxes(init, b"moov", b"trak"))) == len(list(boxes(init, b"moov", b"mvex", b"trex"))) == 2


def test_each_fragment_has_its_number() -> None:
    numbers = [int.from_bytes(header[4:]) for header in boxes(film(encoded(*STREAMS["avc1"])), b"moof", b"mfhd")]
    assert all(after == before + 1 for before, after in pairwise(numbers))


def test_silence_fills_a_track_like_sound() -> None:
    codec = audio_codec(b"mp4a", bytes.fromhex("1190"))
    assert codec.silence is not None
    silence = [Sample(index * 1024, codec.silence, 1024) for index in range(5)]
    found = demuxed(init_segment(None, codec) + fragment(1, [], silence))
    assert found["audio"] == as_sent(silence)
