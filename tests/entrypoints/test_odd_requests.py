"""Requests nobody's program should send, over the line itself: each is refused in the API's words, never with a 500."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from storecast.entrypoints.api import create_routes
from storecast.kit import bounded_http
from tests.factories.accounts import member
from tests.factories.platform import Client, running_app, settings_for
from tests.served import answer_to, served

HOSTS = [
    b"a:99999", b"a:65536", b"a:x", b"a:-1", b"a b", b"a/b", b"a@b", b"a?b", b"a#b", b"a\\b", b"", b"[::1", b"::1",
    b"[x]", b"\xc3\xa9", b"%41", b"a,b", b"a" * 301, b"a:80:80", b"<script>", b"a\tb", b"[::1]x",
]  # fmt: skip
TARGETS = [
    b"/%zz", b"/%", b"/%ff%fe", b"/%00", b"/api/v1/events/%00", b"/api/v1/events/%2e%2e%2f",
    b"/api/v1/events/playback/\\", b"//", b"//api/v1", b"/api//v1", b"/api/v1/events/playback/" + b"a" * 30_000,
    b"/?" + b"a=b&" * 10_000, b"/api/v1/events?page=" + b"9" * 10_000, b"/api/v1/events?page=\xff",
    b"/api/v1/oauth/authorize?client_id=%ed%a0%80", b"/api/v1/profile/products/" + b"9" * 5_000, b"/files/images/%00",
    b"/files/images/../../etc/passwd", b"/assets/%00", b"/watch/%ff", b"/studio/%00", b"/schema/openapi.json%00",
    b"/api/v1/profile/exports/a/file?expires=1e9&signature=%00", b"http://shop.test/api/v1/nowhere",
    b"http://other.test:1/api/v1/nowhere", b"/;", b"/api/v1;a=b",
]  # fmt: skip
BODIES = [
    b"", b"{", b"\xff", b"null", b"[" * 100_000, b'{"a":' * 50_000, b'{"full_name": "\\ud800"}',
    b'{"full_name": "\\udfff\\ud800"}', b'{"full_name": "\xed\xa0\x80"}', b'{"full_name": 1e999}',
    b'{"full_name": ' + b"9" * 100_000 + b"}", b'{"full_name": "\\u0000"}', b'\xef\xbb\xbf{"full_name": "a"}',
    b'{"full_name": NaN}', b'{"a": 1, "a": 2}', b'{"full_name": "a", "phone": "' + b"+" * 50 + b'"}',
    '{"full_name": "a"}'.encode("utf-16"),
]  # fmt: skip
HEADERS = [
    b"Authorization: Bearer \xff", b"Authorization: Bearer " + b"a." * 20_000, b"Authorization: Basic =",
    b"Cookie: \xff=\xff;;=", b"Accept: \xff", b"Accept-Language: \xff;q=\xff", b"Accept-Encoding: \xff",
    b"Range: bytes=\xff", b"If-None-Match: \xff", b"Idempotency-Key: \xff", b"Origin: \xff", b"Content-Type: \xff",
    b"Content-Type: multipart/form-data; boundary=\xff", b"Content-Type: application/json; charset=\xff",
    b"Content-Encoding: gzip", b"X-Forwarded-For: \xff", b"X-Request-Id: \xff", b"X-Forwarded-Proto: \xff",
    b"User-Agent: \xff", b"Upgrade: websocket\r\nConnection: upgrade", b"Expect: nonsense",
    b"Upgrade: h2c\r\nConnection: upgrade, http2-settings", b"Sec-Fetch-Site: \xff",
]  # fmt: skip


@pytest.fixture
async def anyone(tmp_path: Path, database_url: str) -> AsyncIterator[Client]:
    async with running_app(settings_for(tmp_path, database_url)) as client:
        yield client


@pytest.fixture
async def port(anyone: Client) -> AsyncIterator[int]:
    async with served(anyone.app) as port:
        yield port


async def status_of(port: int, request: bytes) -> int:
    """Of an answer that is one of ours: no 5xx, and whatever is refused wears the envelope, or is a page."""
    answer = await answer_to(port, request)
    head, _, body = answer.partition(b"\r\n\r\n")
    status = int(head.split()[1])
    assert status < 500, answer[:500]
    if status >= 400 and b"text/html" not in head:
        assert b'{"error":{"code":%d,' % status in body, (request[:300], answer)
    return status


def get(target: bytes, *headers: bytes, host: bytes = b"shop.test") -> bytes:
    return b"\r\n".join([b"GET " + target + b" HTTP/1.1", b"Host: " + host, b"Connection: close", *headers, b"", b""])


@pytest.mark.parametrize("target", [b"/api/v1", b"/api/v1/events", b"/api/v1/nowhere", b"/watch/a", b"/"])
async def test_a_host_that_is_none_is_a_bad_request(port: int, target: bytes) -> None:
    """saleor, mastodon and others: the framework's own address of the request fails where somebody looks at it."""
    for host in HOSTS:
        assert await status_of(port, get(target, host=host)) == 400, host
    for host in (
        b"shop.test",
        b"shop.test:8000",
        b"SHOP.test.",
        b"my_shop:80",
        b"[::1]:8000",
        b"127.0.0.1",
        b"a:65535",
    ):
        assert await status_of(port, get(target, host=host)) != 400, host


