"""Rules of the media itself, measured against what the playlists say of it."""

import struct
from collections.abc import Iterable
from fractions import Fraction

from msgspec import Struct, field

from tests.broadcast.hls_rules.media import BadMedia, Run, Track, runs, starts_decoding, tracks
from tests.broadcast.hls_rules.playlists import ListedPart, ListedSegment
from tests.broadcast.hls_rules.record import Findings, Listing, Record

SEGMENT_SECONDS = Fraction(2, 1000)  # a segment's EXTINF may miss its samples by this; a part's DURATION by a frame
SOUND_FRAME = Fraction(1024, 44_100)  # seconds; the last one of a film may be cut short
_ROUNDED = Fraction(1, 100_000)


class MeasuredSegment(Struct):
    """A segment over its whole life: the most that was ever listed of it, and what is in it."""

    listed: ListedSegment
    parts: list[ListedPart]
    at: float  # when it was listed first
    finished_at: float | None = None  # when its address was
    tracks: list[Track] = field(default_factory=list)
    part_runs: list[dict[int, Run]] = field(default_factory=list)  # one with the whole segment where parts are unknown
    size: int = 0


def measured(record: Record, listed: list[Listing], findings: Findings) -> list[MeasuredSegment]:
    """Every segment ever listed, in the order they came, its bytes read. What cannot be read is said and left out."""
    found: list[MeasuredSegment] = []
    by_name: dict[str, MeasuredSegment] = {}  # its address and its parts' tell a segment from others, not its number
    for listing in listed:
        for segment in listing.playlist.segments:
            names = [name for name in (*(part.uri for part in segment.parts), segment.uri) if name]
            known = next((by_name[name] for name in names if name in by_name), None)
            if known is None:
                known = MeasuredSegment(segment, [], listing.at)
                found.append(known)
            by_name.update(dict.fromkeys(names, known))
            known.listed = segment
            if len(segment.parts) > len(known.parts):
                known.parts = segment.parts
            if segment.uri is not None and known.finished_at is None:
                known.finished_at = listing.at
    inits: dict[str, list[Track]] = {}
    for each in found:
        name = each.listed.map or ""
        if name not in inits:
            inits[name] = _announced(record, name, each.at, findings)
        each.tracks = inits[name]
        _read(record, each, findings)
    return found


def _announced(record: Record, name: str, at: float, findings: Findings) -> list[Track]:
    data = record.data(name)
    if data is None:
        return []  # said where its availability is judged
    try:
        return tracks(data)
    except (BadMedia, struct.error, IndexError) as error:
        findings.say("3.1.2", f"init segment {name}: {error}", at)
        return []


def _read(record: Record, segment: MeasuredSegment, findings: Findings) -> None:
    uri = segment.listed.uri
    whole = None if uri is None else record.data(uri)
    pieces = [record.data(part.uri) for part in segment.parts]
    joined = None if None in pieces or not pieces else b"".join(piece for piece in pieces if piece is not None)
    if whole is not None and joined is not None and whole != joined:
        words = f"{uri} of {len(whole)} bytes is not its {len(pieces)} parts, of {len(joined)} bytes, joined"
        findings.say("3.2", words, segment.at)
    segment.size = len(whole or b"")
    named = (
        list(zip((part.uri for part in segment.parts), pieces, strict=True)) if joined is not None else [(uri, whole)]
    )
    for name, data in named:
        if data is None or not segment.tracks:
            continue
        try:
            segment.part_runs.append(runs(data, segment.tracks))
        except (BadMedia, struct.error, IndexError) as error:
            findings.say("3.1.2", f"{name}: {error}", segment.at)
            segment.part_runs = []
            return


def takes(segments: list[MeasuredSegment]) -> Iterable[list[MeasuredSegment]]:
    """Segments between discontinuities."""
    take: list[MeasuredSegment] = []
    for segment in segments:
        if take and segment.listed.discontinuity != take[-1].listed.discontinuity:
            yield take
            take = []
        take.append(segment)
    if take:
        yield take


def check_content(
    segments: list[MeasuredSegment], listed: list[Listing], findings: Findings, *, film: bool = False
) -> None:
    independent_segments = any(listing.playlist.independent_segments for listing in listed)
    for take in takes(segments):
        _check_continuity(take, findings)
        _check_durations(take, findings, film=film)
        for segment in take:
            _check_independence(segment, findings)
            if independent_segments and segment.part_runs and not _begins_independent(segment):
                words = f"segment {segment.listed.number} begins with no independent frame"
                findings.say("4.4.2.1", f"{words} in spite of EXT-X-INDEPENDENT-SEGMENTS", segment.at)


def _check_continuity(take: list[MeasuredSegment], findings: Findings) -> None:
    """Each track goes on where it ended, within a frame."""
    last: dict[int, Run] = {}
    for segment in take:
        if not segment.part_runs:
            last.clear()
        for index, part in enumerate(segment.part_runs):
            for number, run in part.items():
                before = last.get(number)
                last[number] = run
                if before is None:
                    continue
                gap = run.begin - before.end
                if abs(gap) > max(before.longest, run.longest):
                    where = f"part {index} of segment {segment.listed.number}"
                    words = f"track {number} goes on {float(gap):+.3f} s from where it ended, at {where}"
                    findings.say("Apple 7.3", words, segment.at)


