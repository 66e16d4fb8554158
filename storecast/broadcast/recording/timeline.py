"""Takes one after another on one time line: when each sample is decoded and shown, and where it lies."""

from array import array
from collections.abc import Sequence
from fractions import Fraction
from math import ceil

from msgspec import Struct

from storecast.broadcast.recording.declared import Silence, silence_of
from storecast.broadcast.recording.take_reader import Fragment, Run, Sample, Track

LONGEST_HOLE = 3600  # seconds without picture and sound that stay; longer ones are closed
BACK = 1  # seconds a track may go back before it is taken for another time line
_LONGEST_DELTA = 2**32 - 1  # ticks between two samples, ISO/IEC 14496-12 8.6.1.2


class Lengths:
    """Numbers, equal neighbours counted together."""

    def __init__(self) -> None:
        self.counts = array("I")
        self.values = array("q")

    def add(self, value: int) -> None:
        if self.values and self.values[-1] == value:
            self.counts[-1] += 1
        else:
            self.counts.append(1)
            self.values.append(value)


class Insertion(Struct, frozen=True):
    """Bytes that no take holds."""

    offset: int  # in the media of the fragment: what they come before
    data: bytes


class TrackTable:
    """A track's samples. Times are in its own ticks, on the common time line."""

    def __init__(self, track: Track) -> None:
        self.track = track
        self.silence = None if track.video else silence_of(track)
        self.count = 0
        self.first = 0  # the first sample is decoded
        self.shown = 0  # the earliest is shown
        self.ends = 0  # the last one shown ends
        self.last = 0  # the last sample is decoded
        self.last_duration = 0
        self.deltas = Lengths()  # from each sample to the next, but for the last
        self.compositions = Lengths()
        self.sizes = array("I")
        self.sync = array("I")  # numbers of samples, counted from 1
        self.chunks = Lengths()  # samples in each
        self.offsets = array("Q")  # of chunks, from the start of the media
        self._heard = 0  # how long the samples last, one after another

    @property
    def free(self) -> int:
        """From when on another sample can be decoded."""
        return self.last + max(self.last_duration, 1)

    def add(self, run: Run, shift: int, media: int) -> list[Insertion]:
        """A run of a fragment that lies `media` bytes behind the start of all media, decoded `shift` ticks later.

        Where sound has a hole there is silence: Chromium plays the sound of a file without a break, so that what comes
        after a hole would be early by its length for good.
        """
        decoded = run.decoded + shift
        insertions: list[Insertion] = []
        chunk, held, at = media + run.offset, 0, run.offset
        for sample in run.samples:
            if self.silence is not None and (missing := self._missing(decoded, self.silence)):
                self._chunk(chunk, held)
                self._chunk(media + at, missing)
                insertions.append(Insertion(at, self.silence.data * missing))
                media += len(insertions[-1].data)
                chunk, held = media + at, 0
                for _ in range(missing):
                    frame = Sample(self.silence.duration, len(self.silence.data), True, 0)
                    self._put(frame, self._end_of_last(self.silence))
            self._put(sample, decoded)
            held += 1
            at += sample.size
            decoded += sample.duration
        self._chunk(chunk, held)
        return insertions

    def _missing(self, decoded: int, silence: Silence) -> int:
        """Frames of silence to put before the next sample: what is heard stays in step to half of one."""
        lag = decoded - self.first - self._heard
        gap = decoded - self._end_of_last(silence)
        if not self.count or gap <= 0:
            return 0
        return max(0, min(round(lag / silence.duration), ceil(gap / silence.duration)))

    def _end_of_last(self, silence: Silence) -> int:
        """Whatever its time stamps say."""
        return self.last + (silence.duration if silence.fixed else self.last_duration)

    def _put(self, sample: Sample, decoded: int) -> None:
        if self.count:
            decoded = min(max(decoded, self.last + 1), self.last + _LONGEST_DELTA)
            self.deltas.add(decoded - self.last)
        shown = decoded + sample.composition
        if not self.count:
            self.first, self.shown, self.ends = decoded, shown, shown
        # A take's last sample may say less, to be cut off by a player: then the next take would begin within it.
        frame = self.silence.duration if self.silence is not None and self.silence.fixed else 0
        self.last, self.last_duration = decoded, max(sample.duration, frame)
        self.shown = min(self.shown, shown)
        self.ends = max(self.ends, shown + self.last_duration)
        self._heard += frame or sample.duration
        self.count += 1
        self.sizes.append(sample.size)
        self.compositions.add(sample.composition)
        if sample.sync:
            self.sync.append(self.count)

    def _chunk(self, offset: int, samples: int) -> None:
        if samples:
            self.offsets.append(offset)
            self.chunks.add(samples)


class Timeline:
    """Each take begins where all of the last has ended, all its tracks by the same shift: it stays as it was in itself.

    Takes are placed exactly, each by the end of all before, so that nothing adds up over many of them.
    """

    def __init__(self, tracks: Sequence[Track]) -> None:
        self._tables = {track.id: TrackTable(track) for track in tracks}
        self._shifts: dict[int, int] | None = None
        self.first = Fraction(0)  # seconds, by the first take's own clock, at which its first is shown

    @property
    def tables(self) -> list[TrackTable]:
        """Those of tracks that have samples."""
        return [table for table in self._tables.values() if table.count]

    @property
    def start(self) -> Fraction:
        """Seconds; of the time line, which need not begin at 0."""
        return min((Fraction(table.shown, table.track.timescale) for table in self.tables), default=Fraction(0))

    @property
    def end(self) -> Fraction:
        return max((Fraction(table.ends, table.track.timescale) for table in self.tables), default=Fraction(0))

    def begin_take(self) -> None:
        self._shifts = None

    def add(self, fragment: Fragment, media: int) -> list[Insertion]:
        """The take's next fragment, to lie `media` bytes behind the start of all media; what must come in between."""
        if self._shifts is None or not self._follows(fragment, self._shifts):
            self._shifts = self._placed(fragment)
        insertions: list[Insertion] = []
        for run in sorted(fragment.runs, key=lambda run: run.offset):
            added = self._tables[run.track].add(run, self._shifts[run.track], media)
            media += sum(len(insertion.data) for insertion in added)
            insertions += added
        return insertions

    def _follows(self, fragment: Fragment, shifts: dict[int, int]) -> bool:
        """Whether it belongs to the time line of the fragments before."""
        starts = []
        for run in fragment.runs:
            table = self._tables[run.track]
            decoded = run.decoded + shifts[run.track]
            if table.count and decoded < table.last - BACK * table.track.timescale:
                return False
            starts.append(decoded / table.track.timescale)
        return max(starts) - float(self.end) <= LONGEST_HOLE

    def _placed(self, fragment: Fragment) -> dict[int, int]:
        """By track, how many ticks later than it says a take that begins with `fragment` is decoded."""
        runs = [(run, self._tables[run.track], self._tables[run.track].track.timescale) for run in fragment.runs]
        first = min(Fraction(_shown(run), timescale) for run, _, timescale in runs)
        if not self.tables:
            self.first = first
        # Decoding comes first where a take that broke off has shown less than it has decoded.
        gaps = [Fraction(table.free - run.decoded, timescale) for run, table, timescale in runs if table.count]
        shift = max([self.end - first, *gaps])
        return {number: ceil(shift * table.track.timescale) for number, table in self._tables.items()}


def _shown(run: Run) -> int:
    """The earliest time one of the run's samples is shown, by the take's clock."""
    decoded, shown = run.decoded, []
    for sample in run.samples:
        shown.append(decoded + sample.composition)
        decoded += sample.duration
    return min(shown)
