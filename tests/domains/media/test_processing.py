"""What the worker makes of a video's file, for real."""

import asyncio
from pathlib import Path

import psycopg
import pytest

from storecast.domains.media.models import VersionState
from storecast.processing.facts import ProcessingFailed
from storecast.processing.loudness import measure_loudness
from storecast.wiring.process import Process, process_of
from storecast.wiring.unit import unit_of_work
from tests.domains.media.working import recorded, shown, work
from tests.factories.accounts import Member
from tests.factories.media import fetch
from tests.factories.platform import Client
from tests.processing import films


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return films.counted(tmp_path_factory.mktemp("films") / "counted.mp4")


@pytest.fixture
def process(owner: Member) -> Process:
    return process_of(owner.client.app)


@pytest.mark.timeout(180)
async def test_a_show_is_processed_trimmed_and_clipped(
    owner: Member, anyone: Client, process: Process, film: Path, database_url: str
) -> None:
    video = await recorded(owner, film.read_bytes())
    await work(process, video)
    ready = await shown(owner, video)
    assert (ready["status"], ready["progress"], ready["problem"]) == ("ready", 1.0, None)
    assert ready["duration"] == pytest.approx(12.0, abs=0.1)
    assert ready["loudness"] is not None
    playlist = (await fetch(anyone, ready["hls_url"])).text
    assert "#EXT-X-STREAM-INF" in playlist
    inner = ready["hls_url"].replace("index.m3u8", "film.m3u8")
    assert "#EXT-X-BYTERANGE" in (await fetch(anyone, inner)).text
    assert (await fetch(anyone, ready["poster"])).headers["Content-Type"] == "image/webp"
    assert "storyboard.webp#xywh=" in (await fetch(anyone, ready["storyboard"])).text
    assert not list((process.settings.data_dir / "work").iterdir())

    await owner.client.patch(f"events/media/{video['id']}/trim", {"start": 3.217, "end": 9.983})
    await work(process, video, VersionState.MAKING)
    trimmed = await shown(owner, video)
    assert trimmed["duration"] == pytest.approx(6.766, abs=0.1)
    assert (trimmed["trimming"], trimmed["undo_until"] is not None) == (False, True)
    assert trimmed["hls_url"] != ready["hls_url"]
    assert (await fetch(anyone, ready["hls_url"])).status_code == 200  # who watches it goes on
    link = (await owner.client.get(f"events/media/{video['id']}/download")).json()["data"]
    assert len((await fetch(anyone, link["url"])).content) == link["size"]

    back = (await owner.client.post(f"events/media/{video['id']}/trim/undo")).json()["data"]
    assert (back["duration"], back["hls_url"]) == (ready["duration"], ready["hls_url"])

    with psycopg.connect(database_url) as connection:
        query = "SELECT data::json->>'progress' FROM room_events WHERE event = 'media.progress' ORDER BY seq"
        told = [float(row[0]) for row in connection.execute(query).fetchall()]
    assert told[0] == 0.0
    assert 1.0 in told


@pytest.mark.parametrize(
    "content", [b"", b"#EXTM3U\n/etc/passwd\n", b"MZ" + bytes(5000), b"\0\0\0\x18ftypisom" + bytes(20)]
)
async def test_what_is_no_video_fails_with_words_and_can_be_tried_again(
    owner: Member, process: Process, content: bytes
) -> None:
    video = await recorded(owner, content)
    await work(process, video)
    failed = await shown(owner, video)
    assert failed["status"] == "failed"
    assert len(failed["problem"]) > 10
    again = (await owner.client.post(f"events/media/{video['id']}/sync")).json()["data"]
    assert (again["status"], again["problem"]) == ("processing", None)


@pytest.mark.timeout(120)
async def test_two_jobs_for_one_trim_do_not_spoil_each_others_work(owner: Member, process: Process, film: Path) -> None:
    """A job is begun anew where nothing is heard of its worker, which may be there still."""
    video = await recorded(owner, film.read_bytes())
    await work(process, video)
    await owner.client.patch(f"events/media/{video['id']}/trim", {"start": 2, "end": 6})
    async with unit_of_work(process) as unit:
        media = await unit.media.find(video["id"])
        version = (await unit.media.versions([media]))[media.id][VersionState.MAKING]
    async with asyncio.TaskGroup() as jobs:
        for _ in range(2):
            jobs.create_task(process.processor.process(version.id))
    trimmed = await shown(owner, video)
    assert (trimmed["problem"], trimmed["trimming"], trimmed["undo_until"] is not None) == (None, False, True)
    assert not list((process.settings.data_dir / "work").iterdir())


async def test_a_missing_file_fails_with_words(owner: Member, process: Process) -> None:
    video = await recorded(owner, b"x")
    async with unit_of_work(process) as unit:
        version = await unit.media.watched(await unit.media.find(video["id"]))
        await unit.storage.delete(version.key or "")
    await work(process, video)
    assert (await shown(owner, video))["problem"] == "Its file is gone."


async def test_what_kills_every_try_is_given_up(
    owner: Member, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: Path) -> None:
        raise ProcessingFailed("killed")

    monkeypatch.setattr("storecast.domains.media.processor.probe", fail)
    video = await recorded(owner, b"x")
    for _ in range(5):
        with pytest.raises(ProcessingFailed):
            await work(process, video)
        trying = await shown(owner, video)
        assert (trying["status"], trying["problem"]) == ("processing", "It could not be processed. It is tried again.")
    await work(process, video)
    assert (await shown(owner, video))["status"] == "failed"


async def test_a_video_that_is_deleted_meanwhile_leaves_nothing(
    owner: Member, process: Process, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = measure_loudness

    async def delete_first(*args: object, **more: object) -> float | None:
        with psycopg.connect(process.settings.database_url.get_secret_value()) as connection:  # type: ignore[union-attr]
            connection.execute("DELETE FROM media")
        return await measured(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("storecast.domains.media.processor.measure_loudness", delete_first)
    await work(process, await recorded(owner, film.read_bytes()))
    assert list((process.settings.data_dir / "storage").rglob("*.mp4"))
    assert not list((process.settings.data_dir / "storage").rglob("film.m4s"))
