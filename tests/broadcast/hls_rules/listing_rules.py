"""Rules that one media playlist keeps or breaks by itself."""

from tests.broadcast.hls_rules.playlists import ListedSegment, MediaPlaylist
from tests.broadcast.hls_rules.record import Findings, Listing

SHORTEST_PART = 0.85  # of the part target duration, 4.4.4.9
SUM_SECONDS = 0.001  # parts may miss their segment by this: each duration is rounded where it is written
DATE_SECONDS = 0.002  # two dates rounded to a millisecond
DRIFT = 0.01  # by which program time may be put right: what the product promises, the RFC has "small overlaps"
OVERLAP_SECONDS = 1.0  # "sub-second", 6.2.1
NEEDED_VERSION = 6  # EXT-X-MAP without EXT-X-I-FRAMES-ONLY, 8; byte ranges need less


def check_listing(listing: Listing, findings: Findings, *, film: bool = False) -> None:
    playlist = listing.playlist

    def say(clause: str, words: str) -> None:
        findings.say(clause, words, listing.at)

    for wrong in playlist.wrong:
        say(wrong.clause, wrong.words)
    if playlist.version < NEEDED_VERSION:
        say("8", f"EXT-X-VERSION {playlist.version}, but EXT-X-MAP needs {NEEDED_VERSION}")
    anew = any(segment.begins_anew for segment in playlist.segments)
    if not playlist.has_discontinuity_sequence and (playlist.kind != "VOD" or anew):
        say("Apple 8.17", "no EXT-X-DISCONTINUITY-SEQUENCE")
    if playlist.hold_back is not None and playlist.hold_back < 3 * playlist.target:
        say("4.4.3.8", f"HOLD-BACK {playlist.hold_back} is less than three target durations of {playlist.target}")
    _check_low_latency(listing, findings)
    _check_kind(playlist, listing.at, findings, film=film)
    for segment in playlist.segments:
        _check_segment(playlist, segment, listing.at, findings)
    _check_edge(playlist, listing.at, findings)
    for earlier, later in zip(playlist.segments, playlist.segments[1:], strict=False):
        if earlier.uri is None:
            say("4.4.4.1", f"segment {earlier.number} has no end, but another follows")
        if later.map != earlier.map and not later.begins_anew:
            say("4.4.4.3", f"another EXT-X-MAP before segment {later.number}, but no EXT-X-DISCONTINUITY")
        _check_dates(earlier, later, listing.at, findings)


def _check_low_latency(listing: Listing, findings: Findings) -> None:
    playlist, at = listing.playlist, listing.at
    target = playlist.part_target
    if target is None:
        if any(segment.parts for segment in playlist.segments):
            findings.say("4.4.3.7", "parts, but no EXT-X-PART-INF", at)
        return
    if playlist.part_hold_back is None:
        findings.say("4.4.3.8", "EXT-X-PART-INF without PART-HOLD-BACK", at)
    elif playlist.part_hold_back < 2 * target - 1e-9:
        findings.say("4.4.3.8", f"PART-HOLD-BACK {playlist.part_hold_back} is less than two parts of {target}", at)
    if not playlist.can_block:
        findings.say("B.1", "no CAN-BLOCK-RELOAD=YES", at)
    if playlist.ended:
        if playlist.hint is not None:
            findings.say("4.4.5.3", "EXT-X-PRELOAD-HINT beside EXT-X-ENDLIST", at)
        if playlist.growing is not None:
            findings.say("6.2.1", "EXT-X-ENDLIST, but parts whose segment never comes", at)
    elif playlist.growing is not None and playlist.hint is None:
        findings.say("B.1", "a segment grows, but no EXT-X-PRELOAD-HINT", at)
    listed = [part.uri for segment in playlist.segments for part in segment.parts]
    if playlist.hint in listed:
        findings.say("4.4.5.3", f"EXT-X-PRELOAD-HINT of {playlist.hint}, which is there already", at)


def _check_kind(playlist: MediaPlaylist, at: float, findings: Findings, *, film: bool) -> None:
    """A playlist of what is over is whole, and tells by one date at least how media and time of day go together."""
    if playlist.kind != "VOD":
        if playlist.ranges:
            findings.say("6.2.1", "byte ranges of files in a playlist that may change", at)
        return
    if not playlist.ended:
        findings.say("4.4.3.5", "EXT-X-PLAYLIST-TYPE VOD, but no EXT-X-ENDLIST", at)
    if playlist.first or playlist.first_discontinuity:
        findings.say("4.4.3.5", "EXT-X-PLAYLIST-TYPE VOD, but segments have left", at)
    if not playlist.segments:
        findings.say("4.4.4", "EXT-X-PLAYLIST-TYPE VOD, but no segment", at)
    for segment in playlist.segments:
        if not film and segment.date is None and (segment.begins_anew or segment is playlist.segments[0]):
            findings.say("4.4.4.6", f"segment {segment.number} begins anew, but has no EXT-X-PROGRAM-DATE-TIME", at)


def _check_segment(playlist: MediaPlaylist, segment: ListedSegment, at: float, findings: Findings) -> None:
    def say(clause: str, words: str) -> None:
        findings.say(clause, f"segment {segment.number} {words}", at)

    if segment.map is None:
        say("Apple 8.20", "has no EXT-X-MAP")
    if segment.date is None and playlist.kind != "VOD":
        say("B.1", "has no EXT-X-PROGRAM-DATE-TIME")
    if int(segment.duration + 0.5) > playlist.target:
        lasts = f"lasts {segment.extinf} s" if segment.uri is not None else "grows"
        say("4.4.3.1", f"{lasts}, longer than the target duration of {playlist.target}")
    total = sum(part.duration for part in segment.parts)
    if segment.uri is not None and segment.parts and abs(total - segment.duration) > SUM_SECONDS:
        say("3.2", f"lasts {segment.duration}, its parts {total:.5f}")
    target = playlist.part_target
    if target is None:
        return
    for index, part in enumerate(segment.parts):
        if part.duration > target:
            say("4.4.4.9", f"part {index} of {part.duration} s is longer than PART-TARGET {target}")
        if part.duration < SHORTEST_PART * target and index + 1 < len(segment.parts):
            say("4.4.4.9", f"part {index} of {part.duration} s, not its last, is below 85% of PART-TARGET {target}")


def _check_edge(playlist: MediaPlaylist, at: float, findings: Findings) -> None:
    """Parts are not listed beyond three target durations from the end."""
    if playlist.part_target is None or playlist.ended:
        return
    distance = 0.0
    edge = 3 * playlist.target
    for segment in reversed(playlist.segments):
        if segment.parts and distance > edge + playlist.part_target:
            findings.say(
                "6.2.2", f"segment {segment.number} still has parts beyond three target durations from the end", at
            )
        distance += segment.duration


def _check_dates(earlier: ListedSegment, later: ListedSegment, at: float, findings: Findings) -> None:
    if earlier.date is None or later.date is None:
        return
    passed = later.date - earlier.date
    if later.begins_anew:
        if passed <= 0 or passed < earlier.duration - OVERLAP_SECONDS:
            findings.say("6.2.1", f"segment {later.number} begins, by its date, before the one before it ends", at)
    elif abs(passed - earlier.duration) > DRIFT * earlier.duration + DATE_SECONDS:
        words = f"dates go on by {passed:.3f} s over segment {earlier.number} of {earlier.duration:.3f} s"
        findings.say("4.4.4.6", words, at)
