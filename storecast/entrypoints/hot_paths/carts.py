"""Putting an article in a cart: what everybody does within the same ten seconds.

It is the very work of the framework's route, in the same transaction, and ends in the same answers and errors.
"""

import re

import msgspec
from litestar.types import HTTPScope, Receive, Send
from structlog.contextvars import bound_contextvars

from storecast.domains.accounts.callers import Scope, Who
from storecast.domains.orders.carts.routes import add_to_cart
from storecast.domains.orders.carts.schemas import CartAddition
from storecast.entrypoints.hot_paths.plain import Answers, Asked, Plain, asks_across, read
from storecast.kit.clock import utcnow
from storecast.kit.envelope import ErrorEnvelope
from storecast.kit.errors import ApiError
from storecast.kit.http.bearer import bearer_token
from storecast.kit.http.failures import database_failure
from storecast.kit.http.trace import REQUEST_ID, request_id
from storecast.kit.kept import JSON
from storecast.wiring.origin import Origin
from storecast.wiring.process import Process
from storecast.wiring.unit import unit_of_work

_CART = re.compile(r"/api/v1/events/event/([A-Za-z0-9][A-Za-z0-9-]*)/cart", re.ASCII)
_ADDITIONS = Plain(CartAddition, ("productId",))


class Additions:
    def __init__(self, process: Process, answers: Answers) -> None:
        self._process = process
        self._answers = answers

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
            or addition.product is None
            or addition.guest_token is not None
            or b"idempotency-key" in asked.headers
            or asks_across(asked.headers)
        ):
            return asked.again
        name = asked.headers[REQUEST_ID] = request_id(asked.headers.get(REQUEST_ID))
        with bound_contextvars(request_id=name.decode()):
            return await self._add(scope, send, asked, token, named[1], addition, addition.product)

    async def _add(
        self, scope: HTTPScope, send: Send, asked: Asked, token: str, ref: str, addition: CartAddition, product_id: int
    ) -> Receive | None:
        try:
            async with unit_of_work(self._process, utcnow(), Origin.of(scope)) as unit:
                await unit.authenticate(token, Scope.ORDERS, Who.GUEST)
                cart = await add_to_cart(unit, ref, addition, product_id)
        except ApiError as error:
            if error.keeps_work:
                return asked.again
            await self._refuse(send, asked, error)
        except Exception as error:
            # Where the database is away it is not asked twice: what is added may be there already.
            failure = database_failure(error, scope["path"])
            if failure is None:
                return asked.again  # the framework's way says what is wrong
            await self._refuse(send, asked, failure)
        else:
            await self._send(send, asked, 200, cart, {})
        return None

    async def _refuse(self, send: Send, asked: Asked, error: ApiError) -> None:
        await self._send(send, asked, error.status, ErrorEnvelope(error.body()), error.headers)

    async def _send(self, send: Send, asked: Asked, status: int, answer: object, headers: dict[str, str]) -> None:
        content = msgspec.json.encode(answer)
        about = [JSON, (b"content-length", b"%d" % len(content))]
        about += [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await send(self._answers.start(status, asked.headers, about))
        await send({"type": "http.response.body", "body": content, "more_body": False})
