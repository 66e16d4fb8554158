"""What processing makes of a film, as the rules are asked of it: each variant by itself, and all of them together."""

from collections.abc import Iterator
from itertools import accumulate, pairwise
from pathlib import Path

import av

from tests.broadcast.hls_rules.content_rules import MeasuredSegment, measured
from tests.broadcast.hls_rules.playlists import MediaPlaylist, read_media, read_multivariant
from tests.broadcast.hls_rules.record import Findings, Record, listings
from tests.broadcast.hls_rules.replayed import replay_record
from tests.broadcast.hls_rules.rules import broken_rules

STEP_SECONDS = 0.040  # sound and picture may begin this far apart,
ENDS_SECONDS = 0.080  # and end: each at the end of a frame of its own, in the film itself as well
FRAME_SECONDS = 1 / 24  # by which variants may change segments at different times
_HEAD = "#EXTM3U\n#EXT-X-VERSION:7\n"


def broken_in(folder: Path, index: str) -> list[str]:
    """Words for each rule that is broken by `folder`, in which the multivariant playlist `index` lies."""
    text = (folder / index).read_text()
    said = [f"{index}: {wrong.words}" for wrong in read_multivariant(text)[1]]
    pictures: list[MediaPlaylist] = []
    for told, name in _variants(text):
        media = (folder / name).read_text()
        films = {path.name: path.read_bytes() for path in folder.glob("*.m4s")}
        record = replay_record(f"{_HEAD}{told}\n{name}\n", media, films)
        record.film = True
        said += [f"{name}: {rule}" for rule in broken_rules(record)]
        said += [f"{name}: {words}" for words in (*_unplayable(folder / name), *_out_of_step(record))]
        listed = read_media(media)
        if "RESOLUTION" in told and not listed.independent_segments:
            said.append(f"{name}: no EXT-X-INDEPENDENT-SEGMENTS")
        if "RESOLUTION" in told:
            pictures.append(listed)
    return said + [f"{index}: {words}" for words in _apart(pictures)]


def _variants(text: str) -> Iterator[tuple[str, str]]:
    """What is said of each, and its address."""
    lines = text.splitlines()
    for told, name in pairwise(lines):
        if told.startswith("#EXT-X-STREAM-INF"):
            yield told, name


def _unplayable(playlist: Path) -> Iterator[str]:
    """What decoders say against it, segments one after the other."""
    logged = av.logging.get_level()
    av.logging.set_level(av.logging.WARNING)
    try:
        with av.logging.Capture() as said, av.open(str(playlist), options={"allowed_extensions": "ALL"}) as film:
            for packet in film.demux():
                packet.decode()
    except av.FFmpegError as error:
        yield f"it cannot be decoded: {error}"
    finally:
        av.logging.set_level(logged)
    yield from {f"{name}: {words.strip()}" for level, name, words in said if level <= av.logging.WARNING}


def _out_of_step(record: Record) -> Iterator[str]:
    """Where picture and sound do not begin, or end, together, by when samples are shown."""
    segments = measured(record, listings(record), Findings())
    for which, place, most in (("begin", 0, STEP_SECONDS), ("end", -1, ENDS_SECONDS)):
        moments = _moments(segments, place)
        if moments and max(moments) - min(moments) > most:
            yield f"picture and sound {which} {max(moments) - min(moments):.3f} s apart"


def _moments(segments: list[MeasuredSegment], place: int) -> list[float]:
    """When the first sample of each track is shown, or the last is over."""
    found = []
    for number in {track.number for segment in segments for track in segment.tracks}:
        samples = [
            (sample.decoded + sample.composition, sample.duration, run.track.timescale)
            for segment in segments
            for part in segment.part_runs
            if (run := part.get(number)) is not None
            for sample in run.samples
        ]
        shown, duration, scale = sorted(samples)[place]
        found.append((shown + (duration if place else 0)) / scale)
    return found


def _apart(playlists: list[MediaPlaylist]) -> Iterator[str]:
    """Apple, 6.2.4: variants with a picture change segments together."""
    borders = [[*accumulate(segment.duration for segment in playlist.segments)] for playlist in playlists]
    for other in borders[1:]:
        if len(other) != len(borders[0]):
            yield f"{len(other)} segments beside {len(borders[0])}"
        elif any(abs(one - two) > FRAME_SECONDS for one, two in zip(borders[0][:-1], other[:-1], strict=True)):
            yield "segments that do not begin together"
