"""Replays against nginx: the same bytes of a video by ranges, as players ask for segments; what each costs.

Rounds alternate between `storecast api` and nginx, each some seconds of 16 connections that ask for random stretches of
a megabyte. `python -m benchmarks.playback`.
"""

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import uvloop
from msgspec import Struct

from benchmarks.database import installation
from benchmarks.figures import Figure, report
from benchmarks.http.servers import storecast
from benchmarks.nginx import missing, nginx
from benchmarks.processes import memory_mb, tree_cpu_seconds
from storecast.kit.settings import Settings
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.factories.accounts import member
from tests.factories.channels import channel
from tests.factories.media import processed, show_video
from tests.factories.platform import running_app

FILM = 256 * 1024 * 1024  # bytes
STRETCH = 1024 * 1024
CONNECTIONS = 16
MOST = 6.0  # times the CPU time of nginx for the same bytes: it sends files without touching them


class Served(Struct):
    name: str
    pid: int
    port: int
    path: str


class Round(Struct):
    rate: float  # MB/s
    cpu: float  # seconds a GB
    median: float  # ms until a stretch is there
    memory: float  # MB


async def make(settings: Settings) -> dict[str, str]:
    """Paths of the same film: one that everybody may watch, and one with a token."""
    paths = {}
    async with running_app(settings) as anyone:
        owner = await member(anyone)
        for name, privacy in (("open", 0), ("private", 2)):
            made = await channel(owner.client, slug=name, privacy=privacy)
            video = await processed(owner.client, await show_video(owner.client, made["id"]))
            path = urlsplit(video["hls_url"]).path.replace("index.m3u8", "film.m4s")
            paths[name] = path
            async with unit_of_work(process_of(anyone.app)) as unit:
                version = await unit.media.current(await unit.media.find(video["id"]))
            key = f"media/{video['id']}/{version.folder}/hls/film.m4s"
            await process_of(anyone.app).storage.put(key, random.Random(1).randbytes(STRETCH) * (FILM // STRETCH))
    return paths


async def play(served: Served, seconds: float) -> Round:
    took: list[float] = []
    began, cpu = time.monotonic(), tree_cpu_seconds(served.pid)
    until = began + seconds
    await asyncio.gather(*(_watch(served, random.Random(number), until, took) for number in range(CONNECTIONS)))
    elapsed, used = time.monotonic() - began, tree_cpu_seconds(served.pid) - cpu
    size = len(took) * STRETCH
    return Round(size / 1e6 / elapsed, used / (size / 1e9), statistics.median(took) * 1000, memory_mb(served.pid))


async def _watch(served: Served, chance: random.Random, until: float, took: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port, limit=STRETCH * 2)
    while time.monotonic() < until:
        start = chance.randrange(FILM - STRETCH)
        asked = time.monotonic()
        writer.write(
            f"GET {served.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Range: bytes={start}-{start + STRETCH - 1}\r\n\r\n".encode()
        )
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 206"), head
        await reader.readexactly(STRETCH)
        took.append(time.monotonic() - asked)
    writer.close()


async def main(rounds: int, seconds: float) -> int:
    async with installation() as settings:
        paths = await make(settings)
        with tempfile.TemporaryDirectory() as folder, nginx(Path(folder)) as peer:
            [film, *_] = settings.data_dir.glob("storage/media/*/*/hls/film.m4s")
            (peer.folder / "film.m4s").hardlink_to(film)
            with storecast(settings) as ours:
                port = int(urlsplit(ours.url).port or 80)
                sides = [Served(f"storecast, {name}", ours.pid, port, path) for name, path in paths.items()]
                sides.append(Served("nginx", peer.pid, peer.http_port, "/film.m4s"))
                found: dict[str, list[Round]] = {side.name: [] for side in sides}
                for turn in range(rounds):
                    for side in sides[:: -1 if turn % 2 else 1]:
                        played = await play(side, seconds)
                        found[side.name].append(played)
                        print(
                            f"round {turn + 1}  {side.name:<18}  {played.rate:6.0f} MB/s  {played.cpu:5.2f} CPU s a GB"
                            f"  median {played.median:5.1f} ms  {played.memory:4.0f} MB",
                            flush=True,
                        )
    cpu = {name: statistics.median(played.cpu for played in rounds) for name, rounds in found.items()}
    rate = {name: statistics.median(played.rate for played in rounds) for name, rounds in found.items()}
    return report(
        [
            Figure(
                f"replay, {name}: CPU time a byte to nginx",
                cpu[f"storecast, {name}"] / cpu["nginx"],
                limit=MOST,
                note=f"{rate[f'storecast, {name}']:.0f} MB/s to {rate['nginx']:.0f} MB/s",
            )
            for name in paths
        ]
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3, help="length of a round")
    given = parser.parse_args()
    if why := missing():
        print(f"skipped: {why}")
        sys.exit(0)
    sys.exit(uvloop.run(main(given.rounds, given.seconds)))
