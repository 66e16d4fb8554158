"""Lesser qualities that are added to videos which are watched already."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from storecast.domains.accounts.models import User
from storecast.domains.media import ladders
from storecast.domains.media.models import VersionState
from storecast.processing.facts import ProcessingFailed, Refused
from storecast.processing.ladder import Rung, make_ladder
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.domains.media.working import recorded, shown, work
from tests.factories.accounts import Member
from tests.factories.channels import Json
from tests.factories.media import fetch
from tests.factories.platform import Client, running_app, settings_for
from tests.processing import films

RUNGS = (
    Rung("720p", 48, 80_000, 64_000),
    Rung("480p", 32, 60_000, 64_000),
    Rung("audio", None, 0, 48_000),
)


@pytest.fixture
async def anyone(tmp_path: Path, database_url: str) -> AsyncIterator[Client]:
    async with running_app(settings_for(tmp_path, database_url, ladder="480p,audio")) as client:
        yield client


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rungs of a film of few pixels. Which film has which is for the tests of processing."""
    monkeypatch.setattr(ladders, "rungs_for", lambda _, wanted: [rung for rung in RUNGS if rung.name in wanted])


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    target = tmp_path_factory.mktemp("films") / "short.mp4"
    return films.make(target, *films.counting(2), *films.clicking(2), *films.ENCODED).read_bytes()


@pytest.fixture
async def video(owner: Member, film: bytes) -> Json:
    """As it is watched before anything is added."""
    made = await recorded(owner, film)
    await work(process_of(owner.client.app), made)
    return await shown(owner, made)


async def climb(owner: Member, video: Json, state: VersionState = VersionState.CURRENT) -> Json:
    """As the worker adds rungs to a video."""
    process = process_of(owner.client.app)
    async with unit_of_work(process) as unit:
        media = await unit.media.find(video["id"])
        version = (await unit.media.versions([media]))[media.id][state]
    await process.ladders.make(version.id)
    return await shown(owner, video)


def rungs(database_url: str) -> list[list[str] | None]:
    with psycopg.connect(database_url) as connection:
        return [row[0] for row in connection.execute("SELECT rungs FROM media_versions ORDER BY id").fetchall()]


def waiting(database_url: str) -> int:
    with psycopg.connect(database_url) as connection:
        query = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'media.ladder'"
        [[count]] = connection.execute(query).fetchall()
        return int(count)


async def test_a_video_is_watched_first_and_gets_qualities_after(
    owner: Member, anyone: Client, video: Json, database_url: str
) -> None:
    assert (video["status"], waiting(database_url)) == ("ready", 1)
    before = (await fetch(anyone, video["hls_url"])).text
    assert "480p" not in before
    climbed = await climb(owner, video)
    assert {key for key in video if video[key] != climbed[key]} == {"hls_url", "size"}
    playlist = (await fetch(anyone, climbed["hls_url"])).text
    for name in ("film", "480p", "audio"):
        inner = await fetch(anyone, climbed["hls_url"].replace("ladder", name))
        assert f"{name}.m3u8" in playlist
        assert "#EXT-X-BYTERANGE" in inner.text
    assert (await fetch(anyone, video["hls_url"])).text == before  # who watches it goes on
    added = 0
    for name in ("480p.m4s", "480p.m3u8", "audio.m4s", "audio.m3u8", "ladder.m3u8"):
        added += len((await fetch(anyone, climbed["hls_url"].replace("ladder.m3u8", name))).content)
    assert climbed["size"] - video["size"] == added
    assert not list((process_of(owner.client.app).settings.data_dir / "work").iterdir())
    with psycopg.connect(database_url) as connection:
        [[last]] = connection.execute("SELECT event FROM room_events ORDER BY seq DESC LIMIT 1").fetchall()
    assert last == "media.published"
    assert await climb(owner, video) == climbed


