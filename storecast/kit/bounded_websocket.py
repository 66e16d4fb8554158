"""A WebSocket of uvicorn's whose peer can make us hold no more than a message.

uvicorn reads no further while the application has a message to take. What is no whole message yet, and pings it
answers at once, it takes without end.
"""

import asyncio
import logging
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

LARGEST_MESSAGE = 4 * 1024 * 1024  # bytes
_BETWEEN = LARGEST_MESSAGE + 256 * 1024  # until the application takes one; a read brings what follows, too
_MOST_UNREAD = 64 * 1024  # bytes of ours

_log = logging.getLogger(__name__)
_log.setLevel(logging.ERROR)  # it has lines for each connection, which everybody may make


class BoundedWebSocket(WebSocketsSansIOProtocol):
    _received = 0  # since the application took a message

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.logger = self.conn.logger = _log

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        super().data_received(data)
        if self._received > _BETWEEN or self.transport.get_write_buffer_size() > _MOST_UNREAD:
            self.transport.abort()

    async def receive(self):  # type: ignore[no-untyped-def]  # uvicorn keeps its type to itself
        message = await super().receive()
        self._received = 0
        return message
