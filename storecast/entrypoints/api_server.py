"""The API's HTTP server, on a port of its own or on the one that `storecast run` listens at for several of them.

Whoever of them is free takes the next connection. One that dies takes with it only what it had accepted: what nobody
has taken yet waits at the socket, which is `run`'s.
"""

import asyncio
import os
import socket

import uvicorn
from litestar import Litestar
from sqlalchemy.exc import SQLAlchemyError

from storecast.entrypoints.supervision import SOCKETS_FD
from storecast.entrypoints.supervision.supervisor import say_well
from storecast.kit.bounded_http import BoundedHttp
from storecast.kit.serving import allow_sockets
from storecast.kit.settings import Settings
from storecast.kit.tasks import supervise
from storecast.wiring.process import process_of

LOOK_SECONDS = 0.1  # between two looks whether the database answers


class ApiServer(uvicorn.Server):
    """Tells `run` once requests can be answered, and then that this process goes on."""

    _telling: asyncio.Task[None] | None = None

    def __init__(self, app: Litestar, settings: Settings) -> None:
        config = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            proxy_headers=False,  # kit/http/forwarded.py does it, by our own setting
            http=BoundedHttp,
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=10,
        )
        super().__init__(config)
        self._databases = process_of(app).databases

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._telling = supervise(self._tell, "telling that this process is well")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._telling is not None:
            self._telling.cancel()
        await super().shutdown(sockets)

    async def _tell(self) -> None:
        while True:
            try:
                async with self._databases() as db:
                    await db.rows("SELECT 1")
                break
            except (SQLAlchemyError, OSError):  # `run` says how long it has been waiting
                await asyncio.sleep(LOOK_SECONDS)
        await say_well()


def serve(app: Litestar, settings: Settings) -> int:
    """Until a signal says stop. Answers the exit code."""
    allow_sockets()
    server = ApiServer(app, settings)
    server.run(_handed() or None)
    return 0 if server.started else 1


def _handed() -> list[socket.socket]:
    """Sockets of `run`'s that listen."""
    sockets = [socket.socket(fileno=int(number)) for number in os.environ.get(SOCKETS_FD, "").split()]
    for each in sockets:
        each.set_inheritable(False)
    return sockets
