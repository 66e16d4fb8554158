"""What changes of an order, written down: its status, who did it, what the room and the buyer hear of it."""

from datetime import datetime

from storecast.adapters.email.messages import MailKind
from storecast.domains.accounts.models import User
from storecast.domains.accounts.service import AccountService
from storecast.domains.channels.service import ChannelService
from storecast.domains.orders.events import OrderCreated, OrderEvent, OrderPaid, heard
from storecast.domains.orders.mails import OrderMails
from storecast.domains.orders.models import Order, OrderItem, OrderStatus, OrderStep
from storecast.domains.orders.repository import OrderRepository
from storecast.kit.events import Events

SYSTEM = "storecast"


class Journal:
    """For one transaction; the order is locked."""

    def __init__(
        self,
        repository: OrderRepository,
        channels: ChannelService,
        accounts: AccountService,
        events: Events,
        mails: OrderMails,
    ) -> None:
        self._repository = repository
        self._channels = channels
        self._accounts = accounts
        self._events = events
        self._mails = mails

    async def placed(self, order: Order, items: list[OrderItem], by: str, now: datetime) -> None:
        """It has its number, its buyer a mail, and its seller, too."""
        order.number = await self._repository.next_number(order.seller_id)
        order.placed_at = now
        await self.came_to(order, OrderStatus.PLACED, by, now)
        await self.tell(order, items, OrderCreated, now)

    async def mailed_placed(self, order: Order, items: list[OrderItem], *, requested_from: str | None = None) -> None:
        """`requested_from` is the network of who sent it to the seller unpaid: beyond a limit they have no mail."""
        seller = await self._seller(order)
        if requested_from is None or await self._mails.may_reach(order, requested_from):
            await self._mails.to_buyer(MailKind.ORDER_PLACED, order, items, seller)
        await self._mails.to_seller(MailKind.NEW_ORDER, order, items, seller)

    async def paid(self, order: Order, items: list[OrderItem], by: str, now: datetime) -> None:
        """Placed with it, where it was not before; its buyer has a mail, and of a new one its seller, too."""
        fresh = await self.noted_paid(order, items, by, now)
        seller = await self._seller(order)
        await self._mails.to_buyer(MailKind.ORDER_PAID, order, items, seller)
        if fresh:
            await self._mails.to_seller(MailKind.NEW_ORDER, order, items, seller)

    async def noted_paid(self, order: Order, items: list[OrderItem], by: str, now: datetime) -> bool:
        """Without mails. Whether it was not placed before."""
        fresh = order.number is None
        if fresh:
            order.number = await self._repository.next_number(order.seller_id)
            order.placed_at = now
        order.paid_at = now
        await self.came_to(order, OrderStatus.PAID, by, now)
        if fresh:
            await self.tell(order, items, OrderCreated, now)
        await self.tell(order, items, OrderPaid, now)
        return fresh

    async def came_to(
        self, order: Order, status: OrderStatus, by: str, now: datetime, *, note: str | None = None
    ) -> None:
        order.status = status
        if status not in (OrderStatus.PENDING, OrderStatus.PLACED):
            order.network = None  # nothing is bounded by it any more
        await self.wrote(order, status, by, now, note=note)

    async def wrote(
        self, order: Order, what: str, by: str, now: datetime, *, amount: int | None = None, note: str | None = None
    ) -> None:
        await self._repository.add(OrderStep(order_id=order.id, at=now, what=what, by=by, amount=amount, note=note))

    async def tell(self, order: Order, items: list[OrderItem], kind: type[OrderEvent], now: datetime) -> None:
        """Whoever may see the channel's orders, while there is a channel."""
        if order.channel_id is None:
            return
        channel = (await self._channels.by_ids([order.channel_id])).get(order.channel_id)
        if channel is not None:
            await self._events.happened(channel, kind(heard(order, items)), now)

    async def mail_buyer(
        self, kind: MailKind, order: Order, items: list[OrderItem], *, amount: int | None = None
    ) -> None:
        await self._mails.to_buyer(kind, order, items, await self._seller(order), amount=amount)

    async def mail_seller(self, kind: MailKind, order: Order, items: list[OrderItem]) -> None:
        await self._mails.to_seller(kind, order, items, await self._seller(order))

    async def _seller(self, order: Order) -> User:
        return (await self._accounts.by_ids([order.seller_id]))[order.seller_id]
