"""Whatever a publisher sends as configuration or sample: it is read or refused, and nothing else happens."""

import random
from collections.abc import Callable

import pytest

from storecast.broadcast.packaging.boxes import init_segment
from storecast.broadcast.packaging.codecs import (
    AudioCodec,
    BadConfiguration,
    ConversionNeeded,
    VideoCodec,
    audio_codec,
    is_independent,
    sample_data,
    samples_in,
    video_codec,
)
from tests.broadcast.packaging.streams import AV1, H264, HEVC, PICTURE, VP9, Stream, encoded, sine

TRIES = 3000
AAC = (*sine(6, "5.1(side)"), "-c:a", "aac")
VIDEO: dict[bytes, Callable[[], Stream]] = {
    b"avc1": lambda: encoded(*PICTURE, *H264, "-preset", "veryfast", "-x264-params", "open-gop=1:force-cfr=1"),
    b"hvc1": lambda: encoded(*PICTURE, *HEVC),
    b"av01": lambda: encoded(*PICTURE, *AV1),
    b"vp09": lambda: encoded(*PICTURE, *VP9),
}
AUDIO: dict[bytes, Callable[[], Stream]] = {
    b"mp4a": lambda: encoded(*AAC),
    b"Opus": lambda: encoded(*sine(6, "5.1", 48000), "-c:a", "libopus", "-mapping_family", "1"),
    b"fLaC": lambda: encoded(*sine(2, "stereo"), "-c:a", "flac"),
}


def damaged(whole: bytes, chance: random.Random) -> bytes:
    """Some bits turned, a byte replaced, what follows cut off, or all of it made up."""
    data = bytearray(whole)
    for _ in range(chance.randrange(4)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    if chance.random() < 0.3:
        data[chance.randrange(len(data))] = chance.choice((0, 0xFF, chance.randrange(256)))
    if chance.random() < 0.4:
        del data[chance.randrange(len(data)) :]
    if chance.random() < 0.05:
        data = bytearray(chance.randbytes(chance.randrange(64)))
    return bytes(data)


@pytest.mark.parametrize("kind", VIDEO)
def test_damaged_pictures_are_read_or_refused(kind: bytes) -> None:
    stream = VIDEO[kind]()
    chance = random.Random(kind)
    starts = [bytes(picture.data[:200]) for picture in stream.pictures[:25]]
    refused = 0
    for _ in range(TRIES):
        start = damaged(chance.choice(starts), chance)
        try:
            codec = video_codec(kind, damaged(stream.video_header, chance), start)
        except BadConfiguration:
            refused += 1
        else:
            check_video(codec)
        assert is_independent(kind, start, chance.choice((1, 2, 4))) in (True, False)
        assert len(sample_data(kind, start)) <= len(start)
    assert 0 < refused < TRIES


@pytest.mark.parametrize("kind", AUDIO)
def test_damaged_sound_is_read_or_refused(kind: bytes) -> None:
    stream = AUDIO[kind]()
    sound = stream.audio()
    chance = random.Random(kind)
    refused = 0
    for _ in range(TRIES):
        try:
            codec = audio_codec(kind, damaged(stream.audio_header, chance))
        except (BadConfiguration, ConversionNeeded):
            refused += 1
        else:
            check_audio(codec)
        assert 0 <= samples_in(sound, damaged(bytes(chance.choice(stream.sounds)[:32]), chance)) <= 65536
    assert 0 < refused < TRIES


def check_video(codec: VideoCodec) -> None:
    assert 0 <= codec.width <= 16384
    assert 0 <= codec.height <= 16384
    assert 0 <= codec.reorder <= 16
    assert codec.frame is None or 0.001 <= codec.frame <= 10
    assert init_segment(codec, None)


def check_audio(codec: AudioCodec) -> None:
    assert 0 < codec.rate < 1 << 20
    assert 0 < codec.channels <= 8
    assert codec.silence is None or 0 < codec.silent_samples <= 65536
    assert init_segment(None, codec)


@pytest.mark.parametrize("kind", [*VIDEO, b"vp08", b"\xff\xff\xff\xff"])
def test_what_is_empty_or_too_long_is_refused(kind: bytes) -> None:
    for configuration in (b"", bytes(100), b"\xff" * 100, b"\x01" * 100_000):
        with pytest.raises(BadConfiguration):
            video_codec(kind, configuration)
    assert not is_independent(kind, b"")


def test_a_sample_of_countless_units_is_soon_given_up() -> None:
    for kind, unit in ((b"avc1", b"\x00\x00\x00\x01\x06"), (b"hvc1", b"\x00\x00\x00\x01\x50"), (b"av01", b"\x12\x00")):
        assert not is_independent(kind, unit * 5000 + b"\x00\x00\x00\x01\x65")
