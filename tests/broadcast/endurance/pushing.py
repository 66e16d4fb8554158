"""Pushes a prepared show by raw RTMP, and remembers when each message was handed to the socket."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterable

from storecast.broadcast.rtmp.chunks import write_message
from tests.broadcast.hls_rules.streams import AUDIO, VIDEO, Message
from tests.broadcast.rtmp.client import RtmpClient

_CHUNK_STREAMS = {AUDIO: 4, VIDEO: 6}  # as libavformat has them


def as_rtmp(message: Message) -> bytes:
    stamp = message.timestamp % (1 << 32)
    return write_message(
        message.kind, message.body, csid=_CHUNK_STREAMS.get(message.kind, 5), stream_id=1, timestamp=stamp
    )


@contextlib.asynccontextmanager
async def publishing(port: int) -> AsyncIterator[RtmpClient]:
    """A publisher that was let in, and vanishes at the end."""
    client = await RtmpClient.connect(port)
    try:
        await client.publish("right")
        yield client
    finally:
        client.kill()
        with contextlib.suppress(ConnectionError):
            await client.writer.wait_closed()


def unpublish(client: RtmpClient) -> None:
    """Say that the show is over."""
    client.call("deleteStream", 4.0, None, 1.0)


async def push(
    client: RtmpClient,
    messages: Iterable[Message],
    *,
    speed: float = 1.0,
    on_sent: Callable[[Message, float], None] = lambda message, at: None,
) -> None:
    """Send each message when it is due. `on_sent` is told the wall clock, in seconds."""
    began = time.monotonic()
    for message in messages:
        wait = began + message.at / speed - time.monotonic()
        if wait > 0:
            await client.writer.drain()
            await asyncio.sleep(wait)  # an encoder's pace
        client.writer.write(as_rtmp(message))
        on_sent(message, time.time())
    await client.writer.drain()
