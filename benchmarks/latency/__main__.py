"""Measures a whole installation, started as an operator starts it, by what an encoder and browsers see of it.

Exit 1 when the picture is not that much earlier than by nginx-rtmp's HLS in the same browser; absolute times past
their limits are printed as misses. Run it on an otherwise idle machine: `python -m benchmarks.latency`.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.async_api import Browser

from benchmarks.encoders import render
from benchmarks.figures import Figure, load, report
from benchmarks.latency import glass, room
from benchmarks.latency.browsers import browsers, open_playing
from benchmarks.latency.camera import filming
from benchmarks.latency.playable import seconds_to_playable
from benchmarks.latency.studio import live_from
from benchmarks.nginx import missing, nginx
from tests.e2e.installation import CHROMIUM, Installation, running
from tests.waiting import eventually

PICTURE_LIMIT = 2000.0  # ms
BROWSER_LIMIT = 1600.0  # ms
PLAYABLE_LIMIT = 1000.0  # ms
ROOM_LIMIT = 200.0  # ms
CARD_LIMIT = 300.0  # ms
RATIO_LIMIT = 0.35  # of the picture's age by nginx-rtmp's HLS, which varies with the moment of joining


def median_and_p95(name: str, values: Sequence[float], limit: float | None) -> list[Figure]:
    print(f"{name}: {statistics.median(values):.0f} ms")
    note = f"{len(values)} samples, {min(values):.0f} to {max(values):.0f}"
    return [
        Figure(f"{name}, median", statistics.median(values), "ms", limit, note),
        Figure(f"{name}, p95", statistics.quantiles(values, n=20, method="inclusive")[18], "ms", limit),
    ]


async def from_browser(installation: Installation, host: Browser, other: Browser, seconds: float) -> list[Figure]:
    merchant = await installation.merchant("studio")
    async with live_from(host, merchant):
        viewer = await open_playing(other, f"{installation.url}/watch/{merchant.slug}")
        found = await glass.ages(viewer, seconds)
        await viewer.close()
    return median_and_p95("glass to glass from the studio's page, LL-HLS on the watch page", found, BROWSER_LIMIT)


async def measure(installation: Installation, arguments: argparse.Namespace) -> list[Figure]:
    print("first playable playlist", flush=True)
    clip = installation.folder / "clip.mp4"
    await asyncio.to_thread(render, clip)
    playable = [
        await seconds_to_playable(await installation.merchant(f"playable-{number}"), clip) * 1000
        for number in range(arguments.shows)
    ]
    figures = median_and_p95("first playable playlist", playable, PLAYABLE_LIMIT)
    merchant = await installation.merchant("clock")
    watch = f"{installation.url}/watch/{merchant.slug}"
    async with browsers(2) as (one, other):
        with filming(f"rtmp://127.0.0.1:{installation.rtmp_port}/live/{merchant.stream['stream_key']}"):
            await eventually(merchant.is_live, 30)
            print("glass to glass", flush=True)
            viewer = await open_playing(one, watch)
            ours = await glass.ages(viewer, arguments.seconds)
            figures += median_and_p95("glass to glass, LL-HLS on the watch page", ours, PICTURE_LIMIT)
            print("chat and promotions", flush=True)
            guest = await open_playing(other, watch)
            chat = await room.chat(guest, viewer, arguments.messages)
            figures += median_and_p95("chat message until another browser shows it", chat, ROOM_LIMIT)
            promotions = await room.promotions(merchant, viewer, arguments.messages)
            figures += median_and_p95("featured card apart from its picture", promotions, CARD_LIMIT)
            await guest.close()
            await viewer.close()
        print("glass to glass from a browser", flush=True)
        figures += await from_browser(installation, one, other, arguments.seconds)
        if why := missing():
            print(f"not compared: {why}")
            return figures
        print("glass to glass by nginx-rtmp", flush=True)
        with nginx(installation.folder / "nginx") as peer, filming(f"rtmp://127.0.0.1:{peer.rtmp_port}/live/clock"):
            theirs = await glass.ages(await glass.open_peer(one, peer), arguments.seconds)
    figures += median_and_p95("glass to glass, nginx-rtmp's HLS by hls.js", theirs, None)
    ratio = statistics.median(ours) / statistics.median(theirs)
    return [*figures, Figure("glass to glass, ours to nginx-rtmp's", ratio, "", RATIO_LIMIT, "medians")]


async def benchmark(arguments: argparse.Namespace) -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may run as another account
        async with running(folder) as installation:
            return await measure(installation, arguments)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shows", type=int, default=10, help="started to time their first playlist")
    parser.add_argument("--seconds", type=float, default=30, help="of looking at a playing picture")
    parser.add_argument("--messages", type=int, default=50, help="chat messages, and promotions")
    arguments = parser.parse_args()
    if CHROMIUM is None:
        sys.exit("chromium is not installed; on Debian: apt-get install chromium")
    print(load())
    sys.exit(report(asyncio.run(benchmark(arguments))))


if __name__ == "__main__":
    main()
