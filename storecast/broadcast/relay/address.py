"""Where a target leads: looked up anew for each connection, and connected to by the address that was looked at.

So no name can be public when it is saved and one of ours when it is called (DNS rebinding).
"""

import asyncio
import socket
from typing import cast
from urllib.parse import urlsplit

from msgspec import Struct

from storecast.kit.networks import is_public

CONNECT_SECONDS = 10.0
SEND_BUFFER = 256 * 1024  # bytes the system keeps for a target: what it does not take shows soon
_UNANSWERED_MS = 20_000  # then the host is gone (TCP_USER_TIMEOUT, RFC 5482); a program that stands still is sooner
_PORTS = {"rtmp": 1935, "rtmps": 443}


class PrivateAddress(Exception):
    """It leads into a network of ours."""


class Place(Struct, frozen=True):
    host: str
    port: int
    app: str  # RTMP's application, the path of the address
    secure: bool


def place(url: str) -> Place:
    """Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("not an RTMP address")
    return Place(parts.hostname, parts.port or _PORTS[parts.scheme], parts.path.strip("/"), parts.scheme == "rtmps")


async def connected(where: Place, *, private: bool) -> socket.socket:
    """Raises `PrivateAddress`, OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM)
    allowed = [each for each in found if private or is_public(cast(str, each[4][0]))]
    if not allowed:
        raise PrivateAddress(where.host)
    refused: Exception = OSError("no address")
    for family, kind, protocol, _, address in allowed:
        opened = socket.socket(family, kind, protocol)
        try:
            opened.setblocking(False)
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if hasattr(socket, "TCP_USER_TIMEOUT"):
                opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNANSWERED_MS)
            await asyncio.wait_for(loop.sock_connect(opened, address), CONNECT_SECONDS)
        except (OSError, TimeoutError) as error:
            opened.close()
            refused = error
        except BaseException:
            opened.close()
            raise
        else:
            return opened
    raise refused
