"""Two `api` processes against one: CPU time a request, exit 1 when two take more than 1.1 of one's. And what a hit of a
limit costs, where it is counted.

Rounds alternate. CPU time is that of all `api` processes, without PostgreSQL's. `python -m benchmarks.workers`.
"""

import argparse
import asyncio
import contextlib
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Generator

import httpx
import uvloop

from benchmarks.database import installation
from benchmarks.figures import Figure, report
from benchmarks.http.load import HEARTBEATS, Round, load, missing
from benchmarks.http.paths import SLUG, build_world
from benchmarks.http.paths import Path as Asked
from benchmarks.http.servers import Server, several
from benchmarks.processes import children, cpu_seconds, free_port
from storecast.kit.logs import configure_logs
from storecast.kit.rate_limits import RateLimits
from storecast.kit.settings import Settings
from storecast.kit.shared.machine import Machine
from tests.factories.platform import running_app

LIMIT = 1.1
PATHS = ("details", "heartbeat", "profile")
WARM_SECONDS = 4
START_SECONDS = 5.0  # until the second worker is up, too
HITS = 20_000
ASKED = 2_000  # of what waits for another process


async def main(arguments: argparse.Namespace) -> int:
    hits = await hit_costs()
    async with installation() as settings:
        configure_logs(settings.model_copy(update={"log_level": "warning"}), "benchmark")
        async with running_app(settings) as anyone:
            paths = [path for path in await build_world(anyone) if path.name in PATHS]
        return await asyncio.to_thread(compete, settings, paths, arguments, hits)


def compete(settings: Settings, paths: list[Asked], arguments: argparse.Namespace, hits: list[Figure]) -> int:
    with several(settings, 1) as one, several(settings, 2) as two:
        for server in (one, two):
            for _ in range(20):  # it is answered once the first of them is up, and by now by the others, too
                httpx.get(f"{server.url}/health/ready", timeout=60).raise_for_status()
        time.sleep(START_SECONDS)
        return report([*(alternate((one, two), path, arguments.rounds, arguments.seconds) for path in paths), *hits])


def alternate(servers: tuple[Server, Server], path: Asked, rounds: int, seconds: int) -> Figure:
    found: dict[str, list[Round]] = {server.name: [] for server in servers}

    def play(server: Server, length: int) -> Round:
        name, url = f"{server.name}, {path.title}", server.url + path.path
        if path.body:
            return load(name, server.pid, url, path.headers, length, HEARTBEATS, [SLUG])
        return load(name, server.pid, url, path.headers, length)

    for server in servers:
        play(server, WARM_SECONDS)
    for turn in range(rounds):
        for server in servers[:: -1 if turn % 2 else 1]:
            before = {pid: cpu_seconds(pid) for pid in children(server.pid)}
            played = play(server, seconds)
            found[server.name].append(played)
            taken = [cpu_seconds(pid) - cpu for pid, cpu in before.items()]
            shares = " ".join(f"{each / sum(taken):.0%}" for each in taken)
            print(
                f"{path.name:<10}  round {turn + 1}  {server.name:<12}  {1e6 / played.cpu_rate:6.1f} µs a request  "
                f"{played.rate:7.0f}/s  median {played.median:.1f} ms  p99 {played.p99:.1f} ms  taken {shares}",
                flush=True,
            )
    one, two = (statistics.median(1e6 / played.cpu_rate for played in each) for each in found.values())
    note = f"{two:.1f} µs to {one:.1f} µs"
    return Figure(f"{path.title}: CPU a request, two workers to one", two / one, limit=LIMIT, note=note)


async def hit_costs() -> list[Figure]:
    """Microseconds of CPU that a process takes for a hit of a limit, and of waiting where it asks another one."""
    found = [
        Figure("a hit of a limit, by the processes of a machine", *await _hits(RateLimits(Machine.shared()), HITS))
    ]
    with valkey() as url:
        if url is not None:
            limits = RateLimits(Machine.shared(), url)
            found.append(Figure("a hit of a limit, in Valkey", *await _hits(limits, ASKED)))
            await limits.close()
    return found


async def _hits(limits: RateLimits, count: int) -> tuple[float, str, None, str]:
    await limits.hit("1000000/minute", "message", "nobody")
    cpu, began = time.process_time(), time.perf_counter()
    for number in range(count):
        await limits.hit("1000000/minute", "message", f"user:{number % 500}")
    passed = (time.perf_counter() - began) / count * 1e6
    return (time.process_time() - cpu) / count * 1e6, "µs CPU", None, f"{passed:.1f} µs until it is answered"


@contextlib.contextmanager
def valkey() -> Generator[str | None]:
    """A server of our own; None where none is installed."""
    server = shutil.which("valkey-server") or shutil.which("redis-server")
    if server is None:
        yield None
        return
    port = free_port()
    options = ("--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no")
    process = subprocess.Popen([server, *options], stdout=subprocess.DEVNULL)
    try:
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
        yield f"valkey://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="length of a round")
    given = parser.parse_args()
    if why := missing():
        print(f"skipped: {why}")
        sys.exit(0)
    sys.exit(uvloop.run(main(given)))
