"""Jobs by their classes, and the lanes they wait in."""

import asyncio
from pathlib import Path

import pytest
from procrastinate import App

from storecast.adapters.email.messages import MailKind
from storecast.adapters.email.outbox import request_mail
from storecast.domains.privacy.service import ExportData, PrivacyService
from storecast.kit.jobs import Job, defer
from storecast.wiring.jobs import LANES
from storecast.wiring.process import Process
from storecast.wiring.unit import unit_of_work
from tests.factories.mails import mails_in
from tests.waiting import eventually


async def test_every_job_is_done_by_somebody_in_some_lane(jobs: App) -> None:
    queues = {queue for lane in LANES for queue in lane.queues}
    for kind in Job.__subclasses__():
        task = jobs.tasks[kind.name]
        assert task.queue == kind.queue
        assert kind.queue in queues, f"nobody works on {kind.__name__}"
    assert {task.queue for task in jobs.tasks.values() if not task.name.startswith("builtin")} <= queues


async def test_what_takes_long_holds_up_no_mail(
    process: Process, jobs: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """hitobito 761, pimcore 16028: exports and transcodings before which mails waited."""
    waiting, go_on = asyncio.Event(), asyncio.Event()

    async def slow(*_: object) -> None:
        waiting.set()
        await go_on.wait()

    monkeypatch.setattr(PrivacyService, "make_export", slow)
    async with unit_of_work(process) as unit:
        for number in range(10):
            await defer(unit.db, ExportData(str(number)))
    workers = [
        asyncio.create_task(
            jobs.run_worker_async(queues=lane.queues, concurrency=lane.concurrency, install_signal_handlers=False)
        )
        for lane in LANES
    ]
    await waiting.wait()
    async with unit_of_work(process) as unit:
        await request_mail(unit.db, MailKind.ERASED, "ana@example.com", "en", name="Ana", time=unit.now)
    await eventually(lambda: len(mails_in(tmp_path)) == 1)
    go_on.set()
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)


async def test_a_job_of_work_that_is_undone_is_none(process: Process, jobs: App) -> None:
    async def fails() -> None:
        async with unit_of_work(process) as unit:
            await defer(unit.db, ExportData("1"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fails()
    assert list(await jobs.job_manager.list_jobs_async()) == []
