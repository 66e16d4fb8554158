"""A receiver of webhooks on this machine, and a worker at whatever moment."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from litestar import Litestar
from sqlalchemy import select, text

from storecast.domains.webhooks.models import WebhookLine
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.factories.accounts import PASSWORD, Member
from tests.ports import free_port

Json = dict[str, Any]
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


@dataclass
class Received:
    target: str
    headers: dict[str, str]
    body: str

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> Json:
        event: Json = json.loads(self.body)
        return event

    @property
    def type(self) -> str:
        return str(self.event["type"])


def answer(status: int, body: str = "", headers: Mapping[str, str] | None = None) -> bytes:
    said = body.encode()
    lines = [f"{name}: {value}\r\n" for name, value in {"content-length": len(said), **(headers or {})}.items()]
    return f"HTTP/1.1 {status} Whatever\r\n{''.join(lines)}\r\n".encode() + said


@dataclass
class Receiver:
    """Takes one request a connection. `answers` are given in turn, then `otherwise`; None: it never answers.

    Whatever has `refused` in it is answered 400.
    """

    port: int = field(default_factory=free_port)
    answers: list[bytes | None] = field(default_factory=list)
    otherwise: bytes | None = OK
    refused: str | None = None
    received: list[Received] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/in"

    @asynccontextmanager
    async def up(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=tls)
        try:
            yield
        finally:
            server.close()
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            body = await reader.readexactly(int(headers["content-length"]))
            self.received.append(Received(head[0].split(" ")[1], headers, body.decode()))
            said = self.answers.pop(0) if self.answers else self.otherwise
            if self.refused is not None and self.refused in self.received[-1].body:
                said = answer(400)
            if said is None:
                await reader.read()
            else:
                writer.write(said)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


async def webhook(owner: Member, receiver: Receiver, **more: object) -> Json:
    """An endpoint of the owner's, its key with it."""
    made = await owner.client.post("webhooks", {"url": receiver.url, **more})
    assert made.status_code == 200, made.text
    data: Json = made.json()["data"]
    return data


_CALLED = text(
    """
    UPDATE procrastinate_jobs SET status = 'succeeded'
    WHERE task_name = 'webhooks.deliver' AND status = 'todo' AND (args->>'at_once')::boolean
    RETURNING (args->>'line_id')::bigint
    """
)


async def work(app: Litestar, now: datetime) -> None:
    """Do what a worker would that looks now."""
    process = process_of(app)
    async with unit_of_work(process) as unit:
        called = list((await unit.db.execute(_CALLED)).scalars())
    for line_id in called:
        await process.deliverer.call_up(line_id, now)
    async with unit_of_work(process, now) as unit:
        due = select(WebhookLine.id).where(WebhookLine.due_at <= now).order_by(WebhookLine.id)
        lines = list((await unit.db.execute(due)).scalars())
    for line_id in lines:
        while await process.deliverer.step(line_id, now):
            pass


_FORGOTTEN = text(
    """
    UPDATE procrastinate_jobs SET status = 'succeeded'
    WHERE task_name = 'webhooks.forget_words' AND status = 'todo' RETURNING args->'message_ids'
    """
)


async def forget_words(app: Litestar) -> None:
    """Do what a worker would soon after messages were deleted."""
    async with unit_of_work(process_of(app)) as unit:
        for message_ids in list((await unit.db.execute(_FORGOTTEN)).scalars()):
            await unit.webhooks.forget_told(message_ids)


async def deliveries(owner: Member, endpoint: Json) -> list[Json]:
    """Newest first."""
    found = await owner.client.get(f"webhooks/{endpoint['id']}/deliveries")
    assert found.status_code == 200, found.text
    data: list[Json] = found.json()["data"]
    return data


async def signed_in_again(owner: Member) -> Member:
    """Their token is of an hour that is over."""
    tokens = await owner.client.with_token(None).post("auth/login", {"email": owner.email, "password": PASSWORD})
    return Member(owner.client.with_token(tokens.json()["access_token"]), owner.email, owner.user, "", "")


async def say(owner: Member, slug: str, text: str, **more: object) -> Json:
    thread = (await owner.client.post("thread/read", {"threadSlug": slug, "userId": "1"})).json()["data"]
    said = await owner.client.post("messages", {"data": text, "thread_id": thread["id"], **more})
    assert said.status_code == 200, said.text
    message: Json = said.json()["data"]
    return message
