"""The client of hooks, against servers that answer in every way a server may, or not at all."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from storecast.kit import plain_http
from storecast.kit.plain_http import BadAnswer, PlainHttp

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Server:
    """Answers each request with the next of `answers`, in pieces; None: hangs up."""

    def __init__(self) -> None:
        self.answers: list[list[bytes] | None] = []
        self.asked: list[bytes] = []
        self.connections = 0
        self.silent = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.partition(b"Content-Length: ")[2].split(b"\r\n")[0])
                self.asked.append(head + await reader.readexactly(length))
                answer = self.answers.pop(0)
                if answer is None:
                    return
                for piece in answer:
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(0)
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()


Ask = Callable[..., Awaitable[tuple[int, bytes]]]


@pytest.fixture
async def server() -> AsyncIterator[tuple[Server, PlainHttp]]:
    answering = Server()
    listening = await asyncio.start_server(answering.serve, "127.0.0.1", 0)
    http = PlainHttp(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/base", 0.5)
    yield answering, http
    await http.close()
    listening.close()
    await listening.wait_closed()


async def test_one_connection_serves_calls_one_after_the_other(server: tuple[Server, PlainHttp]) -> None:
    answering, http = server
    chunked = b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    answering.answers = [[OK], [bytes([each]) for each in chunked], [b"HTTP/1.1 204 No Content\r\n\r\n"]]
    found = [await http.ask("POST", "/a", {"X-One": "1"}, b"body") for _ in range(3)]
    assert found == [(200, b"ok"), (404, b"abcde"), (204, b"")]
    assert answering.connections == 1
    head, _, body = answering.asked[0].partition(b"\r\n\r\n")
    assert (head.split(b"\r\n")[0], body) == (b"POST /base/a HTTP/1.1", b"body")
    assert b"X-One: 1" in head


async def test_calls_at_once_have_a_connection_each_and_a_bound(
    server: tuple[Server, PlainHttp], monkeypatch: pytest.MonkeyPatch
) -> None:
    answering, http = server
    monkeypatch.setattr(http, "_places", asyncio.Semaphore(3))
    answering.answers = [[OK]] * 20
    assert await asyncio.gather(*(http.ask("GET", "/", {}, b"") for _ in range(20))) == [(200, b"ok")] * 20
    assert 1 < answering.connections <= 3


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [b"SSH-2.0-OpenSSH_9.2\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"],
    ],
    ids=["hangs up", "no HTTP", "half", "odd length"],
)
async def test_what_is_no_answer_is_an_error_and_the_next_call_is_answered(
    server: tuple[Server, PlainHttp], answer: list[bytes] | None
) -> None:
    answering, http = server
    answering.answers = [answer, [OK]]
    with pytest.raises((BadAnswer, TimeoutError)):
        await http.ask("POST", "/", {}, b"")
    assert await http.ask("POST", "/", {}, b"") == (200, b"ok")


async def test_a_connection_is_not_used_once_it_is_to_be_closed_or_idle_for_long(
    server: tuple[Server, PlainHttp], monkeypatch: pytest.MonkeyPatch
) -> None:
    answering, http = server
    closing = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"
    answering.answers = [[closing], [OK], [OK]]
    await http.ask("GET", "/", {}, b"")
    await http.ask("GET", "/", {}, b"")
    assert answering.connections == 2
    monkeypatch.setattr(plain_http, "KEPT_SECONDS", 0.0)
    await http.ask("GET", "/", {}, b"")
    assert answering.connections == 3


async def test_nobody_listens(server: tuple[Server, PlainHttp]) -> None:
    with pytest.raises(OSError):  # noqa: PT011 - which one is the system's to say
        await PlainHttp("http://127.0.0.1:9", 0.5).ask("GET", "/", {}, b"")
