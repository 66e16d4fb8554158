"""Rules of how a playlist changes: what may, what must, and how long what it listed can be had."""

from itertools import pairwise

from msgspec import Struct

from tests.broadcast.hls_rules.listing_rules import SUM_SECONDS
from tests.broadcast.hls_rules.playlists import ListedPart, ListedSegment
from tests.broadcast.hls_rules.record import Findings, Listing, Record

FEWEST_SEGMENTS = 6  # once any has left, Apple 8.11


def check_lifetime(record: Record, listed: list[Listing], findings: Findings) -> None:
    for before, after in pairwise(listed):
        _check_change(before, after, findings)
    _check_hints(listed, findings)
    if record.late is not None:
        _check_pace(listed, record.late, findings)
    _check_availability(record, listed, findings)


def _check_change(before: Listing, after: Listing, findings: Findings) -> None:
    old, new = before.playlist, after.playlist

    def say(clause: str, words: str) -> None:
        findings.say(clause, words, after.at)

    if new.target != old.target:
        say("6.2.1", f"EXT-X-TARGETDURATION changes from {old.target} to {new.target}")
    if new.part_target != old.part_target:
        say("4.4.3.7", f"PART-TARGET changes from {old.part_target} to {new.part_target}")
    if new.header != old.header:
        changed = next(iter(sorted(set(old.header) ^ set(new.header))), "their order")
        say("6.2.1", f"the playlist's own tags change: {changed}")
    if new.first < old.first:
        say("6.2.2", f"EXT-X-MEDIA-SEQUENCE falls from {old.first} to {new.first}")
        return
    if new.first_discontinuity < old.first_discontinuity:
        say("6.2.2", f"EXT-X-DISCONTINUITY-SEQUENCE falls from {old.first_discontinuity} to {new.first_discontinuity}")
    if old.ended:
        if not new.ended:
            say("4.4.3.4", "EXT-X-ENDLIST is taken back")
        if _shape(new.segments) != _shape(old.segments)[-len(new.segments) :]:
            say("4.4.3.4", "segments or parts after EXT-X-ENDLIST")
    names = {segment.uri for segment in new.segments}
    left = sum(1 for segment in old.segments if segment.uri is not None and segment.uri not in names)
    if new.first - old.first != left:
        say("6.2.2", f"EXT-X-MEDIA-SEQUENCE grows by {new.first - old.first}, but {left} segments left")
        return
    if left and not new.ended:
        if new.duration < 3 * new.target:
            say("6.2.2", f"a segment left, and only {new.duration:.3f} s remain: less than three target durations")
        if len(new.segments) < FEWEST_SEGMENTS:
            say("Apple 8.11", f"a segment left, and only {len(new.segments)} remain")
    kept = old.segments[left:]
    if len(new.segments) < len(kept):
        say("6.2.1", f"segment {kept[len(new.segments)].number} is gone from the end")
    distance = new.duration
    for was, now in zip(kept, new.segments, strict=False):
        distance -= now.duration
        _check_unchanged(was, now, after.at, findings)
        if was.parts and not now.parts and distance < 3 * new.target - SUM_SECONDS and not new.ended:
            say("6.2.1", f"segment {was.number} loses its parts within three target durations of the end")


def _shape(segments: list[ListedSegment]) -> list[tuple[str | None, float | None]]:
    return [(segment.uri, segment.extinf) for segment in segments]


def _check_unchanged(was: ListedSegment, now: ListedSegment, at: float, findings: Findings) -> None:
    def say(clause: str, words: str) -> None:
        findings.say(clause, f"segment {was.number} {words}", at)

    if now.discontinuity != was.discontinuity:
        say("6.2.2", f"had discontinuity sequence number {was.discontinuity}, now {now.discontinuity}")
    if now.map != was.map:
        say("6.2.1", f"had the init segment {was.map}, now {now.map}")
    if now.date != was.date:
        say("6.2.1", f"changes its EXT-X-PROGRAM-DATE-TIME from {was.date} to {now.date}")
    if was.uri is not None and (now.uri, now.extinf) != (was.uri, was.extinf):
        say("6.2.1", f"was {was.uri} of {was.extinf} s, now {now.uri} of {now.extinf} s")
    still = now.parts[: len(was.parts)]
    if now.parts and still != was.parts:
        changed = next(
            (f"{a.uri} of {a.duration} s" for a, b in zip(was.parts, still, strict=False) if a != b), "their number"
        )
        say("6.2.1", f"has other parts than before, from {changed} on")
    if was.uri is not None and len(now.parts) > len(was.parts):
        say("6.2.1", "gets parts after its end")


