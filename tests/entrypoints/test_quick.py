"""What the server answers before there is a task or a message, over the line, is what the framework would."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager

import msgspec
import pytest

from storecast.domains.audience import beats, heartbeats
from storecast.wiring.process import process_of
from tests.domains.conftest import anyone, count_queries, owner  # noqa: F401 - fixtures
from tests.factories.accounts import Member
from tests.factories.channels import channel
from tests.factories.platform import Client
from tests.factories.products import shelf_product
from tests.served import served
from tests.waiting import eventually

Counting = Callable[[], AbstractContextManager[list[str]]]
PATHS = ["playback/lamps", "products/lamps", "lamps/products"]
BEAT = {"eventId": "lamps", "viewerHash": "viewer", "viewHash": "view", "date": "now"}
ALIKE = ("date: ", "x-request-id: ", "access-control-allow-headers", "access-control-allow-methods", "connection: ")
"""How lines begin that differ, or are of preflights alone."""


class Line:
    """Asks over a connection of its own, and tells what was said by the app itself."""

    def __init__(self, client: Client, port: int) -> None:
        self.client = client
        self.port = port
        self.asked_app = 0
        first = client.app.first  # type: ignore[attr-defined]

        async def counted(*how: object) -> object:
            self.asked_app += 1
            return await first(*how)

        client.app.first = counted  # type: ignore[attr-defined]

    async def ask(self, *sent: bytes) -> tuple[str, set[str], bytes]:
        """Status line, headers in any order, and body, of a request that comes in these pieces."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for piece in sent:
            writer.write(piece)
            await writer.drain()
            if len(sent) > 1:
                await asyncio.sleep(0.02)  # else the line makes one of them
        try:
            return await self._answer(reader)
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader) -> tuple[str, set[str], bytes]:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        lines = {line for line in head[1:] if line and not line.lower().startswith(ALIKE)}
        length = next((int(line.split(": ")[1]) for line in lines if line.lower().startswith("content-length")), 0)
        return head[0], lines, await reader.readexactly(length)

    async def by_app(self, *sent: bytes) -> tuple[str, set[str], bytes]:
        """The same without what is quick."""
        app = self.client.app
        kept = app.quick, app.first  # type: ignore[attr-defined]
        app.quick = app.first = None  # type: ignore[attr-defined]
        try:
            return await self.ask(*sent)
        finally:
            app.quick, app.first = kept  # type: ignore[attr-defined]


@pytest.fixture
async def line(owner: Member, anyone: Client, count_queries: Counting) -> AsyncIterator[Line]:  # noqa: F811
    """Every kept answer about the channel is there, and a view goes on."""
    made = await channel(owner.client, slug="lamps")
    await shelf_product(owner.client, made["id"])
    async with served(anyone.app) as port:
        host = {"Host": f"127.0.0.1:{port}"}

        async def no_query() -> bool:
            with count_queries() as queries:
                for path in PATHS:
                    await anyone.get(f"events/{path}", headers=host)
                await anyone.post("events/heartbeat", BEAT)
            return not [query for query in queries if "FROM channels" in query and "viewer_counts" not in query]

        await eventually(no_query)
        yield Line(anyone, port)


def get(line: Line, path: str, *headers: str, method: str = "GET") -> bytes:
    head = [f"{method} /api/v1/events/{path} HTTP/1.1", f"Host: 127.0.0.1:{line.port}", *headers]
    return "\r\n".join([*head, "", ""]).encode()


def post(line: Line, body: object, *headers: str, kind: str = "Content-Type: application/json") -> bytes:
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return get(line, "heartbeat", kind, f"Content-Length: {len(content)}", *headers, method="POST") + content


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers",
    [(), ("Origin: https://shop.example",), ("Cookie: theme=dark",), ("X-Forwarded-Proto: https",), ("accept: */*",)],
    ids=str,
)
async def test_kept_answers_are_those_of_the_framework(line: Line, path: str, headers: tuple[str, ...]) -> None:
    for _ in range(2):  # by https it is kept once it was asked for
        ours, its = await line.ask(get(line, path, *headers)), await line.by_app(get(line, path, *headers))
    assert ours == its
    etag = next(header for header in ours[1] if header.startswith("etag: "))
    fresh = get(line, path, *headers, etag.replace("etag", "If-None-Match"))
    ours, its = await line.ask(fresh), await line.by_app(fresh)
    assert ours[0] == its[0] == "HTTP/1.1 304 Not Modified"
    assert ours[1:] == its[1:]


