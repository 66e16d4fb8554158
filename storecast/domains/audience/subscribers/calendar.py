"""A channel's next show as an entry for calendars (iCalendar, RFC 5545)."""

from datetime import UTC, date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from storecast.domains.audience.subscribers.models import Schedule
from storecast.domains.channels.models import Channel
from storecast.kit.clock import time_zone

if TYPE_CHECKING:
    from icalendar import Timezone

LASTS = timedelta(hours=1)  # nobody says how long a show is to be
KNOWN_YEARS = 1  # before and after a show's, of which its zone's clock changes are told


def calendar_of(channel: Channel, schedule: Schedule, link: str) -> bytes:
    """One event, whose id stays, and whose sequence grows as the show moves; called off where it was.

    By the clock of the channel, with the rules of its zone: calendars need not know its name.
    """
    from icalendar import Calendar, Event  # a tenth of a second of the API's start

    zone = time_zone(channel.timezone)
    calendar = Calendar()
    calendar.add("prodid", "-//Storecast//Shows//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    event = Event()
    event.add("uid", f"{channel.hash_id}@storecast")
    event.add("sequence", schedule.sequence)
    event.add("dtstamp", schedule.changed_at.astimezone(UTC).replace(microsecond=0))
    event.add("summary", channel.name)
    event.add("status", "CONFIRMED" if schedule.announced else "CANCELLED")
    event.add("url", link)
    event.add("description", f"{channel.description}\n\n{link}" if channel.description else link)
    starts_at = schedule.starts_at.replace(microsecond=0)
    if zone.key in _UTC:
        event.add("dtstart", starts_at.astimezone(UTC))
    else:
        calendar.add_component(_rules(zone.key, starts_at.astimezone(zone).year))
        event.add("dtstart", starts_at.astimezone(zone))
    event.add("duration", LASTS)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


_UTC = ("UTC", "Etc/UTC", "Zulu", "Etc/Zulu", "Universal", "Etc/Universal", "UCT", "Etc/UCT")


@lru_cache(256)
def _rules(zone: str, year: int) -> "Timezone":
    """What the clocks of a zone do around that year."""
    from icalendar import Timezone

    years = date(year - KNOWN_YEARS, 1, 1), date(year + KNOWN_YEARS + 1, 1, 1)
    return Timezone.from_tzinfo(ZoneInfo(zone), zone, *years)


def file_name(channel: Channel) -> str:
    return f"{channel.slug}.ics"
