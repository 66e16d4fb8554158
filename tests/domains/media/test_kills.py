"""The worker is killed in the midst of making a video: the next one makes it whole, and nothing of the first stays."""

import asyncio
import contextlib
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from storecast.domains.media.models import Media, VersionState
from storecast.domains.media.service import files_of
from storecast.processing.facts import ProcessingFailed
from storecast.wiring.process import Process, process_of
from storecast.wiring.unit import unit_of_work
from tests.domains.media.test_processing import recorded, shown, work
from tests.factories.accounts import Member
from tests.factories.channels import Json
from tests.factories.platform import do_jobs
from tests.processing import films
from tests.waiting import eventually

ROOT = Path(__file__).parents[3]
STEPS = ["probe", "make_hls", "make_poster", "make_storyboard", "measure_loudness", "put_file"]
LONG = [pytest.param(step, marks=pytest.mark.soak) for step in STEPS if step not in ("make_hls", "put_file")]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Of 16 seconds, of which a clip can be cut."""
    path = tmp_path_factory.mktemp("films") / "film.mp4"
    return films.make(path, *films.counting(16), *films.clicking(16), *films.ENCODED).read_bytes()


@pytest.fixture
def process(owner: Member) -> Process:
    return process_of(owner.client.app)


async def version_of(process: Process, video: Json, state: VersionState) -> int:
    async with unit_of_work(process) as unit:
        media = await unit.media.find(video["id"])
        return (await unit.media.versions([media]))[media.id][state].id


async def killed_in(process: Process, step: str, video: Json, state: VersionState = VersionState.CURRENT) -> None:
    settings = process.settings
    assert settings.database_url is not None
    version = await version_of(process, video, state)
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.domains.media.killed", str(settings.data_dir)),
        *(settings.database_url.get_secret_value(), step, str(version)),
        cwd=ROOT,
    )
    assert await worker.wait() == -signal.SIGKILL
    await eventually(lambda: not working_on(settings.data_dir))


def working_on(folder: Path) -> set[int]:
    """Programs that were given a file of a video to be made."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if f"{folder}/work" in path.read_text():
                found.add(int(path.parent.name))
    return found


def lying(process: Process, *folders: str) -> set[str]:
    """Files in folders of the data, hidden ones, too."""
    data = process.settings.data_dir
    return {str(path.relative_to(data)) for folder in folders for path in (data / folder).rglob("*") if path.is_file()}


async def expected(process: Process) -> set[str]:
    """What the rows know of."""
    async with unit_of_work(process) as unit:
        found = await unit.db.load(Media, "SELECT * FROM media")
        versions = await unit.media.versions(found)
        every = [version for each in versions.values() for version in each.values()]
        return {f"storage/{key}" for version in every for key in files_of(version)}


@pytest.mark.parametrize("step", ["make_hls", "put_file", *LONG])
async def test_killed_in_any_step_a_video_is_made_whole(
    owner: Member, process: Process, film: bytes, step: str
) -> None:
    video = await recorded(owner, film)
    await killed_in(process, step, video)
    assert (await shown(owner, video))["status"] == "processing"
    await work(process, video)
    ready = await shown(owner, video)
    assert (ready["status"], ready["problem"]) == ("ready", None)
    assert ready["duration"] == pytest.approx(16.0, abs=0.1)
    assert lying(process, "work") == set()
    assert lying(process, "storage/media", "storage/recordings") == await expected(process)


@pytest.mark.parametrize("before", [1, *(pytest.param(each, marks=pytest.mark.soak) for each in (0, 2, 3, 4))])
async def test_a_program_that_is_killed_is_begun_anew(
    owner: Member, process: Process, film: bytes, before: int
) -> None:
    """It comes after so many others."""
    video = await recorded(owner, film)
    making = asyncio.ensure_future(work(process, video))
    seen: set[int] = set()
    new: set[int] = set()
    while len(seen) <= before:
        new = working_on(process.settings.data_dir) - seen
        seen |= new
        assert not making.done()
        await asyncio.sleep(0)
    for each in new:
        os.kill(each, signal.SIGKILL)
    with pytest.raises(ProcessingFailed):
        await making
    trying = await shown(owner, video)
    assert (trying["status"], trying["problem"]) == ("processing", "It could not be processed. It is tried again.")
    await work(process, video)
    assert (await shown(owner, video))["status"] == "ready"
    assert lying(process, "work") == set()
    assert lying(process, "storage/media", "storage/recordings") == await expected(process)


@pytest.mark.soak
@pytest.mark.parametrize("step", ["probe", "cut", "make_hls", "put_file"])
async def test_killed_in_a_trim_or_a_clip_both_are_made_whole(
    owner: Member, process: Process, film: bytes, step: str
) -> None:
    video = await recorded(owner, film)
    await work(process, video)
    assert (await owner.client.patch(f"events/media/{video['id']}/trim", {"start": 3.2, "end": 9.9})).is_success
    await killed_in(process, step, video, VersionState.MAKING)
    assert (await shown(owner, video))["duration"] == pytest.approx(16.0, abs=0.1)  # as it was
    await work(process, video, VersionState.MAKING)
    assert (await shown(owner, video))["duration"] == pytest.approx(6.7, abs=0.1)
    assert (await owner.client.post(f"events/media/{video['id']}/trim/undo")).is_success

    answer = await owner.client.post(f"media/{video['id']}/clips", {"start": 0.5, "end": 15.6, "name": "A clip"})
    assert answer.is_success, answer.text
    clip = answer.json()["data"]
    await killed_in(process, step, clip, VersionState.CURRENT)
    await work(process, clip)
    assert (await shown(owner, clip))["duration"] == pytest.approx(15.1, abs=0.1)
    await do_jobs(process.settings)  # the trim that was undone goes
    assert lying(process, "work") == set()
    assert lying(process, "storage/media", "storage/recordings") == await expected(process)


async def test_what_a_killed_worker_had_stored_goes_with_the_video(
    owner: Member, process: Process, film: bytes
) -> None:
    video = await recorded(owner, film)
    await killed_in(process, "put_file", video)
    assert len(lying(process, "storage/media")) == 1
    assert lying(process, "work")
    version = await version_of(process, video, VersionState.CURRENT)
    assert (await owner.client.delete(f"events/media/{video['id']}")).is_success
    async with unit_of_work(process) as unit:
        await unit.media.look_after(unit.now + timedelta(days=8))
    await process.processor.process(version)  # the job the worker had is begun anew
    await do_jobs(process.settings)
    assert lying(process, "work", "storage/media", "storage/recordings") == set()
