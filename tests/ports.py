"""Ports for servers of tests."""

import random
import socket

# Below the range from which the system gives ports to outgoing connections: those could take one before its server.
LOWEST, HIGHEST = 15_000, 32_000
_next = random.randrange(LOWEST, HIGHEST)


def free_ports(count: int) -> list[int]:
    """Ports nobody listens at, each given once in a test process."""
    return [free_port() for _ in range(count)]


def free_port() -> int:
    global _next
    while True:
        _next = _next + 1 if _next < HIGHEST else LOWEST
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", _next))
            except OSError:
                continue
        return _next
