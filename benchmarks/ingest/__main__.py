"""Alternating rounds of Storecast and its peers under the same publishers; exit 1 when a ratio is over its limit.

Two comparisons with nginx-rtmp, like with like. *Alone*: Storecast's RTMP server in a process of its own against
nginx-rtmp with `live on`. *Whole*: the broadcast process as it ships (LL-HLS of fragmented MP4, recording) against
nginx-rtmp with `hls on` and `record all`. Where `MEDIAMTX` names its binary, MediaMTX with LL-HLS and recording takes
part, too. CPU time is user and system time; no show has processes of its own, so the server's is all there is. Run it
on an otherwise idle machine: `python -m benchmarks.ingest`.
"""

import argparse
import asyncio
import os
import re
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

import av
import httpx

from benchmarks.encoders import KBPS, publishing, render
from benchmarks.figures import Figure, load, report
from benchmarks.mediamtx import mediamtx
from benchmarks.nginx import missing, nginx
from benchmarks.processes import children, cpu_seconds, free_port, listens, memory_mb
from storecast.contracts.hooks import SessionRecorded
from tests.broadcast.hook_peer import SECRET, HookPeer

ALONE_LIMIT, WHOLE_LIMIT = 2.0, 0.9  # of nginx-rtmp's CPU time,
FEW_LIMIT = 1.5  # and whole with few publishers: what a process costs by itself is shared by fewer
MANY = 8
MEDIAMTX_LIMIT = 0.3
MEMORY_PUBLISHERS = 8
DROP_PUBLISHERS = 16
# Between two acknowledgements (2.5 MB): who closes with one unread resets the connection, and what its own kernel had
# yet to send, pictures and the goodbye, is gone with it.
DROP_SECONDS = 10.0
MEMORY_LIMIT = 4.0  # MB a publisher beside the media that viewers can fetch
ROOT = Path(__file__).parents[2]
MOST_PUBLISHERS = 32
SETTLE_SECONDS = 3.0  # from the publishers' start until CPU time is counted
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Contestant:
    name: str
    pid: int
    port: int
    app: str = "live"
    http_port: int = 0

    @property
    def url(self) -> str:
        return f"rtmp://127.0.0.1:{self.port}/{self.app}"

    @property
    def listens(self) -> bool:
        return listens(self.port)


Rounds = dict[tuple[str, int], list[float]]  # percent of a core a publisher, by contestant's name and publishers


async def play(contestant: Contestant, clip: Path, count: int, seconds: float) -> float:
    with publishing(clip, [f"{contestant.url}/k{number}" for number in range(count)]) as publishers:
        await asyncio.sleep(SETTLE_SECONDS)
        began, spent = time.monotonic(), cpu_seconds(contestant.pid)
        await asyncio.sleep(seconds)
        if any(publisher.poll() is not None for publisher in publishers):
            sys.exit(f"{contestant.name}: a publisher broke off")
        share = (cpu_seconds(contestant.pid) - spent) * 100 / (time.monotonic() - began) / count
    await until(lambda: not children(contestant.pid))  # recordings are joined once the publishers are gone
    return share


async def alternate(contestants: list[Contestant], clip: Path, arguments: argparse.Namespace) -> Rounds:
    rounds: Rounds = defaultdict(list)
    print(f"publishers of {KBPS} kbit/s, {arguments.seconds:g} s a round; percent of a core a publisher; {load()}")
    for count in arguments.publishers:
        for number in range(arguments.rounds):
            for contestant in contestants if number % 2 == 0 else contestants[::-1]:
                share = await play(contestant, clip, count, arguments.seconds)
                rounds[contestant.name, count].append(share)
                print(f"{count} publishers, round {number + 1}  {contestant.name:<16} {share:.2f}", flush=True)
    return rounds


def compare(rounds: Rounds, counts: list[int]) -> list[Figure]:
    figures = []
    for work, peer, limit in (
        ("alone", "nginx-rtmp alone", ALONE_LIMIT),
        ("whole", "nginx-rtmp whole", WHOLE_LIMIT),
        ("whole", "mediamtx whole", MEDIAMTX_LIMIT),
    ):
        for count in counts:
            if (peer, count) in rounds:
                ours, theirs = (statistics.median(rounds[name, count]) for name in (f"storecast {work}", peer))
                note = f"{ours:.2f}% of a core a publisher, {peer.split()[0]} {theirs:.2f}%"
                name = f"ingest {work} to {peer.split()[0]}, {count} publishers"
                most = FEW_LIMIT if limit == WHOLE_LIMIT and count < MANY else limit
                figures.append(Figure(name, ours / theirs, "", most, note))
    return figures


