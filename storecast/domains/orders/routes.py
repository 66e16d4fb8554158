"""Orders over HTTP: the seller's, and the buyer's own."""

from collections.abc import AsyncGenerator
from contextlib import suppress
from datetime import datetime
from typing import Annotated

from litestar import Controller, Request, Response, get, post, put
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream
from msgspec import Struct

from storecast.domains.accounts.callers import Scope, Unscoped, Who
from storecast.domains.channels.access import Act
from storecast.domains.orders import csv
from storecast.domains.orders.checkout.errors import PaymentsDown
from storecast.domains.orders.errors import OrderNotFound
from storecast.domains.orders.models import Order, OrderStatus
from storecast.domains.orders.repository import OrderFilter
from storecast.domains.orders.schemas import OrderNote, OrderView, OutsideTransaction, RefundOrder, show_order
from storecast.kit.clock import in_utc
from storecast.kit.envelope import Data, Page
from storecast.kit.errors import Forbidden
from storecast.kit.http.paging import PageNumber
from storecast.kit.pagination import PageRequest, Slice, paged
from storecast.wiring.unit import Unit, unit_of_work

AnyRequest = Request[None, None, State]

EventId = Annotated[
    str | None, QueryParameter(name="eventId", max_length=40, description="Of this channel: its id, slug or number.")
]
Status = Annotated[OrderStatus | None, QueryParameter(description="Of this status.")]
Term = Annotated[
    str | None, QueryParameter(min_length=1, max_length=100, description="A number, or part of a name or an article.")
]
From = Annotated[datetime | None, QueryParameter(name="from", description="Placed since then, ISO 8601.")]
To = Annotated[datetime | None, QueryParameter(name="to", description="Placed before then, ISO 8601.")]


class _Seller(Struct, frozen=True):
    """Whose orders, and which of them."""

    id: int
    filter: OrderFilter


class OrderController(Controller):
    path = "/orders"
    tags = ("Orders",)
    opt = {"scope": Scope.ORDERS}  # noqa: RUF012

    @get("/", operation_id="listOrders")
    async def list_orders(
        self,
        request: AnyRequest,
        unit: NamedDependency[Unit],
        event_id: EventId = None,
        status: Status = None,
        term: Term = None,
        since: From = None,
        until: To = None,
        page: PageNumber = 1,
    ) -> Page[OrderView]:
        """The caller's orders, newest first; with `eventId` those of a channel whose orders they may see."""
        seller = await _seller(unit, event_id, status, term, since, until)
        asked = PageRequest(page)
        found, total = await unit.orders.page(seller.id, seller.filter, asked)
        shown = [show_order(details, unit.urls, to_seller=True) for details in found]
        return paged(shown, Slice(total, asked), request.url.path, request.url.query)

    @get("/download", operation_id="downloadOrders", media_type="text/csv")
    async def download_orders(
        self,
        unit: NamedDependency[Unit],
        event_id: EventId = None,
        status: Status = None,
        term: Term = None,
        since: From = None,
        until: To = None,
    ) -> Stream:
        """The orders that `GET orders` finds as CSV, a line an article."""
        seller = await _seller(unit, event_id, status, term, since, until)
        process, now = unit.process, unit.now

        async def rows() -> AsyncGenerator[str, None]:
            yield csv.header()
            async with unit_of_work(process, now) as own:
                async for batch in own.orders.every(seller.id, seller.filter):
                    yield "".join(csv.lines(details) for details in batch)

        name = f"orders-{now:%Y-%m-%d}.csv"
        return Stream(
            rows(),
            media_type="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
        )

    @get("/{order_id:str}", operation_id="showOrder")
    async def show_one(self, order_id: FromPath[str], unit: NamedDependency[Unit]) -> Data[OrderView]:
        """An order with its history, and how it came about."""
        return await _shown(unit, await _order(unit, order_id, Act.SEE_ORDERS))

    @post("/{order_id:str}/fulfil", operation_id="fulfilOrder", status_code=200)
    async def fulfil_order(
        self,
        order_id: FromPath[str],
        unit: NamedDependency[Unit],
        data: JSONBody[OrderNote | None] = None,
    ) -> Data[OrderView]:
        """It is on its way; the buyer has a mail. Safe to repeat."""
        order = await _order(unit, order_id, Act.FULFIL)
        await unit.orders.fulfil(order, unit.user.subject, data.note if data else None, unit.now)
        return await _shown(unit, order)

    @post("/{order_id:str}/cancel", operation_id="cancelOrder", status_code=200)
    async def cancel_order(
        self,
        order_id: FromPath[str],
        unit: NamedDependency[Unit],
        data: JSONBody[OrderNote | None] = None,
    ) -> Data[OrderView]:
        """Call off an order that is not paid; its stock is there again. Safe to repeat. One that is paid: refund it."""
        order = await _order(unit, order_id, Act.FULFIL)
        await unit.orders.cancel(order, unit.user.subject, data.note if data else None, unit.now)
        return await _shown(unit, order)

    @post("/{order_id:str}/refund", operation_id="refundOrder", status_code=200)
    async def refund_order(
        self,
        order_id: FromPath[str],
        unit: NamedDependency[Unit],
        data: JSONBody[RefundOrder | None] = None,
    ) -> Data[OrderView]:
        """Give money back: all that is left, an amount, or what some pieces cost. What was paid here goes back too."""
        order = await _order(unit, order_id, Act.FULFIL)
        refund = await unit.refunds.ask(order, data or RefundOrder(), unit.user.subject, unit.now)
        with suppress(PaymentsDown):  # it is written down, and asked for again: nobody is to decide on it twice
            await unit.refunds.give_back(refund.id, unit.now)
        return await _shown(unit, order)


