"""Whether everything this installation is made of is there: each part tried, together, and the outcome kept a while."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

import structlog
from msgspec import Struct

log = structlog.get_logger()

KEPT_SECONDS = 10.0
PATIENCE_SECONDS = 5.0  # with a part; all are tried at once
LONGEST_PROBLEM = 200  # characters

Check = Callable[[], Awaitable[None]]
"""Tries a part. Raises whatever it is that is wrong."""


class Part(Struct, frozen=True):
    name: str
    """Which part."""
    ok: bool
    """Whether it does what it should."""
    milliseconds: int
    """How long it took to find out."""
    problem: str | None
    """What is wrong."""


class Checked(Struct, frozen=True):
    parts: list[Part]

    @property
    def ok(self) -> bool:
        return all(part.ok for part in self.parts)


class SelfCheck:
    """One a process. However many ask, the parts are tried once in a while."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks
        self._one = asyncio.Lock()
        self._found = Checked([])
        self._good_until = 0.0

    async def outcome(self) -> Checked:
        async with self._one:
            if time.monotonic() >= self._good_until:
                parts = await asyncio.gather(*(self._try(name, check) for name, check in self._checks.items()))
                self._found = Checked(list(parts))
                self._good_until = time.monotonic() + KEPT_SECONDS
            return self._found

    async def _try(self, name: str, check: Check) -> Part:
        began, problem = time.monotonic(), None
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await check()
        except TimeoutError:
            problem = f"It did not answer in {PATIENCE_SECONDS:.0f} s."
        except Exception as error:  # whatever it is, it is told
            problem = (str(error) or repr(error)).splitlines()[0][:LONGEST_PROBLEM]
        if problem is not None:
            log.warning("a part of the installation does not do what it should", part=name, problem=problem)
        return Part(name, problem is None, round((time.monotonic() - began) * 1000), problem)
