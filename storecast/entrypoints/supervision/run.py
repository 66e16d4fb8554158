"""`storecast run`: the whole platform on one machine."""

import asyncio
import errno
import ipaddress
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from storecast.entrypoints.supervision import SOCKETS_FD
from storecast.entrypoints.supervision.supervisor import FIRST_DELAY, NotReady, Service, Supervisor, say
from storecast.kit import launch
from storecast.kit.postgres import BundledPostgres, PostgresUnavailable
from storecast.kit.shared import MEMORY_FD

PYTHON = (sys.executable, "-m")
STOP_ORDER = ("demo", "broadcast", "realtime", "api", "worker")
STOP_SECONDS = {"broadcast": 30.0}  # it finishes recordings
BACKLOG = 2048  # connections that wait for an `api` to take them
PORTS = ("port", "realtime_port", "broadcast_port", "rtmp_port")
OWN_CONNECTIONS = 4  # of an `api` or the worker, beside its pool: what hears, and what waits for jobs
SPARE_CONNECTIONS = 72  # for the gateway, commands, dumps, and whoever looks
PORT_SECONDS = 3.0  # processes of a killed run need a moment to go


class CannotRun(Exception):
    """Why the platform cannot start, one line."""


@dataclass(frozen=True)
class Resolved:
    """The settings `run` acts on."""

    data_dir: Path
    host: str
    port: int
    realtime_port: int
    broadcast_port: int
    rtmp_port: int
    database_url: str | None
    database_pool: int
    api_workers: int


@dataclass(frozen=True)
class Held:
    """What `run` has as long as it goes on, for processes that come and go."""

    sockets: list[socket.socket]  # that listen at the API's port
    memory: int  # file descriptor of what they share (kit/shared)

    @property
    def hands(self) -> dict[str, list[int]]:
        return {SOCKETS_FD: [each.fileno() for each in self.sockets], MEMORY_FD: [self.memory]}


Build = Callable[[Resolved, Held], list[Service]]


def run(flags: Mapping[str, str], *, demo: bool = False, build: "Build | None" = None) -> int:
    """Run until SIGTERM or Ctrl-C and answer the exit code.

    `flags` are settings over the environment's; `build` makes the services, by default the four of the platform.
    """
    environment = os.environ | {f"STORECAST_{name.upper()}": value for name, value in flags.items()}
    resolved = resolve(environment)
    if resolved is None:
        return 1
    environment["STORECAST_DATA_DIR"] = str(resolved.data_dir)
    try:
        check_folder(resolved.data_dir)
        held = Held(take_ports(resolved), os.memfd_create("storecast"))
        kept = (build or services)(resolved, held)
        return asyncio.run(Platform(resolved, environment, kept, demo_show() if demo else (), held).run())
    except CannotRun as error:
        say(str(error))
        return 1


def resolve(environment: Mapping[str, str]) -> Resolved | None:
    """The settings, read in another process; None when they are wrong, which that process has said."""
    asked = subprocess.run(
        [*PYTHON, "storecast.entrypoints.supervision.resolve"], env=environment, stdout=subprocess.PIPE
    )
    if asked.returncode:
        return None
    values = json.loads(asked.stdout)
    return Resolved(**values | {"data_dir": Path(values["data_dir"])})


def services(resolved: Resolved, held: Held) -> list[Service]:
    host = "localhost" if _everywhere(resolved.host) else resolved.host
    ports = {"realtime": resolved.realtime_port, "broadcast": resolved.broadcast_port}

    def service(kind: str, name: str) -> Service:
        return Service(
            name,
            [*PYTHON, "storecast.entrypoints.cli", kind],
            health=(host, ports[kind]) if kind in ports else None,
            stop_seconds=STOP_SECONDS.get(kind, 15.0),
            pulses=kind == "api",
            hands={"api": held.hands, "worker": {MEMORY_FD: [held.memory]}}.get(kind, {}),
        )

    return [
        *(service("api", name) for name in api_names(resolved.api_workers)),
        *(service(kind, kind) for kind in ("realtime", "broadcast", "worker")),
    ]


def api_names(workers: int) -> list[str]:
    return ["api"] if workers == 1 else [f"api-{number}" for number in range(1, workers + 1)]


