"""A take's whole fragments, gathered into segments that begin with a keyframe: what a playlist lists of it."""

from msgspec import Struct, structs

from storecast.broadcast.packaging.programme import SLEW
from storecast.broadcast.recording.declared import name_of
from storecast.broadcast.recording.take_reader import Fragment, Run, Track, tracks_of
from storecast.broadcast.recording.timeline import BACK, LONGEST_HOLE

TARGET_SECONDS = 4.0  # a segment ends at the first keyframe after as long,
LONGEST_SECONDS = 20.0  # and where keyframes are rarer, here
HOLE_SECONDS = 0.1  # where nothing is for longer than this, players are told that it goes on anew
_RATED_SECONDS = 1.0  # shorter segments tell little of how fast pictures come


class Segment(Struct, array_like=True):
    offset: int  # in the take's file
    size: int  # bytes
    at: float  # seconds in the take
    duration: float = 0.0  # seconds
    anew: bool = False  # it does not go on where the one before ended, or is the first
    independent: bool = True
    pictures: int = 0
    date: float | None = None  # wall clock of its first frame; None where it is not known


class IndexedTake(Struct):
    """What is known of a take that can be played."""

    number: int
    init: bytes
    end: int  # bytes, up to the end of the last whole fragment
    first: float  # seconds, by the take's own clock, at which its first is shown
    duration: float  # seconds from there to the end of its last
    segments: list[Segment]
    video_codec: str | None = None  # RFC 6381; None without a picture
    audio_codec: str | None = None
    width: int | None = None
    height: int | None = None

    @property
    def began(self) -> float | None:
        """Wall clock at its time 0."""
        return next((each.date - each.at for each in self.segments if each.date is not None), None)

    @property
    def frame_rate(self) -> float:
        """The most pictures a second of any segment; 0 without a picture."""
        rated = [segment for segment in self.segments if segment.duration >= _RATED_SECONDS] or self.segments
        return max((each.pictures / each.duration for each in rated if each.duration), default=0.0)


class TakeIndex:
    """Grows with each fragment. Raises `Unreadable` for an init segment that is none."""

    def __init__(self, number: int, init: bytes) -> None:
        self._number = number
        self._init = init
        self.tracks = tracks_of(init)
        self._by_id = {track.id: track for track in self.tracks}
        self._lead = next((track for track in self.tracks if track.video), self.tracks[0])
        self._heard: set[int] = set()  # tracks that have samples
        self._segments: list[Segment] = []
        self._open: Segment | None = None
        self._end = 0  # of the last whole fragment, in the file,
        self._begin = 0.0  # where it begins, seconds in the take,
        self._decoded = 0.0  # and ends, of all tracks,
        self._lead_end = 0.0  # and of the leading one
        self._dated: tuple[float, float] | None = None  # seconds in the take and wall clock, as last told
        self._first: float | None = None
        self._begins = 0.0  # seconds, of the time line that goes on,
        self._ends = 0.0  # and its end so far
        self._before = 0.0  # seconds of time lines before it

    def add(self, fragment: Fragment, date: float | None) -> None:
        """The next fragment of the take that is whole; `date` is when it was taken, where that is told."""
        runs = [(run, self._by_id[run.track]) for run in fragment.runs]
        lead = next((run for run, track in runs if track is self._lead), None)
        begin = min(run.decoded / track.timescale for run, track in runs)
        if date is not None:
            self._dated = begin if lead is None else lead.decoded / self._lead.timescale, date
        turns_back = begin < self._begin - BACK
        self._measure(runs, begin, turns_back)
        if turns_back or begin > self._decoded + HOLE_SECONDS or fragment.start != self._end:
            self._close(None)
        self._list(fragment, lead, begin)
        self._heard.update(run.track for run in fragment.runs)
        self._end, self._begin = fragment.end, begin
        self._decoded = max(_end(run, track) for run, track in runs)
        if lead is not None:
            self._lead_end = _end(lead, self._lead)
            if self._open is not None and self._lead.video:
                self._open.pictures += len(lead.samples)

    def taken(self) -> IndexedTake | None:
        """The take as far as it is whole; None where there is nothing of it."""
        if self._first is None:
            return None
        segments = [structs.replace(segment) for segment in self._segments]
        if self._open is not None:
            segments.append(self._finished(self._open, None))
        _settle_dates(segments)
        heard = [track for track in self.tracks if track.id in self._heard]
        video = next((track for track in heard if track.video), None)
        audio = next((track for track in heard if not track.video), None)
        return IndexedTake(
            self._number,
            self._init,
            self._end,
            self._first,
            self._before + self._ends - self._begins,
            segments,
            None if video is None else name_of(video),
            None if audio is None else name_of(audio),
            None if video is None else video.width or None,
            None if video is None else video.height or None,
        )

    def _measure(self, runs: list[tuple[Run, Track]], begin: float, turns_back: bool) -> None:
        """How long all of it is, as `Timeline` has it in the file that is made of it."""
        shown, ends = zip(*(_shown(run, track) for run, track in runs), strict=True)
        if self._first is None:
            self._first = self._begins = self._ends = min(shown)
        elif turns_back or begin - self._ends > LONGEST_HOLE:
            self._before += self._ends - self._begins
            self._begins = self._ends = min(shown)
        self._begins, self._ends = min(self._begins, *shown), max(self._ends, *ends)

    def _list(self, fragment: Fragment, lead: Run | None, begin: float) -> None:
        at = begin if lead is None else lead.decoded / self._lead.timescale
        keyframe = lead is not None and lead.samples[0].sync
        segment = self._open
        if segment is None:
            if not keyframe and (self._segments or (lead is not None and self._lead.video)):
                return  # what it builds on is missing
            self._open = Segment(fragment.start, fragment.end - fragment.start, at, anew=True, date=self._date(at))
            self._lead_end = at
            return
        lasts = at - segment.at
        if lead is not None and ((keyframe and lasts >= TARGET_SECONDS) or lasts >= LONGEST_SECONDS):
            self._close(at)
            size, date = fragment.end - fragment.start, self._date(at)
            self._open = Segment(fragment.start, size, at, independent=keyframe, date=date)
        else:
            segment.size = fragment.end - segment.offset

    def _close(self, next_at: float | None) -> None:
        if self._open is not None:
            self._segments.append(self._finished(self._open, next_at))
            self._open = None

    def _finished(self, segment: Segment, next_at: float | None) -> Segment:
        end = max(self._lead_end, segment.at) if next_at is None else next_at
        lasts = end - segment.at or self._decoded - segment.at
        return structs.replace(segment, duration=lasts)

    def _date(self, at: float) -> float | None:
        return None if self._dated is None else self._dated[1] + at - self._dated[0]


def _settle_dates(segments: list[Segment]) -> None:
    """What was put right at once while the show went on, as the first that came was late, is so from before."""
    later: Segment | None = None
    for segment in reversed(segments):
        if segment.date is None:
            continue
        if later is not None and later.date is not None and not later.anew:
            segment.date = min(segment.date, later.date - (1 - SLEW) * (later.at - segment.at))
        later = segment


def _end(run: Run, track: Track) -> float:
    return (run.decoded + sum(sample.duration for sample in run.samples)) / track.timescale


def _shown(run: Run, track: Track) -> tuple[float, float]:
    """When the first of the run's samples is shown, and when all of them were."""
    decoded, first, last = run.decoded, None, 0
    for sample in run.samples:
        shown = decoded + sample.composition
        first = shown if first is None else min(first, shown)
        last = max(last, shown + sample.duration)
        decoded += sample.duration
    return (first or 0) / track.timescale, last / track.timescale
