"""HLS playlists of takes (RFC 8216bis): their segments are byte ranges of the takes' own files."""

import math
from collections.abc import Mapping, Sequence

from storecast.broadcast.packaging.playlist import date_time
from storecast.broadcast.replays.segments import IndexedTake, Segment

_VERSION = 7  # 6 has EXT-X-MAP, 7 is what players are tried with
# A take may begin, by its date, before the last one ends: nobody knows better when either was taken, and players allow
# a small overlap (6.2.1). A clock that was set back between them turns no show around.
OVERLAP_SECONDS = 0.9


def take_name(number: int) -> str:
    """As in the session's folder."""
    return f"take-{number:03}.mp4"


def multivariant(takes: Sequence[IndexedTake], media: str) -> str:
    """The playlist of playlists; `media` is the address of the one there is."""
    attributes = [f"BANDWIDTH={_peak(takes)}", f"AVERAGE-BANDWIDTH={_average(takes)}"]
    if codecs := _codecs(takes):
        attributes.append(f'CODECS="{",".join(codecs)}"')
    largest = max(((take.width or 0, take.height or 0) for take in takes), key=math.prod, default=(0, 0))
    if all(largest):
        attributes.append("RESOLUTION={}x{}".format(*largest))
    if rate := max((take.frame_rate for take in takes), default=0.0):
        attributes.append(f"FRAME-RATE={rate:.3f}")
    independent = "#EXT-X-INDEPENDENT-SEGMENTS\n" if _are_independent(takes) else ""
    return f"#EXTM3U\n#EXT-X-VERSION:{_VERSION}\n{independent}#EXT-X-STREAM-INF:{','.join(attributes)}\n{media}\n"


def media(takes: Sequence[IndexedTake], began: Mapping[int, float]) -> str:
    """All of them, one after another; `began` is by a take's number the wall clock at its time 0."""
    longest = max((segment.duration for take in takes for segment in take.segments), default=1.0)
    lines = [
        "#EXTM3U",
        f"#EXT-X-VERSION:{_VERSION}",
        f"#EXT-X-TARGETDURATION:{max(math.ceil(longest), 1)}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-DISCONTINUITY-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
    ]
    if _are_independent(takes):
        lines.append("#EXT-X-INDEPENDENT-SEGMENTS")
    listed = 0
    ended_at = 0.0  # by date
    for take in takes:
        name = take_name(take.number)
        put_off = 0.0
        for index, segment in enumerate(take.segments):
            if segment.anew and listed:
                lines.append("#EXT-X-DISCONTINUITY")
            if index == 0:
                lines.append(f'#EXT-X-MAP:URI="{name}",BYTERANGE="{len(take.init)}@0"')
            date = _date(take, segment, began)
            if date is not None:
                if segment.anew:
                    put_off = ended_at - date if date < ended_at - OVERLAP_SECONDS else 0.0
                lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{date_time(date + put_off)}")
                ended_at = date + put_off + segment.duration
            lines.append(f"#EXTINF:{segment.duration:.5f},")
            lines.append(f"#EXT-X-BYTERANGE:{segment.size}@{segment.offset}")
            lines.append(name)
            listed += 1
    lines.append("#EXT-X-ENDLIST")
    return "\n".join(lines) + "\n"


def _date(take: IndexedTake, segment: Segment, began: Mapping[int, float]) -> float | None:
    at = began.get(take.number)
    return segment.date if segment.date is not None or at is None else at + segment.at


def _are_independent(takes: Sequence[IndexedTake]) -> bool:
    return all(segment.independent for take in takes for segment in take.segments)


def _peak(takes: Sequence[IndexedTake]) -> int:
    rates = (each.size * 8 / each.duration for take in takes for each in take.segments if each.duration)
    return max(int(max(rates, default=1.0)), 1)


def _average(takes: Sequence[IndexedTake]) -> int:
    seconds = sum(segment.duration for take in takes for segment in take.segments)
    bits = 8 * sum(segment.size for take in takes for segment in take.segments)
    return max(math.ceil(bits / seconds), 1) if seconds else 1


def _codecs(takes: Sequence[IndexedTake]) -> list[str]:
    """One name of each codec, of the take of it that lasts longest: browsers take no two."""
    found: dict[str, str] = {}
    for take in sorted(takes, key=lambda take: take.duration):
        for codec in (take.video_codec, take.audio_codec):
            if codec is not None:
                found[codec.partition(".")[0]] = codec
    return list(found.values())
