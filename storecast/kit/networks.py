"""Who is at the other end: the caller's address behind proxies, and the network that limits count by."""

import re
import socket
from contextlib import suppress
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

KEPT = 8192  # addresses whose reading is remembered
LONGEST_HOP = 64  # characters; an IPv6 address in full with its zone and port is shorter
MOST_HOPS = 16

# What leads through a translator or relay to the IPv4 address it ends with (RFC 6052), or has in it (RFC 3056).
_TRANSLATED = IPv6Network("64:ff9b::/96")
# Not everybody's, though Python's list of what is global says no word of them, or says otherwise in some releases:
# local translators (RFC 8215), IPv4 in IPv6 as of old, relays of 6to4, and what protocols have for themselves.
_NOBODYS = tuple(
    ip_network(listed) for listed in ("64:ff9b:1::/48", "::/96", "2001::/23", "192.0.0.0/24", "192.88.99.0/24")
)

_WITH_PORT = re.compile(r"\[([^]]+)\](?::\d{1,5})?|([\d.]+):\d{1,5}")


@lru_cache(KEPT)
def network(address: str) -> str:
    """What one customer of a provider has: an IPv4 address, or a /64 of IPv6 (RFC 6177). No address is itself."""
    found = _address(address)
    if isinstance(found, IPv6Address):
        return str(IPv6Network((found, 64), strict=False))
    return address if found is None else str(found)


@lru_cache(KEPT)
def wide_network(address: str) -> str:
    """What somebody has who has many networks: 256 addresses of IPv4, or a /48 of IPv6 (RFC 6177)."""
    found = _address(address)
    if found is None:
        return address
    return str(ip_network((found, 48 if isinstance(found, IPv6Address) else 24), strict=False))


def is_public(address: str) -> bool:
    """Whether whoever is at this address is to be found there by everybody: neither in a network of ours, nor us.

    An IPv6 address that leads to one of IPv4 is what that one is.
    """
    found = _address(address)
    if isinstance(found, IPv6Address):
        if found in _TRANSLATED:
            found = IPv4Address(int(found) & 0xFFFF_FFFF)
        elif found.sixtofour is not None:
            found = found.sixtofour
    if found is None or any(found in network for network in _NOBODYS if network.version == found.version):
        return False
    odd = found.is_multicast or found.is_reserved or found.is_unspecified or getattr(found, "is_site_local", False)
    return found.is_global and not odd


def is_ours(host: str) -> bool:
    """Whether what stands in an address leads into a network of ours, as far as it says: names are looked up later."""
    host = host.removesuffix(".")
    with suppress(OSError):
        host = socket.inet_ntoa(socket.inet_aton(host))  # of 2130706433, 0x7f.1 and 127.1, as C reads them
    try:
        ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return not is_public(host)


class TrustedProxies:
    """The proxies that are believed when they say for whom they ask."""

    def __init__(self, listed: str) -> None:
        """Of addresses and networks, separated by commas. Raises ValueError for anything else, and for everybody."""
        self._networks = [_listed(entry.strip()) for entry in listed.split(",") if entry.strip()]
        self.is_trusted = lru_cache(KEPT)(self._is_trusted)
        self._known = lru_cache(KEPT)(self._caller)

    def caller(self, peer: str, forwarded_for: str | None) -> str:
        """The caller's address, where `peer` is the other end of the connection.

        Each proxy appends to X-Forwarded-For whom it was asked by, so the list is read from its end, and only as far
        as trusted proxies wrote it: what stands before is whatever the caller sent. A hop that is no address ends it,
        too, and then the proxy that named it counts as the caller.
        """
        said = forwarded_for or ""
        return (self._known if len(said) <= LONGEST_HOP else self._caller)(peer, said)

    def _caller(self, peer: str, said: str) -> str:
        found = _address(peer)
        nearest = peer if found is None else str(found)
        for hop in reversed(said.rsplit(",", MOST_HOPS)):
            if not self.is_trusted(nearest) or (found := _hop(hop)) is None:
                break
            nearest = str(found)
        return nearest

    def _is_trusted(self, address: str) -> bool:
        found = _address(address)
        return found is not None and any(found in trusted for trusted in self._networks)


@lru_cache(KEPT)
def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Without its zone, and IPv4 where IPv6 only carries it, as on sockets that take both."""
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        return found.ipv4_mapped
    return found


def _hop(text: str) -> IPv4Address | IPv6Address | None:
    """Some proxies write ports, too: `192.0.2.1:5678`, `[2001:db8::1]:80`."""
    text = text.strip()
    if len(text) > LONGEST_HOP:
        return None
    found = _WITH_PORT.fullmatch(text)
    return _address((found[1] or found[2]) if found else text)


def _listed(entry: str) -> IPv4Network | IPv6Network:
    trusted = ip_network(_address(entry) or entry)
    if trusted.prefixlen == 0:
        raise ValueError(f"{entry} is everybody: whoever calls could say to be anybody")
    return trusted
