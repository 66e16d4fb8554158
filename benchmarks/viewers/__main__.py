"""Hundreds of LL-HLS viewers of one show: how far apart a part reaches them, and what they cost beside nginx.

Viewers do as hls.js does: each keeps a connection, asks for the playlist with the next part in it, which is held back
until there is one, and fetches that part. A part's *spread* is how much later than the first of them each has it
whole. nginx serves a playlist and a part of the same size from files to the same audience, asked by the clock: it waits
for nothing, and its spread is what loopback and the load script themselves take. Where `MEDIAMTX` names its binary,
MediaMTX takes part, and its spread is the limit. Run it on an otherwise idle machine: `python -m benchmarks.viewers`.
"""

import argparse
import asyncio
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import httpx
import msgspec
from msgspec import Struct

from benchmarks.encoders import KBPS, publishing, render
from benchmarks.figures import Figure, load, report
from benchmarks.ingest.__main__ import ours_whole, until
from benchmarks.mediamtx import mediamtx
from benchmarks.nginx import Nginx, missing, nginx
from benchmarks.processes import listens, memory_mb, tree_cpu_seconds
from benchmarks.viewers.audience import LAST_PART, SETTLE_SECONDS, Seen

CPU_LIMIT = 4.0  # times nginx's for the same requests: it sends files without touching them, and holds nothing back
SPREAD_LIMIT = 1.0  # of MediaMTX's, at p99
PATIENCE_SECONDS = 30.0


class Side(Struct):
    """Who serves, and where the media playlist is; `static` serves one part for ever."""

    name: str
    pid: int
    playlist: str
    static: bool = False


class Round(Struct):
    seen: Seen
    cpu: float  # seconds, in a second
    memory: float  # MB

    @property
    def cpu_a_gigabyte(self) -> float:
        return self.cpu * self.seen.seconds / (self.seen.bytes / 1e9)


async def play(side: Side, viewers: int, seconds: float) -> Round:
    command = [sys.executable, "-m", "benchmarks.viewers.audience", side.playlist, str(viewers), str(seconds)]
    audience = await asyncio.create_subprocess_exec(
        *command, *(["--by-the-clock"] if side.static else []), stdout=asyncio.subprocess.PIPE
    )
    assert audience.stdout is not None
    await audience.stdout.readline()  # it has settled
    spent = tree_cpu_seconds(side.pid)
    answer = await audience.stdout.readline()
    spent = tree_cpu_seconds(side.pid) - spent
    memory = memory_mb(side.pid)
    await audience.wait()
    seen = msgspec.json.decode(answer, type=Seen)
    return Round(seen, spent / seen.seconds, memory)


async def media_playlist(multivariant: str) -> str:
    """Its address, once the show can be watched."""
    async with httpx.AsyncClient(follow_redirects=True) as http, asyncio.timeout(PATIENCE_SECONDS):
        while True:
            answer = await http.get(multivariant)
            named = [line for line in answer.text.splitlines() if line and not line.startswith("#")]
            if answer.status_code == 200 and named:
                address = str(answer.url.join(named[0]))
                if LAST_PART.search((await http.get(address)).content):
                    return address
            await asyncio.sleep(0.2)


