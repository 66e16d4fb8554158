"""The limit: a reservation's rows written in one transaction, by one ASGI app under the API's own uvicorn settings.

`python -m benchmarks.checkout.bare FILE PORT`; the file holds a pickled `Bare`. It knows the guest by their token,
reads the body and makes an answer, and has no rule but that no more goes than the stock's own row says there are.
"""

import pickle
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import uvicorn
from msgspec import Struct

from storecast.domains.orders.carts.schemas import CartAddition
from storecast.kit.clock import iso, utcnow
from storecast.kit.ids import public_id
from storecast.kit.keys import Keyring

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

HELD = timedelta(minutes=15)
_CART = """
    INSERT INTO carts (hash_id, channel_id, subject, currency, held_until, created_at, touched_at)
    VALUES ($1, $2, $3, $4, $5, $6, $6)
    ON CONFLICT (channel_id, subject) WHERE closed_at IS NULL DO UPDATE SET
        touched_at = excluded.touched_at, held_until = excluded.held_until
    RETURNING id, hash_id
"""
_ITEM = """
    INSERT INTO cart_items (cart_id, product_id, quantity, price) VALUES ($1, $2, $3, $4)
    ON CONFLICT (cart_id, product_id, coalesce(variant_id, 0)) DO UPDATE SET
        quantity = cart_items.quantity + excluded.quantity
    RETURNING id, quantity
"""
_LOCK = "UPDATE stocks SET untold = true WHERE id = $1 AND total - sold >= $2 RETURNING total - sold"
_HOLD = """
    INSERT INTO reservations (stock_id, holder, subject, network, quantity, reserved_until, deal_quantity)
    VALUES ($1, $2, $3, $4, $5, $6, 0)
    ON CONFLICT (holder, stock_id) DO UPDATE SET quantity = excluded.quantity, reserved_until = excluded.reserved_until
"""


class Bare(Struct, frozen=True):
    database_url: str
    connections: int
    keys: Path
    channel_id: int
    product_id: int
    stock_id: int
    currency: str
    price: int
    headers: list[tuple[bytes, bytes]]
    answer: bytes
    """What the API answered, to which this cart's own numbers are put."""


class App:
    def __init__(self, bare: Bare) -> None:
        self._bare = bare
        self._keyring = Keyring(bare.keys)
        self._pool: asyncpg.Pool | None = None
        self._decoder = msgspec.json.Decoder(CartAddition)
        self._answer = msgspec.json.decode(bare.answer)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        content, more = b"", True
        while more:
            message = await receive()
            content += message["body"]
            more = message.get("more_body", False)
        headers = dict(scope["headers"])
        token = headers[b"authorization"].decode().removeprefix("Bearer ")
        subject = self._keyring.verify(token, None, utcnow()).sub
        body = await self._reserve(subject, scope["client"][0], self._decoder.decode(content))
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [*self._bare.headers, length]})
        await send({"type": "http.response.body", "body": body})

    async def _reserve(self, subject: str, address: str, asked: CartAddition) -> bytes:
        bare, now = self._bare, utcnow()
        until = now + HELD
        assert self._pool
        async with self._pool.acquire() as connection, connection.transaction():
            values = (public_id(), bare.channel_id, subject, bare.currency, until, now)
            [(cart_id, holder)] = await connection.fetch(_CART, *values)
            line = (cart_id, bare.product_id, asked.quantity, bare.price)
            [(item_id, quantity)] = await connection.fetch(_ITEM, *line)
            left = await connection.fetchval(_LOCK, bare.stock_id, quantity)
            assert left is not None, "sold out"
            await connection.execute(_HOLD, bare.stock_id, holder, subject, address, quantity, until)
        data = self._answer["data"]
        item = {**data["items"]["data"][0], "id": item_id, "quantity": quantity, "left": left}
        own = {"id": holder, "expires_at": iso(until), "items": {"data": [item]}}
        return msgspec.json.encode({**self._answer, "data": {**data, **own}})

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


def main() -> None:
    file, port = sys.argv[1:]
    bare: Bare = pickle.loads(Path(file).read_bytes())
    # As `storecast api` has it; the address comes from a proxy on this machine, which uvicorn believes.
    uvicorn.run(App(bare), port=int(port), log_config=None, access_log=False, server_header=False)


if __name__ == "__main__":
    main()
