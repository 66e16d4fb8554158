"""Addresses and networks."""

import ipaddress
from functools import lru_cache


@lru_cache(4096)
def network(address: str) -> str:
    """What one customer of a provider has: an IPv4 address, or a /64 of IPv6 (RFC 6177)."""
    if ":" not in address:
        return address
    return str(ipaddress.IPv6Network((address.partition("%")[0], 64), strict=False))
