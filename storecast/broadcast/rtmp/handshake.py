"""The RTMP handshake, server side: the plain one of the standard and the digest one that Flash brought.

The digest handshake is not in Adobe's paper; the keys and offsets are what every implementation uses.
"""

import hashlib
import hmac
import os
import struct

VERSION = 3
PACKET = 1536  # bytes of C1, C2, S1 and S2 each
HELLO = 1 + PACKET  # C0 and C1

_DIGEST = 32
_PLAYER_KEY = b"Genuine Adobe Flash Player 001"
_SERVER_KEY = b"Genuine Adobe Flash Media Server 001"
_SALT = bytes.fromhex("f0eec24a8068bee82e00d0d1029e7e576eec5d2d29806fab93b8e636cfeb31ae")
_SERVER_VERSION = bytes((4, 5, 0, 1))
_BASES = (8, 772)  # where the four offset bytes stand in either scheme


class HandshakeError(ValueError):
    """The first bytes are not RTMP."""


def answer(hello: bytes) -> bytes:
    """S0, S1 and S2 for a client's C0 and C1 (`HELLO` bytes). Raises `HandshakeError`."""
    if hello[0] != VERSION:
        raise HandshakeError(f"version {hello[0]}")
    c1 = hello[1:HELLO]
    digest = _client_digest(c1) if c1[4:8] != b"\x00\x00\x00\x00" else None
    if digest is None:
        return bytes((VERSION,)) + struct.pack(">II", 0, 0) + os.urandom(PACKET - 8) + c1
    return bytes((VERSION,)) + _signed_s1() + _signed_s2(digest)


def digest_at(packet: bytes, base: int) -> int:
    """Where the digest stands in a C1 or S1 of the scheme whose offset bytes start at `base`."""
    return sum(packet[base : base + 4]) % 728 + base + 4


def packet_digest(packet: bytes, at: int, key: bytes) -> bytes:
    """HMAC-SHA256 of the packet without the digest itself."""
    return hmac.new(key, packet[:at] + packet[at + _DIGEST :], hashlib.sha256).digest()


def _client_digest(c1: bytes) -> bytes | None:
    for base in _BASES:
        at = digest_at(c1, base)
        found = c1[at : at + _DIGEST]
        if hmac.compare_digest(found, packet_digest(c1, at, _PLAYER_KEY)):
            return found
    return None


def _signed_s1() -> bytes:
    s1 = bytearray(struct.pack(">I", 0) + _SERVER_VERSION + os.urandom(PACKET - 8))
    at = digest_at(bytes(s1), _BASES[0])
    s1[at : at + _DIGEST] = packet_digest(bytes(s1), at, _SERVER_KEY)
    return bytes(s1)


def _signed_s2(client_digest: bytes) -> bytes:
    key = hmac.new(_SERVER_KEY + _SALT, client_digest, hashlib.sha256).digest()
    body = os.urandom(PACKET - _DIGEST)
    return body + hmac.new(key, body, hashlib.sha256).digest()
