"""What a publisher with a key can ask of the packager: bounded, and one damaged message costs no more than itself."""

import asyncio
import struct

import psutil
import pytest

from storecast.broadcast.packaging.codecs import BadConfiguration, audio_codec
from storecast.broadcast.packaging.packager import MOST_TAKES
from storecast.broadcast.packaging.tracks import MOST_CONVERTERS
from storecast.broadcast.packaging.window import KEPT_BYTES, LARGEST_SEGMENT
from storecast.broadcast.tags import Kind, Unacceptable
from tests.broadcast.packaging.shows import Packaged, Sent, headers, in_order, media, pictures, show, sounds
from tests.broadcast.packaging.streams import Stream
from tests.waiting import eventually


def streaminfo(largest: int, rate: int) -> bytes:
    """FLAC's STREAMINFO (section 8.2): stereo of 16 bits."""
    return struct.pack(">HH6xQ", 16, largest, rate << 44 | 1 << 41 | 15 << 36) + bytes(16)


@pytest.mark.parametrize(("largest", "rate"), [(4096, 1), (4096, 3), (16, 44_100), (4096, 655_350)])
def test_flac_of_no_possible_rate_is_refused(largest: int, rate: int) -> None:
    with pytest.raises(BadConfiguration):
        audio_codec(b"fLaC", streaminfo(largest, rate))


def test_pictures_of_one_time_stamp_fill_no_memory(packaged: Packaged, h264: Stream) -> None:
    sent = show(h264, 2)
    packaged.put(sent)
    first = next(each for each in sent if each.kind == Kind.VIDEO and each.body[1] == 1)
    large = Sent(2000, Kind.VIDEO, first.body + bytes(4_000_000), 2000)
    for _ in range(60):
        packaged.put([large])
        assert packaged.window.size <= KEPT_BYTES + LARGEST_SEGMENT


def test_one_damaged_byte_silences_no_show(packaged: Packaged, h264: Stream) -> None:
    sent = show(h264, 6)
    index = next(at for at, each in enumerate(sent) if each.kind == Kind.AUDIO and each.at > 2000)
    damaged = sent[index]
    sent[index] = Sent(damaged.at, damaged.kind, b"\x2f" + damaged.body[1:], damaged.stamp)
    packaged.put(sent).finish()
    given = media([*sent[:index], *sent[index + 1 :]], Kind.AUDIO)
    known = set(given)
    assert [sample.data for sample in packaged.samples("soun") if sample.data in known] == given


def test_a_picture_that_pauses_goes_on_without_a_keyframe(packaged: Packaged, h264: Stream) -> None:
    before, after = list(pictures(h264, 3.5)), list(pictures(h264, 12, 3.5))
    later = [Sent(each.at + 6000, each.kind, each.body, each.stamp + 6000) for each in after]
    packaged.put([*headers(h264), *in_order([*before, *later], sounds(h264, 18))]).finish()
    shown = [sample.data for sample in packaged.samples("vide")]
    assert shown[-len(after) :] == media(after, Kind.VIDEO)
    assert packaged.health.report(0.0).dropped == 0
    assert packaged.whys == []


def test_media_that_waits_for_a_take_is_not_given_another_header(
    packaged: Packaged, h264: Stream, other: Stream
) -> None:
    first, then = list(pictures(h264, 0.1)), list(pictures(other, 4, 2))
    then = [Sent(each.at - 1900, each.kind, each.body, each.stamp - 1900) for each in then]
    packaged.put([*headers(h264), *first, *headers(other), *then]).finish()
    assert [[sample.data for sample in take.samples("vide")] for take in packaged.takes] == [
        media(first, Kind.VIDEO),
        media(then, Kind.VIDEO),
    ]


def test_an_encoder_that_begins_anew_all_the_time_is_told_to_stop(
    packaged: Packaged, h264: Stream, other: Stream
) -> None:
    sent: list[Sent] = []
    for number in range(MOST_TAKES + 2):
        stream, at = (h264, other)[number % 2], number * 300
        messages = [*headers(stream), *in_order(pictures(stream, 0.3), sounds(stream, 0.3))]
        sent += [Sent(at + each.at, each.kind, each.body, at + each.stamp) for each in messages]
    with pytest.raises(Unacceptable, match="anew too often"):
        packaged.put(sent)
    assert len(packaged.takes) <= MOST_TAKES


async def test_sound_that_changes_its_kind_all_the_time_starts_few_converters(packaged: Packaged) -> None:
    others = psutil.Process().children()  # of tests before

    def converters() -> list[psutil.Process]:
        return [child for child in psutil.Process().children() if child not in others]

    for number in range(40 * MOST_CONVERTERS):
        body = (b"\x2f" if number // 12 % 2 else b"\x72") + bytes(100)
        packaged.put([Sent(number * 20, Kind.AUDIO, body, number * 20)])
        await asyncio.sleep(0)  # children are started by the loop
    assert packaged.trouble() == ["sound_left_out"]
    assert len(converters()) <= MOST_CONVERTERS
    packaged.finish()
    await eventually(lambda: converters() == [], 30)
