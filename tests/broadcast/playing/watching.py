"""Shows pushed in real time, and watched by the product's own player in Debian's chromium."""

import asyncio
import re
import subprocess
import threading
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from playwright.async_api import Browser

from storecast.broadcast.rtmp.chunks import write_message
from storecast.contracts import hooks
from tests.broadcast.hls_rules.streams import Stream
from tests.broadcast.node import Node
from tests.broadcast.playing.observation import Observation
from tests.broadcast.rtmp.client import RtmpClient
from tests.waiting import eventually

PAGE = Path(__file__).parent / "page"
VITE = Path(__file__).parents[3] / "web" / "node_modules" / "vite" / "bin" / "vite.js"
AFTER_SECONDS = 12.0  # for what is buffered to be played once the publisher is gone
RECORDED_SECONDS = 30.0


class Watched(Struct, frozen=True):
    """A show as one viewer saw it, and the seconds of all files of its recording."""

    stream: Stream
    seen: Observation
    recorded: float


def build(folder: Path) -> None:
    """The page, by the web pages' own tools."""
    options = ("--outDir", str(folder), "--emptyOutDir", "--assetsInlineLimit", "0", "--logLevel", "warn")
    subprocess.run(["node", str(VITE), "build", str(PAGE), *options], check=True)


class _Files(SimpleHTTPRequestHandler):
    """With single ranges, which segments of films are asked for by."""

    def do_GET(self) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        path = Path(self.translate_path(self.path))
        if asked is None or not path.is_file():
            super().do_GET()
            return
        first, last = map(int, asked.groups())
        data = path.read_bytes()
        self.send_response(206)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Range", f"bytes {first}-{last}/{len(data)}")
        self.send_header("Content-Length", str(last + 1 - first))
        self.end_headers()
        self.wfile.write(data[first : last + 1])

    def log_message(self, *arguments: Any) -> None:
        pass


@contextmanager
def serving(folder: Path) -> Generator[str]:
    """The folder's files at an address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


async def watch(node: Node, browser: Browser, page_url: str, stream: Stream) -> Watched:
    """Push all of `stream` under a key of its own while a viewer watches from the first moment it can be played."""
    key = f"key-{len(node.peer.keys)}"
    playback_id = node.peer.keys[key] = f"playback-{key}"
    client = await node.connect()
    code, said = await client.publish(key)
    assert code == "NetStream.Publish.Start", said
    session_id = node.peer.grants[key].session_id
    pushing = asyncio.create_task(_push(client, stream))
    try:
        await node.viewer(playback_id).playlist()
        async with await browser.new_context(viewport={"width": 400, "height": 300}) as context:
            page = await context.new_page()
            address = f"http://127.0.0.1:{node.settings.broadcast_port}/hls/{playback_id}/index.m3u8"
            await page.goto(f"{page_url}?hls={address}")
            await pushing
            await page.wait_for_function("() => window.noted", timeout=5000)
            deadline = asyncio.get_running_loop().time() + AFTER_SECONDS
            while True:
                seen = msgspec.convert(await page.evaluate("() => window.noted()"), Observation)
                if seen.ended or asyncio.get_running_loop().time() > deadline:
                    break
                await asyncio.sleep(0.2)
    finally:
        pushing.cancel()
        client.kill()
    return Watched(stream, seen, await _recorded(node, session_id))


async def _push(client: RtmpClient, stream: Stream) -> None:
    clock = asyncio.get_running_loop().time
    began = clock()
    for message in stream.messages:
        ahead = message.at - (clock() - began)
        if ahead > 0:
            await client.writer.drain()
            await asyncio.sleep(ahead)
        stamp = message.timestamp & 0xFFFFFFFF
        csid = 4 + message.kind % 2
        client.writer.write(write_message(message.kind, message.body, csid=csid, stream_id=1, timestamp=stamp))
    client.call("deleteStream", 4.0, None, 1.0)
    await client.writer.drain()


async def _recorded(node: Node, session_id: str) -> float:
    def told() -> list[float]:
        every = [each for each in node.peer.of(hooks.SessionRecorded) if each.session_id == session_id]
        return [file.duration for each in every for file in each.files]

    await eventually(told, RECORDED_SECONDS)
    return sum(told())
