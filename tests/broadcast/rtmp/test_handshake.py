import hashlib
import hmac
import os
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storecast.broadcast.rtmp.handshake import HELLO, PACKET, HandshakeError, answer

# What Flash's clients and servers sign with; the last 32 bytes only for second packets.
PLAYER_KEY = b"Genuine Adobe Flash Player 001"
SERVER_KEY = b"Genuine Adobe Flash Media Server 001"
SALT = bytes.fromhex("f0eec24a8068bee82e00d0d1029e7e576eec5d2d29806fab93b8e636cfeb31ae")


def digest_place(packet: bytes, scheme: int) -> int:
    offsets = packet[8:12] if scheme == 0 else packet[772:776]
    return sum(offsets) % 728 + (12 if scheme == 0 else 776)


def signed(packet: bytes, scheme: int, key: bytes) -> tuple[bytes, bytes]:
    at = digest_place(packet, scheme)
    digest = hmac.new(key, packet[:at] + packet[at + 32 :], hashlib.sha256).digest()
    return packet[:at] + digest + packet[at + 32 :], digest


@given(st.binary(min_size=PACKET - 8, max_size=PACKET - 8))
def test_a_plain_hello_is_echoed(noise: bytes) -> None:
    c1 = struct.pack(">II", 12345, 0) + noise
    reply = answer(b"\x03" + c1)
    assert len(reply) == HELLO + PACKET
    assert reply[0] == 3
    assert reply[5:9] == bytes(4)
    assert reply[HELLO:] == c1


@pytest.mark.parametrize("scheme", [0, 1])
@given(noise=st.binary(min_size=PACKET - 8, max_size=PACKET - 8))
def test_a_signed_hello_gets_signed_answers(scheme: int, noise: bytes) -> None:
    c1, digest = signed(struct.pack(">I4B", 1, 9, 0, 124, 2) + noise, scheme, PLAYER_KEY)
    reply = answer(b"\x03" + c1)
    s1, s2 = reply[1:HELLO], reply[HELLO:]
    assert signed(s1, 0, SERVER_KEY)[0] == s1
    key = hmac.new(SERVER_KEY + SALT, digest, hashlib.sha256).digest()
    assert s2[-32:] == hmac.new(key, s2[:-32], hashlib.sha256).digest()


def test_a_hello_that_only_claims_to_be_signed_is_echoed() -> None:
    c1 = struct.pack(">I4B", 1, 9, 0, 124, 2) + os.urandom(PACKET - 8)
    assert answer(b"\x03" + c1)[HELLO:] == c1


@pytest.mark.parametrize("version", [0, 2, 6, 71, 255])
def test_other_versions_are_refused(version: int) -> None:
    with pytest.raises(HandshakeError, match=str(version)):
        answer(bytes((version,)) + bytes(PACKET))
