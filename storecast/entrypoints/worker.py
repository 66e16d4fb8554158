"""The worker process: durable jobs, playouts, the sessions nobody speaks for any more, what rooms hear of stock."""

import asyncio
import signal
from collections.abc import Awaitable, Callable

import structlog
from procrastinate.periodic import PeriodicRegistry
from sqlalchemy.exc import SQLAlchemyError

from storecast.kit.settings import Settings
from storecast.kit.tasks import supervise
from storecast.wiring.assembly import create_process
from storecast.wiring.clock import catch_up, keep_time
from storecast.wiring.jobs import LANES, create_jobs
from storecast.wiring.unit import Unit, unit_of_work

log = structlog.get_logger()

ABANDONED_CHECK = 10.0  # seconds
STALLED_CHECK = 15.0
STOCK_PAUSE = 1.0
POLLS_PAUSE = 0.5


async def serve(settings: Settings, ready: Callable[[], None]) -> None:
    """Work until SIGTERM or Ctrl-C; jobs under way are finished first. Calls `ready` once jobs are taken."""
    process = create_process(settings)
    jobs = create_jobs(process)
    ticks = jobs.periodic_registry
    jobs.periodic_registry = PeriodicRegistry()  # type: ignore[no-untyped-call]  # else each lane keeps time
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)

    def again_and_again(what: str, pause: float, do: Callable[[Unit], Awaitable[object]]) -> asyncio.Task[None]:
        async def repeat() -> None:
            while True:
                try:
                    async with unit_of_work(process) as unit:
                        await do(unit)
                except (SQLAlchemyError, OSError) as error:
                    log.warning("not done this time", what=what, error=str(error).splitlines()[0])
                await asyncio.sleep(pause)

        return supervise(repeat, what)

    async def begin_anew() -> None:
        """What a worker that was killed was doing, once it was not heard of for a while."""
        while True:
            await asyncio.sleep(STALLED_CHECK)
            for job in await jobs.job_manager.get_stalled_jobs():
                log.warning("a job's worker is gone: it is done anew", job=job.task_name, id=job.id)
                await jobs.job_manager.retry_job(job)

    process.mailer.say_where()
    process.come_back()
    process.texter.say_where()
    async with jobs.open_async():
        working = [
            asyncio.create_task(
                jobs.run_worker_async(
                    queues=list(lane.queues),  # a tuple would be sent as a row
                    concurrency=lane.concurrency,
                    install_signal_handlers=False,
                    fetch_job_polling_interval=30,
                    shutdown_graceful_timeout=lane.stopped_after,
                    delete_jobs="successful",  # they hold names and addresses
                )
            )
            for lane in LANES
        ]
        watching = (
            supervise(begin_anew, "beginning stalled jobs anew"),
            supervise(lambda: keep_time(ticks), "keeping time"),
            again_and_again("catching up with the clock", STALLED_CHECK, lambda unit: catch_up(unit.db)),
            supervise(process.conductor.run, "seeing to playouts"),
            again_and_again(
                "ending abandoned sessions", ABANDONED_CHECK, lambda unit: unit.ingest.end_abandoned(unit.now)
            ),
            again_and_again("letting go of stock", STOCK_PAUSE, lambda unit: unit.stock.forget_ended(unit.now)),
            again_and_again("closing polls", POLLS_PAUSE, lambda unit: unit.polls.close_due(unit.now)),
            again_and_again("telling of stock", STOCK_PAUSE, lambda unit: unit.stock_news.tell(unit.now)),
        )
        stopping = asyncio.create_task(stop.wait())
        ready()
        await asyncio.wait((*working, *watching, stopping), return_when=asyncio.FIRST_COMPLETED)
        for task in (*watching, stopping, *working):
            task.cancel()
        results = await asyncio.gather(*working, *watching, return_exceptions=True)
    await process.close()
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, asyncio.CancelledError):
            raise result