async def test_there_is_one_host(port: int) -> None:
    assert await status_of(port, b"GET /api/v1 HTTP/1.1\r\nConnection: close\r\n\r\n") == 400
    assert await status_of(port, get(b"/api/v1", b"Host: other.test")) == 400
    assert await status_of(port, b"GET /api/v1 HTTP/1.0\r\n\r\n") == 200


@pytest.mark.parametrize("target", [b"*", b"shop.test:80", b"?a", b"http://", b"api/v1"])
@pytest.mark.parametrize("method", [b"GET", b"OPTIONS"])
async def test_a_target_that_is_no_path_is_a_bad_request(port: int, method: bytes, target: bytes) -> None:
    request = method + b" " + target + b" HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n"
    assert await status_of(port, request) == 400


async def test_a_whole_address_is_as_good_as_its_path(port: int) -> None:
    assert await status_of(port, get(b"http://shop.test/api/v1")) == 200


async def test_odd_targets_are_answered(port: int) -> None:
    for target in TARGETS:
        await status_of(port, get(target))


async def test_odd_headers_are_answered(port: int) -> None:
    for header in HEADERS:
        for target in (
            b"/api/v1",
            b"/api/v1/profile",
            b"/api/v1/events/playback/nosuch",
            b"/watch/a",
            b"/files/defaults/a",
        ):
            await status_of(port, get(target, header))
    assert await status_of(port, get(b"/api/v1", *(b"X-%d: a" % n for n in range(3_000)))) == 200


@pytest.mark.parametrize(
    "kind", ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/csv"]
)
async def test_odd_bodies_are_refused(port: int, anyone: Client, kind: str) -> None:
    owner = await member(anyone)
    token = owner.client._http.headers["Authorization"]
    for body in BODIES:
        head = (
            f"POST /api/v1/profile HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\nAuthorization: {token}\r\n"
            f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        assert await status_of(port, head.encode() + body) in (413, 415, 422), body[:40]


async def test_half_a_body_ends_without_a_word_in_the_log(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_http, "BODY_SECONDS", 0.1)
    with capture_logs() as logs:
        for path in ("api/v1/auth/login", "api/v1/events/heartbeat", "internal/realtime/enter", "api/v1/oauth/token"):
            request = f"POST /{path} HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 9\r\n\r\n{{"
            assert await status_of(port, request.encode()) == 408
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request.encode())
            await writer.drain()
            writer.close()  # a visitor who goes away
            await writer.wait_closed()
        assert await status_of(port, get(b"/api/v1")) == 200
    assert logs == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "profile/products/create"),
        ("POST", "profile"),
        ("PUT", "events/a"),
        ("POST", "messages/guest"),
        ("POST", "events/a/products/add"),
    ],
)
@pytest.mark.parametrize("size", ["Content-Length: 30000000", "Transfer-Encoding: chunked"])
async def test_a_body_is_not_read_for_who_sends_no_token(
    port: int, monkeypatch: pytest.MonkeyPatch, method: str, path: str, size: str
) -> None:
    """Nothing of it comes, and nobody waits for it."""
    monkeypatch.setattr(bounded_http, "ANSWERED_SECONDS", 0.1)
    request = f"{method} /api/v1/{path} HTTP/1.1\r\nHost: shop.test\r\nContent-Type: application/json\r\n{size}\r\n\r\n"
    assert await status_of(port, request.encode()) == 401
    request = request.replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n")
    assert await status_of(port, request.encode()) == 401  # and it is not asked for


def paths() -> list[tuple[str, set[str]]]:
    """Every path with all its methods."""
    found: dict[str, set[str]] = {}
    for route in create_routes().routes:
        found.setdefault(route.path_format or "/", set()).update(getattr(route, "methods", ()))
    return [(path, methods | ({"HEAD"} if "GET" in methods else set())) for path, methods in found.items()]


async def test_options_and_refused_methods_name_every_method_of_the_path(anyone: Client) -> None:
    for path, methods in paths():
        address = path.replace("{product_id}", "1").replace("{variant_id}", "1").replace("{", "").replace("}", "")
        answer = await anyone.call("OPTIONS", address)
        assert (answer.status_code, set(answer.headers["allow"].split(", "))) == (204, methods), path
        refused = await anyone.call("TRACE", address)
        assert (refused.status_code, set(refused.headers["allow"].split(", "))) == (405, methods), path
