"""What a process says from outside."""

import re

import httpx

_RECEIVED = re.compile(r"^storecast_broadcast_rtmp_received_bytes_total (\d+)", re.MULTILINE)


async def taken(http: httpx.AsyncClient) -> int:
    """Bytes it has taken from publishers and dealt with."""
    found = _RECEIVED.search((await http.get("/metrics")).text)
    assert found
    return int(found[1])
