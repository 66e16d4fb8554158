"""An app on a port of its own, served as the processes serve theirs, and what comes over its line."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

import uvicorn

from storecast.kit.bounded_http import BoundedHttp
from tests.waiting import eventually


@asynccontextmanager
async def served(app: object) -> AsyncIterator[int]:
    """Its port. The app's own start-up is somebody else's."""
    how = {"proxy_headers": False, "server_header": False, "access_log": False}
    config = uvicorn.Config(app, port=0, http=BoundedHttp, ws="none", lifespan="off", log_config=None, **how)  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    server.capture_signals = nullcontext  # type: ignore[method-assign,assignment]
    serving = asyncio.create_task(server.serve())
    await eventually(lambda: server.started)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await serving


async def answer_to(port: int, sent: bytes = b"") -> bytes:
    """What comes until the server hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    try:
        return await reader.read()
    finally:
        writer.close()
