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

from storecast.entrypoints.supervision.supervisor import FIRST_DELAY, NotReady, Service, Supervisor, say
from storecast.kit import launch
from storecast.kit.postgres import BundledPostgres, PostgresUnavailable

PYTHON = (sys.executable, "-m")
STOP_ORDER = ("demo", "broadcast", "realtime", "api", "worker")
STOP_SECONDS = {"broadcast": 30.0}  # it finishes recordings
PORTS = ("port", "realtime_port", "broadcast_port", "rtmp_port")
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


Build = Callable[[Resolved], list[Service]]


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
        check_ports(resolved)
        kept = (build or services)(resolved)
        return asyncio.run(Platform(resolved, environment, kept, demo_show() if demo else ()).run())
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


def services(resolved: Resolved) -> list[Service]:
    host = "localhost" if _everywhere(resolved.host) else resolved.host
    ports = {"api": resolved.port, "realtime": resolved.realtime_port, "broadcast": resolved.broadcast_port}
    return [
        Service(
            name,
            [*PYTHON, "storecast.entrypoints.cli", name],
            health=(host, ports[name]) if name in ports else None,
            stop_seconds=STOP_SECONDS.get(name, 15.0),
        )
        for name in ("api", "realtime", "broadcast", "worker")
    ]


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


def check_ports(resolved: Resolved) -> None:
    deadline = time.monotonic() + PORT_SECONDS
    while True:
        try:
            _bind_all(resolved)
        except CannotRun:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def _bind_all(resolved: Resolved) -> None:
    with ExitStack() as held:
        for name in PORTS:
            port = getattr(resolved, name)
            flag = name.replace("_", "-")
            try:
                family, kind, protocol, _, address = socket.getaddrinfo(
                    resolved.host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
                )[0]
                probe = held.enter_context(socket.socket(family, kind, protocol))
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
                probe.listen()
            except socket.gaierror as error:
                raise CannotRun(f"Cannot listen on {resolved.host} (STORECAST_HOST): {error.strerror}") from error
            except OSError as error:
                why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be had: {error.strerror}"
                raise CannotRun(f"Port {port} (--{flag}, STORECAST_{name.upper()}) {why}") from error


class Platform:
    """Database, services and, with `demo`, the demo show."""

    def __init__(
        self, resolved: Resolved, environment: dict[str, str], kept: Sequence[Service], demo: Sequence[Service]
    ) -> None:
        self._resolved = resolved
        self._environment = environment
        self._kept = kept
        self._demo = demo
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
                self._postgres = BundledPostgres(self._resolved.data_dir)
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
