"""A worker that is killed in the midst of a step: `python -m tests.domains.media.killed SETTINGS STEP VERSION`."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from storecast.domains.media import processor
from storecast.kit.settings import Settings
from storecast.wiring.assembly import create_process


def dies_in(step: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def begun(*given: Any, **more: Any) -> Any:
        doing = asyncio.ensure_future(step(*given, **more))
        while not doing.done() and not children():
            await asyncio.sleep(0)
        os.kill(os.getpid(), signal.SIGKILL)

    return begun


def children() -> str:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text()


async def work(settings: Settings, step: str, version_id: int) -> None:
    process = create_process(settings)
    if step == "put_file":
        process.storage.put_file = dies_after(process.storage.put_file)  # type: ignore[method-assign]
    else:
        setattr(processor, step, dies_in(getattr(processor, step)))
    await process.processor.process(version_id)


def dies_after(put: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """Once some are stored and others are not."""

    async def put_one(*given: Any, **more: Any) -> None:
        await put(*given, **more)
        os.kill(os.getpid(), signal.SIGKILL)

    return put_one


if __name__ == "__main__":
    folder, database_url, step, version_id = sys.argv[1:]
    settings = Settings.model_validate({"data_dir": folder, "database_url": database_url})
    asyncio.run(work(settings, step, int(version_id)))
