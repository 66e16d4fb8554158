"""Keeps processes running: starts them, waits until they answer, restarts what dies, stops them in order.

Only the standard library: it stays in memory as long as the platform runs.
"""

import asyncio
import faulthandler
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

from storecast.entrypoints.supervision import READY_FD, SERVICE
from storecast.kit import launch
from storecast.kit.tasks import supervise, watch

STEADY_SECONDS = 30.0  # who lived this long did not die at its start
FIRST_DELAY = 0.2
LONGEST_DELAY = 30.0
STARTS = 4  # deaths before a service was ever ready until we give up
READY_SECONDS = 60.0
HURRY_SECONDS = 1.0
PULSE_SECONDS = 5.0  # between two words of a process that says it goes on
SILENT_SECONDS = 60.0  # without one: it hangs

Say = Callable[[str], None]


class NotReady(Exception):
    """A service does not start; the message is one line for the operator."""


@dataclass
class Service:
    """A process to keep. It is ready when `health` (host, port) answers `GET /health/ready` with 200.

    Without `health` it says so itself: a line on the file descriptor `STORECAST_READY_FD` names. One that `pulses` goes
    on saying that it is well, and is killed when it falls silent.
    A service that is not `restarted` may end by itself; it comes back only when a signal killed it.
    `hands` are file descriptors it gets, named by variables of its environment.
    """

    name: str
    command: Sequence[str]
    health: tuple[str, int] | None = None
    stop_seconds: float = 15.0
    restarted: bool = True
    pulses: bool = False
    hands: Mapping[str, Sequence[int]] = field(default_factory=dict)
    process: asyncio.subprocess.Process | None = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    given_up: str = ""  # why it is not started any more, in one line

    @property
    def kind(self) -> str:
        """What several are called that differ by a number (`api-2`)."""
        return self.name.rpartition("-")[0] if self.name[-1].isdigit() else self.name


