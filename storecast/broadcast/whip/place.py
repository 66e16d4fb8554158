"""Where a publisher's packets come in: a UDP port of a range, at addresses of ours."""

import asyncio
import random
import socket
from collections.abc import Sequence

from aioice.candidate import Candidate, candidate_foundation, candidate_priority
from aioice.ice import Connection, StunProtocol, get_host_addresses

_ANY = ("", "0.0.0.0", "::")  # noqa: S104
_KERNEL_BYTES = 2 * 1024 * 1024  # of packets that wait for us: a keyframe comes at once


class NoPort(OSError):
    """All of the range are taken."""


class Place:
    """`host` is the address to listen at, `announced` the one publishers are told where that is another (NAT)."""

    def __init__(self, host: str, announced: str, ports: tuple[int, int]) -> None:
        self.host = host
        self.announced = announced
        self._ports = ports

    def addresses(self) -> Sequence[str]:
        if self.announced:
            return ["::" if ":" in self.announced else "0.0.0.0"]  # noqa: S104
        return get_host_addresses(use_ipv4=True, use_ipv6=True) if self.host in _ANY else [self.host]

    async def listen(self, connection: Connection, address: str) -> StunProtocol:
        """At a port that is free. Raises `NoPort`."""
        first, last = self._ports
        loop = asyncio.get_running_loop()
        for port in random.sample(range(first, last + 1), last - first + 1):
            try:
                transport, protocol = await loop.create_datagram_endpoint(
                    lambda: StunProtocol(connection), local_addr=(address, port)
                )
            except OSError:
                continue
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _KERNEL_BYTES)
            return protocol
        raise NoPort(f"no UDP port from {first} to {last} is free at {address}")


class PlacedConnection(Connection):
    """aioice's, which by itself takes any port and tells the addresses it listens at."""

    place: Place

    async def get_component_candidates(
        self,
        component: int,
        addresses: list[str],
        timeout: int = 5,
    ) -> list[Candidate]:
        found = []
        for address in self.place.addresses():
            protocol = await self.place.listen(self, address)
            host, port = protocol.transport.get_extra_info("sockname")[:2]
            told = self.place.announced or host
            protocol.local_candidate = Candidate(
                foundation=candidate_foundation("host", "udp", told),
                component=component,
                transport="udp",
                priority=candidate_priority(component, "host"),
                host=told,
                port=port,
                type="host",
            )
            self._protocols.append(protocol)
            found.append(protocol.local_candidate)
        return found
