"""Who is let in while a playlist is played out, what counts, and what becomes of schedules."""

import asyncio
from datetime import datetime, timedelta

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from storecast.domains.channels.models import Channel
from storecast.domains.media.playouts import conductor
from storecast.domains.media.playouts.programme import Programme, programme_of
from storecast.domains.streams.playouts.repository import PlayoutRepository
from storecast.domains.streams.repository import StreamRepository
from storecast.kit.clock import iso, utcnow
from storecast.kit.database import Database
from storecast.wiring.process import Process, process_of
from storecast.wiring.unit import unit_of_work
from tests.factories.accounts import Member
from tests.factories.channels import Json, channel
from tests.factories.media import processed, show_video
from tests.factories.nodes import Node
from tests.factories.platform import Client
from tests.waiting import eventually

_WAITING_FOR_A_LOCK = """
    SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
"""
FILMS = [("media/one.mp4", 60.0), ("media/other.mp4", 30.0)]


@pytest.fixture
def process(owner: Member) -> Process:
    return process_of(owner.client.app)


@pytest.fixture
async def show(owner: Member) -> Json:
    made = await channel(owner.client, slug="lamps")
    await owner.client.put(f"events/{made['id']}", {"stream_type": 0})
    return made


async def scheduled(owner: Member, show: Json, at: datetime, **more: object) -> Json | None:
    changes = {"starts_at": iso(at), "starts_at_status": True, **more}
    answer = await owner.client.put(f"events/{show['id']}", changes)
    assert answer.status_code == 200, answer.text
    return await as_live(owner, show)


async def as_live(owner: Member, show: Json) -> Json | None:
    found: Json | None = (await owner.client.get(f"events/{show['id']}")).json()["data"]["as_live"]
    return found


async def begun(process: Process, show: Json, at: datetime, now: datetime) -> str | None:
    """As the worker has it begin; its key."""
    async with unit_of_work(process, now) as unit:
        found = (await unit.channels.by_ids([show["thread_id"]]))[show["thread_id"]]
        playout = await unit.playouts.begin(found, at, FILMS, [], now)
        return process.seal.open_once(playout.key_sealed) if playout is not None else None


@pytest.fixture
async def at(owner: Member, show: Json) -> datetime:
    at = utcnow() + timedelta(seconds=30)
    waiting = await scheduled(owner, show, at)
    assert waiting is not None
    assert (waiting["state"], waiting["starts_at"]) == ("waiting", iso(at))
    return at


async def test_its_publisher_is_let_in_alone_and_records_nothing(
    owner: Member, process: Process, show: Json, at: datetime
) -> None:
    key = await begun(process, show, at, at)
    assert key is not None
    stream = (await owner.client.post("streams", {"event_id": show["id"]})).json()["data"]
    node = Node(owner.client, process.settings)
    grant = (await node.publish(key)).json()
    assert grant["recorded"] is False
    await node.start(grant)
    assert (await node.publish(stream["stream_key"])).status_code == 409, "an encoder was let into it"
    again = (await node.publish(key)).json()
    assert (again["session_id"], again["take"]) == (grant["session_id"], 2)
    async with unit_of_work(process, utcnow() + timedelta(minutes=5)) as unit:
        [user] = (await unit.accounts.by_ids([1])).values()
        assert (await unit.plans.minutes([user], unit.now))[user.id].used == 0, "it counts"


async def test_its_end_is_final(owner: Member, process: Process, show: Json, at: datetime) -> None:
    key = await begun(process, show, at, at)
    assert key is not None
    node = Node(owner.client, process.settings)
    await node.start((await node.publish(key)).json())
    await owner.client.post(f"events/{show['id']}/complete")
    assert (await node.publish(key)).status_code == 403
    assert await begun(process, show, at, at) is None
    ended = await as_live(owner, show)
    assert ended is not None
    assert (ended["state"], ended["reason"]) == ("ended", "stopped")
    # The key of the encoder was not held for it: its show may follow at once.
    stream = (await owner.client.post("streams", {"event_id": show["id"]})).json()["data"]
    assert (await node.publish(stream["stream_key"])).status_code == 200


@pytest.mark.parametrize(("late", "state"), [(45.0, "playing"), (91.0, "missed")])
async def test_one_that_was_not_begun_in_time_is_joined_in_the_middle_or_missed(
    owner: Member, process: Process, show: Json, at: datetime, late: float, state: str
) -> None:
    await begun(process, show, at, at + timedelta(seconds=late))
    found = await as_live(owner, show)
    assert found is not None
    assert found["state"] == state
    assert found["starts_at"] == iso(at)


async def test_a_schedule_that_is_moved_takes_a_show_off_air_and_waits_anew(
    owner: Member, process: Process, show: Json, at: datetime
) -> None:
    key = await begun(process, show, at, at)
    assert key is not None
    node = Node(owner.client, process.settings)
    grant = (await node.publish(key)).json()
    await node.start(grant)
    later = at + timedelta(days=1)
    moved = await scheduled(owner, show, later)
    assert moved is not None
    assert (moved["state"], moved["starts_at"]) == ("waiting", iso(later))
    assert await node.is_over(grant)
    assert (await node.publish(key)).status_code == 403
    assert await scheduled(owner, show, later, starts_at_status=False) is None
    assert await scheduled(owner, show, later, stream_type=2) is None
    assert await scheduled(owner, show, utcnow() - timedelta(hours=1), stream_type=0) is None, "it is over already"


