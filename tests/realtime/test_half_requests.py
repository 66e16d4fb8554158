"""Half a handshake does not stay, and what is none harms nobody."""

import asyncio

import pytest

from storecast.realtime import server
from tests.served import answer_to


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HANDSHAKE_SECONDS", 0.2)


@pytest.mark.parametrize("half", [b"", b"G", b"GET /?token=a HTTP/1.1\r\nHost: a\r\n", b"\x16\x03\x01\x02"])
async def test_half_a_handshake_is_given_up(port: int, half: bytes) -> None:
    assert b"101" not in await answer_to(port, half)
    assert b"200" in await answer_to(port, b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n")


async def test_headers_without_end_are_given_up(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X-A: b\r\n" * 20_000)
    try:
        assert b"101" not in await reader.read()
    except ConnectionResetError:
        pass
    finally:
        writer.close()


@pytest.mark.parametrize("host", [b"a:99999", b"\xff", b"", b"a b"])
async def test_odd_hosts_and_tokens_are_refused_or_taken(port: int, host: bytes) -> None:
    for target in (
        b"/health/live",
        b"/?token=%ff%00",
        b"/%zz",
        b"http://a:99999/",
        b"//",
        b"/ws?" + b"token=a&" * 1_000,
    ):
        request = b"GET " + target + b" HTTP/1.1\r\nHost: " + host + b"\r\n\r\n"
        assert b" 500 " not in (await answer_to(port, request))[:20]
    assert b"200" in await answer_to(port, b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n")