async def copy(playlist: str, peer: Nginx) -> str:
    """Puts the playlist and a part of it among nginx's files; the address of the playlist there."""
    async with httpx.AsyncClient() as http:
        text = (await http.get(playlist)).content
        found = LAST_PART.search(text)
        assert found is not None
        part = (await http.get(playlist.rpartition("/")[0] + "/" + found[1].decode())).content
    (peer.folder / "media.m3u8").write_bytes(text)
    # What a part of the clip comes to in the middle; the one at hand may be a keyframe's.
    size = KBPS * 1000 // 8 // 4
    (peer.folder / "part.m4s").write_bytes((part * (size // len(part) + 1))[:size])
    return f"http://127.0.0.1:{peer.http_port}/media.m3u8"


async def compete(counts: Sequence[int], seconds: float, rounds: int, home: Path) -> list[Figure]:
    clip = home / "clip.mp4"
    await asyncio.to_thread(render, clip)
    found: dict[tuple[str, int], list[Round]] = defaultdict(list)
    with nginx(home / "nginx") as peer, mediamtx(home / "mediamtx") as other:
        async with ours_whole(home / "storecast") as ours:
            shows = {"storecast": (ours.pid, ours.port, f"http://127.0.0.1:{ours.http_port}/hls/playback0/index.m3u8")}
            if other is not None:
                shows["mediamtx"] = (
                    other.pid,
                    other.rtmp_port,
                    f"http://127.0.0.1:{other.http_port}/live/k0/index.m3u8",
                )
            await until(lambda: all(listens(port) for _, port, _ in shows.values()))
            with publishing(clip, [f"rtmp://127.0.0.1:{port}/live/k0" for _, port, _ in shows.values()]):
                sides = [Side(name, pid, await media_playlist(url)) for name, (pid, _, url) in shows.items()]
                sides.append(Side("nginx", peer.pid, await copy(sides[0].playlist, peer), static=True))
                print(f"viewers of {KBPS} kbit/s, {seconds:g} s a round after {SETTLE_SECONDS:g}; {load()}")
                for count in counts:
                    for turn in range(rounds):
                        for side in sides[:: -1 if turn % 2 else 1]:
                            played = await play(side, count, seconds)
                            found[side.name, count].append(played)
                            tell(side.name, count, turn, played)
    return [figure for count in counts for figure in figures(found, count)]


def tell(name: str, count: int, turn: int, played: Round) -> None:
    seen = played.seen
    print(
        f"{count} viewers, round {turn + 1}  {name:<10}"
        f" spread p50 {seen.p50 * 1000:4.0f} ms, p99 {seen.p99 * 1000:4.0f} ms"
        f"  {seen.missed} of {seen.parts * count} parts missed  {seen.bytes / seen.seconds / 1e6:4.0f} MB/s"
        f"  {played.cpu * 100:4.0f}% of a core  {played.memory:4.0f} MB",
        flush=True,
    )


def figures(found: dict[tuple[str, int], list[Round]], count: int) -> list[Figure]:
    def middle(name: str, figure: str) -> float:
        return median(getattr(played, figure) for played in found[name, count])

    p99 = {name: median(played.seen.p99 for played in rounds) for (name, of), rounds in found.items() if of == count}
    ours = found["storecast", count]
    made = [
        Figure(
            f"spread of a part over {count} viewers, p99",
            p99["storecast"] * 1000,
            "ms",
            note=f"p50 {median(played.seen.p50 for played in ours) * 1000:.0f} ms; "
            f"from files of nginx {p99['nginx'] * 1000:.0f} ms",
        ),
        Figure(
            f"{count} viewers: CPU time a byte to nginx",
            middle("storecast", "cpu_a_gigabyte") / middle("nginx", "cpu_a_gigabyte"),
            limit=CPU_LIMIT,
            note=f"{middle('storecast', 'cpu') * 100:.0f}% of a core to {middle('nginx', 'cpu') * 100:.0f}%; "
            f"{middle('storecast', 'memory'):.0f} MB to {middle('nginx', 'memory'):.0f} MB",
        ),
        Figure(
            f"{count} viewers: parts that somebody did not get",
            sum(played.seen.missed for played in ours) / sum(played.seen.parts * count for played in ours),
            limit=0.0,
        ),
    ]
    if "mediamtx" in p99:
        ratio = p99["storecast"] / p99["mediamtx"]
        note = f"{p99['storecast'] * 1000:.0f} ms to {p99['mediamtx'] * 1000:.0f} ms"
        made.append(Figure(f"spread over {count} viewers to mediamtx, p99", ratio, limit=SPREAD_LIMIT, note=note))
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, nargs="+", default=[100, 500], help="how many at once")
    parser.add_argument("--seconds", type=float, default=8, help="length of a round")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    if why := missing():
        sys.exit(why)
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(compete(given.viewers, given.seconds, given.rounds, Path(folder)))
    sys.exit(report(found))


if __name__ == "__main__":
    main()
