"""Makes a show playable and records it: from tags to takes, each with the tracks there really are."""

import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import structlog

from storecast.broadcast.health import Health
from storecast.broadcast.packaging.codecs import (
    VIDEO_TIMESCALE,
    VideoCodec,
    audio_codec,
    is_independent,
    sample_data,
    samples_in,
)
from storecast.broadcast.packaging.cutter import Cutter
from storecast.broadcast.packaging.following import Follower
from storecast.broadcast.packaging.metadata import Announced, announced_by
from storecast.broadcast.packaging.programme import ProgrammeClock
from storecast.broadcast.packaging.timing import PictureClock, ShowClock, frame_ticks
from storecast.broadcast.packaging.tracks import Tracks
from storecast.broadcast.packaging.waiting import Frame, Waiting
from storecast.broadcast.packaging.window import Take, Window
from storecast.broadcast.recording.take_file import TakeFile
from storecast.broadcast.tags import Kind, Tag, Unacceptable

ABSENT_MS = 700  # of media, after which a track that nobody announced is not waited for
HEADED_MS = 1000  # and one whose header came; silence stands in for it
PROMISED_MS = 2500  # and one that was announced only
MEASURED_MS = 200  # of pictures that tell their rate,
MEASURED_PICTURES = 60  # or do not, where so many are stamped alike
RECENT_MS = 2000  # sound heard this lately is there
REORDER_MS = 1000  # a decoder may hold a picture back this long,
MOST_BETWEEN = 17  # or while as many others are shown before it
MOST_TAKES, TAKES_SECONDS = 30, 60.0  # of one publisher, in so short a time

SILENCE = audio_codec(b"mp4a", bytes.fromhex("1190"))  # AAC-LC, 48 kHz, stereo: for shows without sound

log = structlog.get_logger()


