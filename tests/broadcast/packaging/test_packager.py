"""From tags to takes: which tracks a take gets, when it begins, and that nothing is lost on the way."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from storecast.broadcast.packaging.packager import SILENCE
from storecast.broadcast.packaging.waiting import MAX_WAITING_BYTES, MAX_WAITING_TAGS
from storecast.broadcast.rtmp.amf import AmfValue
from storecast.broadcast.tags import Kind
from tests.broadcast.packaging.shows import (
    EPOCH,
    GROUP,
    Packaged,
    Sent,
    audio_header,
    check_whole,
    headers,
    in_order,
    media,
    metadata,
    pictures,
    show,
    sounds,
    video_header,
)
from tests.broadcast.packaging.streams import H264, PICTURE, Stream, encoded

FREE = 4  # references to a message that nobody but the test holds


def test_a_show_is_one_take_that_plays_as_it_is_recorded(packaged: Packaged, h264: Stream) -> None:
    sent = show(h264, 20)
    packaged.put(sent).finish()
    check_whole(packaged, sent)
    (take,) = packaged.takes
    window = packaged.window
    assert window.init(window.segments[0].take.name) == take.init
    assert b"".join(take.fragments) == b"".join(segment.data for segment in window.segments)
    assert [track.kind for track in take.tracks] == ["vide", "soun"]
    assert {sample.duration for sample in take.samples("vide")} == {12_000}
    assert {sample.duration for sample in take.samples("soun")} == {1024}
    assert packaged.whys == []
    assert packaged.trouble() == []
    ((told, at),) = packaged.started
    assert told is window.take
    assert at == pytest.approx(EPOCH, abs=0.001)


def test_a_show_can_be_watched_within_a_second(packaged: Packaged, h264: Stream) -> None:
    packaged.put(show(h264, 3))
    assert packaged.playable_at is not None
    assert packaged.playable_at <= 700


@pytest.mark.parametrize(
    ("announced", "tracks", "latest"),
    [
        ({}, "picture", 1300),
        ({"videocodecid": 7.0}, "picture", 1300),
        ({"videocodecid": 7.0, "audiocodecid": 10.0}, "picture", 3100),
        ({}, "picture and sound's header", 1600),
        ({"videocodecid": 7.0, "audiocodecid": 10.0}, "picture and sound's header", 1600),
        ({}, "sound", 1300),
        ({"audiocodecid": 10.0}, "sound", 1300),
        ({"videocodecid": 7.0, "audiocodecid": 10.0}, "sound", 3100),
        ({}, "sound and picture's header", 3100),
    ],
)
def test_a_track_that_never_comes_is_not_waited_for_long(
    packaged: Packaged, h264: Stream, announced: dict[str, AmfValue], tracks: str, latest: int
) -> None:
    picture, _, more = tracks.partition(" and ")
    sent = [metadata(**announced), audio_header(h264) if picture == "sound" else video_header(h264)]
    if more:
        sent.append(audio_header(h264) if picture == "picture" else video_header(h264))
    sent += sounds(h264, 6) if picture == "sound" else pictures(h264, 6)
    packaged.put(sent).finish()
    assert packaged.playable_at is not None
    assert packaged.playable_at <= latest
    check_whole(packaged, sent)
    (take,) = packaged.takes
    assert [track.kind for track in take.tracks] == (["soun"] if picture == "sound" else ["vide", "soun"])
    if picture == "picture":
        assert {sample.data for sample in take.samples("soun")} == {SILENCE.silence}
        assert take.seconds("soun") == pytest.approx(6, abs=0.1)


@pytest.mark.parametrize("late", [300, 600, 2200])
@pytest.mark.parametrize("second", [Kind.AUDIO, Kind.VIDEO])
def test_a_promised_track_may_come_late(packaged: Packaged, h264: Stream, second: Kind, late: int) -> None:
    sent = [metadata(videocodecid=7.0, audiocodecid=10.0), *show(h264, 8)]
    for each in sent:
        each.at += late if each.kind == second else 0
        each.stamp = each.at
    packaged.put(in_order(sent)).finish()
    assert len(packaged.samples("vide")) == 240
    assert packaged.whys == []


def empty(sent: Sent) -> list[Sent]:
    return [Sent(sent.at, sent.kind, sent.body[: 5 if sent.kind == Kind.VIDEO else 2], sent.stamp)]


def cut(sent: Sent) -> list[Sent]:
    start = 5 if sent.kind == Kind.VIDEO else 2
    return [Sent(sent.at, sent.kind, sent.body[:end], sent.stamp) for end in range(start, len(sent.body))]


def repeated(sent: Sent) -> list[Sent]:
    return [sent, sent]


@pytest.mark.parametrize("harm", [empty, repeated, cut])
@pytest.mark.parametrize("header", [video_header, audio_header])
def test_headers_empty_cut_or_repeated_change_nothing(
    packaged: Packaged,
    h264: Stream,
    header: Callable[[Stream, int], Sent],
    harm: Callable[[Sent], list[Sent]],
) -> None:
    sent = show(h264, 20)
    harmed = harm(header(h264, 10_000))
    if harm is cut and header is audio_header:
        del harmed[2:]  # two bytes of it are a configuration
    packaged.put(in_order(sent, harmed)).finish()
    check_whole(packaged, sent)
    assert packaged.whys == []
    assert ("unreadable_header" in packaged.trouble()) is (harm is not repeated)


@pytest.mark.parametrize("milliseconds", [600_000, -600_000, 8_388_607, -8_388_608, 1001])
def test_composition_offsets_are_bounded(packaged: Packaged, h264: Stream, milliseconds: int) -> None:
    sent = show(h264, 12)
    wild = next(each for each in sent if each.kind == Kind.VIDEO and each.at >= 10_000 and each.body[0] == 0x27)
    wild.body = wild.body[:2] + milliseconds.to_bytes(3, "big", signed=True) + wild.body[5:]
    packaged.put(sent).finish()
    check_whole(packaged, sent)
    assert all(abs(sample.composition) <= 360_000 for sample in packaged.samples("vide"))
    assert packaged.takes[0].seconds("vide") == pytest.approx(12, abs=0.05)


def test_composition_offsets_stay_what_they_are(packaged: Packaged) -> None:
    stream = encoded(*PICTURE, *H264, "-g", str(GROUP), "-bf", "3", "-b_strategy", "0")
    sent = [video_header(stream), *pictures(stream, 6)]
    packaged.put(sent).finish()
    wanted = [picture.composition for picture in stream.pictures] * 3
    assert [round(sample.composition / 12_000) * 12_000 for sample in packaged.samples("vide")] == [
        round(milliseconds * 360 / 12_000) * 12_000 for milliseconds in wanted
    ]
    assert all(sample.composition % 12_000 == 0 for sample in packaged.samples("vide"))


@pytest.mark.parametrize("back", [True, False])
def test_sound_may_stop_and_come_back(packaged: Packaged, h264: Stream, back: bool) -> None:
    heard = in_order(sounds(h264, 8), sounds(h264, 22, 14) if back else [])
    sent = [*headers(h264), *in_order(pictures(h264, 22), heard)]
    packaged.put(sent).finish()
    assert [sample.data for sample in packaged.samples("vide")] == media(sent, Kind.VIDEO)
    assert packaged.whys == []
    (take,) = packaged.takes
    assert take.seconds("soun") == pytest.approx(22, abs=0.05)
    assert ("sound_silent" in packaged.trouble()) is not back
    lost = len(heard) - sum(sample.data != h264.audio().silence for sample in take.samples("soun"))
    assert 0 <= lost <= 3


def test_sound_that_joins_with_silence_in_its_place_is_heard_at_once(packaged: Packaged, h264: Stream) -> None:
    sent = [*headers(h264), *in_order(pictures(h264, 22), sounds(h264, 22, 14))]
    packaged.put(sent).finish()
    assert packaged.whys == []
    assert [sample.data for sample in packaged.samples("vide")] == media(sent, Kind.VIDEO)
    joined = next(sample for sample in packaged.samples("soun") if sample.data != h264.audio().silence)
    assert joined.decoded / 48_000 == pytest.approx(14, abs=0.04)


def test_other_sound_that_joins_begins_a_take_at_a_keyframe(packaged: Packaged, h264: Stream, other: Stream) -> None:
    joining = [audio_header(other, 14_000), *sounds(other, 22, 14, 44_100)]
    sent = [video_header(h264), *in_order(pictures(h264, 22), joining)]
    packaged.put(sent).finish()
    assert packaged.whys == ["other sound joined"]
    assert [sample.data for sample in packaged.samples("vide")] == media(sent, Kind.VIDEO)
    silent, heard = packaged.takes
    assert silent.seconds("vide") in (14.0, 16.0)
    assert heard.samples("vide")[0].sync
    assert {track.timescale for track in heard.tracks} == {360_000, 44_100}


@pytest.mark.parametrize("by", [-5000, 8000, -3_000_000_000])
@pytest.mark.parametrize("at", [12_000, 12_500])
def test_a_jump_of_the_stamps_is_a_take_and_loses_nothing(packaged: Packaged, h264: Stream, by: int, at: int) -> None:
    sent = show(h264, 24)
    for each in sent:
        each.stamp += by if each.at >= at else 0
    packaged.put(sent).finish()
    check_whole(packaged, sent)
    assert packaged.whys == ["time stamps jump"]
    assert "stamps_jump" in packaged.trouble()
    before, after = packaged.takes
    assert before.seconds("vide") + after.seconds("vide") == pytest.approx(24, abs=0.1)
    for take in packaged.takes:
        assert take.seconds("soun") == pytest.approx(take.seconds("vide"), abs=0.06)


@pytest.mark.parametrize("ahead", [-3000, -800, 800, 1500, 3000])
def test_sound_may_be_sent_long_before_or_after_its_picture(packaged: Packaged, h264: Stream, ahead: int) -> None:
    """Parts go by the picture as long as it moves."""
    sent = show(h264, 20)
    for each in sent:
        each.stamp += 20_000 + (ahead if each.kind == Kind.AUDIO else 0)
    packaged.put(sent)
    assert sum(segment.duration for segment in packaged.window.segments) >= 19.5
    packaged.finish()
    (take,) = packaged.takes
    assert [sample.data for sample in take.samples("vide")] == media(sent, Kind.VIDEO)
    assert all(abs(sample.duration - 12_000) <= 360 for sample in take.samples("vide"))
    first = next(sample for sample in take.samples("soun") if sample.data == h264.sounds[1])
    assert first.decoded / 48_000 % (len(h264.sounds[1:]) * 1024 / 48_000) == pytest.approx(
        ahead / 1000 % (len(h264.sounds[1:]) * 1024 / 48_000), abs=0.03
    )


def test_the_picture_may_stop_and_the_sound_goes_on(packaged: Packaged, h264: Stream) -> None:
    sent = [*headers(h264), *in_order(pictures(h264, 8), sounds(h264, 40))]
    packaged.put(sent)
    assert packaged.window.newest_at >= EPOCH + 38
    packaged.finish()
    given = media(sent, Kind.AUDIO)
    assert [sample.data for sample in packaged.samples("soun")] == given
    pictures_sent = media(sent, Kind.VIDEO)
    assert [sample.data for sample in packaged.samples("vide")][: len(pictures_sent)] == pictures_sent


def test_a_picture_joins_at_its_first_keyframe(packaged: Packaged, h264: Stream) -> None:
    sent = [
        audio_header(h264),
        *in_order(sounds(h264, 20), [video_header(h264, 8000)], pictures(h264, 20, 9)),
    ]
    packaged.put(sent).finish()
    assert packaged.whys == ["a picture joined"]
    assert [sample.data for sample in packaged.samples("vide")] == media(pictures(h264, 20, 10), Kind.VIDEO)
    assert [sample.data for sample in packaged.samples("soun")] == media(sent, Kind.AUDIO)


def test_a_show_that_begins_within_a_group_begins_with_its_keyframe(packaged: Packaged, h264: Stream) -> None:
    sent = [video_header(h264), *pictures(h264, 19, 0.5), *pictures(h264, 19.5, 19)]
    packaged.put(sent).finish()
    (take,) = packaged.takes
    assert [sample.data for sample in take.samples("vide")] == media(pictures(h264, 19.5, 2), Kind.VIDEO)
    assert {sample.duration for sample in take.samples("vide")} == {12_000}


def test_a_keyframe_that_was_long_in_coming_begins_a_steady_take(packaged: Packaged, h264: Stream) -> None:
    """The wait is no reason not to measure the rate."""
    early = [each for each in pictures(h264, 8) if each.body[0] == 0x27]
    sent = [video_header(h264), *early, *pictures(h264, 16, 8)]
    packaged.put(sent).finish()
    assert {sample.duration for sample in packaged.samples("vide")} == {12_000}


@pytest.mark.parametrize("at", [6.0, 6.5])
def test_a_picture_of_another_size_begins_a_take(packaged: Packaged, h264: Stream, other: Stream, at: float) -> None:
    ms = round(at * 1000)
    after = [*pictures(other, 20 - at)]
    for each in after:
        each.at, each.stamp = each.at + ms, each.stamp + ms
    sent = [*headers(h264), *in_order(pictures(h264, at), [video_header(other, ms)], after, sounds(h264, 20))]
    packaged.put(sent).finish()
    check_whole(packaged, sent)
    assert packaged.whys == ["the picture's encoder was set up anew"]
    assert [[track.width for track in take.tracks if track.is_video] for take in packaged.takes] == [[318], [480]]
    assert sum(take.seconds("vide") for take in packaged.takes) == pytest.approx(20, abs=0.1)


def test_another_codec_begins_a_take(packaged: Packaged, h264: Stream, hevc: Stream) -> None:
    after = [*pictures(hevc, 6)]
    for each in after:
        each.at, each.stamp = each.at + 6000, each.stamp + 6000
    sent = [*headers(h264), *in_order(pictures(h264, 6), [video_header(hevc, 6000)], after, sounds(h264, 12))]
    packaged.put(sent).finish()
    assert [take.tracks[0].codec[:4] for take in packaged.takes] == ["avc1", "hvc1"]
    assert len(packaged.samples("vide")) == 360
    assert {sample.duration for sample in packaged.samples("vide")} == {12_000}


def test_another_frame_rate_is_measured_anew(packaged: Packaged, h264: Stream, other: Stream) -> None:
    after = [*pictures(other, 8, rate=60)]
    for each in after:
        each.at, each.stamp = each.at + 6000, each.stamp + 6000
    sent = [*headers(h264), *in_order(pictures(h264, 6), [video_header(other, 6000)], after, sounds(h264, 14))]
    packaged.put(sent).finish()
    check_whole(packaged, sent)
    assert [{sample.duration for sample in take.samples("vide")} for take in packaged.takes] == [{12_000}, {6000}]


def test_a_publisher_that_comes_back_begins_a_take(tmp_path: Path, h264: Stream) -> None:
    first = Packaged(tmp_path).put(show(h264, 6)).finish()
    first.window.pause()
    later = [Sent(each.at + 20_000, each.kind, each.body, each.stamp) for each in show(h264, 6)]
    second = Packaged(tmp_path, first.window).put(later).finish()
    assert first.window.part_target == 0.23334
    assert second.whys == []
    assert len(second.started) == 1
    numbers = [segment.number for segment in second.window.segments]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    returned = next(segment for segment in second.window.segments if segment.take.number == 2)
    assert returned.at == pytest.approx(EPOCH + 20, abs=0.01)


def test_keyframes_are_those_of_the_bit_stream(packaged: Packaged, h264: Stream) -> None:
    sent = [video_header(h264), *pictures(h264, 6)]
    for index, each in enumerate(sent[1:]):
        lies = index % 7 == 3
        each.body = bytes((0x17 if lies else 0x27,)) + each.body[1:]
    packaged.put(sent).finish()
    assert [index for index, sample in enumerate(packaged.samples("vide")) if sample.sync] == [0, 60, 120]


def test_where_the_bit_stream_tells_no_keyframe_the_publisher_is_believed(
    packaged: Packaged, h264: Stream, other: Stream
) -> None:
    """Even after an encoder whose bit stream did."""
    blind = [*pictures(other, 6)]
    delta = next(picture.data for picture in other.pictures if not picture.keyframe)
    for index, each in enumerate(blind):
        each.at, each.stamp = each.at + 6000, each.stamp + 6000
        each.body = (b"\x17" if index % 30 == 0 else b"\x27") + b"\x01\x00\x00\x00" + delta
    sent = [video_header(h264), *pictures(h264, 6), video_header(other, 6000), *blind]
    packaged.put(sent).finish()
    assert len(packaged.samples("vide")) == 360


def test_frames_without_a_header_are_no_take(packaged: Packaged, h264: Stream) -> None:
    packaged.put([*pictures(h264, 6), *sounds(h264, 6)]).finish()
    assert packaged.takes == []
    assert packaged.health.report(EPOCH).dropped == 180 + 281
    assert not packaged.window.playable


@pytest.mark.parametrize("seconds", [0.04, 0.2, 0.3, 0.6])
def test_the_shortest_show_is_recorded_and_told(packaged: Packaged, h264: Stream, seconds: float) -> None:
    sent = show(h264, seconds)
    packaged.put(sent).finish()
    check_whole(packaged, sent)
    assert len(packaged.started) == 1
    assert packaged.whys == []


def test_nothing_at_all_is_no_take(packaged: Packaged) -> None:
    packaged.finish()
    packaged.finish()
    assert packaged.takes == []
    assert packaged.started == []


def test_what_comes_after_the_end_is_not_taken(packaged: Packaged, h264: Stream) -> None:
    packaged.put(show(h264, 3)).finish()
    (before,) = packaged.takes
    packaged.put(show(h264, 6)).finish()
    assert packaged.takes == [before]


def test_backlog_is_recorded_whole(packaged: Packaged, h264: Stream) -> None:
    sent = show(h264, 120)
    packaged.put(sent, at_once=True).finish()
    check_whole(packaged, sent)
    assert packaged.whys == []


def test_sixty_pictures_a_second_are_announced_and_kept(packaged: Packaged, h264: Stream) -> None:
    sent = [metadata(videocodecid=7.0, framerate=59.94), video_header(h264), *pictures(h264, 6, rate=60_000 / 1001)]
    packaged.put(sent).finish()
    assert {sample.duration for sample in packaged.samples("vide")} == {6006}


@pytest.mark.parametrize("kind", ["no keyframe", "stamps that stand still", "both tracks", "large pictures"])
def test_what_waits_is_bounded(packaged: Packaged, h264: Stream, kind: str) -> None:
    """By what is still held of all that was sent."""
    delta = next(picture.data for picture in h264.pictures if not picture.keyframe)
    large = kind == "large pictures"
    packaged.put(headers(h264))
    bodies: list[bytes] = []
    most_count = most_bytes = 0
    for index in range(60 if large else 9000):
        picture = delta if kind in ("no keyframe", "both tracks") else h264.pictures[0].data
        bodies.append(
            (b"\x27" if picture is delta else b"\x17") + b"\x01\x00\x00\x00" + picture + bytes(1_000_000 * large)
        )
        stamp = index * 33 if kind == "no keyframe" else 0
        packaged.put([Sent(index * 33, Kind.VIDEO, bodies[-1], stamp)])
        if kind == "both tracks":
            bodies.append(b"\xaf\x01" + h264.sounds[1])
            packaged.put([Sent(index * 33, Kind.AUDIO, bodies[-1], 0)])
        if large or index % 500 == 0:
            held = [len(body) for body in bodies if sys.getrefcount(body) > FREE]
            most_count, most_bytes = max(most_count, len(held)), max(most_bytes, sum(held))
    assert most_count <= MAX_WAITING_TAGS + 1
    assert most_bytes <= MAX_WAITING_BYTES + 2_000_000
