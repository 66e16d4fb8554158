"""Programme time as viewers read it, and the frame it is that of."""

import re
from datetime import datetime

from msgspec import Struct

from storecast.broadcast.packaging import playlist
from storecast.broadcast.packaging.window import Window
from tests.broadcast.endurance.numbered import picture_number
from tests.broadcast.hls_rules import media

_DATE = re.compile("#EXT-X-PROGRAM-DATE-TIME:(.+)")


class Dated(Struct, frozen=True):
    """A segment."""

    at: float  # wall clock, seconds
    picture: int  # the number of its first


class Dates:
    """Looks at a window, and notes each segment as it begins."""

    def __init__(self) -> None:
        self.segments: list[Dated] = []

    def look(self, window: Window) -> None:
        fresh = window.last_number + 1 - len(self.segments)
        if fresh <= 0:
            return
        begun = list(window.segments)[-fresh:]
        self.segments += [
            Dated(date, first_picture(segment.take.init, segment.parts[0].data))
            for date, segment in zip(dates(playlist.media(window, ""))[-fresh:], begun, strict=True)
        ]


def dates(text: str) -> list[float]:
    """Of each segment of a media playlist, the open one included: wall clock, in seconds."""
    return [datetime.fromisoformat(date).timestamp() for date in _DATE.findall(text)]


def first_picture(init: bytes, data: bytes) -> int:
    """Number of the picture that a part or segment begins with."""
    runs = media.runs(data, media.tracks(init)).values()
    return next(picture_number(run.samples[0].data) for run in runs if run.track.is_video)
