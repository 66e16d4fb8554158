"""Work in the background, none of which dies unseen.

What a bare task raises is lost where nobody awaits it. Only the standard library: `run` uses it, too.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import TypeVar

FIRST_PAUSE = 0.5  # seconds
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0  # what went on for so long did not fail at its start

log = logging.getLogger(__name__)

T = TypeVar("T")


def supervise(work: Callable[[], Coroutine[None, None, None]], what: str) -> asyncio.Task[None]:
    """Do `work` until it returns: whenever it raises, that is logged and it is begun anew, later each time."""
    return asyncio.create_task(_done_at_last(work, what), name=what)


def watch(
    work: Coroutine[None, None, T], what: str, failed: Callable[[BaseException], None] | None = None
) -> asyncio.Task[T]:
    """Do once what cannot be begun anew: where it raises, that is logged, and told to `failed`."""

    def ended(task: asyncio.Task[T]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s failed", what, exc_info=error)
            if failed is not None:
                failed(error)

    task = asyncio.create_task(work, name=what)
    task.add_done_callback(ended)
    return task


async def _done_at_last(work: Callable[[], Coroutine[None, None, None]], what: str) -> None:
    clock, pause = asyncio.get_running_loop().time, FIRST_PAUSE
    while True:
        began = clock()
        try:
            return await work()
        except Exception:
            if clock() - began > STEADY_SECONDS:
                pause = FIRST_PAUSE
            log.exception("%s failed and is begun anew in %.1f s; if that goes on, restart this process", what, pause)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
