"""Alternating rounds of Storecast and nginx-rtmp under the same publishers; exit 1 when a ratio is over its limit.

Two comparisons, like with like. *Alone*: Storecast's RTMP server and hub in a process of their own against nginx-rtmp
with `live on`. *Whole*: the broadcast process as it ships (LL-HLS of fragmented MP4, recording) against nginx-rtmp with
`hls on` and `record all`; once by itself, once with its ffmpeg children, which do the packaging that nginx does within.
CPU time is user and system time. Run it on an otherwise idle machine: `python -m benchmarks.ingest`.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.encoders import KBPS, publishing, render
from benchmarks.figures import Figure, load, report
from benchmarks.nginx import missing, nginx
from benchmarks.processes import children, cpu_seconds, free_port, listens
from tests.broadcast.hook_peer import SECRET, HookPeer

LIMIT = 2.0
ROOT = Path(__file__).parents[2]
MOST_PUBLISHERS = 32
SETTLE_SECONDS = 3.0  # from the publishers' start until CPU time is counted
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Contestant:
    name: str
    pid: int
    url: str


@dataclass(frozen=True)
class Round:
    """CPU time a publisher, in percent of a core."""

    process: float
    children: float

    @property
    def all(self) -> float:
        return self.process + self.children


Rounds = dict[tuple[str, int], list[Round]]  # by contestant's name and number of publishers


async def play(contestant: Contestant, clip: Path, count: int, seconds: float) -> Round:
    with publishing(clip, [f"{contestant.url}/k{number}" for number in range(count)]) as publishers:
        await asyncio.sleep(SETTLE_SECONDS)
        packagers = children(contestant.pid)
        began, process, packaging = time.monotonic(), cpu_seconds(contestant.pid), sum(map(cpu_seconds, packagers))
        await asyncio.sleep(seconds)
        if children(contestant.pid) != packagers or any(publisher.poll() is not None for publisher in publishers):
            sys.exit(f"{contestant.name}: a publisher or a packager broke off")
        process, packaging = cpu_seconds(contestant.pid) - process, sum(map(cpu_seconds, packagers)) - packaging
        share = 100 / (time.monotonic() - began) / count
    await until(lambda: not children(contestant.pid))  # recordings are joined once the publishers are gone
    return Round(process * share, packaging * share)


async def alternate(contestants: list[Contestant], clip: Path, arguments: argparse.Namespace) -> Rounds:
    rounds: Rounds = defaultdict(list)
    print(f"publishers of {KBPS} kbit/s, {arguments.seconds:g} s a round; percent of a core a publisher; {load()}")
    for count in arguments.publishers:
        for number in range(arguments.rounds):
            for contestant in contestants if number % 2 == 0 else contestants[::-1]:
                played = await play(contestant, clip, count, arguments.seconds)
                rounds[contestant.name, count].append(played)
                packaging = f", with ffmpeg {played.all:.2f}" if played.children else ""
                print(
                    f"{count} publishers, round {number + 1}  {contestant.name:<16} {played.process:.2f}{packaging}",
                    flush=True,
                )
    return rounds


def compare(rounds: Rounds, counts: list[int]) -> list[Figure]:
    def median(name: str, count: int, cost: Callable[[Round], float]) -> float:
        return statistics.median(cost(played) for played in rounds[name, count])

    figures = []
    for title, work, cost in (
        ("alone", "alone", lambda played: played.process),
        ("whole, RTMP process", "whole", lambda played: played.process),
        ("whole, with ffmpeg", "whole", lambda played: played.all),
    ):
        for count in counts:
            ours, peer = median(f"storecast {work}", count, cost), median(f"nginx-rtmp {work}", count, cost)
            note = f"{ours:.2f}% of a core a publisher, nginx-rtmp {peer:.2f}%"
            figures.append(Figure(f"ingest {title}, {count} publishers", ours / peer, "", LIMIT, note))
    return figures


async def compete(arguments: argparse.Namespace, home: Path) -> list[Figure]:
    clip = home / "clip.mp4"
    await asyncio.to_thread(render, clip)
    with nginx(home / "nginx") as peer, ours_alone() as alone:
        async with ours_whole(home) as whole:
            url = f"rtmp://127.0.0.1:{peer.rtmp_port}"
            contestants = [
                Contestant("nginx-rtmp alone", peer.pid, f"{url}/alone"),
                alone,
                Contestant("nginx-rtmp whole", peer.pid, f"{url}/live"),
                whole,
            ]
            await until(lambda: all(listens(int(each.url.split(":")[2].split("/")[0])) for each in contestants))
            return compare(await alternate(contestants, clip, arguments), arguments.publishers)


@contextmanager
def ours_alone() -> Generator[Contestant]:
    port = free_port()
    with running([sys.executable, "-m", "benchmarks.ingest.alone", str(port)], {}) as pid:
        yield Contestant("storecast alone", pid, f"rtmp://127.0.0.1:{port}/live")


@asynccontextmanager
async def ours_whole(home: Path) -> AsyncGenerator[Contestant]:
    """The broadcast process; its API is the tests' peer, here in this process."""
    api = HookPeer({f"k{number}": f"playback{number}" for number in range(MOST_PUBLISHERS)})
    await api.start()
    port = free_port()
    settings = {
        "STORECAST_DATA_DIR": str(home / "storecast"),
        "STORECAST_HOOK_SECRET": SECRET.decode(),
        "STORECAST_API_INTERNAL_URL": api.url,
        "STORECAST_BROADCAST_PORT": str(free_port()),
        "STORECAST_RTMP_PORT": str(port),
        "STORECAST_LOG_LEVEL": "error",
    }
    with running([sys.executable, "-m", "storecast.entrypoints.cli", "broadcast"], settings) as pid:
        yield Contestant("storecast whole", pid, f"rtmp://127.0.0.1:{port}/live")
    await api.stop()
    if rest := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(rest, timeout=1)  # its connections see the end


@contextmanager
def running(command: list[str], settings: dict[str, str]) -> Generator[int]:
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


async def until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not reached():
            await asyncio.sleep(0.05)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--publishers", type=int, nargs="+", default=[1, 4, 8], help="how many at once")
    parser.add_argument("--seconds", type=float, default=6, help="length of a round")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    if why := missing():
        sys.exit(why)
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(compete(arguments, Path(folder)))
    sys.exit(report(figures))


if __name__ == "__main__":
    main()
