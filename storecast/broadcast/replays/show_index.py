"""All takes of a session as they can be played: its own as they are written, those of an earlier process from disk."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import structlog

from storecast.broadcast.packaging.window import Take
from storecast.broadcast.recording.dates import DateFile, date_path
from storecast.broadcast.recording.folder import SessionFolder, take_number
from storecast.broadcast.recording.take_reader import Unreadable, fragment_of
from storecast.broadcast.replays.scan import scan_apart
from storecast.broadcast.replays.segments import IndexedTake, TakeIndex
from storecast.contracts.hooks import DATES_OF_A_RUN, RecordedRun, RunDate

DATE_SECONDS = 0.1  # chat and pictures are in step to less than half a second

log = structlog.get_logger()


class ShowIndex:
    def __init__(self, folder: SessionFolder) -> None:
        self._folder = folder
        self._dates = DateFile(Path())  # of the newest take
        self._growing: dict[int, TakeIndex] = {}  # of this process
        self._read: dict[int, IndexedTake | None] = {}  # of earlier ones; None where nothing of it can be played

    def written(self, take: Take, at: int, fragment: bytes, date: float | None) -> None:
        """A fragment of the take lies in its file from `at` on; `date` is when it was taken, where that is told."""
        index = self._growing.get(take.number)
        if index is None:
            try:
                index = self._growing[take.number] = TakeIndex(take.number, take.init)
            except Unreadable as error:  # it is looked at again when the show is over
                log.error("a take's own header cannot be read", take=take.number, error=str(error))
                return
            self._dates = DateFile(date_path(self._folder.take(take.number)))
        if date is not None:
            self._dates.append(at, date)
        found = fragment_of(fragment, at, index.tracks)
        if found is not None:
            index.add(found, date)

    @property
    def whole(self) -> bool:
        """Whether every take on disk is known."""
        return not self._unknown()

    async def read_rest(self) -> None:
        """Read the takes that are not known, in a process of its own. Raises `ScanFailed`."""
        unknown = self._unknown()
        if unknown:
            found = {take.number: take for take in await scan_apart([self._folder.take(each) for each in unknown])}
            self._read.update((number, found.get(number)) for number in unknown)

    @property
    def takes(self) -> list[IndexedTake]:
        """Those known that can be played, in order."""
        grown = {number: index.taken() for number, index in self._growing.items()}
        found = sorted((self._read | grown).items())
        return [take for _, take in found if take is not None]

    def _unknown(self) -> list[int]:
        return [number for take in self._folder.takes() if (number := take_number(take)) not in self._known()]

    def _known(self) -> set[int]:
        return self._growing.keys() | self._read.keys()


def runs_in(takes: Sequence[IndexedTake]) -> list[list[IndexedTake]]:
    """Neighbours that are alike: those that become one file."""
    return [list(run) for _, run in itertools.groupby(takes, lambda take: take.init)]


def recorded_runs(takes: Sequence[IndexedTake], began: Mapping[int, float]) -> list[RecordedRun]:
    """What the API is told of them; `began` is by a take's number the wall clock at its time 0."""
    return [
        RecordedRun(
            number=number,
            duration=sum(take.duration for take in run),
            started_at=None if (at := began.get(run[0].number)) is None else at + run[0].first,
            video_codec=run[0].video_codec,
            audio_codec=run[0].audio_codec,
            width=run[0].width,
            height=run[0].height,
            dates=list(itertools.islice(_dates(run), DATES_OF_A_RUN)),
        )
        for number, run in enumerate(runs_in(takes), 1)
    ]


def _dates(run: Sequence[IndexedTake]) -> Iterator[RunDate]:
    """One for each take, and where the dates of a take are put right by more than `DATE_SECONDS`."""
    before = 0.0  # seconds of takes before this one
    for take in run:
        told: float | None = None  # wall clock at the run's beginning, by what was told
        for segment in take.segments:
            at = before + segment.at - take.first
            if segment.date is not None and (told is None or abs(segment.date - at - told) > DATE_SECONDS):
                told = segment.date - at
                yield RunDate(max(at, 0.0), segment.date)
        before += take.duration