async def test_a_job_that_is_killed_is_done_again(
    owner: Member, video: Json, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise ProcessingFailed("killed")

    with monkeypatch.context() as patched:
        patched.setattr(ladders, "make_ladder", fail)
        with pytest.raises(ProcessingFailed):
            await climb(owner, video)
    assert await shown(owner, video) == video
    await climb(owner, video)
    assert rungs(database_url) == [["480p", "audio"]]


async def test_two_jobs_for_one_video_do_not_spoil_each_others_work(
    owner: Member, video: Json, database_url: str
) -> None:
    """A job is begun anew where nothing is heard of its worker, which may be there still."""
    async with asyncio.TaskGroup() as jobs:
        climbing = [jobs.create_task(climb(owner, video)) for _ in range(2)]
    assert rungs(database_url) == [["480p", "audio"]]
    climbed = await shown(owner, video)
    assert max(task.result()["size"] for task in climbing) == climbed["size"]
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT tries FROM media_versions").fetchall() == [(1,)]


async def test_what_kills_every_try_is_given_up_and_the_video_is_as_before(
    owner: Member, video: Json, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise ProcessingFailed("killed")

    monkeypatch.setattr(ladders, "make_ladder", fail)
    for _ in range(5):
        with pytest.raises(ProcessingFailed):
            await climb(owner, video)
    assert await climb(owner, video) == video
    assert rungs(database_url) == [[]]


async def test_a_damaged_film_gets_none(
    owner: Member, video: Json, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise Refused("damaged")

    monkeypatch.setattr(ladders, "make_ladder", refuse)
    assert await climb(owner, video) == video
    assert rungs(database_url) == [[]]


async def test_a_trim_goes_before(owner: Member, video: Json, database_url: str) -> None:
    await owner.client.patch(f"events/media/{video['id']}/trim", {"start": 0.2, "end": 1.5})
    await climb(owner, video)
    assert rungs(database_url) == [None, None]
    await work(process_of(owner.client.app), video, VersionState.MAKING)
    await climb(owner, video)
    await climb(owner, video, VersionState.KEPT)
    assert rungs(database_url) == [None, ["480p", "audio"]]


async def test_a_trim_in_between_is_not_disturbed(
    owner: Member, video: Json, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def trim_first(*args: object, **more: object) -> list[Path]:
        await owner.client.patch(f"events/media/{video['id']}/trim", {"start": 0.2, "end": 1.5})
        await work(process_of(owner.client.app), video, VersionState.MAKING)
        return await make_ladder(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(ladders, "make_ladder", trim_first)
    trimmed = await climb(owner, video)
    assert trimmed["duration"] == pytest.approx(1.3, abs=0.11)
    assert rungs(database_url) == [["480p", "audio"], None]
    back = (await owner.client.post(f"events/media/{video['id']}/trim/undo")).json()["data"]
    assert back["hls_url"].endswith("ladder.m3u8")


async def test_a_video_that_is_deleted_meanwhile_leaves_nothing(
    owner: Member, video: Json, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def delete_first(*args: object, **more: object) -> list[Path]:
        with psycopg.connect(database_url) as connection:
            connection.execute("DELETE FROM media")
        return await make_ladder(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(ladders, "make_ladder", delete_first)
    process = process_of(owner.client.app)
    async with unit_of_work(process) as unit:
        version = await unit.media.watched(await unit.media.find(video["id"]))
    await process.ladders.make(version.id)
    assert list((process.settings.data_dir / "storage").rglob("film.m4s"))
    assert not list((process.settings.data_dir / "storage").rglob("480p*"))


@pytest.mark.parametrize(("plan", "disk", "given"), [(0, 10**12, []), (1000, 0, None)])
async def test_where_there_is_no_room_nothing_is_added(
    owner: Member,
    video: Json,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    plan: int,
    disk: int,
    given: list[str] | None,
) -> None:
    """The owner's plan has none, for good; or the disk has none, for now."""

    async def left(_: object, owners: list[User], *__: object) -> dict[int, int]:
        return {each.id: plan for each in owners}

    monkeypatch.setattr("storecast.domains.billing.service.PlanService.left", left)
    monkeypatch.setattr(ladders.LadderMaker, "_left_on_disk", lambda _: disk)
    assert await climb(owner, video) == video
    assert rungs(database_url) == [given]


async def test_videos_of_before_get_theirs_the_newest_first(owner: Member, video: Json, database_url: str) -> None:
    at = process_of(owner.client.app)
    for _ in range(2):
        async with unit_of_work(at) as unit:
            await at.ladders.look_after(unit.db)
        assert waiting(database_url) == 1  # it waits already
    with psycopg.connect(database_url) as connection:
        connection.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'media.ladder'")
    async with unit_of_work(at) as unit:
        await at.ladders.look_after(unit.db)
    assert waiting(database_url) == 1
