import heapq
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from storecast.broadcast.packaging.codecs import VIDEO_TIMESCALE, AudioCodec, VideoCodec
from storecast.broadcast.packaging.cutter import Cutter
from storecast.broadcast.packaging.window import LONGEST_SECONDS, SHORTEST_PART, Segment, Window
from tests.broadcast.hls_rules.media import Sample, runs, tracks
from tests.broadcast.packaging.streams import H264, PICTURE, encoded, sine
from tests.broadcast.packaging.takes import fragments

EPOCH = 1_750_000_000.0
BASE = 5000  # ms of the show at which takes begin here
VIDEO, AUDIO = 1, 2


@pytest.fixture(scope="module")
def video() -> VideoCodec:
    return encoded(*PICTURE, *H264).video()


@pytest.fixture(scope="module")
def audio() -> AudioCodec:
    return encoded(*sine(2, "stereo", 48_000), "-c:a", "aac").audio()


class Frame(Struct, frozen=True, order=True):
    """Seconds, whether it is a picture, and whether it is a keyframe."""

    at: Fraction
    picture: bool
    independent: bool = False


def pictures(
    seconds: Fraction | int, frame: Fraction, every: Fraction | int = 2, since: Fraction | int = 0
) -> Iterator[Frame]:
    """A keyframe `every` so many seconds."""
    group = max(1, round(every / frame))
    for index in range(int(since / frame), int(seconds / frame)):
        yield Frame(index * frame, True, index % group == 0)


