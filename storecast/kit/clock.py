"""The time, asked for at the edge and passed on: rules take `now`, they do not look at a clock."""

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from storecast.kit.errors import Unprocessable

FIRST_YEAR, LAST_YEAR = datetime.min.year + 1, datetime.max.year - 1


def utcnow() -> datetime:
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds and `Z`: `2023-04-07T10:12:36.000000Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def in_utc(field: str, moment: datetime) -> datetime:
    """What was given as `field`; without an offset it is UTC.

    Raises `Unprocessable` at an end of the calendar, past which another time zone leads, and whoever reckons with it.
    """
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise Unprocessable.field(field, f"must be between {FIRST_YEAR} and {LAST_YEAR}")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


@cache
def time_zone(name: str) -> ZoneInfo:
    """The zone of an IANA name, read once: `ZoneInfo` itself remembers eight. Raises what it raises."""
    return ZoneInfo(name)
