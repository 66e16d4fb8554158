"""From an encoder's connection to the first playlist whose media can be decoded."""

import asyncio
import io
import re
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import av
import httpx

from benchmarks.encoders import publishing
from tests.e2e.installation import Merchant

POLL_SECONDS = 0.01
PATIENCE_SECONDS = 30.0
_MAP = re.compile(r'#EXT-X-MAP:URI="([^"]+)"')
_MEDIA = re.compile(r'^#EXT-X-PART:.*URI="([^"]+)"|^(segment-\S+)', re.MULTILINE)


class Relay:
    """Stands before the RTMP port to note when the encoder connected."""

    def __init__(self, target: int) -> None:
        self._target = target
        self.port = 0
        self.connected_at: float | None = None

    @asynccontextmanager
    async def listening(self) -> AsyncGenerator[None]:
        server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connected_at = time.monotonic()
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))


async def seconds_to_playable(merchant: Merchant, clip: Path) -> float:
    """Of one show of `merchant`, which has not been live before."""
    relay = Relay(merchant.installation.rtmp_port)
    details = await merchant.details()
    url = details["stream"]["data"]["playback"]["data"]["hls_url"]
    async with relay.listening(), httpx.AsyncClient(base_url=url.rpartition("/")[0]) as http:
        with publishing(clip, [f"rtmp://127.0.0.1:{relay.port}/live/{merchant.stream['stream_key']}"]):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not await _decodes(http):
                    await asyncio.sleep(POLL_SECONDS)
            decoded_at = time.monotonic()
    assert relay.connected_at is not None
    return decoded_at - relay.connected_at


async def _decodes(http: httpx.AsyncClient) -> bool:
    """Whether there is a playlist now, and a picture in the first media it lists."""
    if (await http.get("index.m3u8")).status_code != 200:
        return False
    playlist = await http.get("media.m3u8")
    header, media = _MAP.search(playlist.text), _MEDIA.search(playlist.text)
    if playlist.status_code != 200 or header is None or media is None:
        return False
    pieces = [await http.get(name) for name in (header[1], media[1] or media[2])]
    with av.open(io.BytesIO(b"".join(piece.content for piece in pieces)), "r") as container:
        return next(container.decode(video=0), None) is not None


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass  # the far side went first; the near side is told by closing
    finally:
        writer.close()
