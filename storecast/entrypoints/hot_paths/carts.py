"""Putting an article in a cart: what everybody does within the same ten seconds.

It is the very work of the framework's route, in the same transaction, and ends in the same answers and errors.
"""

import re

import msgspec
from litestar.types import HTTPScope, Receive, Send
from sqlalchemy.exc import SQLAlchemyError

from storecast.domains.accounts.callers import Scope, Who
from storecast.domains.orders.carts.routes import add_to_cart
from storecast.domains.orders.carts.schemas import CartAddition
from storecast.entrypoints.hot_paths.plain import Answers, Asked, Plain, asks_across, read
from storecast.kit.clock import utcnow
from storecast.kit.envelope import ErrorEnvelope
from storecast.kit.errors import ApiError
from storecast.kit.http.bearer import bearer_token
from storecast.kit.kept import JSON
from storecast.wiring.origin import Origin
from storecast.wiring.process import Process
from storecast.wiring.unit import unit_of_work

_CART = re.compile(r"^/api/v1/events/event/([A-Za-z0-9][A-Za-z0-9-]*)/cart$", re.ASCII)
_ADDITIONS = Plain(CartAddition, ("productId",))


class Additions:
    def __init__(self, process: Process, answers: Answers) -> None:
        self._process = process
        self._answers = answers

    async def answer(self, scope: HTTPScope, receive: Receive, send: Send) -> Receive | None:
        """None once answered, else what the framework is to read the request's body from."""
        named = _CART.match(scope["path"])
        token = bearer_token(scope)
        if named is None or token is None:
            return receive
        asked = await read(scope, receive)
        addition = _ADDITIONS.of(asked)
        if (
            addition is None
            or addition.product is None
            or addition.guest_token is not None
            or b"idempotency-key" in asked.headers
            or asks_across(asked.headers)
        ):
            return asked.again
        try:
            async with unit_of_work(self._process, utcnow(), Origin.of(scope)) as unit:
                await unit.authenticate(token, Scope.ORDERS, Who.GUEST)
                cart = await add_to_cart(unit, named[1], addition, addition.product)
        except ApiError as error:
            if error.keeps_work:
                return asked.again
            await self._send(send, asked, error.status, ErrorEnvelope(error.body()), error.headers)
        except (OSError, SQLAlchemyError):
            return asked.again  # the framework's way says what is wrong
        else:
            await self._send(send, asked, 200, cart, {})
        return None

    async def _send(self, send: Send, asked: Asked, status: int, answer: object, headers: dict[str, str]) -> None:
        content = msgspec.json.encode(answer)
        about = [JSON, (b"content-length", b"%d" % len(content))]
        about += [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await send(self._answers.start(status, asked.headers, about))
        await send({"type": "http.response.body", "body": content, "more_body": False})