async def test_the_app_is_not_asked_for_what_is_kept(line: Line) -> None:
    for path in PATHS:
        await line.ask(get(line, path))
    await line.ask(post(line, BEAT))
    assert line.asked_app == 0


@pytest.mark.parametrize(
    ("path", "headers", "method"),
    [
        ("playback/lamps", ("Authorization: Bearer nonsense",), "GET"),
        ("playback/lamps", ("Cookie: storecast_token=nonsense",), "GET"),
        ("playback/lamps", ("Host: elsewhere.test",), "GET"),
        ("playback/lamps", (), "HEAD"),
        ("playback/lamps", (), "OPTIONS"),
        ("playback/lamps", (), "DELETE"),
        ("playback/lamps?x=1", (), "GET"),
        ("playback/lamps/", (), "GET"),
        ("playback/l%61mps", (), "GET"),
        ("playback/vases", (), "GET"),
        ("playback/lamps", ("Content-Length: 3",), "GET"),
    ],
    ids=str,
)
async def test_whatever_is_odd_is_left_to_the_app(line: Line, path: str, headers: tuple[str, ...], method: str) -> None:
    sent = get(line, path, *headers, method=method)
    if "Content-Length: 3" in headers:
        sent += b"abc"
    if method == "HEAD":
        reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
        writer.write(sent)
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        writer.close()
    else:
        ours, its = await line.ask(sent), await line.by_app(sent)
        assert (ours[0], ours[2]) == (its[0], its[2])
    assert line.asked_app > 0 or ours[0] == "HTTP/1.1 400 Bad Request"


@pytest.mark.parametrize(
    "body",
    [
        BEAT,
        {**BEAT, "more": True},
        {**BEAT, "viewHash": "not one!"},
        {**BEAT, "eventId": "vases"},
        {**BEAT, "viewHash": "another"},
        {**BEAT, "date": "x" * 2_000},
        {**BEAT, "date": "\x00"},
        b'{"eventId":"lamps","viewerHash":"viewer","viewHash":"view","date":"now","date":"then"}',
        b"nonsense",
        b"",
        [],
    ],
    ids=lambda body: str(body)[:50],
)
async def test_heartbeats_are_answered_as_by_the_framework(line: Line, body: object) -> None:
    ours, its = await line.ask(post(line, body)), await line.by_app(post(line, body))
    assert ours == its


async def test_a_request_in_pieces_and_many_in_one_are_answered_in_order(line: Line) -> None:
    whole = post(line, BEAT)
    for cut in (10, len(whole) - 60, len(whole) - 1):
        assert (await line.ask(whole[:cut], whole[cut:]))[0] == "HTTP/1.1 200 OK"
    reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
    asked = [get(line, "playback/lamps"), get(line, "playback/none"), whole, get(line, "lamps/products")]
    writer.write(b"".join(asked))
    answers = [await line._answer(reader) for _ in asked]
    writer.close()
    assert [answer[0].split()[1] for answer in answers] == ["200", "404", "200", "200"]
    assert b'"viewers"' in answers[2][2]


async def test_what_it_says_no_with_is_said_as_by_the_framework(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beats, "MOST_WAITING", 0)
    await process_of(line.client.app).heartbeats.stop()  # what waits is written, and nothing afterwards
    ours, its = await line.ask(post(line, BEAT)), await line.by_app(post(line, BEAT))
    assert ours == its
    assert (ours[0].split()[1], "retry-after: 10" in ours[1]) == ("503", True)
    assert line.asked_app == 0
    monkeypatch.setattr(heartbeats, "HEARTBEATS", "0/minute")
    ours, its = await line.ask(post(line, BEAT)), await line.by_app(post(line, BEAT))
    assert (ours[0], ours[0].split()[1]) == (its[0], "429")


async def test_kept_connections_are_closed_when_nothing_comes(line: Line) -> None:
    """A quick answer leaves its connection as any other does."""
    reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
    for _ in range(3):
        writer.write(get(line, "playback/lamps"))
        await line._answer(reader)
    writer.write(get(line, "playback/lamps", "Connection: close"))
    assert (await line._answer(reader))[0] == "HTTP/1.1 200 OK"
    assert await reader.read() == b""
    writer.close()
