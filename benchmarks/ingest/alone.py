"""Storecast's RTMP server with nothing behind it: `python -m benchmarks.ingest.alone PORT`."""

import asyncio
import sys

import uvloop

from storecast.broadcast.publishing import Publisher
from storecast.broadcast.rtmp.server import RtmpServer
from storecast.broadcast.tags import Tag


class Nobody:
    """Takes every tag and keeps none."""

    def put(self, tag: Tag) -> None:
        pass

    def close(self, *, unpublished: bool) -> None:
        pass


class OpenGate:
    async def publish(self, key: str, publisher: Publisher) -> Nobody:
        return Nobody()


async def serve(port: int) -> None:
    server = RtmpServer(OpenGate(), max_publishers=64, max_kbps=20_000)
    await server.listen("127.0.0.1", port)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
