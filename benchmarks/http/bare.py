"""The limit: what is left of the API without a framework, as one ASGI app under the API's own uvicorn settings.

`python -m benchmarks.http.bare FILE PORT`; the file holds a pickled `Bare`.
"""

import pickle
import sys
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import uvicorn
from msgspec import Struct

from benchmarks.http.recording import Statement
from storecast.domains.audience.schemas import Heartbeat
from storecast.kit.clock import utcnow
from storecast.kit.keys import Keyring

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Body = Callable[[Message, Receive], Awaitable[bytes]]


class Answer(Struct, frozen=True):
    """What the API answered, and what has to be done for it."""

    headers: list[tuple[bytes, bytes]]
    body: bytes
    takes_heartbeat: bool = False
    signed_in: bool = False
    statements: Sequence[Statement] = ()


class Bare(Struct, frozen=True):
    database_url: str
    connections: int
    keys: Path
    answers: dict[tuple[str, bool], Answer]  # by path, and whether a token comes with it


class App:
    def __init__(self, bare: Bare) -> None:
        self._bare = bare
        self._keyring = Keyring(bare.keys)
        self._pool: asyncpg.Pool | None = None
        self._answers = {key: (self._start(answer), self._body(answer)) for key, answer in bare.answers.items()}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        signed_in = any(name == b"authorization" for name, _ in scope["headers"])
        start, body = self._answers[scope["path"], signed_in]
        content = body if isinstance(body, bytes) else await body(scope, receive)
        await send(start)
        await send({"type": "http.response.body", "body": content})

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        size = self._bare.connections
        self._pool = await asyncpg.create_pool(
            self._bare.database_url, min_size=size, max_size=size, server_settings={"jit": "off"}
        )
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._pool.close()
        await send({"type": "lifespan.shutdown.complete"})

    def _start(self, answer: Answer) -> Message:
        return {"type": "http.response.start", "status": 200, "headers": answer.headers}

    def _body(self, answer: Answer) -> bytes | Body:
        if answer.takes_heartbeat:
            return self._heartbeat(answer)
        return self._signed_in(answer) if answer.signed_in else answer.body

    def _heartbeat(self, answer: Answer) -> Body:
        decoder = msgspec.json.Decoder(Heartbeat)

        async def body(_: Message, receive: Receive) -> bytes:
            content, more = b"", True
            while more:
                message = await receive()
                content += message["body"]
                more = message.get("more_body", False)
            decoder.decode(content)
            return answer.body

        return body

    def _signed_in(self, answer: Answer) -> Body:
        found = msgspec.json.decode(answer.body)

        async def body(scope: Message, _: Receive) -> bytes:
            authorization = next(value for name, value in scope["headers"] if name == b"authorization")
            self._keyring.verify(authorization.decode().removeprefix("Bearer "), None, utcnow())
            assert self._pool
            async with self._pool.acquire() as connection:
                for statement in answer.statements:
                    await connection.fetch(statement.sql, *statement.parameters)
            return msgspec.json.encode(found)

        return body


def main() -> None:
    file, port = sys.argv[1:]
    bare: Bare = pickle.loads(Path(file).read_bytes())
    # As `storecast api` has it.
    uvicorn.run(App(bare), port=int(port), log_config=None, access_log=False, server_header=False)


if __name__ == "__main__":
    main()
