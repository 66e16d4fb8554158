"""What a process says from outside."""

import re

import httpx

from storecast.kit.settings import Settings

_RECEIVED = re.compile(r"^storecast_broadcast_rtmp_received_bytes_total (\d+)", re.MULTILINE)


def http_of(settings: Settings) -> httpx.AsyncClient:
    """A client whose connections serve one request each: one that rests may be closed as it is used again."""
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.broadcast_port}", timeout=60, limits=limits)


async def taken(http: httpx.AsyncClient) -> int:
    """Bytes it has taken from publishers and dealt with."""
    found = _RECEIVED.search((await http.get("/metrics")).text)
    assert found
    return int(found[1])
