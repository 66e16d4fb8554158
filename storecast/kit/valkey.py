"""Valkey, or Redis, by `STORECAST_VALKEY_URL`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a twentieth of the API's start, which installations without Valkey need not spend
    from valkey.asyncio import ConnectionPool

VALKEY_TIMEOUT = 1.0  # seconds; a request waits no longer for its limit


def valkey_pool(url: str) -> "ConnectionPool":
    """Connects on first use. Raises ValueError when `url` is none of Valkey's or Redis's."""
    from valkey.asyncio import ConnectionPool

    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in ("valkey", "valkeys", "redis", "rediss"):
        raise ValueError("STORECAST_VALKEY_URL: must start with valkey://, valkeys://, redis:// or rediss://")
    return ConnectionPool.from_url(
        f"{scheme.replace('redis', 'valkey')}://{rest}",
        socket_timeout=VALKEY_TIMEOUT,
        socket_connect_timeout=VALKEY_TIMEOUT,
    )
