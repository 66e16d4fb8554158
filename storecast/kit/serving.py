"""How the processes that hold many sockets run: until a signal says stop."""

import asyncio
import resource
import signal
from typing import Protocol


class Server(Protocol):
    async def start(self) -> object:
        """Take connections. May raise OSError."""

    async def stop(self) -> None:
        """Also after a start that failed."""


async def serve_until_stopped(server: Server) -> None:
    """Run `server` until SIGTERM, SIGINT or cancelled."""
    allow_sockets()
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    try:
        await server.start()
        await stopped.wait()
    finally:
        await server.stop()


def allow_sockets() -> None:
    """A socket is a file: take as many as the system lets us."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
