"""Versions that go while a worker makes them, which is killed then: no file of theirs stays."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from storecast.domains.media.models import VersionState
from storecast.kit.storage import Storage
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.domains.media.test_kills import expected, lying
from tests.domains.media.working import recorded, work
from tests.factories.accounts import Member
from tests.factories.platform import do_jobs
from tests.processing import films


async def test_what_was_stored_of_a_trim_after_it_was_undone_goes(
    owner: Member, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = process_of(owner.client.app)
    film = films.make(tmp_path / "film.mp4", *films.counting(2), *films.clicking(2), *films.ENCODED)
    video = await recorded(owner, film.read_bytes())
    await work(process, video)
    address = f"events/media/{video['id']}/trim"
    assert (await owner.client.patch(address, {"start": 0.5, "end": 1.5})).is_success
    put = Storage.put_file

    async def undone_first(storage: Storage, key: str, *more: Any, **other: Any) -> None:
        assert (await owner.client.post(f"{address}/undo")).is_success
        await do_jobs(process.settings)
        await put(storage, key, *more, **other)
        raise asyncio.CancelledError  # as the worker is killed

    with monkeypatch.context() as patched:
        patched.setattr(Storage, "put_file", undone_first)
        with pytest.raises(asyncio.CancelledError):
            await work(process, video, VersionState.MAKING)
    assert len(lying(process, "storage/media", "storage/recordings") - await expected(process)) == 1
    async with unit_of_work(process) as unit:  # a day later
        await unit.db.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE scheduled_at > now()"))
    await do_jobs(process.settings)
    assert lying(process, "storage/media", "storage/recordings") == await expected(process)
