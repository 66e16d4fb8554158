"""Waiting for what must come true: a condition polled until a deadline, never a fixed sleep."""

import asyncio
import time
from collections.abc import Awaitable, Callable


async def eventually(check: Callable[[], Awaitable[bool]], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not await check():
        assert time.monotonic() < deadline, "it did not come true in time"
        await asyncio.sleep(0.02)
