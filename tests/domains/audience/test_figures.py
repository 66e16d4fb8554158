"""What shows and videos come to: who counts, once each, and for how long."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import psycopg
import pytest

from storecast.domains.audience.evidence import view_of
from storecast.kit.database import transaction
from storecast.wiring.process import process_of
from tests.clock import Clock
from tests.domains.audience.conftest import Audience
from tests.factories.accounts import PASSWORD, Member
from tests.factories.channels import Json, channel
from tests.factories.media import end, go_live, run, show_video
from tests.factories.platform import Client

Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
async def lamps(audience: Audience, owner: Member) -> Json:
    return await channel(owner.client, slug="lamps")


async def figures(owner: Member) -> Json:
    """Of the newest video, as its editors see them."""
    found: Json = (await (await signed_in(owner)).get("events/lamps/media")).json()["data"][0]
    return found


async def signed_in(owner: Member) -> Client:
    """However long ago they were."""
    answer = await Client(owner.client.app).post("auth/login", {"email": owner.email, "password": PASSWORD})
    return owner.client.with_token(answer.json()["access_token"])


async def test_who_was_there_at_any_moment_of_a_show_watched_it(
    audience: Audience, owner: Member, lamps: Json, clock: Clock
) -> None:
    async def pass_(minutes: float, *views: str) -> None:
        clock.move(minutes=minutes)
        for view in views:
            await audience.beat(view)
        await audience.flush()

    await pass_(0, "left-before", "waited", "looked-away")
    await pass_(1, "waited")
    node, grant = await go_live(owner.client, lamps["id"], clock)
    await pass_(1, "waited", "first-minute")
    await pass_(20, "middle", "looked-away")
    await pass_(20, "middle")
    clock.move(minutes=1)
    await audience.beat("last-moment")
    await end(node, grant, run())
    await audience.flush()  # what was beaten in the show is of the show, though it is over when it is written
    await pass_(0.1, "too-late", "waited")
    assert (await figures(owner))["viewers"] == 5


async def test_what_a_show_comes_to_is_told_to_the_second(
    audience: Audience, owner: Member, lamps: Json, clock: Clock
) -> None:
    node, grant = await go_live(owner.client, lamps["id"], clock)
    await audience.watch("one", "other", seconds=120)
    await audience.watch("one", "other", "third", seconds=60)
    await audience.watch("one", seconds=300)
    clock.move(seconds=120)
    await end(node, grant, run())
    found = await figures(owner)
    # The one 480 s, the other 180 s, the third 60 s.
    assert (found["viewers"], found["peak_viewers"], found["watch_minutes"]) == (3, 3, 12)
    # Whoever leaves counts for 75 s more: the other till 255 s, the third till 255 s, the one till 480 s and no longer
    # than somebody counts. Counted every 10 s: a count stands for what is before it.
    seconds = 480 + 250 + (250 - 120)
    assert found["average_viewers"] == round(seconds / 600, 1)


async def test_tabs_and_returns_are_one_viewer(audience: Audience, owner: Member, lamps: Json, clock: Clock) -> None:
    node, grant = await go_live(owner.client, lamps["id"], clock)
    for tab in ("one", "two", "three"):
        await audience.beat(tab, "mara")
    await audience.flush()
    clock.move(minutes=10)
    await audience.beat("four", "mara")
    await audience.flush()
    assert await audience.beat("four", "mara") == 1
    await end(node, grant, run())
    found = await figures(owner)
    assert (found["viewers"], found["peak_viewers"]) == (1, 1)


async def test_a_show_over_midnight_counts_nobody_twice(
    audience: Audience, owner: Member, lamps: Json, clock: Clock, database_url: str
) -> None:
    clock.move(hours=11, minutes=58)
    node, grant = await go_live(await signed_in(owner), lamps["id"], clock)
    await audience.watch("stays", seconds=240)
    await end(node, grant, run())
    assert (await figures(owner))["viewers"] == 1
    with psycopg.connect(database_url) as connection:
        days = connection.execute("SELECT count(*) FROM view_days").fetchone()
    assert days == (2,)
    async with transaction(process_of(owner.client.app).databases) as db:
        [channel_id] = (await db.rows("SELECT id FROM channels"))[0]
        seen = await view_of(db, channel_id, "stays", clock())
    assert seen is not None
    assert seen.seen_at - seen.began_at == timedelta(minutes=4)


async def test_a_view_named_days_later_is_found_and_one_of_a_month_ago_is_not(
    audience: Audience, owner: Member, lamps: Json, clock: Clock
) -> None:
    await audience.watch("view", seconds=60)
    async with transaction(process_of(owner.client.app).databases) as db:
        [channel_id] = (await db.rows("SELECT id FROM channels"))[0]
        for days, found in ((0, True), (1, True), (9, True), (29, True), (32, False)):
            seen = await view_of(db, channel_id, "view", clock() + timedelta(days=days))
            assert (seen is not None) == found, days


async def test_who_watches_a_replay_for_days_is_one_viewer_until_people_are_forgotten(
    audience: Audience, owner: Member, lamps: Json, clock: Clock
) -> None:
    video = (await show_video(owner.client, lamps["id"], clock))["id"]
    for days in (0, 1, 30, 368):
        clock.move(hours=24 * days)
        await audience.watch("mara", seconds=60, media=video)
    found = await figures(owner)
    assert (found["replay_viewers"], found["replay_minutes"], found["viewers"]) == (1, 4, 0)
    clock.move(hours=24)
    await audience.watch("mara", seconds=0, media=video)
    assert (await figures(owner))["replay_viewers"] == 2


async def test_minutes_of_a_show_come_to_what_it_does(
    audience: Audience, owner: Member, lamps: Json, clock: Clock, database_url: str
) -> None:
    node, grant = await go_live(owner.client, lamps["id"], clock)
    await audience.watch("one", seconds=90)
    await audience.watch("one", "other", seconds=90)
    await end(node, grant, run())
    with psycopg.connect(database_url) as connection:
        minutes = connection.execute(
            "SELECT arrived, peak, round(watch_seconds) FROM audience_minutes ORDER BY minute"
        ).fetchall()
        whole = connection.execute(
            "SELECT viewers, peak, round(watch_seconds) FROM audiences WHERE session_id IS NOT NULL"
        ).fetchone()
    assert minutes == [(1, 1, 50), (1, 2, 80), (0, 2, 120), (0, 2, 20)]
    assert whole == (2, 2, 270)


async def test_figures_of_the_past_look_at_no_views(
    audience: Audience, owner: Member, lamps: Json, clock: Clock, count_queries: Counting
) -> None:
    await show_video(owner.client, lamps["id"], clock)
    with count_queries() as queries:
        await figures(owner)
    assert len(queries) > 1
    assert not [query for query in queries if "view_days" in query or "audience_m" in query]
