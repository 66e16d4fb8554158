"""One rung of a show as its viewers get it: a window that goes along with the show's own, part by part."""

import time

from storecast.broadcast.ladder.shapes import Shape
from storecast.broadcast.packaging.boxes import Sample, fragment, init_segment
from storecast.broadcast.packaging.codecs import VIDEO_TIMESCALE, AudioCodec, samples_in, video_codec
from storecast.broadcast.packaging.cutter import Cutter
from storecast.broadcast.packaging.following import CutPart
from storecast.broadcast.packaging.window import Take, Window


def fresh_window(source: Window) -> Window:
    """One that begins with the segment that `source` begins next."""
    window = Window(fresh_name())
    window.number_from(source.last_number + 1)
    return window


def fresh_name() -> str:
    """Never used before on this playback id, as players and proxies keep what they fetched."""
    return f"{int(time.time() * 1000):x}"


class PictureRung:
    """Has the show's parts, its segments and its sound; pictures are the child's."""

    def __init__(self, shape: Shape, window: Window) -> None:
        self.shape = shape
        self.window = window
        self._take: Take | None = None
        self._pictures: list[tuple[int, bool, bytes]] = []  # shown, independent, sample: of the part to come
        self._delay = 0  # ticks from decoding to being shown
        self._sequence = 0

    def begin_take(self, take: Take, configuration: bytes, audio: AudioCodec, delay: int) -> None:
        """`delay` is the ticks from decoding to being shown of the take's first picture. Raises `BadConfiguration`."""
        video = video_codec(b"avc1", configuration)
        self._delay = delay
        self._pictures = []
        codecs = [video.name, audio.name]
        name = f"{fresh_name()}-{take.number}"
        init = init_segment(video, audio)
        self._take = Take(take.number, name, init, codecs, video.width, video.height, take.frame_rate)
        self.window.begin_take(self._take)

    def picture(self, shown: int, independent: bool, sample: bytes) -> None:
        self._pictures.append((shown, independent, sample))

    def part(self, part: CutPart) -> None:
        """All pictures of `part` have come."""
        if self._take is None:
            return
        pictures = self._samples(part)
        self._pictures = []
        if not pictures and not part.sounds:
            return
        if part.opens:
            self.window.begin_segment(self._take, part.at)
        self._sequence += 1
        independent = any(picture.independent for picture in pictures)
        self.window.add_part(fragment(self._sequence, pictures, part.sounds), part.duration, independent=independent)

    def _samples(self, part: CutPart) -> list[Sample]:
        """They fill the time of the show's pictures; when each is shown is its own."""
        samples: list[Sample] = []
        for shown, independent, data in self._pictures:
            if samples:
                decoded = max(shown - self._delay, samples[-1].decoded + 1)
                samples[-1].duration = decoded - samples[-1].decoded
            else:
                decoded = shown - self._delay if part.first is None else part.first
            samples.append(Sample(decoded, data, 0, shown - decoded, independent))
        if samples:
            last = samples[-1]
            usual = samples[-2].duration if len(samples) > 1 else 1
            last.duration = part.until - last.decoded if part.until > last.decoded else usual
        return samples


class SoundRung:
    """The show's sound alone, in parts of its own."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self._begun: tuple[Take, AudioCodec] | None = None  # the take that goes on
        self._cutter: Cutter | None = None  # from its first sound on
        self._at = 0.0  # seconds of the take,
        self._wall = 0.0  # and what the wall clock showed then

    def begin_take(self, take: Take, audio: AudioCodec) -> None:
        self._begun = take, audio

    def part(self, part: CutPart) -> None:
        self._at, self._wall = part.begins / VIDEO_TIMESCALE, part.at
        if self._begun is None:
            return
        take, audio = self._begun
        sounds = part.sounds
        if self._cutter is None:
            sounds = _after_gaps(audio, sounds)  # as there are after silence at the start
            if not sounds:
                return
            self._cutter = self._cutting(take, audio, sounds[0].decoded)
        for sound in sounds:
            if samples := samples_in(audio, sound.data):
                self._cutter.sound(round(1000 * sound.decoded / audio.rate), samples, sound.data)

    def end_take(self) -> None:
        cutter, self._cutter, self._begun = self._cutter, None, None
        if cutter is not None:
            cutter.finish()

    def _cutting(self, take: Take, audio: AudioCodec, begins: int) -> Cutter:
        return Cutter(
            self.window,
            take.number,
            f"{fresh_name()}-{take.number}",
            None,
            audio,
            base=0,
            frame=None,
            frame_rate=0.0,
            heard=True,
            wall=lambda seconds: self._wall + seconds - self._at,
            record=lambda part: None,
            begins=begins,
        )


def _after_gaps(audio: AudioCodec, sounds: list[Sample]) -> list[Sample]:
    """Those that follow each other, up to the last."""
    gaps = [at for at, sound in enumerate(sounds) if sound.duration != samples_in(audio, sound.data)]
    return sounds[gaps[-1] + 1 :] if gaps else sounds