def sounds(seconds: Fraction | int, since: Fraction | int = 0) -> Iterator[Frame]:
    length = Fraction(1024, 48_000)
    for index in range(-(-since // length), int(seconds / length)):
        yield Frame(index * length, False)


class Cut:
    """One take, cut as its frames come; each frame's data is its number."""

    def __init__(
        self,
        video: VideoCodec | None,
        audio: AudioCodec,
        frame: Fraction | None,
        window: Window | None = None,
        *,
        heard: bool = True,
    ) -> None:
        self.window = window or Window()
        self.record = b""
        self.given: dict[int, list[tuple[int, bytes]]] = {VIDEO: [], AUDIO: []}  # when, where placed, and data
        self.refused = 0
        self.cutter = Cutter(
            self.window,
            1,
            "a",
            video,
            audio,
            base=BASE,
            frame=None if frame is None else round(frame * VIDEO_TIMESCALE),
            frame_rate=0.0 if frame is None else float(1 / frame),
            heard=heard,
            wall=lambda seconds: EPOCH + seconds,
            record=self._record,
        )
        self._tracks = tracks(self.cutter.take.init)
        self._count = 0

    def feed(self, *frames: Iterable[Frame], end: bool = True) -> "Cut":
        """Tracks in order of their times."""
        for each in heapq.merge(*frames):
            self._count += 1
            data = b"%07d" % self._count
            if each.picture:
                decoded = round(each.at * VIDEO_TIMESCALE)
                self.given[VIDEO].append((decoded, data))
                self.cutter.picture(decoded, 0, each.independent, memoryview(data))
            elif self.cutter.sound(BASE + round(each.at * 1000), 1024, data):
                self.given[AUDIO].append((round(each.at * 48_000), data))
            else:
                self.refused += 1
        if end:
            self.cutter.finish()
        return self

    def _record(self, part: bytes) -> None:
        self.record += part

    @property
    def segments(self) -> list[Segment]:
        return [*self.window.retired, *self.window.segments]

    @property
    def target(self) -> float:
        assert self.window.part_target is not None
        return self.window.part_target

    def samples(self, track: int, data: bytes | None = None) -> list[Sample]:
        data = self.record if data is None else data
        found = [runs(fragment, self._tracks).get(track) for fragment in fragments(data)]
        return [sample for run in found if run is not None for sample in run.samples]

    def check(self) -> None:
        """What holds for every take."""
        window, target = self.window, self.target
        media = b"".join(segment.data for segment in self.segments)
        assert self.record.endswith(media)
        for segment in self.segments:
            assert segment.duration <= LONGEST_SECONDS + 1e-6
            assert all(part.duration <= target + 1e-9 for part in segment.parts)
            assert all(part.duration >= SHORTEST_PART * target - 1e-9 for part in segment.parts[:-1])
            for part in segment.parts:
                assert part.independent is (
                    not any(track.is_video for track in self._tracks)
                    or any(sample.sync for sample in self.samples(VIDEO, part.data))
                )
        for earlier, later in pairwise(self.segments):
            assert later.at == pytest.approx(earlier.at + earlier.duration, abs=1e-5)
        assert window.open_segment is None
        pictures = self.samples(VIDEO) if any(track.is_video for track in self._tracks) else []
        first: dict[bytes, int] = {}  # a picture may be shown again where others stay away
        for sample in pictures:
            first.setdefault(sample.data, sample.decoded)
        assert [(decoded, data) for data, decoded in first.items()] == self.given[VIDEO]
        heard = self.samples(AUDIO) if len(self._tracks) > bool(pictures) else []
        assert [sample.data for sample in heard if len(sample.data) == 7] == [data for _, data in self.given[AUDIO]]
        assert all(later.decoded >= earlier.decoded + earlier.duration for earlier, later in pairwise(heard))


RATES = {"30": Fraction(1, 30), "29.97": Fraction(1001, 30_000), "60": Fraction(1, 60), "59.94": Fraction(1001, 60_000)}
RATES |= {"23.976": Fraction(1001, 24_000), "24": Fraction(1, 24), "25": Fraction(1, 25), "50": Fraction(1, 50)}
RATES |= {"5": Fraction(1, 5), "10": Fraction(1, 10), "12": Fraction(1, 12), "15": Fraction(1, 15), "1": Fraction(1)}
each_rate = pytest.mark.parametrize("frame", RATES.values(), ids=RATES)


@each_rate
@pytest.mark.parametrize("sound", [True, False])
def test_parts_are_of_one_length_and_segments_begin_with_keyframes(
    frame: Fraction, sound: bool, video: VideoCodec, audio: AudioCodec
) -> None:
    cut = Cut(video, audio, frame, heard=sound).feed(pictures(9, frame), sounds(9) if sound else [])
    cut.check()
    assert sum(segment.duration for segment in cut.segments) == pytest.approx(int(9 / frame) * frame, abs=0.025)
    first, *others = cut.segments
    assert first.duration <= 2 * cut.target + 1e-6  # so that players can start
    assert all(cut.samples(VIDEO, segment.data)[0].sync for segment in others[1:])
    assert all(segment.duration == pytest.approx(2, abs=float(frame)) for segment in others[1:-1])
    decoded = cut.samples(VIDEO)
    assert all(earlier.decoded + earlier.duration == later.decoded for earlier, later in pairwise(decoded))
    assert decoded[-1].duration == round(frame * VIDEO_TIMESCALE)


@pytest.mark.parametrize("every", [4, 10, 20])
@pytest.mark.parametrize("frame", [RATES["30"], RATES["23.976"], RATES["5"]])
def test_where_keyframes_are_rare_segments_end_within_six_seconds(
    every: int, frame: Fraction, video: VideoCodec, audio: AudioCodec
) -> None:
    cut = Cut(video, audio, frame).feed(pictures(44, frame, every), sounds(44))
    cut.check()
    keyframes = {sample.decoded for sample in cut.samples(VIDEO) if sample.sync}
    begun = {cut.samples(VIDEO, segment.data)[0].decoded for segment in cut.segments}
    assert keyframes <= begun
    wanted = 44 / every + 44 / LONGEST_SECONDS + 3
    assert len(cut.segments) <= wanted + (44 / every if every % LONGEST_SECONDS else 0)


def test_a_keyframe_begins_a_segment_where_the_open_one_did_not(video: VideoCodec, audio: AudioCodec) -> None:
    frame = Fraction(1, 30)
    frames = [*pictures(Fraction(28, 10), frame, 100)]
    late = [Frame(index * frame, True, index % 20 == 4) for index in range(84, 180)]
    cut = Cut(video, audio, frame, heard=False).feed([*frames, *late])
    cut.check()
    begun = [cut.samples(VIDEO, segment.data)[0] for segment in cut.segments]
    assert [sample.sync for sample in begun[:3]] == [True, False, True]
    assert begun[2].decoded == 84 * 12_000
    assert begun[3].decoded == 144 * 12_000  # keyframes every 0.67 s end none before 1.8 s


@pytest.mark.parametrize("declared", [0.2, 0.234, 0.25, 0.251, 1.0])
@each_rate
def test_parts_of_a_later_take_keep_to_what_was_declared(
    declared: float, frame: Fraction, video: VideoCodec, audio: AudioCodec
) -> None:
    window = Window()
    window.declare(declared)
    cut = Cut(video, audio, frame, window).feed(pictures(5, frame), sounds(5))
    cut.check()
    assert window.part_target == declared


@pytest.mark.parametrize("seconds", [1, 60])
def test_sound_alone(seconds: int, audio: AudioCodec) -> None:
    cut = Cut(None, audio, None).feed(sounds(seconds))
    cut.check()
    assert cut.target == 0.23467  # eleven frames
    assert all(segment.duration <= 2.1 for segment in cut.segments)
    heard = cut.samples(AUDIO)
    assert all(earlier.decoded + earlier.duration == later.decoded for earlier, later in pairwise(heard))


_GAPS = st.lists(st.integers(1, 900), min_size=5, max_size=120)  # ms


@settings(max_examples=60, deadline=None)
@given(gaps=_GAPS, sound=st.booleans(), every=st.integers(1, 60), frame=st.sampled_from([None, *RATES.values()]))
def test_pictures_that_keep_no_rate_are_cut_by_the_rules(
    video: VideoCodec, audio: AudioCodec, gaps: list[int], sound: bool, every: int, frame: Fraction | None
) -> None:
    """Whatever rate was believed."""
    at, frames = 0, []
    for index, gap in enumerate([0, *gaps]):
        at += gap
        frames.append(Frame(Fraction(at, 1000), True, index % every == 0))
    Cut(video, audio, frame, heard=sound).feed(frames, sounds(Fraction(at, 1000)) if sound else []).check()


@settings(max_examples=40, deadline=None)
@given(
    shake=st.lists(st.integers(-3000, 3000), min_size=90, max_size=90),
    frame=st.sampled_from([*RATES.values()]),
)
def test_pictures_a_little_off_their_rate_are_cut_by_the_rules(
    video: VideoCodec, audio: AudioCodec, shake: list[int], frame: Fraction
) -> None:
    off = [Fraction(ticks, VIDEO_TIMESCALE) for ticks in shake]
    frames = [Frame(index * frame + abs(by), True, index % 30 == 0) for index, by in enumerate(off)]
    Cut(video, audio, frame).feed(sorted(frames), sounds(90 * frame)).check()


@pytest.mark.parametrize("stops", [8, Fraction(25, 3)])
def test_where_sound_stops_the_picture_goes_on_with_silence(
    stops: Fraction, video: VideoCodec, audio: AudioCodec
) -> None:
    frame = Fraction(1, 30)
    cut = Cut(video, audio, frame).feed(pictures(20, frame), sounds(stops))
    cut.check()
    heard = cut.samples(AUDIO)
    assert all(earlier.decoded + earlier.duration == later.decoded for earlier, later in pairwise(heard))
    assert heard[-1].decoded / 48_000 > 20 - 0.1
    assert {sample.data for sample in heard if sample.decoded >= stops * 48_000 + 1024} == {audio.silence}


@pytest.mark.parametrize("away", [Fraction(1, 2), 2, 15])
def test_sound_that_returns_is_where_it_belongs(away: Fraction, video: VideoCodec, audio: AudioCodec) -> None:
    frame = Fraction(1, 30)
    cut = Cut(video, audio, frame).feed(pictures(30, frame), sounds(8), sounds(30, 8 + away))
    cut.check()
    meant = {data: at for at, data in cut.given[AUDIO]}
    heard = [sample for sample in cut.samples(AUDIO) if sample.data in meant]
    assert all(
        abs(sample.decoded - meant[sample.data]) <= 0.04 * 48_000 for sample in heard if sample.decoded < 7.9 * 48_000
    )
    assert all(
        abs(sample.decoded - meant[sample.data]) <= 0.04 * 48_000
        for sample in heard
        if sample.decoded > (8.2 + away) * 48_000
    )
    assert cut.refused <= 3


@pytest.mark.parametrize("lost", [2, 3, 7, 13, 40])
def test_a_hole_in_the_sound_is_no_shift_of_what_follows(lost: int, video: VideoCodec, audio: AudioCodec) -> None:
    """Silence is put in whole frames, and times stay right in the middle of a part, too."""
    frame = Fraction(1, 30)
    heard = [each for index, each in enumerate(sounds(10)) if not 100 <= index < 100 + lost]
    cut = Cut(video, audio, frame).feed(pictures(10, frame), heard)
    cut.check()
    meant = {data: at for at, data in cut.given[AUDIO]}
    off = [abs(sample.decoded - meant[sample.data]) for sample in cut.samples(AUDIO) if sample.data in meant]
    assert max(off[:100]) <= 48
    assert max(off[105:]) <= 96  # by then a hole is told from jitter


def test_a_picture_that_stops_holds_up_no_sound(video: VideoCodec, audio: AudioCodec) -> None:
    frame = Fraction(1, 30)
    cut = Cut(video, audio, frame).feed(pictures(8, frame), sounds(16), end=False)
    newest = cut.window.newest_at
    assert newest >= EPOCH + 16 - 1.3
    cut.cutter.finish()
    cut.check()
    assert sum(segment.duration for segment in cut.segments) == pytest.approx(16, abs=0.3)


def test_a_picture_that_returns_goes_on(video: VideoCodec, audio: AudioCodec) -> None:
    frame = Fraction(1, 30)
    cut = Cut(video, audio, frame).feed(pictures(8, frame), pictures(20, frame, since=14), sounds(20))
    cut.check()
    assert sum(segment.duration for segment in cut.segments) == pytest.approx(20, abs=0.3)


@pytest.mark.parametrize("gap", [2, 5])
def test_pictures_that_last_long_each_are_carried_by_silence(gap: int, video: VideoCodec, audio: AudioCodec) -> None:
    frames = [Frame(Fraction(index * gap), True, True) for index in range(8)]
    cut = Cut(video, audio, Fraction(gap), heard=False).feed(frames)
    cut.check()
    assert sum(segment.duration for segment in cut.segments) == pytest.approx(8 * gap, abs=0.3)


def test_a_take_that_got_one_picture_has_it(video: VideoCodec, audio: AudioCodec) -> None:
    cut = Cut(video, audio, None).feed([Frame(Fraction(0), True, True)])
    cut.check()
    assert len(cut.samples(VIDEO)) == 1
    assert cut.cutter.first_at == EPOCH


def test_a_take_that_got_nothing_leaves_nothing(video: VideoCodec, audio: AudioCodec) -> None:
    cut = Cut(video, audio, None).feed([])
    assert cut.segments == []
    assert cut.record == b""
    assert cut.cutter.first_at is None