class PurchaseController(Controller):
    path = "/purchases"
    tags = ("Orders",)

    @get("/", operation_id="listPurchases", opt={"scope": Scope.ORDERS, "who": Who.GUEST})
    async def list_purchases(self, unit: NamedDependency[Unit]) -> Data[list[OrderView]]:
        """What the caller bought, newest first, at most 100."""
        found = await unit.orders.purchases(unit.participant.subject)
        return Data([show_order(details, unit.urls, to_seller=False) for details in found])

    @get("/{token:str}", operation_id="showPurchase", opt={"scope": Unscoped.PUBLIC})
    async def show_purchase(self, token: FromPath[str], unit: NamedDependency[Unit]) -> Response[Data[OrderView]]:
        """An order as its buyer sees it, by the link that was mailed to them."""
        order_id = unit.order_mails.order_of(token)
        if order_id is None:
            raise OrderNotFound
        shown = await _shown(unit, await unit.orders.by_hash_id(order_id), to_seller=False)
        return Response(shown, headers={"Cache-Control": "private, no-store"})  # whoever has the link needs no token


@put("/products/transaction", operation_id="recordTransaction", tags=["Orders"], opt={"scope": Scope.ORDERS})
async def record_transaction(data: JSONBody[OutsideTransaction], unit: NamedDependency[Unit]) -> Data[OrderView]:
    """Record a sale of one's product that happened elsewhere; its stock is taken."""
    product = await unit.catalogue.find(data.product, unit.account)
    order = await unit.orders.record(product, data.json, unit.account, unit.user.subject, unit.now)
    return await _shown(unit, order)


async def _seller(
    unit: Unit,
    event_id: str | None,
    status: OrderStatus | None,
    term: str | None,
    since: datetime | None,
    until: datetime | None,
) -> _Seller:
    statuses = () if status is None else (status,)
    begin = None if since is None else in_utc("from", since)
    end = None if until is None else in_utc("to", until)
    if event_id is None:
        return _Seller(unit.user.id, OrderFilter(None, statuses, term, begin, end))
    seat = await unit.seat(event_id, Act.SEE_ORDERS)
    return _Seller(seat.owner.id, OrderFilter([seat.channel.id], statuses, term, begin, end))


async def _order(unit: Unit, order_id: str, act: Act) -> Order:
    """For its seller, and for who may do this on its channel. Raises `OrderNotFound`, `Forbidden`."""
    order = await unit.orders.by_hash_id(order_id)
    if order.seller_id == unit.user.id:
        return order
    channels = await unit.channels.by_ids([order.channel_id] if order.channel_id else [])
    acts = await unit.access.acts(channels[order.channel_id], unit.user) if order.channel_id in channels else ()
    if act in acts:
        return order
    if Act.SEE_ORDERS in acts:
        raise Forbidden("You may see this order, and not change it.")
    raise OrderNotFound


async def _shown(unit: Unit, order: Order, *, to_seller: bool = True) -> Data[OrderView]:
    details = await unit.orders.details([order])
    return Data(show_order(details[0], unit.urls, to_seller=to_seller))
