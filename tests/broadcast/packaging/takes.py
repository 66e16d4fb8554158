"""Takes as they are recorded: an init segment and fragments."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from tests.broadcast.hls_rules.media import Sample, Track, boxes, runs, tracks


class Recorded(Struct, frozen=True):
    init: bytes
    fragments: list[bytes]

    @property
    def tracks(self) -> list[Track]:
        return tracks(self.init)

    def samples(self, kind: str) -> list[Sample]:
        """Of the track of `kind`, "vide" or "soun"; none where there is none."""
        announced = self.tracks
        number = next((track.number for track in announced if track.kind == kind), None)
        if number is None:
            return []
        found = [runs(fragment, announced).get(number) for fragment in self.fragments]
        return [sample for run in found if run is not None for sample in run.samples]

    def seconds(self, kind: str) -> float:
        """When the last sample ends."""
        (scale,) = {track.timescale for track in self.tracks if track.kind == kind}
        last = self.samples(kind)[-1]
        return (last.decoded + last.duration) / scale


def fragments(data: bytes) -> Iterator[bytes]:
    """Each `moof` with its `mdat`."""
    begin = 0
    for kind, content, at in boxes(data):
        if kind == b"mdat":
            yield data[begin : at + len(content)]
            begin = at + len(content)


def read_take(path: Path) -> Recorded:
    data = path.read_bytes()
    _, (kind, movie, at), *_ = boxes(data)
    assert kind == b"moov"
    return Recorded(data[: at + len(movie)], list(fragments(data[at + len(movie) :])))
