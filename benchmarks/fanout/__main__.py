"""Alternating rounds of our gateway and Node's `ws`; exit 1 when the ratio is over the limit.

Ours goes the whole way: NOTIFY, hook, fan-out. `ws` is handed each message. CPU time is user and system time of the
server process from /proc. Run it on an otherwise idle machine: `python -m benchmarks.fanout`.
"""

import argparse
import asyncio
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx
import msgspec
import uvloop

from benchmarks.fanout.audience import Show, gather
from benchmarks.figures import Figure, report
from benchmarks.processes import cpu_seconds, free_port
from storecast.contracts.hooks import RoomEvent
from storecast.kit.postgres import BundledPostgres
from tests.realtime.api_peer import AT, ApiPeer, Serving

LIMIT = 0.9
HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FIRST_SEQ = 100_000  # so that every frame is as long as any other
SECRET = "benchmark"
DATA = msgspec.json.encode(
    {"id": "m" * 32, "data": "What size is it? " * 10, "author": {"name": "Viewer", "id": "u" * 32}}
)


@dataclass
class Contestant:
    name: str
    pid: int
    port: int
    publish: Callable[[int], Awaitable[None]]


@dataclass
class Round:
    micros: float  # CPU time a delivered message
    p50: float  # milliseconds from publishing to a client having it
    p99: float
    megabytes: int  # resident memory with all sockets open


def resident_megabytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024


def frame(seq: int) -> bytes:
    """An event as both send it, to know its length."""
    event = {
        "type": "event",
        "room": "show",
        "seq": seq,
        "event": "message.created",
        "at": AT,
        "data": msgspec.Raw(DATA),
    }
    payload = msgspec.json.encode(event)
    return bytes(4) + payload


async def play(contestant: Contestant, sockets: int, seconds: float, rate: float, token: str, first: int) -> Round:
    show = Show(len(frame(FIRST_SEQ)))
    listeners = await gather(contestant.port, sockets, show, token)
    memory = resident_megabytes(contestant.pid)
    messages = round(seconds * rate)
    began, cpu = time.monotonic(), cpu_seconds(contestant.pid)
    for number in range(messages):
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        show.published.append(time.monotonic())
        await contestant.publish(first + number)
    deadline = time.monotonic() + 10
    while any(listener.heard < messages for listener in listeners):
        if time.monotonic() > deadline:
            missed = sum(messages - listener.heard for listener in listeners)
            sys.exit(f"{contestant.name}: {missed} of {messages * sockets} deliveries are missing")
        await asyncio.sleep(0.01)
    cpu = cpu_seconds(contestant.pid) - cpu
    if show.strays:
        sys.exit(f"{contestant.name}: {show.strays} deliveries nobody published")
    for listener in listeners:
        listener.close()
    centiles = statistics.quantiles(show.latencies, n=100)
    return Round(cpu / (messages * sockets) * 1e6, centiles[49] * 1e3, centiles[98] * 1e3, memory)


async def compete(arguments: argparse.Namespace, home: Path) -> Figure:
    postgres = BundledPostgres(home / "data")
    url = await postgres.start()
    bus = await asyncpg.connect(url)
    api = ApiPeer(home / "keys", SECRET.encode(), bus)
    log = api.logs[api.names["show"]]
    log.append(RoomEvent(FIRST_SEQ - 1, "message.created", AT, msgspec.Raw(DATA)))
    api.data = DATA
    serving = Serving(api)
    api_url = await serving.start()
    port = free_port()
    ours = start_gateway(home, port, url, api_url)
    peer = start_peer()
    try:
        await until_ready(ours, port, home / "gateway.log")
        assert peer.stdout
        peer_port = int(await asyncio.to_thread(peer.stdout.readline))

        async def to_ours(_: int) -> None:
            await api.publish()

        async def to_peer(seq: int) -> None:
            event = {"room": "show", "seq": seq, "event": "message.created", "at": AT, "data": msgspec.Raw(DATA)}
            assert peer.stdin
            peer.stdin.write(msgspec.json.encode(event) + b"\n")
            peer.stdin.flush()

        contestants = [
            Contestant("storecast", ours.pid, port, to_ours),
            Contestant("ws", peer.pid, peer_port, to_peer),
        ]
        return await alternate(contestants, arguments, api.token("guest:audience", seconds=3600))
    finally:
        for process in (ours, peer):
            process.terminate()
            process.wait()
        await serving.stop()
        await bus.close()
        await postgres.stop()


async def alternate(contestants: list[Contestant], arguments: argparse.Namespace, token: str) -> Figure:
    rounds: dict[str, list[Round]] = {contestant.name: [] for contestant in contestants}
    print(f"{arguments.sockets} sockets, {arguments.rate:g} messages/s, {arguments.seconds:g} s a round")
    for number in range(arguments.rounds):
        for contestant in contestants if number % 2 == 0 else contestants[::-1]:
            first = FIRST_SEQ + number * round(arguments.seconds * arguments.rate)
            played = await play(contestant, arguments.sockets, arguments.seconds, arguments.rate, token, first)
            rounds[contestant.name].append(played)
            print(
                f"round {number + 1}  {contestant.name:<10} {played.micros:6.2f} µs CPU a delivery   "
                f"p50 {played.p50:6.1f} ms  p99 {played.p99:6.1f} ms   {played.megabytes} MB",
                flush=True,
            )
            await asyncio.sleep(0.5)
    medians = {name: statistics.median(each.micros for each in played) for name, played in rounds.items()}
    ratio = medians["storecast"] / medians["ws"]
    note = f"{medians['storecast']:.2f} µs CPU a delivery, ws {medians['ws']:.2f} µs"
    return Figure(f"fan-out to {arguments.sockets} sockets", ratio, "", LIMIT, note)


def start_gateway(home: Path, port: int, database_url: str, api_url: str) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "STORECAST_DATA_DIR": str(home / "gateway"),
        "STORECAST_DATABASE_URL": database_url,
        "STORECAST_API_INTERNAL_URL": api_url,
        "STORECAST_HOOK_SECRET": SECRET,
        "STORECAST_REALTIME_PORT": str(port),
        "STORECAST_REALTIME_CONNECTIONS_PER_ADDRESS": "100000",
        "STORECAST_REALTIME_CONNECTIONS": "100000",
    }
    with (home / "gateway.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "benchmarks.fanout.gateway"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )


def start_peer() -> subprocess.Popen[bytes]:
    if not (HERE / "node_modules" / "ws").exists():
        subprocess.run(["npm", "ci", "--silent"], cwd=HERE, check=True)
    return subprocess.Popen(["node", "peer.mjs"], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


async def until_ready(gateway: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 20
    async with httpx.AsyncClient() as http:
        while True:
            try:
                if (await http.get(f"http://127.0.0.1:{port}/health/ready")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            if gateway.poll() is not None or time.monotonic() > deadline:
                text = await asyncio.to_thread(log.read_text)
                sys.exit(f"The gateway does not start: {text}")
            await asyncio.sleep(0.05)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=2000)
    parser.add_argument("--rate", type=float, default=10, help="messages a second")
    parser.add_argument("--seconds", type=float, default=8, help="length of a round")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # PostgreSQL may run as another account
        figure = uvloop.run(compete(arguments, Path(folder)))
    sys.exit(report([figure]))


if __name__ == "__main__":
    main()
