"""Waiting for what must come true: a condition polled until a deadline, never a fixed sleep."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable


async def eventually(check: Callable[[], Awaitable[bool] | object], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not (await answer if inspect.isawaitable(answer := check()) else answer):
        assert time.monotonic() < deadline, "it did not come true in time"
        await asyncio.sleep(0.02)