class _Added(Struct, frozen=True):
    at: float
    part: ListedPart


def _added(listed: list[Listing]) -> list[list[_Added]]:
    """The parts each listing has that none before it had."""
    known: set[str] = set()
    found = []
    for listing in listed:
        parts = [part for segment in listing.playlist.segments for part in segment.parts if part.uri not in known]
        known.update(part.uri for part in parts)
        found.append([_Added(listing.at, part) for part in parts])
    return found


def _check_hints(listed: list[Listing], findings: Findings) -> None:
    hint = None
    for listing, added in zip(listed, _added(listed), strict=True):
        announced = listing.playlist.hint
        if hint is not None and added and added[0].part.uri != hint:
            findings.say("4.4.5.3", f"{hint} was announced, but {added[0].part.uri} came", listing.at)
        elif hint is not None and not added and announced not in (hint, None):
            findings.say("4.4.5.3", f"{hint} was announced, then {announced} in its place", listing.at)
        hint = announced


def _check_pace(listed: list[Listing], late: float, findings: Findings) -> None:
    """A part each part target duration, a segment each one and a half target durations (6.2.1)."""
    last_part = last_segment = None
    for listing, added in zip(listed, _added(listed), strict=True):
        playlist, at = listing.playlist, listing.at
        target = playlist.part_target
        if target is not None and added and not playlist.ended:
            if last_part is not None and at - last_part > target + late:
                words = f"{added[0].part.uri} comes {at - last_part:.3f} s after the part before it"
                findings.say("6.2.1", f"{words}, later than PART-TARGET {target}", at)
            last_part = at
        finished = max((each.number for each in playlist.segments if each.uri is not None), default=None)
        if finished is None or playlist.ended:
            continue
        if last_segment is None or finished > last_segment[0]:
            if last_segment is not None and at - last_segment[1] > 1.5 * playlist.target:
                words = f"segment {finished} comes {at - last_segment[1]:.3f} s after the one before it"
                findings.say("6.2.1", f"{words}, later than 1.5 target durations", at)
            last_segment = (finished, at)


class _Life(Struct):
    """Of a listed address: when it was listed first and last, until when it must be there, and by what clause."""

    first: float
    last: float
    needed: float = 0.0
    clause: str = "6.2.1"


def _check_availability(record: Record, listed: list[Listing], findings: Findings) -> None:
    for uri, life in _lives(listed, record.ends).items():
        found = record.resources.get(uri)
        if found is None:
            findings.say("6.2.1", f"{uri} is listed, but cannot be had", life.first)
        elif found.since > life.first:
            findings.say("6.2.1", f"{uri} is listed {found.since - life.first:.3f} s before it can be had", life.first)
        elif found.until is not None and found.until <= life.last:
            findings.say("6.2.1", f"{uri} is gone while it is listed", found.until)
        elif found.until is not None and record.real_time and found.until < min(life.needed, record.ends):
            early = min(life.needed, record.ends) - found.until
            findings.say(life.clause, f"{uri} is gone at least {early:.3f} s too early", found.until)


def _lives(listed: list[Listing], ends: float) -> dict[str, _Life]:
    lives: dict[str, _Life] = {}
    longest: dict[str, float] = {}  # duration of the longest playlist that has a segment
    maps: dict[str, set[str]] = {}  # segments by their init segment
    durations: dict[str, float] = {}
    parts: dict[str, float] = {}  # target duration while it was listed
    for index, listing in enumerate(listed):
        until = listed[index + 1].at if index + 1 < len(listed) else ends
        playlist = listing.playlist
        duration = playlist.duration
        for segment in playlist.segments:
            uris = [part.uri for part in segment.parts]
            parts.update(dict.fromkeys(uris, 3.0 * playlist.target))
            if segment.uri is not None:
                uris.append(segment.uri)
                durations[segment.uri] = segment.duration
                longest[segment.uri] = max(longest.get(segment.uri, 0.0), duration)
                maps.setdefault(segment.map or "", set()).add(segment.uri)
            if segment.map is not None:
                uris.append(segment.map)
            for uri in uris:
                lives.setdefault(uri, _Life(listing.at, until)).last = listing.at
                lives[uri].needed = until
    for uri, seconds in parts.items():
        lives[uri].needed += seconds
        lives[uri].clause = "6.2.2"
    for uri in durations:
        lives[uri].needed = max(lives[uri].needed, lives[uri].first + durations[uri] + longest[uri])
        lives[uri].clause = "6.2.2"
    for uri, users in maps.items():
        if uri in lives:
            lives[uri].needed = max(lives[uri].needed, *(lives[user].needed for user in users))
    return lives
