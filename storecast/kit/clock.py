"""The time, asked for at the edge and passed on: rules take `now`, they do not look at a clock."""

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo


def utcnow() -> datetime:
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds and `Z`: `2023-04-07T10:12:36.000000Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@cache
def time_zone(name: str) -> ZoneInfo:
    """The zone of an IANA name, read once: `ZoneInfo` itself remembers eight. Raises what it raises."""
    return ZoneInfo(name)