def _check_durations(take: list[MeasuredSegment], findings: Findings, *, film: bool) -> None:
    begins = None
    declared = Fraction(0)
    for segment, following in zip(take, [*take[1:], None], strict=True):
        leading = _leading(segment)
        first = _first(segment)
        if first is not None:
            begins = first.begin if begins is None else begins
            off = declared - (first.begin - begins)
            if abs(off) > max(run.longest for run in segment.part_runs[0].values()):
                words = f"up to segment {segment.listed.number} the EXTINF of its take are {float(off):+.3f} s off"
                findings.say("Apple 8.1", words, segment.at)
        if leading is not None:
            of_parts, tolerance = leading
            lasts = sum((run.duration for run in of_parts), Fraction(0))
            if film:
                lasts, tolerance = (
                    _shown_seconds(of_parts, following),
                    max(SOUND_FRAME, *(run.longest for run in of_parts)),
                )
            _check_sums(segment, of_parts, lasts, tolerance, findings)
        if segment.listed.extinf is None:
            return
        declared += Fraction(segment.listed.extinf)


def _first(segment: MeasuredSegment) -> Run | None:
    """What begins the segment: its picture where there is one, else its sound."""
    if not segment.part_runs:
        return None
    runs_of_part = segment.part_runs[0].values()
    return next((run for run in runs_of_part if run.track.is_video), next(iter(runs_of_part), None))


def _leading(segment: MeasuredSegment) -> tuple[list[Run], Fraction] | None:
    """The track whose samples measure the segment, part for part, and by how much (seconds) they may miss it.

    The picture, if it goes on in every part; else the sound, whose frames do not end where the picture's would.
    """
    if not segment.part_runs or len(segment.part_runs) != len(segment.parts or [segment]):
        return None
    lengths = [Fraction(part.duration) for part in segment.parts] or [Fraction(segment.listed.duration)]
    for track in sorted(segment.tracks, key=lambda track: not track.is_video):
        of_parts = [part[track.number] for part in segment.part_runs if track.number in part]
        if len(of_parts) < len(lengths):
            continue
        if track.is_video and any(
            run.longest > lasts + run.longest / 2 for run, lasts in zip(of_parts, lengths, strict=True)
        ):
            continue
        if track.is_video or len(segment.tracks) == 1:
            return of_parts, SEGMENT_SECONDS
        return of_parts, max(run.longest for run in of_parts)
    return None


def _shown_seconds(of_parts: list[Run], following: MeasuredSegment | None) -> Fraction:
    """How long the segment is on screen: of frames of uneven length that is not how long they take to decode."""
    number = of_parts[0].track.number
    begun = min(run.first_shown for run in of_parts)
    if following is not None and following.part_runs and number in following.part_runs[0]:
        return following.part_runs[0][number].first_shown - begun
    return max(run.last_shown for run in of_parts) - begun


def _check_sums(
    segment: MeasuredSegment, of_parts: list[Run], lasts: Fraction, tolerance: Fraction, findings: Findings
) -> None:
    number = segment.listed.number
    if segment.parts:
        before = Fraction(0)
        for index, (run, part) in enumerate(zip(of_parts, segment.parts, strict=True)):
            longest = max(run.longest, before)  # the picture on either end may belong to the part next to it
            before = run.longest
            if abs(run.duration - Fraction(part.duration)) > longest + _ROUNDED:
                words = f"part {index} of segment {number} lasts {float(run.duration):.4f} s, not {part.duration}"
                findings.say("4.4.4.9", words, segment.at)
    if segment.listed.extinf is not None and abs(lasts - Fraction(segment.listed.extinf)) > tolerance:
        words = f"segment {number} lasts {float(lasts):.4f} s, its EXTINF is {segment.listed.extinf}"
        findings.say("4.4.4.1", words, segment.at)


def _picture(segment: MeasuredSegment) -> Track | None:
    return next((track for track in segment.tracks if track.is_video), None)


def _check_independence(segment: MeasuredSegment, findings: Findings) -> None:
    picture = _picture(segment)
    number = segment.listed.number
    if picture is not None:
        for index, part in enumerate(segment.part_runs):
            for sample in part[picture.number].samples if picture.number in part else []:
                known = starts_decoding(picture, sample.data)
                if known is not None and known != sample.sync:
                    said = "a sync sample" if sample.sync else "none"
                    words = f"part {index} of segment {number} calls {said} what the bit stream does not"
                    findings.say("3.1.2", words, segment.at)
    if len(segment.part_runs) != len(segment.parts):
        return
    for index, (by_track, listed) in enumerate(zip(segment.part_runs, segment.parts, strict=True)):
        run = by_track.get(picture.number) if picture is not None else next(iter(by_track.values()), None)
        independent = run is not None and any(sample.sync for sample in run.samples)
        if listed.independent != independent:
            said = (
                "is called INDEPENDENT, but has no" if listed.independent else "is not called INDEPENDENT, but has an"
            )
            findings.say("4.4.4.9", f"part {index} of segment {number} {said} independent frame", segment.at)


def _begins_independent(segment: MeasuredSegment) -> bool:
    picture = _picture(segment)
    if picture is None:
        return True
    run = next((part[picture.number] for part in segment.part_runs if picture.number in part), None)
    return run is None or run.samples[0].sync