async def test_videos_are_not_to_be_seen_before_their_show(
    owner: Member, anyone: Client, process: Process, show: Json
) -> None:
    await processed(owner.client, await show_video(owner.client, show["id"]))
    await owner.client.put(f"events/{show['id']}", {"privacy": 0, "free_pass": True})

    async def seen() -> int:
        details = (await anyone.post("events/playback/lamps", {})).json()["data"]
        return len(details["playlist"]["data"])

    assert await seen() == 1
    at = utcnow() + timedelta(hours=1)
    await scheduled(owner, show, at)
    assert await seen() == 0
    await begun(process, show, at, at)
    assert await seen() == 0
    await owner.client.post(f"events/{show['id']}/complete")
    assert await seen() == 1


async def test_a_schedule_by_the_channels_clock_keeps_its_moment_over_a_change_of_summer_time(
    owner: Member, show: Json, database_url: str
) -> None:
    year = utcnow().year + 1
    changes = {"timezone": "Europe/Berlin", "starts_at_date": f"{year}-07-01", "starts_at_time": "20:00:00"}
    await owner.client.put(f"events/{show['id']}", {**changes, "starts_at_status": True})
    await owner.client.put(f"events/{show['id']}", {"starts_at_date": f"{year}-12-01"})
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT starts_at FROM playouts").fetchone()
    assert row is not None
    assert iso(row[0]) == f"{year}-12-01T19:00:00.000000Z"


async def test_a_channel_that_is_deleted_plays_nothing_out(
    owner: Member, process: Process, show: Json, at: datetime
) -> None:
    assert (await owner.client.delete(f"events/{show['id']}")).status_code == 200
    async with unit_of_work(process, at) as unit:
        assert await unit.playouts.hold("worker", at, at) == []


async def test_a_clock_that_is_set_back_keeps_no_show_from_whoever_can_play_it(
    owner: Member, process: Process, show: Json, at: datetime
) -> None:
    await begun(process, show, at, at)
    async with unit_of_work(process, at) as unit:
        assert len(await unit.playouts.hold("worker", at, at)) == 1
        assert await unit.playouts.hold("another", at, at) == []
    before = at - timedelta(hours=1)
    async with unit_of_work(process, before) as unit:
        assert len(await unit.playouts.hold("worker", before, before)) == 1, "it was let go of while it played"
        assert await unit.playouts.hold("another", before, before) == []
    earlier = before - timedelta(hours=1)
    async with unit_of_work(process, earlier) as unit:
        assert len(await unit.playouts.hold("another", earlier, earlier)) == 1, (
            "a worker that is gone held it for hours"
        )


async def test_who_changes_a_schedule_does_not_wait_for_what_waits_for_them(
    owner: Member, process: Process, show: Json, at: datetime
) -> None:
    await owner.client.post("streams", {"event_id": show["id"]})
    await begun(process, show, at, at)
    async with unit_of_work(process, at) as unit:  # as whoever lets a publisher in does: the stream, then its playout
        assert await StreamRepository(unit.db).locked(show["thread_id"]) is not None
        moving = asyncio.ensure_future(scheduled(owner, show, at + timedelta(hours=1)))
        await eventually(lambda: waits_for_a_lock(process))
        await PlayoutRepository(unit.db).locked(show["thread_id"])
    assert await moving is not None


async def test_what_fails_on_the_way_to_a_show_is_tried_again(
    owner: Member, process: Process, show: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = iter([OperationalError("a query", {}, Exception("the database is restarted"))])

    async def fail_once(db: Database, channel: Channel) -> Programme:
        for failure in failures:
            raise failure
        return await programme_of(db, channel)

    monkeypatch.setattr(conductor, "programme_of", fail_once)
    await scheduled(owner, show, utcnow() + timedelta(seconds=2))
    running = asyncio.ensure_future(process.conductor.run())

    async def is_over() -> bool:
        found = await as_live(owner, show)
        return found is not None and (found["state"], found["reason"]) == ("failed", "no_videos")

    try:
        await eventually(is_over)
    finally:
        running.cancel()


async def test_who_lost_a_show_to_another_worker_leaves_it_its_films(
    owner: Member, process: Process, show: Json, at: datetime, database_url: str
) -> None:
    def folders() -> list[str]:
        return [path.name for path in (process.settings.data_dir / "work").glob("playout-*")]

    former, latter = (
        conductor.Conductor(process.databases, process.bus, process.storage, process.seal, process.settings)
        for _ in range(2)
    )
    await former._look()
    await eventually(folders)
    formers = folders()
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE playouts SET held_until = now() - interval '1 second'")
    await latter._look()
    await eventually(lambda: folders() not in ([], formers))
    latters = folders()
    await former._look()
    assert folders() == latters
    assert len(latters) == 1
    await latter._drop(list(latter._seen_to))
    assert folders() == []


async def waits_for_a_lock(process: Process) -> bool:
    async with unit_of_work(process, utcnow()) as unit:
        return bool(await unit.db.rows(_WAITING_FOR_A_LOCK))
