"""Programme time as viewers read it, and the frame it is that of."""

import re
from datetime import datetime

from msgspec import Struct

from tests.broadcast.endurance.numbered import picture_number
from tests.broadcast.hls_rules import media

_DATE = re.compile("#EXT-X-PROGRAM-DATE-TIME:(.+)")


class Dated(Struct, frozen=True):
    """A segment."""

    at: float  # wall clock, seconds
    picture: int  # the number of its first


def dates(playlist: str) -> list[float]:
    """Of each segment, the open one included: wall clock, in seconds."""
    return [datetime.fromisoformat(date).timestamp() for date in _DATE.findall(playlist)]


def first_picture(init: bytes, data: bytes) -> int:
    """Number of the picture that a part or segment begins with."""
    runs = media.runs(data, media.tracks(init)).values()
    return next(picture_number(run.samples[0].data) for run in runs if run.track.is_video)
