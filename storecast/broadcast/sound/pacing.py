"""Decoded sound, brought to one rate and layout and held to its stamps. Runs in the child."""

from fractions import Fraction
from typing import cast

import av

from storecast.broadcast.sound.encoding import FORMAT, AacEncoder

GAP = 0.1  # s: from here on sound is missing, or is there twice; below, stamps merely jitter
JUMP = 1.0  # s: a publisher whose stamps go back so far counts anew
_SMOOTHING = 1.0  # s over which jitter is evened out
_CORRECTED = 0.2  # of an error a second: a drift of 0.1 % is followed 5 ms behind
_STRETCH = 0.005  # at most, of the speed: a twelfth of a semitone
_MINIMUM = 0.0002  # s of correction: below, the speed stays as it is
_HALF_FILTER = 17  # samples the resampler holds back, counted at the lower of both rates


class Pace:
    """Feeds an encoder so that every sample is heard when its stamp says, and none is made up.

    Sound is stretched a little where stamps drift, leaps where they do, and what overlaps is left out. Positions go
    back only where stamps do by over a second.
    """

    def __init__(self, encoder: AacEncoder) -> None:
        self._encoder = encoder
        self._rate = encoder.rate
        self._resampler: _Resampler | None = None
        self._due = 0.0  # position at which the next sample is heard if it just follows
        self._error = 0.0  # s its stamp is later than that, smoothed

    def put(self, stamp: float, sound: av.AudioFrame) -> list[tuple[int, bytes]]:
        """AAC frames that are ready after `sound`, whose first sample is heard at `stamp` ms. Raises `FFmpegError`."""
        place = stamp * self._rate / 1000
        ahead = (place - self._due) / self._rate
        frames = []
        if self._resampler is None or ahead > GAP or ahead < -JUMP:
            frames += self._drained()
            frames += self._encoder.leap(round(place))
            self._due = round(place)
            self._error = ahead = 0.0
        elif ahead < -GAP:
            return []
        if self._resampler is None or not self._resampler.takes(sound):
            frames += self._drained()
            self._resampler = _Resampler(sound, self._rate, self._encoder.layout, self._due)
        length = sound.samples / sound.sample_rate
        self._error += (ahead - self._error) * min(length / _SMOOTHING, 1)
        frames += self._encoded(self._resampler.put(sound, self._error * _CORRECTED))
        self._due = self._resampler.due
        return frames

    def finish(self) -> list[tuple[int, bytes]]:
        return self._drained() + self._encoder.finish()

    def _drained(self) -> list[tuple[int, bytes]]:
        if self._resampler is None:
            return []
        resampler, self._resampler = self._resampler, None
        return self._encoded(resampler.finish())

    def _encoded(self, sounds: list[av.AudioFrame]) -> list[tuple[int, bytes]]:
        return [frame for sound in sounds for frame in self._encoder.put(sound)]


class _Resampler:
    """ffmpeg's `aresample`, which changes its speed a little where its input's times ask for it."""

    def __init__(self, first: av.AudioFrame, rate: int, layout: str, start: float) -> None:
        self._form = _form(first)
        self._time_base = Fraction(1, first.sample_rate)
        self._rate = rate
        self._ratio = rate / first.sample_rate
        self._start = start
        self._made = 0
        self._held = _HALF_FILTER * rate / min(rate, first.sample_rate)
        self.due = start
        self._graph = graph = av.filter.Graph()
        graph.threads = 1
        source = graph.add(
            "abuffer",
            sample_rate=str(first.sample_rate),
            sample_fmt=first.format.name,
            channel_layout=first.layout.name,
            time_base=str(self._time_base),
        )
        resample = graph.add(
            "aresample",
            sample_rate=str(rate),
            flags="+res",  # from the start: to begin it later clicks
            min_comp=str(_MINIMUM),
            min_hard_comp=str(JUMP),
            max_soft_comp=str(_STRETCH),
            comp_duration="1",
            rematrix_maxval="1",  # six channels made two do not clip
        )
        form = graph.add("aformat", sample_fmts=FORMAT, sample_rates=str(rate), channel_layouts=layout)
        graph.link_nodes(source, resample, form, sink := graph.add("abuffersink"))
        graph.configure()
        self._source, self._sink = source, sink

    def takes(self, sound: av.AudioFrame) -> bool:
        return self._form == _form(sound)

    def put(self, sound: av.AudioFrame, correction: float) -> list[av.AudioFrame]:
        """`sound`, told to be heard `correction` seconds later than it would be by itself; it gets there slowly."""
        place = self.due - self._start + correction * self._rate
        sound.pts = round(place / self._ratio)
        sound.time_base = self._time_base
        self._source.push(sound)
        made = self._pulled()
        self.due = self._start + self._made + self._held
        return made

    def finish(self) -> list[av.AudioFrame]:
        self._source.push(None)
        return self._pulled()

    def _pulled(self) -> list[av.AudioFrame]:
        sounds: list[av.AudioFrame] = []
        while True:
            try:
                sound = cast("av.AudioFrame", self._sink.pull())
            except (av.BlockingIOError, av.EOFError):  # no more for now, no more at all
                return sounds
            self._made += sound.samples
            sounds.append(sound)


def _form(sound: av.AudioFrame) -> tuple[int, str, str]:
    return sound.sample_rate, sound.format.name, sound.layout.name
