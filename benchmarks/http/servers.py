"""The two contestants as processes on loopback: the API as an installation runs it, and the limit."""

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from benchmarks.processes import free_port, listens
from storecast.kit.settings import Settings

ROOT = Path(__file__).parents[2]
START_SECONDS = 30.0


class Server(msgspec.Struct, frozen=True):
    name: str
    pid: int
    url: str


@contextmanager
def storecast(settings: Settings) -> Generator[Server]:
    port = free_port()
    environment = _settings(settings) | {"STORECAST_PORT": str(port)}
    with _running("storecast", ["storecast.entrypoints.cli", "api"], environment, port, settings.data_dir) as server:
        yield server


@contextmanager
def realtime(settings: Settings, api: Server) -> Generator[Server]:
    """The gateway, for as many sockets of one network as the system lets it have."""
    port = free_port()
    environment = _settings(settings) | {
        "STORECAST_REALTIME_PORT": str(port),
        "STORECAST_API_INTERNAL_URL": api.url,
        "STORECAST_REALTIME_CONNECTIONS": "100000",
        "STORECAST_REALTIME_CONNECTIONS_PER_ADDRESS": "100000",
    }
    module = ["storecast.entrypoints.cli", "realtime"]
    with _running("realtime", module, environment, port, settings.data_dir) as server:
        yield server


@contextmanager
def several(settings: Settings, workers: int) -> Generator[Server]:
    """As many `api` processes on one port: the server is their parent."""
    port, name = free_port(), f"{workers} workers" if workers > 1 else "one worker"
    module = ["benchmarks.workers.several", str(workers), str(port)]
    with _running(name, module, _settings(settings), port, settings.data_dir) as server:
        yield server


@contextmanager
def limit(bare: object, folder: Path, module: str = "benchmarks.http.bare") -> Generator[Server]:
    """`bare` is what the module reads of its file."""
    file, port = folder / "bare", free_port()
    file.write_bytes(pickle.dumps(bare))
    with _running("bare", [module, str(file), str(port)], {}, port, folder) as server:
        yield server


def _settings(settings: Settings) -> dict[str, str]:
    assert settings.database_url
    return {
        "STORECAST_DATA_DIR": str(settings.data_dir),
        "STORECAST_DATABASE_URL": settings.database_url.get_secret_value(),
    }


@contextmanager
def _running(
    name: str, module: list[str], environment: Mapping[str, str], port: int, folder: Path
) -> Generator[Server]:
    """Exits when it does not start."""
    log_file = folder / f"{name}.log"
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *module], cwd=ROOT, env={**os.environ, **environment}, stdout=log, stderr=log
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"{name} does not start: {log_file.read_text()}")
            time.sleep(0.05)
        yield Server(name, process.pid, f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait()
