"""When converted sound is heard."""

import random
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from tests.broadcast.sound.conftest import Conversion
from tests.broadcast.sound.streams import Stream, bursts, read

Start = Callable[[str, Stream], Conversion]

KINDS = {
    "mp3": (".mp3", 44_100, 2, "libmp3lame", 44_100),
    "mp3 of half the rate": (".mp3", 22_050, 1, "libmp3lame", 44_100),
    "mp3 of 48 kHz": (".mp3", 48_000, 2, "libmp3lame", 48_000),
    "aac with its own channel layout": ("mp4a", 44_100, "5.1(side)", "aac", 44_100),
    "aac of a layout without a name": ("mp4a", 48_000, "hexagonal", "aac", 48_000),
    "pcm": ("pcm ", 44_100, 2, "pcm_s16le", 44_100),
    "pcm of 8 bits": ("pcm ", 11_025, 1, "pcm_u8", 44_100),
    "adpcm": ("adpc", 22_050, 2, "adpcm_swf", 44_100),
    "a-law": ("alaw", 8_000, 1, "pcm_alaw", 48_000),
    "µ-law": ("ulaw", 8_000, 1, "pcm_mulaw", 48_000),
    "nellymoser of 8 kHz": ("nel8", 8_000, 1, "nellymoser", 48_000),
    "nellymoser of 16 kHz": ("nl16", 16_000, 1, "nellymoser", 48_000),
    "nellymoser": ("nell", 22_050, 1, "nellymoser", 44_100),
    "ac-3": ("ac-3", 48_000, "5.1(side)", "ac3", 48_000),
    "e-ac-3": ("ec-3", 48_000, "5.1(side)", "eac3", 48_000),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_sound_of_each_kind_is_heard_when_its_stamps_say(kind: str, convert: Start, tmp_path: Path) -> None:
    codec, rate, channels, encoder, rate_out = KINDS[kind]
    stream = bursts(tmp_path / "sound.flv", 4, rate, channels, "-c:a", encoder)
    conversion = convert(codec, stream)
    conversion.feed(stream.frames)
    await conversion.ended()
    found, begun, peak = conversion.heard()
    assert found == rate_out
    assert begun == pytest.approx([1.5, 2.5, 3.5, 4.5], abs=0.01)
    assert 0.4 < peak < 1.1
    assert steps(conversion) == {1024}
    first, last = (stream.frames[0][0] / 1000, 5.0)
    assert conversion.positions[0] == pytest.approx(first * found - 1024, abs=2)  # the decoder's priming
    assert (conversion.positions[-1] + 1024) / found == pytest.approx(last, abs=0.1)


async def test_speex_is_heard_when_its_stamps_say(convert: Start) -> None:
    stream = read(Path(__file__).parent / "speex.flv")
    conversion = convert("spex", stream)
    conversion.feed(stream.frames)
    await conversion.ended()
    assert conversion.heard()[:2] == (48_000, pytest.approx([1.5, 2.5], abs=0.01))


@pytest.mark.parametrize("drift", [-0.001, 0.001])
async def test_a_publishers_drifting_clock_is_followed_without_a_seam(
    convert: Start, tmp_path: Path, drift: float
) -> None:
    stream = bursts(tmp_path / "sound.flv", 60, 44_100, 1, "-c:a", "libmp3lame")
    conversion = convert(".mp3", stream)
    conversion.feed([(round(stamp * (1 + drift)), data) for stamp, data in stream.frames])
    await conversion.ended()
    expected = [(second + 0.5) * (1 + drift) for second in range(1, 61)]
    assert conversion.heard()[1] == pytest.approx(expected, abs=0.01)
    assert steps(conversion) == {1024}


async def test_jitter_is_not_heard(convert: Start, mp3: Stream) -> None:
    chance = random.Random(7)
    conversion = convert(".mp3", mp3)
    conversion.feed([(stamp + chance.randint(-8, 8), data) for stamp, data in mp3.frames])
    await conversion.ended()
    assert conversion.heard()[1] == pytest.approx(half_seconds(1, 11), abs=0.01)
    assert steps(conversion) == {1024}


async def test_a_gap_stays_a_gap(convert: Start, mp3: Stream) -> None:
    conversion = convert(".mp3", mp3)
    conversion.feed([(stamp, data) for stamp, data in mp3.frames if not 4000 < stamp < 6300])
    await conversion.ended()
    assert conversion.heard()[1] == pytest.approx([1.5, 2.5, 3.5, *half_seconds(6, 11)], abs=0.01)
    assert sorted(steps(conversion)) == [1024, pytest.approx(2.3 * 44_100, abs=3000)]


async def test_stamps_that_leap_take_the_sound_along(convert: Start, mp3: Stream) -> None:
    conversion = convert(".mp3", mp3)
    moved = [(stamp + (8000 if 4000 < stamp < 7000 else 0), data) for stamp, data in mp3.frames]
    conversion.feed(moved)
    await conversion.ended()
    expected = [1.5, 2.5, 3.5, 12.5, 13.5, 14.5, *half_seconds(7, 11)]
    assert conversion.heard()[1] == pytest.approx(expected, abs=0.01)


async def test_what_overlaps_is_heard_once(convert: Start, mp3: Stream) -> None:
    conversion = convert(".mp3", mp3)
    conversion.feed([(stamp - (400 if stamp > 4000 else 0), data) for stamp, data in mp3.frames])
    await conversion.ended()
    assert steps(conversion) == {1024}
    begun = conversion.heard()[1]
    assert begun[:3] == pytest.approx([1.5, 2.5, 3.5], abs=0.01)
    assert begun[-1] == pytest.approx(10.1, abs=0.06)  # the last tenth is caught up with slowly


async def test_stamps_may_begin_anywhere(convert: Start, mp3: Stream) -> None:
    for offset in (-mp3.frames[0][0], 1 << 33):
        conversion = convert(".mp3", mp3)
        conversion.feed([(stamp + offset, data) for stamp, data in mp3.frames])
        await conversion.ended()
        expected = [at + offset / 1000 for at in half_seconds(1, 11)]
        assert conversion.heard()[1] == pytest.approx(expected, abs=0.01, rel=0)


async def test_garbage_between_frames_is_skipped(convert: Start, mp3: Stream) -> None:
    chance = random.Random(7)
    conversion = convert(".mp3", mp3)
    for index, (stamp, data) in enumerate(mp3.frames):
        conversion.converter.put(stamp, data)
        if index % 5 == 0:
            conversion.converter.put(stamp, chance.randbytes(chance.randint(0, 900)))
        if index % 7 == 0:
            conversion.converter.put(stamp, b"")
    await conversion.ended()
    assert conversion.failed == []
    assert conversion.heard()[1] == pytest.approx(half_seconds(1, 11), abs=0.01)


def half_seconds(start: int, end: int) -> list[float]:
    return [second + 0.5 for second in range(start, end)]


def steps(conversion: Conversion) -> set[int]:
    return {later - earlier for earlier, later in pairwise(conversion.positions)}
