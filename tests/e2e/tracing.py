"""How long a page's own thread is at each of its tasks, as Chromium traces it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from msgspec import Struct
from playwright.async_api import Browser, Page


class Task(Struct, frozen=True):
    """Seconds: of the processor's time, where others do not count in, and by the clock."""

    worked: float
    took: float


@asynccontextmanager
async def tasks(browser: Browser, page: Page) -> AsyncIterator[list[Task]]:
    """Those of the thread that scripts, styles and layout run on, there once the block ends."""
    done: list[Task] = []
    await browser.start_tracing(page=page, categories=["disabled-by-default-devtools.timeline", "__metadata"])
    yield done
    traced = json.loads(await browser.stop_tracing())["traceEvents"]
    names = [each for each in traced if each["name"] == "thread_name"]
    threads = {(each["pid"], each["tid"]) for each in names if each["args"]["name"] == "CrRendererMain"}
    done += [
        Task(each["tdur"] / 1e6, each["dur"] / 1e6)
        for each in traced
        if each["name"] == "RunTask" and (each["pid"], each["tid"]) in threads and "tdur" in each
    ]
