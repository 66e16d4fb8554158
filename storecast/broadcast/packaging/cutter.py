"""Cuts one take's fragmented MP4 into parts and segments of the live window."""

from collections.abc import Callable

from storecast.broadcast.packaging.old_boxes import BoxError, BoxSplitter, Run, Track, read_runs, read_tracks
from storecast.broadcast.packaging.window import (
    FIRST_SECONDS,
    LONGEST_SECONDS,
    TARGET_SECONDS,
    Part,
    Take,
    Window,
)

EARLY = 0.9  # a keyframe this near to the target ends the segment
DRIFT_SECONDS = 0.1  # the publisher's clock may part from ours this far before programme time is set anew


class Cutter:
    """`wall` tells the wall clock (seconds since the epoch) of a time in the take."""

    def __init__(self, window: Window, number: int, name: str, wall: Callable[[float], float]) -> None:
        self._window = window
        self._number = number
        self._name = name
        self._wall = wall
        self._splitter = BoxSplitter()
        self._init = b""
        self._moof = b""
        self._tracks: dict[int, Track] = {}
        self._lead: Track | None = None
        self._end: float | None = None  # of the newest part, in the take
        self._parts = 0
        self._at: float | None = None  # wall clock of the open segment's end so far
        self.take: Take | None = None
        self.first_at: float | None = None  # wall clock of the first frame; None before it

    def feed(self, data: bytes) -> None:
        """Take more of ffmpeg's output. Raises `BoxError`."""
        for kind, box in self._splitter.feed(data):
            if kind == b"moof":
                self._moof = box
            elif kind == b"mdat":
                self._fragment(self._moof, box)
            elif kind == b"ftyp":
                self._init = box
            elif kind == b"moov":
                self._begin(box)

    def _begin(self, moov: bytes) -> None:
        tracks = read_tracks(moov)
        if not tracks:
            raise BoxError("no track")
        self._tracks = {track.id: track for track in tracks}
        self._lead = next((track for track in tracks if track.video), tracks[0])
        codec = self._lead.codec
        self.take = Take(
            self._number,
            self._name,
            self._init + moov,
            [track.codec.name for track in tracks],
            codec.width,
            codec.height,
        )
        self._window.begin_take(self.take)

    def _fragment(self, moof: bytes, mdat: bytes) -> None:
        if self.take is None or self._lead is None:
            raise BoxError("fragment before moov")
        runs = read_runs(moof, self._tracks)
        lead = next((run for run in runs if run.track is self._lead), None)
        if self._end is None:
            self._end = min(run.start for run in runs) if lead is None else lead.start
        independent = lead is not None and (lead.keyframe or not self._lead.video)
        end = max(self._end + 0.001, _end(lead, runs))
        if self._is_boundary(independent):
            self._begin_segment(self._end)
        self._parts += 1
        part = Part(self._part_name(self._parts), moof + mdat, end - self._end, independent)
        self._window.add_part(part, self._part_name(self._parts + 1))
        if self._at is not None:
            self._at += part.duration
        self._end = end

    def _begin_segment(self, start: float) -> None:
        if self.take is None:
            return
        estimate = self._wall(start)
        if self._at is None or abs(estimate - self._at) > DRIFT_SECONDS:
            self._at = estimate
        if self.first_at is None:
            self.first_at = self._at
        self._window.begin_segment(self.take, self._at)

    def _is_boundary(self, independent: bool) -> bool:
        segment = self._window.open_segment
        if segment is None or segment.take is not self.take or segment.duration >= LONGEST_SECONDS:
            return True
        if not self._window.playable and segment.duration >= FIRST_SECONDS:
            return True
        return independent and segment.duration >= TARGET_SECONDS * EARLY

    def _part_name(self, index: int) -> str:
        return f"part-{self._name}-{index}.m4s"


def _end(lead: Run | None, runs: list[Run]) -> float:
    return max(run.start + run.duration for run in ([lead] if lead else runs))
