import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from storecast.kit.postgres import running_url
from tests.ports import free_ports

ROOT = Path(__file__).parents[2]
PORTS = ("port", "realtime_port", "broadcast_port", "rtmp_port")


class Running:
    def __init__(self, data: Path, journal: Path) -> None:
        self.data = data
        self.journal = journal
        self.ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
        self.process: subprocess.Popen[str] | None = None

    def start(self, **settings: object) -> subprocess.Popen[str]:
        given = {"data_dir": self.data} | self.ports | settings
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.entrypoints.fake_platform", str(self.journal)),
                *(f"{name}={value}" for name, value in given.items()),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        return self.process

    def ready(self) -> str:
        assert self.process
        assert self.process.stdout
        return self.process.stdout.readline()

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        assert self.process
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=40)
        return self.process.returncode, errors

    def entries(self, what: str) -> list[tuple[str, int]]:
        lines = [line.split() for line in self.journal.read_text().splitlines()] if self.journal.exists() else []
        return [(name, int(pid)) for noted, name, pid in lines if noted == what]


def until(condition: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def answers(url: str | None) -> bool:
    try:
        with psycopg.connect(url or "", connect_timeout=2) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all of them: to make a database and migrate it takes longer than the rest."""
    return tmp_path_factory.mktemp("run") / "data"


@pytest.fixture
def running(data: Path, tmp_path: Path) -> Iterator[Running]:
    platform = Running(data, tmp_path / "journal")
    yield platform
    if platform.process:
        if platform.process.poll() is None:
            platform.process.terminate()
        platform.process.communicate(timeout=40)


def test_starts_restarts_what_dies_and_stops_in_order(running: Running) -> None:
    running.start()
    line = running.ready()
    assert line.startswith("ready ")
    assert all(str(port) in line for port in running.ports.values())
    services = dict(running.entries("start"))
    assert set(services) == {"api", "realtime", "broadcast", "worker"}
    url = running_url(running.data)
    assert answers(url)

    database = int((running.data / "postgres" / "postmaster.pid").read_text().split()[0])
    for pid in (*services.values(), database):
        os.kill(pid, signal.SIGKILL)
    until(lambda: len(running.entries("start")) == 8)
    until(lambda: answers(url))

    code, errors = running.end()
    assert code == 0
    assert [name for name, _ in running.entries("stop")] == ["broadcast", "realtime", "api", "worker"]
    assert "PostgreSQL ended" in errors
    assert not (running.data / "postgres" / "postmaster.pid").exists()


def test_next_run_takes_over_after_a_kill(running: Running) -> None:
    running.start()
    running.ready()
    children = [pid for _, pid in running.entries("start")]
    running.end(signal.SIGKILL)
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children))
    running.start()
    assert running.ready().startswith("ready ")
    assert running.end(signal.SIGINT)[0] == 0


def test_api_workers_share_a_port_and_are_restarted_and_stopped_one_by_one(running: Running) -> None:
    running.start(api_workers=3)
    assert running.ready().startswith("ready ")
    workers = {name: pid for name, pid in running.entries("start") if name.startswith("api")}
    assert set(workers) == {"api-1", "api-2", "api-3"}
    os.kill(workers["api-2"], signal.SIGKILL)
    for _ in range(20):
        assert _asked(running.ports["port"]) == 200
    until(lambda: len(running.entries("start")) == 7)
    code, errors = running.end()
    assert code == 0
    assert errors == "storecast: api-2 ended (signal SIGKILL), starting it again in 0.2 s\n"
    stopped = [name for name, _ in running.entries("stop")]
    assert (stopped[:2], sorted(stopped[2:5]), stopped[5:]) == (
        ["broadcast", "realtime"],
        ["api-1", "api-2", "api-3"],
        ["worker"],
    )


def test_who_asks_while_the_api_is_down_waits_for_the_next(running: Running) -> None:
    running.start()
    running.ready()
    [api] = [pid for name, pid in running.entries("start") if name == "api"]
    os.kill(api, signal.SIGKILL)
    assert _asked(running.ports["port"]) == 200
    assert [name for name, _ in running.entries("start")].count("api") == 2


def _asked(port: int) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request("GET", "/")
        return connection.getresponse().status


def test_stays_small_in_memory(running: Running) -> None:
    process = running.start()
    running.ready()
    status = Path(f"/proc/{process.pid}/status").read_text()
    resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    assert resident < 35_000  # kB


@pytest.mark.parametrize("name", PORTS)
def test_busy_port_is_named(running: Running, name: str) -> None:
    with socket.create_server(("127.0.0.1", running.ports[name])):
        _, errors = running.start().communicate(timeout=20)
    flag = name.replace("_", "-")
    assert errors == f"storecast: Port {running.ports[name]} (--{flag}, STORECAST_{name.upper()}) is in use\n"
    assert running.process
    assert running.process.returncode == 1


def test_folder_that_cannot_be_written_is_named(running: Running, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    _, errors = running.start(data_dir=tmp_path / "file" / "data").communicate(timeout=20)
    assert errors == (
        f"storecast: Cannot write to {tmp_path}/file/data (--data, STORECAST_DATA_DIR): Not a directory\n"
    )
    assert running.process
    assert running.process.returncode == 1


def test_wrong_setting_is_named(running: Running) -> None:
    _, errors = running.start(port="many").communicate(timeout=20)
    assert errors.startswith("storecast: STORECAST_PORT=many: ")
    assert errors.count("\n") == 1
