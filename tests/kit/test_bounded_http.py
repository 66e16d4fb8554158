"""What a server does with half a request, with none, and with who does not read its answer."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import pytest

from storecast.kit import bounded_http
from tests.served import answer_to, served
from tests.waiting import eventually

Scope = dict[str, object]
WHOLE = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"


class App:
    """Answers with the body it was sent, and remembers how requests ended."""

    def __init__(self) -> None:
        self.disconnected = 0
        self.answer = b""
        self.reads = True  # else it answers before it does

    async def __call__(self, scope: Scope, receive: Callable, send: Callable) -> None:  # type: ignore[type-arg]
        body = b""
        while self.reads:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.disconnected += 1
                return
            body += message["body"]
            if not message["more_body"]:
                break
        body = self.answer or body
        headers = [(b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": True})
        await send({"type": "http.response.body"})  # waits until the line takes more
        self.answer = b""


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
async def port(app: App, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    for name in ("HEAD_SECONDS", "BODY_SECONDS", "ANSWERED_SECONDS", "STALLED_SECONDS"):
        monkeypatch.setattr(bounded_http, name, 0.2)
    async with served(app) as port:
        yield port


def refused(answer: bytes) -> int:
    head, _, body = answer.partition(b"\r\n\r\n")
    status = int(head.split()[1])
    assert json.loads(body)["error"]["code"] == status
    assert b"connection: close" in head
    return status


@pytest.mark.parametrize("half", [b"G", b"GET / HTTP/1.1\r\nHost: a", b"GET / HTTP/1.1\r\nHost: a\r\n"])
async def test_half_a_head_is_given_up(port: int, half: bytes) -> None:
    assert refused(await answer_to(port, half)) == 408


async def test_who_says_nothing_is_told_nothing(port: int) -> None:
    """haproxy/haproxy: a 408 to a connection made beforehand answers what a browser asks on it next."""
    assert await answer_to(port) == b""


@pytest.mark.parametrize("how", [b"Content-Length: 500", b"Transfer-Encoding: chunked"])
async def test_half_a_body_is_given_up_and_the_app_is_told(port: int, app: App, how: bytes) -> None:
    assert refused(await answer_to(port, b"POST / HTTP/1.1\r\nHost: a\r\n" + how + b"\r\n\r\n5\r\nhello")) == 408
    await eventually(lambda: app.disconnected == 1)


async def answer_to_dribbling(port: int, sent: bytes, drop: bytes = b"x") -> bytes:
    """What comes until the server hangs up, by when it takes no more."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)

    async def dribble() -> None:
        while True:
            writer.write(drop)
            await asyncio.sleep(0.01)

    dribbling, answer = asyncio.create_task(dribble()), b""
    try:
        async with asyncio.timeout(20):
            while more := await reader.read(4096):
                answer += more
    except ConnectionResetError:
        pass  # what it sent after our last word met a closed door, and may take the word along
    finally:
        dribbling.cancel()
    writer.close()
    return answer


async def test_dribbling_helps_nobody(port: int) -> None:
    answer = await answer_to_dribbling(port, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
    assert not answer or refused(answer) == 408


async def test_a_body_that_keeps_coming_is_waited_for(port: int, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_http, "BODY_SECONDS", 0.5)
    monkeypatch.setattr(bounded_http, "BODY_RATE", 10.0)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 600\r\nConnection: close\r\n\r\n")
    for _ in range(60):
        writer.write(b"x" * 10)
        await asyncio.sleep(0.02)
    answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"x" * 600)
    writer.close()


@pytest.mark.parametrize("how", [b"Content-Length: 200000", b"Transfer-Encoding: chunked"])
async def test_what_came_at_once_buys_no_time_for_the_rest(port: int, app: App, how: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n" + how + b"\r\n\r\n")
    assert b" 100 " in await reader.readuntil(b"\r\n\r\n")
    writer.write(b"186A0\r\n" + b"x" * 100_000 + b"\r\n")
    try:
        async with asyncio.timeout(20):
            assert refused(await reader.read()) == 408
    finally:
        writer.close()
    await eventually(lambda: app.disconnected == 1)


async def test_a_body_has_an_end(port: int, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_http, "LONGEST_BODY", 0.5)
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n"
    answer = await answer_to_dribbling(port, head, b"x" * 1000)
    assert not answer or refused(answer) == 408
    await eventually(lambda: app.disconnected == 1)


async def test_the_rest_of_an_answered_request_is_not_waited_for(port: int, app: App) -> None:
    app.reads, app.answer = False, b"no"
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n"
    answer = await answer_to_dribbling(port, head, b"x" * 1000)
    assert answer.endswith(b"\r\n\r\nno")


async def test_a_connection_goes_on_once_the_rest_came(port: int, app: App) -> None:
    app.reads, app.answer = False, b"early"
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(WHOLE[:-2])
    assert (await reader.readuntil(b"early")).startswith(b"HTTP/1.1 200")
    app.reads = True
    writer.write(b"lo" + WHOLE)
    assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")
    writer.close()


async def test_requests_that_come_whole_are_answered_one_after_the_other(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(3):
        writer.write(WHOLE + WHOLE)
        for _ in range(2):
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200")
            assert await reader.readexactly(5) == b"hello"
    writer.write(WHOLE[:-2])
    assert refused(await reader.read()) == 408
    writer.close()


@pytest.mark.parametrize(
    "junk",
    [
        b"\x16\x03\x01\x02\x00\x01\x00",  # TLS where there is none
        b"SSH-2.0-OpenSSH_9\r\n",
        b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
        b"GET \x00 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        b"GET / HTTP/1.1\r\n\x00: a\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    ],
    ids=repr,
)
async def test_what_is_no_request_is_refused_in_words(port: int, junk: bytes) -> None:
    assert refused(await answer_to(port, junk)) == 400


async def test_headers_without_end_are_refused(port: int) -> None:
    lines = [b"X-%d: %s\r\n" % (n, b"x" * 1000) for n in range(2000)]
    answer = await answer_to_dribbling(port, b"GET / HTTP/1.1\r\nHost: a\r\n" + b"".join(lines))
    assert not answer or refused(answer) == 431


async def test_headers_a_little_too_large_are_told_so(port: int) -> None:
    """All of it is read before the answer: no reset takes it along."""
    head = b"GET / HTTP/1.1\r\nHost: a\r\nX: "
    assert refused(await answer_to(port, head.ljust(bounded_http.LARGEST_HEAD + 1, b"x"))) == 431


async def test_who_does_not_read_the_answer_is_cut_off(port: int, app: App) -> None:
    app.answer = b"x" * 50_000_000
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    writer.write(WHOLE)
    await eventually(lambda: app.answer == b"")  # it does not wait for ever to be rid of it
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await reader.readexactly(50_000_000)
    writer.close()
