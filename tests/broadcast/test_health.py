import sys
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storecast.broadcast.health import Health
from storecast.contracts.hooks import SessionsAlive, StreamHealth

FRAME = 1 / 30
BYTES = 12_500  # 3,000 kbit/s at 30 frames a second


class Encoder:
    """30 pictures a second and their sound, with time that stands where nothing is sent."""

    def __init__(self, limit_kbps: float | None = None) -> None:
        self.now = 1000.0
        self.stamp = 7_000.0
        self.health = Health(self.now, limit_kbps)
        self._until_keyframe = 0.0

    def send(
        self,
        seconds: float,
        *,
        keyframes: float = 2.0,
        speed: float = 1.0,
        size: int = BYTES,
        video: bool = True,
        audio: bool = True,
    ) -> None:
        """`speed`: how fast media arrives, 1 being as it is made; `keyframes`: seconds between them."""
        end = self.now + seconds
        while self.now < end:
            self.health.received(size, self.now)
            if video:
                keyframe = self._until_keyframe <= FRAME / 2
                self._until_keyframe = (keyframes if keyframe else self._until_keyframe) - FRAME
                self.health.video(round(self.stamp), keyframe, self.now)
            if audio:
                self.health.audio(round(self.stamp), self.now)
            self.stamp += FRAME * 1000
            self.now += FRAME / speed

    def wait(self, seconds: float) -> None:
        self.now += seconds

    @property
    def report(self) -> StreamHealth:
        return self.health.report(self.now)

    @property
    def codes(self) -> list[str]:
        return [trouble.code for trouble in self.report.troubles]

    @property
    def words(self) -> str:
        (trouble,) = self.report.troubles
        return trouble.words


def test_an_ordinary_stream_has_figures_and_no_trouble() -> None:
    encoder = Encoder(limit_kbps=6000)
    encoder.health.format("avc1.64001f", "mp4a.40.2", width=1280, height=720)
    encoder.health.dropped(3)
    encoder.send(60)
    report = encoder.report
    assert report.kbps == pytest.approx(3000, rel=0.02)
    assert report.frame_rate == pytest.approx(30, abs=0.1)
    assert report.keyframe_interval == pytest.approx(2, abs=0.04)
    assert report.silent_seconds < 0.1
    assert (report.dropped, report.codecs, report.width, report.height) == (3, ["avc1.64001f", "mp4a.40.2"], 1280, 720)
    assert report.troubles == []


def test_figures_are_right_from_the_first_seconds() -> None:
    encoder = Encoder()
    assert (encoder.report.kbps, encoder.report.frame_rate, encoder.report.troubles) == (0, None, [])
    encoder.send(1.9)
    assert encoder.report.kbps == pytest.approx(3000, rel=0.05)
    assert encoder.report.frame_rate == pytest.approx(30, abs=0.1)
    assert encoder.report.keyframe_interval is None


