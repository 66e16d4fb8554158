"""Alternating rounds of our gateway, Node's `ws` and, where `CENTRIFUGO=` names its binary, Centrifugo; exit 1 when a
ratio is over its limit.

Ours goes the whole way: NOTIFY, hook, fan-out. The others are handed each message. CPU time is user and system time of
the server process from /proc. Run it on an otherwise idle machine: `python -m benchmarks.fanout`.
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

from benchmarks.fanout.audience import CENTRIFUGO, OURS, Dialect, Show, gather
from benchmarks.figures import Figure, report
from benchmarks.processes import cpu_seconds, free_port
from storecast.contracts.hooks import RoomEvent
from storecast.kit.postgres import BundledPostgres
from tests.realtime.api_peer import AT, ApiPeer, Serving

LIMITS = {"ws": 0.7, "centrifugo": 0.9}
SOCKET_LIMIT = 20.0  # kB of memory a socket, at `MANY`
MANY = 10_000
LATE_LIMIT = 200.0  # ms
JSON = {"Content-Type": "application/json"}
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
    process: "subprocess.Popen[bytes]"
    port: int
    publish: Callable[[int], Awaitable[None]]
    dialect: Dialect = OURS

    @property
    def pid(self) -> int:
        return self.process.pid


@dataclass
class Round:
    micros: float  # CPU time a delivered message
    p50: float  # milliseconds from publishing to a client having it
    p99: float
    kilobytes: float  # resident memory a socket


def resident_kilobytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


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
    show = Show(len(frame(FIRST_SEQ)), contestant.dialect)
    before = resident_kilobytes(contestant.pid)
    listeners = await gather(contestant.port, sockets, show, token)
    memory = (resident_kilobytes(contestant.pid) - before) / sockets
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


async def compete(arguments: argparse.Namespace, home: Path) -> list[Figure]:
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
    processes = [ours, peer]
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
            Contestant("storecast", ours, port, to_ours),
            Contestant("ws", peer, peer_port, to_peer),
        ]
        async with httpx.AsyncClient() as http:
            if binary := os.environ.get("CENTRIFUGO"):
                contestants.append(await start_centrifugo(binary, home, http))
                processes.append(contestants[-1].process)
            token = api.token("guest:audience", seconds=7200)
            return [
                figure
                for sockets in arguments.sockets
                for figure in await alternate(contestants, sockets, arguments, token)
            ]
    finally:
        for process in processes:
            process.terminate()
            process.wait()
        await serving.stop()
        await bus.close()
        await postgres.stop()


async def alternate(
    contestants: list[Contestant], sockets: int, arguments: argparse.Namespace, token: str
) -> list[Figure]:
    rounds: dict[str, list[Round]] = {contestant.name: [] for contestant in contestants}
    rate = min(arguments.rate, arguments.deliveries / sockets)
    print(f"{sockets} sockets, {rate:g} messages/s, {arguments.seconds:g} s a round")
    for number in range(arguments.rounds):
        for contestant in contestants if number % 2 == 0 else contestants[::-1]:
            first = FIRST_SEQ + number * round(arguments.seconds * rate)
            played = await play(contestant, sockets, arguments.seconds, rate, token, first)
            rounds[contestant.name].append(played)
            print(
                f"round {number + 1}  {contestant.name:<10} {played.micros:6.2f} µs CPU a delivery   "
                f"p50 {played.p50:6.1f} ms  p99 {played.p99:6.1f} ms   {played.kilobytes:.1f} kB more a socket",
                flush=True,
            )
            await asyncio.sleep(0.5)
    medians = {name: statistics.median(each.micros for each in played) for name, played in rounds.items()}
    figures = [
        Figure(
            f"fan-out to {sockets} sockets, CPU a delivery, to {name}",
            medians["storecast"] / micros,
            limit=LIMITS[name],
            note=f"{medians['storecast']:.2f} µs CPU a delivery, {name} {micros:.2f} µs",
        )
        for name, micros in medians.items()
        if name != "storecast"
    ]
    ours = rounds["storecast"]
    late = statistics.median(each.p99 for each in ours)
    figures.append(Figure(f"fan-out to {sockets} sockets, p99 at {sockets * rate:.0f}/s", late, "ms", LATE_LIMIT))
    if sockets >= MANY:  # the first round's: memory that was given back is taken again
        figures.append(Figure(f"memory a socket, at {sockets}", ours[0].kilobytes, "kB", SOCKET_LIMIT))
    return figures


async def start_centrifugo(binary: str, home: Path, http: httpx.AsyncClient) -> Contestant:
    port = free_port()
    settings = {
        "CENTRIFUGO_HTTP_SERVER_ADDRESS": "127.0.0.1",
        "CENTRIFUGO_HTTP_SERVER_PORT": str(port),
        "CENTRIFUGO_CLIENT_INSECURE": "true",
        "CENTRIFUGO_CLIENT_PING_INTERVAL": "3600s",
        "CENTRIFUGO_CLIENT_CONNECTION_LIMIT": "0",
        "CENTRIFUGO_HTTP_API_INSECURE": "true",
        "CENTRIFUGO_CHANNEL_WITHOUT_NAMESPACE_ALLOW_SUBSCRIBE_FOR_CLIENT": "true",
        "CENTRIFUGO_HEALTH_ENABLED": "true",
    }
    with (home / "centrifugo.log").open("wb") as log:
        process = subprocess.Popen([binary], cwd=home, env=os.environ | settings, stdout=log, stderr=log)
    deadline = time.monotonic() + 20
    while True:
        try:
            if (await http.get(f"http://127.0.0.1:{port}/health")).status_code == 200:
                break
        except httpx.TransportError:
            pass
        if process.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"Centrifugo does not start: {await asyncio.to_thread((home / 'centrifugo.log').read_text)}")
        await asyncio.sleep(0.05)

    async def publish(seq: int) -> None:
        event = {"room": "show", "seq": seq, "event": "message.created", "at": AT, "data": msgspec.Raw(DATA)}
        body = msgspec.json.encode({"channel": "show", "data": event})
        answer = await http.post(f"http://127.0.0.1:{port}/api/publish", content=body, headers=JSON)
        answer.raise_for_status()

    return Contestant("centrifugo", process, port, publish, CENTRIFUGO)


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
    parser.add_argument("--sockets", type=int, nargs="+", default=[2000, MANY])
    parser.add_argument("--rate", type=float, default=10, help="messages a second, at most")
    parser.add_argument("--deliveries", type=float, default=20_000, help="a second, at most")
    parser.add_argument("--seconds", type=float, default=8, help="length of a round")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # PostgreSQL may run as another account
        figures = uvloop.run(compete(arguments, Path(folder)))
    sys.exit(report(figures))


if __name__ == "__main__":
    main()
