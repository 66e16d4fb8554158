"""Shows that are pushed to a node until they are over."""

import asyncio
from pathlib import Path

from storecast.contracts import hooks
from tests.broadcast.node import Node
from tests.waiting import eventually

SMALLER = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-s", "160x90")


async def end_show(node: Node, *takes: tuple[str, ...], key: str = "right", clip: Path | None = None) -> str:
    """A show of takes, each pushed with these options, of which all but the last drop out. Its session."""
    viewer = node.viewer(node.peer.keys[key])
    newest = -1
    for number, options in enumerate(takes or ((),)):
        encoder = node.publishers.start(key, *options, clip=clip)
        newest = (await viewer.until(max((await viewer.playlist()).newest, newest) + 2)).newest
        if number + 1 < len(takes):
            encoder.kill()
            await eventually(lambda number=number: len(node.peer.of(hooks.SessionDropped)) > number)
    session = node.peer.grants[key].session_id
    encoder.terminate()
    await asyncio.to_thread(encoder.wait)
    await eventually(lambda: node.peer.of(hooks.SessionEnded))
    return session
