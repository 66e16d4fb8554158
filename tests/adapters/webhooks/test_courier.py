"""Where a request goes, and where it does not, whatever names and environment say."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpcore
import pytest
import trustme

from storecast.adapters.webhooks.courier import Answer, Courier, Failure
from tests.factories.webhooks import Receiver, answer

NOW = datetime(2026, 11, 15, 12, tzinfo=UTC)


@pytest.fixture
async def outside() -> AsyncIterator[Courier]:
    courier = Courier(private=False)
    yield courier
    await courier.close()


@pytest.fixture
async def inside() -> AsyncIterator[Courier]:
    courier = Courier(private=True)
    yield courier
    await courier.close()


async def post(courier: Courier, url: str) -> Answer:
    return await courier.post(url, b"{}", {"content-type": "application/json"}, NOW)


def resolve_to(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Have names stand for other addresses each time they are asked for; the names asked for."""
    asked: list[str] = []
    left = list(answers)

    async def getaddrinfo(host: str, port: int, **_: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        asked.append(host)
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "[::ffff:127.0.0.1]"])
async def test_this_machine_is_not_reached_by_whatever_name(outside: Courier, host: str) -> None:
    receiver = Receiver()
    async with receiver.up():
        seen = await post(outside, f"http://{host}:{receiver.port}/in")
    assert (seen.failure, seen.status, receiver.connections) == (Failure.PRIVATE, None, 0)


async def test_a_name_that_turns_private_after_it_was_looked_at_is_not_followed(
    outside: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """liwala/ay-framework 301: what is looked at is what is connected to; it is asked for once a connection."""
    receiver = Receiver()
    async with receiver.up():
        asked = resolve_to(monkeypatch, ["127.0.0.1"])
        seen = await post(outside, f"http://rebound.shop.test:{receiver.port}/in")
    assert (seen.failure, receiver.connections, asked) == (Failure.PRIVATE, 0, ["rebound.shop.test"])


async def test_of_a_names_addresses_only_public_ones_are_tried(
    outside: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver = Receiver()
    tried: list[str] = []

    async def connect(_: object, host: str, *__: object) -> object:
        tried.append(host)
        raise httpcore.ConnectError

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect)
    resolve_to(monkeypatch, ["127.0.0.1", "93.184.215.14", "10.0.0.1", "93.184.215.15"])
    seen = await post(outside, f"http://mixed.shop.test:{receiver.port}/in")
    assert (seen.failure, tried) == (Failure.UNREACHABLE, ["93.184.215.14", "93.184.215.15"])


async def test_where_private_networks_are_allowed_they_are_reached(inside: Courier) -> None:
    receiver = Receiver(otherwise=answer(202, "thanks"))
    async with receiver.up():
        seen = await post(inside, receiver.url)
    assert (seen.failure, seen.status, seen.text) == (None, 202, "thanks")


async def test_no_proxy_of_the_environment_is_asked(inside: Courier, monkeypatch: pytest.MonkeyPatch) -> None:
    receiver, proxy = Receiver(), Receiver()
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    async with receiver.up(), proxy.up():
        await post(inside, receiver.url)
    assert (len(receiver.received), proxy.connections) == (1, 0)


async def test_what_speaks_no_http_has_failed(inside: Courier) -> None:
    for said in (b"220 mail.shop.test ESMTP\r\n", b"", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"):
        receiver = Receiver(otherwise=said)
        async with receiver.up():
            assert (await post(inside, receiver.url)).failure is Failure.UNREACHABLE
    assert (await post(inside, receiver.url)).failure is Failure.UNREACHABLE, "nobody is there"


async def test_a_name_that_nobody_has_is_no_mistake_of_ours(inside: Courier, monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    assert (await post(inside, "https://nobody..shop.test/")).failure is Failure.UNREACHABLE
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    assert (await post(inside, "https://nobody.shop.test/")).failure is Failure.UNREACHABLE


async def test_a_receiver_shows_the_certificate_of_its_name(inside: Courier, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is held against it, though it is an address that is connected to."""
    authority, stranger = trustme.CA(), trustme.CA()
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    monkeypatch.setattr(httpcore, "default_ssl_context", lambda: trusting)
    resolve_to(monkeypatch, ["127.0.0.1"])
    for issuer, name, failure in (
        (authority, "hooks.shop.test", None),
        (authority, "other.shop.test", Failure.CERTIFICATE),
        (stranger, "hooks.shop.test", Failure.CERTIFICATE),
    ):
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        issuer.issue_cert(name).configure_cert(tls)
        receiver = Receiver()
        async with receiver.up(tls):
            seen = await post(inside, f"https://hooks.shop.test:{receiver.port}/in")
        assert (seen.failure, len(receiver.received)) == (failure, 0 if failure else 1)
