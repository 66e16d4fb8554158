"""Rules of the multivariant playlist, which describes what the media playlist has.

Not asked, as there is one encoding and its publisher makes it: several bit rates (Apple 9.9), separate sound (9.5),
I-frame playlists (6.1), a keyframe first in each segment (7.4, 9.12), PART-HOLD-BACK of three parts (14.3; the RFC is
content with two).
"""

import math
from collections.abc import Iterable
from fractions import Fraction

from tests.broadcast.hls_rules.content_rules import MeasuredSegment
from tests.broadcast.hls_rules.playlists import Variant, read_multivariant
from tests.broadcast.hls_rules.record import Findings, Listing, Record

PEAK_OVER = 1.10  # a bit rate already measured may be over its attribute by less than this
RATE_OVER = 1.01


def check_variants(record: Record, listed: list[Listing], segments: list[MeasuredSegment], findings: Findings) -> None:
    target = max((listing.playlist.target for listing in listed), default=0)
    for index, offer in enumerate(record.multivariant):
        variants, wrong = read_multivariant(offer.text)
        for each in wrong:
            findings.say(each.clause, f"multivariant playlist: {each.words}", offer.at)
        until = record.multivariant[index + 1].at if index + 1 < len(record.multivariant) else math.inf
        before = [each for each in segments if each.at <= offer.at]
        meanwhile = [each for each in segments if offer.at < each.at < until]
        finished = [each for each in segments if each.finished_at is not None and each.finished_at < until]
        for variant in variants:
            _check_attributes(variant, offer.at, findings)
            if any(listing.playlist.kind == "VOD" for listing in listed):
                _check_all_formats(variant, segments, offer.at, findings, film=record.film)
            else:
                for segment in meanwhile or before[-1:]:  # it may tell of a take just before that is there
                    _check_formats(variant, segment, segment.at, findings)
            _check_rates(variant, finished, target, offer.at, findings)


def _names(codecs: Iterable[str]) -> set[str]:
    """Names whose hexadecimal digits may be written either way, as `Opus` may."""
    return {name.lower() for name in codecs}


def _check_attributes(variant: Variant, at: float, findings: Findings) -> None:
    if not variant.bandwidth:
        findings.say("4.4.6.2", "EXT-X-STREAM-INF without BANDWIDTH", at)
    if variant.average_bandwidth is None:
        findings.say("Apple 9.14", "EXT-X-STREAM-INF without AVERAGE-BANDWIDTH", at)
    if not variant.codecs:
        findings.say("Apple 9.1", "EXT-X-STREAM-INF without CODECS", at)


def _check_formats(variant: Variant, newest: MeasuredSegment, at: float, findings: Findings) -> None:
    """Of the newest take: players begin there, and browsers take one codec of a kind in one name."""
    if not newest.tracks:
        return
    formats = {track.codec for track in newest.tracks}
    if variant.codecs and _names(variant.codecs) != _names(formats):
        words = f"CODECS are {','.join(variant.codecs)}, the media has {','.join(sorted(formats))}"
        findings.say("6.2.4", words, at)
    picture = next((track for track in newest.tracks if track.is_video), None)
    if picture is None:
        if variant.width:
            findings.say("4.4.6.2", "RESOLUTION, but there is no picture", at)
        return
    if not variant.width:
        findings.say("Apple 9.2", "EXT-X-STREAM-INF without RESOLUTION", at)
    elif (variant.width, variant.height) != (picture.width, picture.height):
        words = f"RESOLUTION {variant.width}x{variant.height}, the media has {picture.width}x{picture.height}"
        findings.say("4.4.6.2", words, at)
    _check_rate(variant, newest, at, findings)


def _check_rate(
    variant: Variant, segment: MeasuredSegment, at: float, findings: Findings, *, film: bool = False
) -> None:
    picture = next((track for track in segment.tracks if track.is_video), None)
    if picture is None:
        return
    if variant.frame_rate is None:
        findings.say("Apple 9.15", "EXT-X-STREAM-INF without FRAME-RATE", at)
        return
    pictures = [part[picture.number] for part in segment.part_runs if picture.number in part]
    lasts = sum((run.duration for run in pictures), Fraction(0))
    count = sum(len(run.samples) for run in pictures) - film  # of uneven frames one belongs to the segment after
    rate = float(count / lasts) if lasts else 0.0
    if rate > RATE_OVER * variant.frame_rate + 0.001:
        findings.say("4.4.6.2", f"FRAME-RATE {variant.frame_rate}, the media has {rate:.3f}", at)


def _check_all_formats(
    variant: Variant, segments: list[MeasuredSegment], at: float, findings: Findings, *, film: bool
) -> None:
    """Of all takes: each codec in one name that a take of it has, and the largest picture."""
    tracks = [track for segment in segments for track in segment.tracks]
    codecs, kinds = {track.codec for track in tracks}, _names(track.codec[:4] for track in tracks)
    named = sorted(name[:4].lower() for name in variant.codecs)
    if not _names(variant.codecs) <= _names(codecs) or named != sorted(kinds):
        findings.say("6.2.4", f"CODECS are {','.join(variant.codecs)}, the media has {','.join(sorted(codecs))}", at)
    sizes = [(track.width, track.height) for track in tracks if track.is_video]
    width, height = max(sizes, key=lambda size: size[0] * size[1], default=(0, 0))
    if (variant.width, variant.height) != (width, height):
        words = f"RESOLUTION {variant.width}x{variant.height}, the media has up to {width}x{height}"
        findings.say("4.4.6.2", words, at)
    for segment in segments:
        _check_rate(variant, segment, at, findings, film=film)


def _check_rates(variant: Variant, finished: list[MeasuredSegment], target: int, at: float, findings: Findings) -> None:
    peak = peak_bit_rate(finished, target)
    if variant.bandwidth and peak > PEAK_OVER * variant.bandwidth:
        findings.say("4.4.6.2", f"BANDWIDTH {variant.bandwidth}, but {peak:.0f} bit/s were measured", at)
    seconds = sum(segment.listed.duration for segment in finished)
    average = 8 * sum(segment.size for segment in finished) / seconds if seconds else 0.0
    if variant.average_bandwidth is not None and average > PEAK_OVER * variant.average_bandwidth:
        words = f"AVERAGE-BANDWIDTH {variant.average_bandwidth}, but {average:.0f} bit/s were measured"
        findings.say("Apple 1.28", words, at)


def peak_bit_rate(segments: list[MeasuredSegment], target: int) -> float:
    """Bit/s: the most of neighbouring segments that together last 0.5 to 1.5 target durations (4.1); of all of them
    where they are less than that."""
    best = 0.0
    for first in range(len(segments)):
        size, seconds = 0, 0.0
        for segment in segments[first:]:
            size += segment.size
            seconds += segment.listed.duration
            if seconds > 1.5 * target:
                break
            if seconds >= 0.5 * target or (first == 0 and segment is segments[-1] and seconds):
                best = max(best, 8 * size / seconds)
    return best