async def memory(whole: Contestant, clip: Path, seconds: float) -> Figure:
    """What each of `MEMORY_PUBLISHERS` costs beside the bytes that are kept for viewers."""
    before = memory_mb(whole.pid)
    with publishing(clip, [f"{whole.url}/k{number}" for number in range(MEMORY_PUBLISHERS)]):
        await asyncio.sleep(seconds)
        async with httpx.AsyncClient() as http:
            metrics = (await http.get(f"http://127.0.0.1:{whole.http_port}/metrics")).text
        after = memory_mb(whole.pid)
    kept = float(re.findall(r"^storecast_broadcast_window_bytes (\d+)", metrics, re.MULTILINE)[0]) / 1e6
    each = (after - before - kept) / MEMORY_PUBLISHERS
    note = f"{MEMORY_PUBLISHERS} publishers: {after - before:.0f} MB more, {kept:.0f} of them media for viewers"
    return Figure("memory a publisher beside its window", each, "MB", MEMORY_LIMIT, note)


async def dropped(home: Path, clip: Path) -> Figure:
    """How many pictures the recordings lack of what `DROP_PUBLISHERS` sent."""
    told = home / "told"
    told.mkdir(parents=True)
    api = api_of_ours()
    async with ours_whole(home, api) as whole:
        await until(lambda: whole.listens)
        with publishing(clip, [f"{whole.url}/k{number}" for number in range(DROP_PUBLISHERS)], told):
            await asyncio.sleep(DROP_SECONDS)
        await until(lambda: len(recorded(api)) == DROP_PUBLISHERS)
        kept = sum([await asyncio.to_thread(pictures, home / "storage" / key) for key in recorded(api)])
    sent = sum(int(re.findall(r"^frame=(\d+)", file.read_text(), re.MULTILINE)[-1]) for file in told.iterdir())
    note = f"{DROP_PUBLISHERS} publishers, {DROP_SECONDS:g} s: {sent} pictures sent, {kept} recorded"
    return Figure("pictures dropped", sent - kept, "pictures", 0.0, note)


def recorded(api: HookPeer) -> list[str]:
    return [file.key for told in api.of(SessionRecorded) for file in told.files]


def pictures(film: Path) -> int:
    with av.open(str(film)) as container:
        return sum(packet.size > 0 for packet in container.demux(video=0))


async def compete(arguments: argparse.Namespace, home: Path) -> list[Figure]:
    clip = home / "clip.mp4"
    await asyncio.to_thread(render, clip)
    async with ours_whole(home / "memory") as whole:
        await until(lambda: whole.listens)
        held = await memory(whole, clip, arguments.memory_seconds)
    lost = await dropped(home / "dropped", clip)
    with nginx(home / "nginx") as peer, mediamtx(home / "mediamtx") as other, ours_alone() as alone:
        async with ours_whole(home / "storecast") as whole:
            contestants = [
                Contestant("nginx-rtmp alone", peer.pid, peer.rtmp_port, "alone"),
                alone,
                Contestant("nginx-rtmp whole", peer.pid, peer.rtmp_port),
                whole,
            ]
            if other is not None:
                contestants.append(Contestant("mediamtx whole", other.pid, other.rtmp_port))
            await until(lambda: all(contestant.listens for contestant in contestants))
            return [*compare(await alternate(contestants, clip, arguments), arguments.publishers), held, lost]


@contextmanager
def ours_alone() -> Generator[Contestant]:
    port = free_port()
    with running([sys.executable, "-m", "benchmarks.ingest.alone", str(port)], {}) as pid:
        yield Contestant("storecast alone", pid, port)


def api_of_ours() -> HookPeer:
    return HookPeer({f"k{number}": f"playback{number}" for number in range(MOST_PUBLISHERS)})


@asynccontextmanager
async def ours_whole(home: Path, api: HookPeer | None = None) -> AsyncGenerator[Contestant]:
    """The broadcast process; its API is the tests' peer, here in this process."""
    api = api or api_of_ours()
    await api.start()
    port, http_port = free_port(), free_port()
    settings = {
        "STORECAST_DATA_DIR": str(home),
        "STORECAST_HOOK_SECRET": SECRET.decode(),
        "STORECAST_API_INTERNAL_URL": api.url,
        "STORECAST_BROADCAST_PORT": str(http_port),
        "STORECAST_RTMP_PORT": str(port),
        "STORECAST_LOG_LEVEL": "error",
    }
    with running([sys.executable, "-m", "storecast.entrypoints.cli", "broadcast"], settings) as pid:
        yield Contestant("storecast whole", pid, port, http_port=http_port)
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
    parser.add_argument("--publishers", type=int, nargs="+", default=[1, 4, 8, 16], help="how many at once")
    parser.add_argument("--seconds", type=float, default=6, help="length of a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--memory-seconds", type=float, default=60, help="until memory is looked at, so that windows fill"
    )
    arguments = parser.parse_args()
    if why := missing():
        sys.exit(why)
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(compete(arguments, Path(folder)))
    sys.exit(report(figures))


if __name__ == "__main__":
    main()
