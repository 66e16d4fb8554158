"""HLS playlists of a live window (RFC 8216bis, Low-Latency HLS), readable by players that know only RFC 8216."""

from collections.abc import Sequence
from datetime import UTC, datetime

from storecast.broadcast.packaging.window import PART_SECONDS, PARTS_SECONDS, TARGET_DURATION, Part, Window

MEDIA_PLAYLIST = "media.m3u8"
LEAST_BITS = 1  # a second, as there is to be a number
HOLD_BACK_TARGETS = 3  # at least three target durations, 4.4.3.8
# "At least twice the Part Target Duration", and better three times as much (4.4.3.8). Twice, as parts come when they
# are due: three would keep every viewer a quarter of a second further behind, for networks on which players make that
# room by themselves once they have stalled.
PART_HOLD_BACK_PARTS = 2


def multivariant(window: Window, folder: str, rungs: Sequence[tuple[str, Window]] = ()) -> str:
    """The playlist of playlists: the show's own first, then its rungs' by name.

    The media playlist is in `folder` ("token/" or empty), and so is all that it names; a rung's in a folder therein.
    """
    every = [(folder, window), *((f"{folder}{name}/", rung) for name, rung in rungs)]
    return "#EXTM3U\n#EXT-X-VERSION:9\n" + "".join(_variant(at, each) for at, each in every)


def _variant(folder: str, window: Window) -> str:
    take = window.take
    attributes = [
        f"BANDWIDTH={max(window.bits_per_second, LEAST_BITS)}",
        f"AVERAGE-BANDWIDTH={max(window.average_bits_per_second, 1)}",
    ]
    if take and take.codecs:
        attributes.append(f'CODECS="{",".join(take.codecs)}"')
    if take and take.width:
        attributes.append(f"RESOLUTION={take.width}x{take.height}")
    if take and take.frame_rate:
        attributes.append(f"FRAME-RATE={take.frame_rate:.3f}")
    return f"#EXT-X-STREAM-INF:{','.join(attributes)}\n{folder}{MEDIA_PLAYLIST}\n"


def media(window: Window, query: str) -> str:
    """The live playlist. `query` ("?token=…" or empty) goes on every address."""
    part_target = window.part_target or PART_SECONDS
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:9",
        f"#EXT-X-TARGETDURATION:{TARGET_DURATION}",
        f"#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK={PART_HOLD_BACK_PARTS * part_target:.5f}"
        f",HOLD-BACK={HOLD_BACK_TARGETS * TARGET_DURATION}",
        f"#EXT-X-PART-INF:PART-TARGET={part_target:.5f}",
        f"#EXT-X-MEDIA-SEQUENCE:{window.segments[0].number if window.segments else 0}",
        f"#EXT-X-DISCONTINUITY-SEQUENCE:{window.discontinuities}",
    ]
    recent = _recent(window)
    take = None
    for segment in window.segments:
        if segment.take is not take:
            if take is not None:
                lines.append("#EXT-X-DISCONTINUITY")
            take = segment.take
            lines.append(f'#EXT-X-MAP:URI="init-{take.name}.mp4{query}"')
        lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{date_time(segment.at)}")
        if segment.number >= recent:
            lines.extend(_part(part, query) for part in segment.parts)
        if segment.finished:
            lines.append(f"#EXTINF:{segment.duration:.5f},\nsegment-{segment.number}.m4s{query}")
    if window.ended:
        lines.append("#EXT-X-ENDLIST")
    elif window.next_part:
        lines.append(f'#EXT-X-PRELOAD-HINT:TYPE=PART,URI="{window.next_part}{query}"')
    return "\n".join(lines) + "\n"


def _recent(window: Window) -> int:
    """Number of the first segment whose parts are listed: those within three target durations of the end."""
    ago = 0.0
    number = 0
    for segment in reversed(window.segments):
        number = segment.number
        ago += segment.duration
        if ago >= PARTS_SECONDS:
            break
    return number


def _part(part: Part, query: str) -> str:
    independent = ",INDEPENDENT=YES" if part.independent else ""
    return f'#EXT-X-PART:DURATION={part.duration:.5f},URI="{part.name}{query}"{independent}'


def date_time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