def _everywhere(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def demo_show() -> list[Service]:
    return [Service("demo", [*PYTHON, "storecast.entrypoints.supervision.demo"], restarted=False)]


def check_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CannotRun(f"Cannot write to {folder} (--data, STORECAST_DATA_DIR): {error.strerror}") from error


def take_ports(resolved: Resolved) -> list[socket.socket]:
    """Sockets that listen at the API's port; the others are free. Raises `CannotRun`."""
    deadline = time.monotonic() + PORT_SECONDS
    while True:
        try:
            with ExitStack() as probes:
                api, *_ = [_listening(resolved, name, probes) for name in PORTS]
                return [each.dup() for each in api]
        except CannotRun:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _listening(resolved: Resolved, name: str, closing: ExitStack) -> list[socket.socket]:
    port = getattr(resolved, name)
    flag = name.replace("_", "-")
    try:
        found = socket.getaddrinfo(resolved.host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        sockets = []
        for family, kind, protocol, _, address in dict.fromkeys(found):
            each = closing.enter_context(socket.socket(family, kind, protocol))
            each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                each.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            each.bind(address)
            each.listen(BACKLOG)
            sockets.append(each)
    except socket.gaierror as error:
        raise CannotRun(f"Cannot listen on {resolved.host} (STORECAST_HOST): {error.strerror}") from error
    except OSError as error:
        why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be had: {error.strerror}"
        raise CannotRun(f"Port {port} (--{flag}, STORECAST_{name.upper()}) {why}") from error
    return sockets


class Platform:
    """Database, services and, with `demo`, the demo show."""

    def __init__(
        self,
        resolved: Resolved,
        environment: dict[str, str],
        kept: Sequence[Service],
        demo: Sequence[Service],
        held: Held,
    ) -> None:
        self._resolved = resolved
        self._environment = environment
        self._kept = kept
        self._demo = demo
        self._held = held
        self._supervisor = Supervisor(environment, say)
        self._postgres: BundledPostgres | None = None
        self._stop = asyncio.Event()

    async def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._asked_to_stop)
        working = asyncio.create_task(self._work())
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
        for task in (working, stopping):
            task.cancel()
        await asyncio.wait((working, stopping))
        for each in self._held.sockets:  # those of the processes go with them, and nobody waits for an answer then
            each.close()
        await self._supervisor.stop(STOP_ORDER)
        if self._postgres:
            await self._postgres.stop()
        if working.cancelled():
            return 0
        try:
            working.result()
        except* (NotReady, PostgresUnavailable) as errors:
            raise CannotRun(str(errors.exceptions[0])) from errors
        return 0

    async def _work(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._supervisor.start(self._demo))  # it has its film to draw until the platform answers
            if self._resolved.database_url is None:
                processes = self._resolved.api_workers + 1
                connections = SPARE_CONNECTIONS + processes * (self._resolved.database_pool + OWN_CONNECTIONS)
                self._postgres = BundledPostgres(self._resolved.data_dir, {"max_connections": str(connections)})
                self._environment["STORECAST_DATABASE_URL"] = await self._postgres.start()
                tasks.create_task(self._keep(self._postgres))
            await self._migrate()
            await self._supervisor.start(self._kept)
            self._say_ready()
            await self._stop.wait()

    async def _keep(self, postgres: BundledPostgres) -> None:
        """Start the database again whenever it ends. Raises `PostgresUnavailable` when it cannot be."""
        while True:
            code = await postgres.wait()
            say(f"PostgreSQL ended (code {code}), starting it again; see {self._resolved.data_dir}/postgres.log")
            url = await postgres.start()
            if url != self._environment["STORECAST_DATABASE_URL"]:  # somebody took its port meanwhile
                self._environment["STORECAST_DATABASE_URL"] = url
                self._supervisor.restart()
            await asyncio.sleep(FIRST_DELAY)

    async def _migrate(self) -> None:
        migrating = await asyncio.create_subprocess_exec(
            *launch.command([*PYTHON, "storecast.entrypoints.cli", "migrate"], ends_by=signal.SIGTERM),
            env=self._environment,
            start_new_session=True,
        )
        try:
            if await migrating.wait() != 0:
                raise NotReady("The database could not be brought to this version's shape")
        finally:
            if migrating.returncode is None:
                migrating.terminate()
                await migrating.wait()

    def _say_ready(self) -> None:
        resolved = self._resolved
        host = "localhost" if _everywhere(resolved.host) else resolved.host
        sys.stdout.write(
            f"ready http://{host}:{resolved.port} realtime ws://{host}:{resolved.realtime_port}"
            f" broadcast http://{host}:{resolved.broadcast_port} rtmp://{host}:{resolved.rtmp_port}/live\n"
        )
        sys.stdout.flush()

    def _asked_to_stop(self) -> None:
        if self._stop.is_set():
            self._supervisor.hurry()
        self._stop.set()
