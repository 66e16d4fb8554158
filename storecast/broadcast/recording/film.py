"""Takes of one kind put one after another into one MP4. Every whole fragment's samples are in it, as they are.

Run as a process of its own: `python -m storecast.broadcast.recording.film TARGET`, the takes by lines of its input.
"""

import io
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from storecast.broadcast.recording.declared import name_of
from storecast.broadcast.recording.movie import head
from storecast.broadcast.recording.take_reader import Fragment, TakeReader
from storecast.broadcast.recording.timeline import Insertion, Timeline

NICE = 10  # live shows come first


class Film(msgspec.Struct):
    """A file that was written."""

    size: int  # bytes
    duration: float  # seconds from its first picture or sound to the end of its last
    first: float  # seconds, by the first take's own clock, at which its first picture or sound is due
    damaged: int = 0  # fragments that could not be read
    video_codec: str | None = None  # RFC 6381, e.g. avc1.64001f; None without a picture
    audio_codec: str | None = None  # None without sound
    width: int | None = None
    height: int | None = None


class _Media(msgspec.Struct, frozen=True):
    """Bytes of a take that go into the film as they are, and others behind them."""

    start: int
    end: int
    then: bytes


def write_film(takes: Sequence[Path], target: Path) -> Film:
    """Write `target` from takes, one at least, with the same init segment. Raises OSError, `Unreadable`."""
    timeline = Timeline(TakeReader(takes[0]).tracks)
    parts: list[list[_Media]] = []  # by take
    size = damaged = 0
    for take in takes:
        timeline.begin_take()
        parts.append([])
        reader = TakeReader(take)
        for fragment in reader.fragments():
            media = list(_media(fragment, timeline.add(fragment, size)))
            size += sum(part.end - part.start + len(part.then) for part in media)
            parts[-1] += media
        damaged += reader.damaged
    first = head(timeline, size)
    with target.open("wb", buffering=0) as film:
        os.posix_fallocate(film.fileno(), 0, len(first) + size)  # a full disk is known at once
        _write(film, first)
        for take, media in zip(takes, parts, strict=True):
            with take.open("rb", buffering=0) as source:
                for part in media:
                    _copy(source, part.start, part.end, film)
                    _write(film, part.then)
    return _told(timeline, len(first) + size, damaged)


def _media(fragment: Fragment, insertions: Sequence[Insertion]) -> Iterator[_Media]:
    at, end = fragment.offset, fragment.offset + fragment.size
    for insertion in insertions:
        yield _Media(at, fragment.offset + insertion.offset, insertion.data)
        at = fragment.offset + insertion.offset
    yield _Media(at, end, b"")


def _write(film: io.FileIO, data: bytes) -> None:
    written = 0
    while written < len(data):
        written += film.write(memoryview(data)[written:])


def _copy(source: io.FileIO, at: int, end: int, film: io.FileIO) -> None:
    while at < end:
        sent = os.sendfile(film.fileno(), source.fileno(), at, end - at)
        if not sent:
            raise OSError(f"{source.name} ends at {at}, before {end}")
        at += sent


def _told(timeline: Timeline, size: int, damaged: int) -> Film:
    film = Film(size, float(timeline.end - timeline.start), float(timeline.first), damaged)
    for track in (table.track for table in timeline.tables):
        if track.video:
            film.video_codec, film.width, film.height = name_of(track), track.width or None, track.height or None
        else:
            film.audio_codec = name_of(track)
    return film


def main() -> None:
    os.nice(NICE)
    takes = [Path(line) for line in sys.stdin.read().splitlines()]
    sys.stdout.buffer.write(msgspec.json.encode(write_film(takes, Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
