"""The entry for calendars: by the show's own clock, and one that follows it where it moves."""

from datetime import UTC, datetime, timedelta

import httpx
import icalendar
import pytest

from storecast.kit.settings import Settings
from tests.clock import Clock
from tests.factories.accounts import Member
from tests.factories.channels import Json, channel
from tests.factories.platform import Client
from tests.factories.subscribers import execute

START = datetime(2027, 3, 28, 17, 30, tzinfo=UTC)  # the day clocks go forward in Europe


async def entry(anyone: Client, ref: object) -> tuple[icalendar.Calendar, icalendar.Event]:
    answer = await anyone.get(f"events/{ref}/calendar.ics")
    assert answer.status_code == 200, answer.text
    calendar = icalendar.Calendar.from_ical(answer.content)
    assert isinstance(calendar, icalendar.Calendar)
    [event] = calendar.events
    return calendar, event


async def change(owner: Member, show: Json, **changes: object) -> httpx.Response:
    answer = await owner.client.put(f"events/{show['id']}", changes)
    assert answer.status_code == 200, answer.text
    return answer


async def announce(owner: Member, show: Json, starts_at: datetime | None) -> None:
    at = starts_at.isoformat() if starts_at else None
    await change(owner, show, starts_at=at, starts_at_status=True)


async def test_it_is_by_the_clock_of_the_show_and_brings_the_zone_s_rules(
    anyone: Client, owner: Member, show: Json
) -> None:
    """ihasmail 216: without VTIMEZONE a calendar that does not know the zone shows another hour."""
    await change(owner, show, timezone="Europe/Bucharest", description="Lamps; and, vases\n\nFor all")
    await announce(owner, show, START)
    answer = await anyone.get("events/lamps/calendar.ics")
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert answer.headers["Content-Disposition"] == 'inline; filename="lamps.ics"'
    assert b"DTSTART;TZID=Europe/Bucharest:20270328T203000" in answer.content
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    calendar, event = await entry(anyone, show["id"])
    [zone] = calendar.timezones
    known = zone.to_tz(lookup_tzid=False)  # by what stands in the file alone
    assert datetime(2027, 3, 28, 20, 30, tzinfo=known).astimezone(UTC) == START
    assert event["UID"] == f"{show['id']}@storecast"
    assert (event["SEQUENCE"], str(event["STATUS"]), str(event["SUMMARY"])) == (0, "CONFIRMED", "Lamp night")
    assert str(event["DESCRIPTION"]) == "Lamps; and, vases\n\nFor all\n\nhttp://shop.test:8000/watch/lamps"
    assert event.duration == timedelta(hours=1)


async def test_its_sequence_grows_as_the_show_moves_and_else_stays(anyone: Client, owner: Member, show: Json) -> None:
    await announce(owner, show, START)

    async def told() -> tuple[object, ...]:
        _, event = await entry(anyone, show["id"])
        start = event.start
        assert isinstance(start, datetime)
        return event["UID"], event["SEQUENCE"], str(event["STATUS"]), start.astimezone(UTC)

    uid = f"{show['id']}@storecast"
    assert await told() == (uid, 0, "CONFIRMED", START)
    await change(owner, show, name="Another name", slug="another")
    await announce(owner, show, START)
    assert await told() == (uid, 0, "CONFIRMED", START)
    await announce(owner, show, START + timedelta(days=1))
    assert await told() == (uid, 1, "CONFIRMED", START + timedelta(days=1))
    await change(owner, show, starts_at_status=False)
    assert await told() == (uid, 2, "CANCELLED", START + timedelta(days=1))
    await announce(owner, show, None)
    assert await told() == (uid, 2, "CANCELLED", START + timedelta(days=1))
    await announce(owner, show, START)
    assert await told() == (uid, 3, "CONFIRMED", START)


async def test_utc_needs_no_rules_and_every_zone_has_some(anyone: Client, owner: Member, show: Json) -> None:
    await announce(owner, show, START)
    calendar, event = await entry(anyone, "lamps")
    assert calendar.timezones == []
    assert event.start == START
    for zone in ("America/Sao_Paulo", "Africa/Casablanca", "Asia/Kathmandu", "Pacific/Apia", "Europe/Dublin"):
        await change(owner, show, timezone=zone)
        calendar, event = await entry(anyone, "lamps")
        [rules] = calendar.timezones
        start = event.start
        assert isinstance(start, datetime)
        assert start.replace(tzinfo=rules.to_tz(lookup_tzid=False)).astimezone(UTC) == START, zone


async def test_what_is_not_announced_has_none(anyone: Client, owner: Member, show: Json) -> None:
    for ref in (show["id"], "lamps", "nothing"):
        assert (await anyone.get(f"events/{ref}/calendar.ics")).status_code == 404
    await change(owner, show, starts_at=START.isoformat(), starts_at_status=False)
    assert (await anyone.get("events/lamps/calendar.ics")).status_code == 404
    made = await owner.client.post("events", {"name": "Vases", "starts_at": "2027-03-28 17:30:00"})
    vases = made.json()["data"]
    await entry(owner.client, vases["id"])
    await announce(owner, show, START)
    await owner.client.delete(f"events/{show['id']}")
    assert (await anyone.get(f"events/{show['id']}/calendar.ics")).status_code == 404


@pytest.mark.parametrize("name", ["Lamps\\nBEGIN:VEVENT", "a;b,c:d", "«Lampes» é 灯 🎉", 'say "hi"'])
async def test_no_name_makes_another_entry(anyone: Client, owner: Member, show: Json, name: str) -> None:
    await change(owner, show, name=name, description=f"{name}\n\nBEGIN:VEVENT\nEND:VEVENT")
    await announce(owner, show, START)
    _, event = await entry(anyone, "lamps")
    assert str(event["SUMMARY"]) == name


async def test_a_hidden_channel_s_number_leads_to_none(anyone: Client, owner: Member, stranger: Member) -> None:
    hidden = await channel(owner.client, privacy=2)
    await announce(owner, hidden, START)
    for caller in (anyone, stranger.client):
        assert (await caller.get(f"events/{hidden['thread_id']}/calendar.ics")).status_code == 404
    await entry(anyone, hidden["id"])  # whoever has the link is shown as much of it on its page


async def test_what_another_release_announced_is_in_it_once_it_changes(
    anyone: Client, owner: Member, show: Json, settings: Settings, moving: Clock
) -> None:
    """While an update goes on, what was there before knows nothing of schedules."""
    await announce(owner, show, START)
    await execute(settings, "UPDATE channels SET starts_at = starts_at + interval '1 hour'")
    _, event = await entry(anyone, show["id"])
    assert event["SEQUENCE"] == 0
    await change(owner, show, add_step=3)
    _, event = await entry(anyone, show["id"])
    assert (event["SEQUENCE"], event.start) == (1, START + timedelta(hours=1))