class Packager:
    """`next_take` gives number and file of each take, no file where nothing is recorded; `on_started` is called with
    each take's first part.

    Everything happens in `put`, which may raise `Unacceptable`, and `finish`; nothing waits. `counted` is called for
    each take after the first with why it was begun, `recorded` for each part with where in the take's file it lies,
    and where it begins a segment when it was taken. `follower` goes along with every take. `made` gets sound that was
    turned into AAC, as `Tracks` has it.
    """

    def __init__(
        self,
        window: Window,
        next_take: Callable[[], tuple[int, Path | None]],
        on_started: Callable[[Take, float], None],
        health: Health,
        *,
        clock: Callable[[], float] = time.time,
        counted: Callable[[str], None] = lambda why: None,
        recorded: Callable[[Take, int, bytes, float | None], None] = lambda take, at, part, date: None,
        follower: Follower | None = None,
        made: Callable[[Tag], None] = lambda tag: None,
        **about: str | int,
    ) -> None:
        self._window = window
        self._next_take = next_take
        self._on_started = on_started
        self._health = health
        self._clock = clock
        self._counted = counted
        self._recorded = recorded
        self._follower = follower
        self._log = log.bind(**about)
        self._tracks = Tracks(self._converted, made, health, **about)
        self._announced = Announced()
        self._show = ShowClock()
        self._waiting = Waiting()
        self._cutter: Cutter | None = None
        self._recording: tuple[Take, TakeFile] | None = None
        self._pictures: PictureClock | None = None
        self._programme = ProgrammeClock()
        self._base = 0  # ms of the show at which the take began
        self._composed = 0  # ms; the last composition offset that can be true
        self._trusted = False  # whether the bit stream ever told a keyframe
        self._sound_at: int | None = None  # ms of the newest sound
        self._silent = False  # whether it has stopped,
        self._misses_sound = False  # or never came
        self._begun: deque[float] = deque(maxlen=MOST_TAKES)  # when takes were, by the wall clock
        self._why = ""  # the next take begins; none for the first
        self._started = False
        self._finished = False
        self.last_at: float | None = None  # wall clock of the newest media

    def put(self, tag: Tag) -> None:
        """Take the next tag."""
        if self._finished:
            return
        now = self._clock()
        self._health.received(len(tag.payload), now)
        if tag.kind == Kind.DATA:
            self._announced = announced_by(tag.payload) or self._announced
        elif tag.header:
            self._configure(tag)
        elif tag.kind == Kind.VIDEO:
            self._put_picture(tag, now)
        else:
            self._put_sound(tag, now)

    def replaces(self, tag: Tag) -> bool:
        """Whether this is sound that is turned into other, or left out."""
        return tag.kind == Kind.AUDIO and tag.codec != self._tracks.audio_fourcc

    def finish(self) -> None:
        """The publisher is gone: what is there becomes parts. Repeating it changes nothing."""
        if self._finished:
            return
        self._finished = True
        self._tracks.close()
        if self._cutter is None and self._waiting:
            self._begin(self._why)
        self._end_take()

    def _configure(self, tag: Tag) -> None:
        video = tag.kind == Kind.VIDEO
        if self._tracks.is_news(tag) and self._waiting.has(video=video):
            self._begin(self._why)  # what waits is not coded by this
            self._waiting.take()
        if video:
            if not self._tracks.configure_video(tag):
                return
            self._trusted = False
            if self._cutter is not None and self._cutter.video is not None:
                self._end_take()
                self._why = "the picture's encoder was set up anew"
            self._pictures = None  # they may come at another rate
        elif self._tracks.configure_audio(tag):
            self._sound_at = None

    def _put_picture(self, tag: Tag, now: float) -> None:
        if tag.codec != self._tracks.video_fourcc:
            self._health.dropped()  # its decoder's configuration has not come
            return
        at = self._place(tag, now)
        data = sample_data(tag.codec, tag.media)
        if not data:
            return
        independent = is_independent(tag.codec, data, self._tracks.nal_length)
        if independent:
            self._tracks.learn(data)
        self._trusted = self._trusted or independent
        independent = independent or (tag.keyframe and not self._trusted)
        self._health.video(tag.timestamp, independent, now)
        self._take(Frame(at, True, data, now, independent, self._bounded(tag.composition)))

    def _put_sound(self, tag: Tag, now: float) -> None:
        self._health.audio(tag.timestamp, now)
        at = self._place(tag, now)
        if self._tracks.convert(tag, at):
            return
        if tag.codec != self._tracks.audio_fourcc:
            self._health.dropped()
            return
        self._heard(at, tag.media, now)

    def _converted(self, at: int, data: bytes) -> None:
        """A frame of sound comes back from the converter."""
        if not self._finished:
            self._heard(at, data, self._clock())

    def _heard(self, at: int, data: memoryview | bytes, now: float) -> None:
        self._sound_at = at
        if self._misses_sound:
            self._misses_sound = False
            self._health.settled("no_sound")
        self._take(Frame(at, False, data, now))

    def _place(self, tag: Tag, now: float) -> int:
        """The tag's place on the show's time line, in ms."""
        at = self._show.place(tag, now)
        self.last_at = now
        if self._show.jumped is not None and self._cutter is not None:
            self._health.trouble("stamps_jump", seconds=self._show.jumped / 1000)
        return at

    def _bounded(self, composition: int) -> int:
        """A composition offset that a decoder can hold to, in ms: else the one before (ISO/IEC 14496-12, 8.6.1.3)."""
        video, frame = self._tracks.video, self._pictures.frame if self._pictures is not None else None
        most = REORDER_MS
        if video is not None and frame is not None:
            most = max(most, (MOST_BETWEEN + video.reorder) * frame * 1000 // VIDEO_TIMESCALE)
        if abs(composition) <= most:
            self._composed = composition
        return self._composed

    def _take(self, frame: Frame) -> None:
        cutter = self._cutter
        if cutter is not None:
            why = self._wants_another(cutter, frame)
            if why is None:
                self._cut(cutter, frame)
                return
            self._end_take()
            self._why = why
        self._await(frame)

    def _wants_another(self, cutter: Cutter, frame: Frame) -> str | None:
        """Why a new take begins with `frame`, if one does."""
        tracks = self._tracks
        if not frame.video:
            if cutter.video is None:
                if self._show.jumped is not None:
                    return "time stamps jump"
                return None if cutter.audio == tracks.audio else "other sound joined"
            return None
        if not frame.independent:
            return None
        if cutter.video is None:
            return "a picture joined"
        if self._show.jumped is not None:
            return "time stamps jump"
        if cutter.audio != tracks.audio and self._hears(frame.at):
            return "other sound joined"
        return None

    def _hears(self, at: int) -> bool:
        return self._tracks.audio is not None and self._sound_at is not None and at - self._sound_at <= RECENT_MS

    def _cut(self, cutter: Cutter, frame: Frame) -> None:
        """Give the take its next frame."""
        if frame.video:
            if cutter.video is None or self._pictures is None:
                return  # waits for a keyframe
            decoded = self._pictures.place(frame.at)
            self._programme.heard((frame.at - self._base) / 1000, frame.now)
            composition = self._pictures.composed(frame.composition)
            if not cutter.picture(decoded, composition, frame.independent, memoryview(frame.data)):
                self._health.dropped()
        elif cutter.audio == self._tracks.audio:
            if cutter.video is None or cutter.first_at is None:
                self._programme.heard((frame.at - self._base) / 1000, frame.now)
            samples = samples_in(cutter.audio, frame.data)
            if not samples or not cutter.sound(frame.at, samples, frame.data):
                self._health.dropped()
        self._miss_sound(cutter, frame.at)
        self._tell_started(cutter)

    def _miss_sound(self, cutter: Cutter, at: int) -> None:
        """Tell of sound that has stopped, or was promised and has not come."""
        if cutter.silent is not self._silent:
            self._silent = cutter.silent
            if cutter.silent:
                self._health.trouble("sound_silent")
            else:
                self._health.settled("sound_silent")
        if self._sound_at is None and not self._misses_sound and at - self._base > PROMISED_MS:
            self._misses_sound = self._announced.audio or self._tracks.promises_sound
            if self._misses_sound:
                self._health.trouble("no_sound")

    def _tell_started(self, cutter: Cutter) -> None:
        if not self._started and cutter.first_at is not None:
            self._started = True
            self._on_started(cutter.take, cutter.first_at)

    def _await(self, frame: Frame) -> None:
        """Keep `frame` until it is known which tracks there are, and a take can begin."""
        self._waiting.add(frame)
        if self._tracks.video is not None:
            dropped = self._waiting.trim()
            if dropped:
                self._health.dropped(dropped)
        if self._waiting and self._is_settled(self._waiting.lasts):
            self._begin(self._why)
        elif self._waiting.is_full:
            self._begin(self._why)
            self._waiting.take()

    def _is_settled(self, waited: int) -> bool:
        """Whether a take can begin, after `waited` ms of media or of time."""
        stamps = self._waiting.pictures
        heard = self._waiting.has(video=False)
        if not stamps:
            promised = self._announced.video or self._tracks.video is not None
            return heard and waited >= (PROMISED_MS if promised else ABSENT_MS)
        if not heard:
            promised = self._announced.audio or self._tracks.promises_sound
            patience = HEADED_MS if self._tracks.audio is not None else PROMISED_MS if promised else ABSENT_MS
            if waited < patience:
                return False
        measured = self._pictures is not None or stamps[-1] - stamps[0] >= MEASURED_MS
        return measured or self._waiting.newest - stamps[0] >= PROMISED_MS or len(stamps) >= MEASURED_PICTURES

    def _begin(self, why: str) -> None:
        """Begin a take with what is waiting, if it can be played."""
        stamps = self._waiting.pictures
        video = self._tracks.video if stamps else None
        sounds = self._waiting.has(video=False)
        audio = self._tracks.audio or SILENCE
        if video is None and self._tracks.audio is None:
            return
        begin = stamps[0] if stamps else self._waiting.first_sound
        frame_length, frame_rate = self._frame_length(stamps, video)
        self._count_take()
        number, path = self._next_take()
        self._base = begin
        self._pictures = PictureClock(begin, frame_length) if video is not None else self._pictures
        self._programme = ProgrammeClock(self._window.newest_at)
        self._cutter = cutter = Cutter(
            self._window,
            number,
            f"{int(self._clock() * 1000):x}-{number}",
            video,
            audio,
            base=begin,
            frame=frame_length,
            frame_rate=frame_rate,
            heard=sounds,
            wall=self._programme.at,
            record=self._record,
            follower=self._follower,
        )
        if self._follower is not None:
            self._follower.begin_take(cutter.take, video, audio, self._tracks.video_header)
        self._recording = (cutter.take, TakeFile(path, cutter.take.init)) if path is not None else None
        self._show.jumped = None
        self._started = False
        self._tell(cutter, why)
        if why:
            self._counted(why)
        begun = video is None
        for frame in self._waiting.take():
            begun = begun or (frame.video and frame.independent)
            if begun or not frame.video:
                self._cut(cutter, frame)

    def _count_take(self) -> None:
        """Raises `Unacceptable` where takes come so fast that nobody can watch them."""
        now = self._clock()
        if len(self._begun) == MOST_TAKES and 0 <= now - self._begun[0] < TAKES_SECONDS:
            raise Unacceptable("The stream is begun anew too often: restart the encoder.")
        self._begun.append(now)

    def _frame_length(self, stamps: list[int], video: VideoCodec | None) -> tuple[int | None, float]:
        """Ticks a picture where they come at a steady rate, and pictures a second."""
        if video is None:
            return None, 0.0
        hints = [hint for hint in (self._announced.frame, video.frame) if hint is not None]
        known = self._pictures is not None and len(stamps) < 4
        ticks = self._pictures.frame if self._pictures is not None and known else frame_ticks(stamps, hints)
        if ticks is not None:
            return ticks, VIDEO_TIMESCALE / ticks
        if hints:
            return None, float(1 / hints[0])
        passed = stamps[-1] - stamps[0]
        return None, (len(stamps) - 1) * 1000 / passed if passed else 0.0

    def _tell(self, cutter: Cutter, why: str) -> None:
        take, video = cutter.take, cutter.video
        self._health.format(*take.codecs, width=take.width or None, height=take.height or None)
        self._log.info(
            "take begins",
            take=take.number,
            why=why or "the publisher came",
            codecs=take.codecs,
            picture=video is not None,
        )

    def _record(self, part: bytes) -> None:
        if self._recording is None:
            return
        take, file = self._recording
        if file.append(part):
            segment = self._window.open_segment
            self._recorded(take, file.end - len(part), part, segment.at if segment and not segment.parts else None)
            self._health.settled("recording_stopped")
        else:
            self._health.trouble("recording_stopped")

    def _end_take(self) -> None:
        cutter, self._cutter = self._cutter, None
        if cutter is not None:
            cutter.finish()
            self._tell_started(cutter)
        recording, self._recording = self._recording, None
        if recording is not None:
            recording[1].close()