def test_figures_are_of_the_last_seconds() -> None:
    encoder = Encoder()
    encoder.send(60)
    encoder.send(7, size=BYTES // 2)
    assert encoder.report.kbps == pytest.approx(1500, rel=0.02)


def test_missing_keyframes_are_told_with_the_time_so_far() -> None:
    encoder = Encoder()
    encoder.send(9.8, keyframes=600)
    assert encoder.codes == []
    encoder.send(2.4)
    assert encoder.codes == ["no_keyframe"]
    assert encoder.words.startswith("No keyframe for 12 seconds: who comes now waits for a picture.")
    encoder.send(168)
    assert encoder.words.startswith("No keyframe for 3 minutes: ")


def test_keyframes_too_far_apart_are_one_trouble_until_they_come_often() -> None:
    encoder = Encoder()
    encoder.send(41, keyframes=20)
    assert encoder.report.keyframe_interval == pytest.approx(20, abs=0.1)
    assert encoder.codes == ["no_keyframe"]
    encoder.send(25, keyframes=2)
    assert encoder.codes == []


def test_a_picture_that_never_came_or_stopped_is_told() -> None:
    encoder = Encoder()
    encoder.send(11, video=False)
    assert encoder.codes == ["no_picture"]
    assert encoder.report.frame_rate is None
    encoder.send(5)
    assert encoder.codes == []
    encoder.send(9.5, video=False)
    assert encoder.codes == []
    encoder.send(1, video=False)
    assert encoder.words.startswith("No picture for 11 seconds: ")
    assert encoder.report.frame_rate == 0


def test_silence_of_the_whole_stream_is_told_and_nothing_of_what_follows_from_it() -> None:
    encoder = Encoder()
    encoder.send(20)
    encoder.wait(2.8)
    assert encoder.codes == []
    encoder.wait(17)
    assert encoder.codes == ["nothing_received"]
    assert encoder.report.silent_seconds == pytest.approx(19.8, abs=0.1)
    assert encoder.report.kbps < 100


def test_media_that_falls_behind_its_arrival_is_a_slow_network() -> None:
    encoder = Encoder()
    encoder.send(30)
    encoder.send(11, speed=0.85)
    assert encoder.codes == []
    encoder.send(11, speed=0.7)
    assert encoder.codes == ["slow_network"]
    assert encoder.words.startswith("The stream arrives too slowly: 3 of the last 1")
    encoder.send(11, speed=0.85)  # between settled and not: it stays as it was
    assert encoder.codes == ["slow_network"]
    encoder.send(12)
    assert encoder.codes == []


def test_sound_alone_shows_how_fast_media_comes() -> None:
    encoder = Encoder()
    encoder.send(9, video=False)
    encoder.send(30, keyframes=2)
    encoder.send(5, video=False)
    assert encoder.codes == []


def test_a_backlog_that_comes_at_once_is_no_trouble() -> None:
    encoder = Encoder()
    encoder.send(5)
    encoder.send(2, speed=20)
    encoder.send(20)
    assert encoder.codes == []


@pytest.mark.parametrize("jump", [-5_000, 8_000, -6_900])
def test_a_jump_of_the_stamps_is_no_media_time(jump: int) -> None:
    encoder = Encoder()
    encoder.send(20.5)
    encoder.stamp += jump
    encoder.send(2.5)
    assert encoder.codes == []
    assert encoder.report.frame_rate == pytest.approx(30, abs=0.3)
    assert encoder.report.keyframe_interval == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize("step", [-3600.0, 3600.0, -2.5])
def test_a_clock_that_is_set_troubles_nobody(step: float) -> None:
    encoder = Encoder(limit_kbps=4000)
    encoder.send(30)
    encoder.now += step
    for _ in range(30):
        encoder.send(0.5)
        assert encoder.codes == []
    assert encoder.report.kbps == pytest.approx(3000, rel=0.02)
    assert encoder.report.frame_rate == pytest.approx(30, abs=0.1)


def test_stamps_wrap() -> None:
    encoder = Encoder()
    encoder.stamp = 2**32 - 4000
    encoder.send(20)
    assert encoder.codes == []


def test_sparse_pictures_are_no_jump() -> None:
    health = Health(0.0)
    for second in range(0, 120, 4):
        health.received(1000, float(second))
        health.video(second * 1000, keyframe=True, now=float(second))
    report = health.report(116.0)
    assert report.keyframe_interval == 4
    assert report.troubles == []


def test_a_bit_rate_above_the_limit_is_told_until_it_is_clearly_below() -> None:
    encoder = Encoder(limit_kbps=2500)
    encoder.send(10)
    assert encoder.words.startswith("The bit rate is 2,983 kbit/s, and ")
    assert "2,500 are allowed" in encoder.words
    encoder.send(10, size=10_000)  # 2,400
    assert encoder.codes == ["bitrate_high"]
    encoder.send(10, size=8_000)
    assert encoder.codes == []


@pytest.mark.parametrize(
    ("codec", "words"),
    [
        ("hvc1.1.6.L93.B0", "Many browsers cannot play HEVC; send H.264 to reach everybody."),
        ("av01.0.05M.08", "Many browsers cannot play AV1; send H.264 to reach everybody."),
        ("avc1.F4001F", "Many browsers cannot play H.264 with 4:4:4 colours; send 4:2:0 (NV12) to reach everybody."),
    ],
)
def test_codecs_that_few_browsers_have_are_told(codec: str, words: str) -> None:
    encoder = Encoder()
    encoder.health.format(codec, "mp4a.40.2")
    assert encoder.words == words
    encoder.health.format("avc1.64001f", "mp4a.40.2")
    assert encoder.codes == []


def test_what_the_packager_knows_is_told_until_it_is_settled() -> None:
    encoder = Encoder()
    encoder.health.trouble("sound_left_out", codec="Speex")
    encoder.send(100)
    assert encoder.words == "Browsers cannot play Speex sound, so viewers hear none. Set the audio encoder to AAC."
    encoder.health.settled("sound_left_out")
    encoder.health.settled("sound_left_out")
    assert encoder.codes == []


def test_what_happened_once_is_told_for_a_minute() -> None:
    encoder = Encoder()
    encoder.send(1)
    encoder.health.trouble("stamps_jump", seconds=-8)
    encoder.health.trouble("unreadable_header")
    encoder.send(58)
    assert encoder.codes == ["stamps_jump", "unreadable_header"]
    assert "jumped by 8 seconds" in encoder.report.troubles[0].words
    encoder.send(3)
    assert encoder.codes == []


def test_the_worst_comes_first() -> None:
    encoder = Encoder()
    encoder.health.format("hvc1.1")
    encoder.health.trouble("no_sound")
    encoder.send(12, keyframes=60)
    encoder.health.trouble("recording_stopped")
    assert encoder.codes == ["recording_stopped", "no_keyframe", "no_sound", "codec_not_everywhere"]


def test_news_are_told_once_and_name_what_is_new() -> None:
    encoder = Encoder()
    assert encoder.health.news(encoder.now) is None
    encoder.health.trouble("no_sound")
    news = encoder.health.news(encoder.now)
    assert news is not None
    assert [trouble.code for trouble in news[1]] == ["no_sound"]
    encoder.send(11, keyframes=60)
    news = encoder.health.news(encoder.now)
    assert news is not None
    assert [trouble.code for trouble in news[0].troubles] == ["no_keyframe", "no_sound"]
    assert [trouble.code for trouble in news[1]] == ["no_keyframe"]
    encoder.send(5, keyframes=60)  # other words by now, and the same troubles
    assert encoder.health.news(encoder.now) is None
    encoder.health.settled("no_sound")
    news = encoder.health.news(encoder.now)
    assert news is not None
    assert news[1] == []


def test_nothing_grows_with_the_show() -> None:
    def size() -> int:
        return sum(sys.getsizeof(getattr(encoder.health, slot)) for slot in Health.__slots__)

    encoder = Encoder()
    encoder.send(60)
    after_a_minute = size()
    encoder.send(600)
    assert size() <= after_a_minute + 64  # integers widen


@st.composite
def _calls(draw: st.DrawFn) -> Iterator[tuple[str, float, int]]:
    call = st.tuples(
        st.sampled_from(["video", "audio", "received", "format", "trouble", "dropped"]),
        st.floats(0, 30),
        st.integers(0, 2**33),
    )
    return iter(draw(st.lists(call, max_size=60)))


@given(_calls(), st.text(max_size=300))
def test_whatever_comes_the_report_is_one_the_api_takes(calls: Iterator[tuple[str, float, int]], codec: str) -> None:
    now = 0.0
    health = Health(now, 1.0)
    for name, pause, number in calls:
        now += pause
        if name == "video":
            health.video(number, keyframe=number % 3 == 0, now=now)
        elif name == "audio":
            health.audio(number, now)
        elif name == "received":
            health.received(number % 2**20, now)
        elif name == "format":
            health.format(*[codec] * (number % 12), width=number, height=number)
        elif name == "trouble":
            health.trouble("sound_left_out", codec=codec, seconds=number)
        else:
            health.dropped(number % 5)
        report = SessionsAlive("node", ["one"], {"one": health.report(now)})
        assert msgspec.json.decode(msgspec.json.encode(report), type=SessionsAlive) == report