class Supervisor:
    """Keeps `services` with `environment`, which may change: a restarted process gets what it holds then."""

    def __init__(self, environment: dict[str, str], say: Say) -> None:
        self._environment = environment
        self._say = say
        self._keeping: dict[str, asyncio.Task[None]] = {}
        self._services: list[Service] = []
        self._stopping = asyncio.Event()
        self._hurry = asyncio.Event()

    async def start(self, services: Sequence[Service]) -> None:
        """Start all and wait until all are ready. Raises `NotReady`."""
        waits = []
        for service in services:
            self._services.append(service)
            self._keeping[service.name] = supervise(partial(self._keep, service), f"keeping {service.name}")
            waits.append(asyncio.create_task(self._until_ready(service)))
        try:
            async with asyncio.timeout(READY_SECONDS):
                await asyncio.gather(*waits)
        except TimeoutError:
            late = ", ".join(service.name for service in services if not service.ready.is_set())
            raise NotReady(f"Not ready after {READY_SECONDS:.0f} s: {late}") from None
        finally:
            for wait in waits:
                wait.cancel()

    def restart(self) -> None:
        """End every process; each comes back with the present environment."""
        for service in self._services:
            _signal(service, signal.SIGTERM)

    def hurry(self) -> None:
        """Give nobody more than a second to stop."""
        self._hurry.set()

    async def stop(self, order: Sequence[str]) -> None:
        """Stop the services one after the other in `order`, several of a kind at once, until the last is gone."""
        self._stopping.set()
        for kind in order:
            alike = [service for service in self._services if service.kind == kind]
            await asyncio.gather(*map(self._stop, alike))

    async def _stop(self, service: Service) -> None:
        _signal(service, signal.SIGTERM)
        keeping = self._keeping[service.name]
        if not await self._ended(keeping, service.stop_seconds):
            self._say(f"{service.name} does not stop, killing it")
            _signal(service, signal.SIGKILL)
        await asyncio.wait([keeping])

    async def _ended(self, keeping: asyncio.Task[None], seconds: float) -> bool:
        hurry = asyncio.create_task(self._hurry.wait())
        await asyncio.wait([keeping, hurry], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        hurry.cancel()
        if not keeping.done() and self._hurry.is_set():
            await asyncio.wait([keeping], timeout=HURRY_SECONDS)
        return keeping.done()

    async def _until_ready(self, service: Service) -> None:
        ready = asyncio.create_task(service.ready.wait())
        await asyncio.wait([ready, self._keeping[service.name]], return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if not service.ready.is_set():
            raise NotReady(service.given_up or f"{service.name} ended before it was ready")

    async def _keep(self, service: Service) -> None:
        """Run the service again whenever it dies, later each time it dies young, until it is given up."""
        young_deaths = 0
        while not self._stopping.is_set():
            started = time.monotonic()
            code = await self._run(service)
            if self._stopping.is_set() or not (service.restarted or code < 0):
                return
            young_deaths = 1 if time.monotonic() - started > STEADY_SECONDS else young_deaths + 1
            if not service.ready.is_set() and young_deaths >= STARTS:
                service.given_up = f"{service.name} does not start ({_ending(code)})"
                return
            delay = min(FIRST_DELAY * 2 ** (young_deaths - 1), LONGEST_DELAY)
            self._say(f"{service.name} ended ({_ending(code)}), starting it again in {delay:.1f} s")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), delay)

    async def _run(self, service: Service) -> int:
        told, tell = os.pipe()
        handed = {name: " ".join(map(str, handles)) for name, handles in service.hands.items()}
        with ExitStack() as closing:
            closing.callback(os.close, told)
            try:
                service.process = await asyncio.create_subprocess_exec(
                    *launch.command(service.command, ends_by=signal.SIGTERM),
                    stdin=asyncio.subprocess.DEVNULL,
                    env=self._environment | handed | {SERVICE: service.name, READY_FD: str(tell)},
                    pass_fds=[tell, *chain(*service.hands.values())],
                    start_new_session=True,  # Ctrl-C is ours: they stop in order
                )
            finally:
                os.close(tell)
            if self._stopping.is_set():
                _signal(service, signal.SIGTERM)
            noticing = watch(self._listen(service, told), f"hearing of {service.name}")
            try:
                return await service.process.wait()
            finally:
                noticing.cancel()
                await asyncio.wait([noticing])

    async def _listen(self, service: Service, told: int) -> None:
        if service.health:
            while True:
                if await answers(*service.health):
                    service.ready.set()
                    return
                await asyncio.sleep(0.05)
        try:
            word = await _word(told)
            while word:  # else it has ended
                service.ready.set()
                if not service.pulses:
                    return
                word = await asyncio.wait_for(_word(told), SILENT_SECONDS)
        except TimeoutError:
            self._say(f"{service.name} has said nothing for {SILENT_SECONDS:.0f} s, killing it")
            _signal(service, signal.SIGABRT)  # it says where it hangs
            await asyncio.sleep(HURRY_SECONDS)
            _signal(service, signal.SIGKILL)


async def _word(told: int) -> bytes:
    """What is said next; nothing once nobody can say anything."""
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    os.set_blocking(told, False)
    while True:
        loop.add_reader(told, readable.set)
        try:
            await readable.wait()
        finally:
            loop.remove_reader(told)
        with suppress(BlockingIOError):
            return os.read(told, 1024)
        readable.clear()


async def answers(host: str, port: int) -> bool:
    """Whether `GET /health/ready` is answered with 200."""
    try:
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(f"GET /health/ready HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
                return (await reader.readline()).split()[1:2] == [b"200"]
            finally:
                writer.close()
    except (OSError, TimeoutError, ValueError):
        return False


def say_ready() -> None:
    """Tell the supervisor, if there is one, that this process is ready."""
    if told := os.environ.pop(READY_FD, ""):
        os.write(int(told), b"ready\n")
        os.close(int(told))


async def say_well() -> None:
    """As `say_ready`, and go on saying that this process is well, until cancelled. It tells where it hangs."""
    if told := os.environ.pop(READY_FD, ""):
        faulthandler.enable()
        os.set_blocking(int(told), False)
        while True:
            with suppress(BlockingIOError):  # nobody listens just now
                os.write(int(told), b"well\n")
            await asyncio.sleep(PULSE_SECONDS)


def _signal(service: Service, number: signal.Signals) -> None:
    if service.process and service.process.returncode is None:
        with suppress(ProcessLookupError):
            service.process.send_signal(number)


def _ending(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def say(line: str) -> None:
    sys.stderr.write(f"storecast: {line}\n")
    sys.stderr.flush()
