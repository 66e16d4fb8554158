"""Putting an article in a cart: what everybody does within the same ten seconds.

It is the very work of the framework's route, in the same transaction, and ends in the same answers and errors.
"""

import re

import msgspec
from litestar.types import HTTPScope, Receive, Send

from storecast.domains.accounts.callers import Scope, Who
from storecast.domains.orders.carts.routes import add_to_cart
from storecast.domains.orders.carts.schemas import CartAddition
from storecast.entrypoints.hot_paths.plain import Plain, asks_across, read
from storecast.entrypoints.hot_paths.work import Done, Work, as_json
from storecast.kit.http.bearer import bearer_token
from storecast.wiring.unit import Unit

_CART = re.compile(r"/api/v1/events/event/([A-Za-z0-9][A-Za-z0-9-]*)/cart", re.ASCII)
_ADDITIONS = Plain(CartAddition, ("productId",))


class Additions:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def answer(self, scope: HTTPScope, receive: Receive, send: Send) -> Receive | None:
        """None once answered, else what the framework is to read the request's body from."""
        named = _CART.fullmatch(scope["path"])
        token = bearer_token(scope)
        if named is None or token is None:
            return receive
        asked = await read(scope, receive)
        addition = _ADDITIONS.of(asked.headers, asked.body)
        if (
            addition is None
            or (product_id := addition.product) is None
            or addition.guest_token is not None
            or b"idempotency-key" in asked.headers
            or asks_across(asked.headers)
        ):
            return asked.again

        async def add(unit: Unit) -> Done:
            return as_json(200, msgspec.json.encode(await add_to_cart(unit, named[1], addition, product_id)))

        who = (token, Scope.ORDERS, Who.GUEST)
        return await self._work.answer(scope, asked.headers, asked.again, send, who, add)
