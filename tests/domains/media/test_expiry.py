"""Videos past what their owner's plan keeps."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.clock import Clock
from tests.factories.accounts import Member, operator
from tests.factories.channels import Json, channel
from tests.factories.media import show_video
from tests.factories.platform import Client, running_app, settings_for


@pytest.fixture
async def anyone(tmp_path: Path, database_url: str, clock: Clock) -> AsyncIterator[Client]:
    """Plans count: the free one keeps videos for a month."""
    async with running_app(settings_for(tmp_path, database_url, plans="enforced")) as client:
        yield client


async def pass_days(anyone: Client, clock: Clock, days: int) -> None:
    async with unit_of_work(process_of(anyone.app), clock() + timedelta(days=days)) as unit:
        await unit.media_expiry.look_after(unit.now)


def mails(database_url: str) -> list[Json]:
    with psycopg.connect(database_url) as connection:
        query = "SELECT args FROM procrastinate_jobs WHERE args->>'kind' = 'media_expiring' ORDER BY id"
        return [row[0] for row in connection.execute(query).fetchall()]


async def test_an_owner_is_told_once_and_two_weeks_later_it_goes(
    anyone: Client, owner: Member, clock: Clock, database_url: str
) -> None:
    made = await channel(owner.client, slug="lamps", name="Lamps of May")
    video = await show_video(owner.client, made["id"], clock)
    await pass_days(anyone, clock, 15)
    assert mails(database_url) == []
    for days in (17, 18, 29):
        await pass_days(anyone, clock, days)
    [mail] = mails(database_url)
    assert (mail["to"], mail["words"]["titles"]) == (owner.email, "Lamps of May")
    assert (await owner.client.get(f"events/media/{video['id']}")).status_code == 200
    await pass_days(anyone, clock, 31)
    assert (await owner.client.get(f"events/media/{video['id']}")).status_code == 404
    assert (await owner.client.post(f"events/media/{video['id']}/restore")).status_code == 200


async def test_nothing_goes_of_which_nobody_was_told_in_time(anyone: Client, owner: Member, clock: Clock) -> None:
    made = await channel(owner.client, slug="lamps")
    video = await show_video(owner.client, made["id"], clock)
    await pass_days(anyone, clock, 100)
    await pass_days(anyone, clock, 113)
    assert (await owner.client.get(f"events/media/{video['id']}")).status_code == 200
    await pass_days(anyone, clock, 115)
    assert (await owner.client.get(f"events/media/{video['id']}")).status_code == 404


async def test_an_operator_sees_what_is_past_its_time(anyone: Client, owner: Member, clock: Clock) -> None:
    made = await channel(owner.client, slug="lamps")
    videos = [await show_video(owner.client, made["id"], clock) for _ in range(11)]
    assert (await owner.client.get("media-to-delete/1")).status_code == 403
    clock.move(minutes=1)
    boss = await operator(anyone)
    assert (await boss.get("media-to-delete/1")).json()["data"] == []
    assert (await boss.get("media-to-delete/0")).status_code == 422
    assert (await boss.get("media-to-delete/first")).status_code == 422
    clock.move(hours=31 * 24)
    boss = await operator(anyone)
    page = (await boss.get("media-to-delete/1")).json()
    assert [each["id"] for each in page["data"]] == [each["id"] for each in videos[:10]]
    assert page["data"][0]["owner"] == owner.user["hash_id"]
    assert page["meta"]["pagination"]["links"]["next"].endswith("/media-to-delete/2")
    assert [each["id"] for each in (await boss.get("media-to-delete/2")).json()["data"]] == [videos[10]["id"]]


async def test_without_plans_all_is_kept(tmp_path: Path, database_url: str) -> None:
    app = running_app(settings_for(tmp_path / "free", database_url))
    async with app as client, unit_of_work(process_of(client.app)) as unit:
        assert await unit.plans.media_kept([]) == {}
