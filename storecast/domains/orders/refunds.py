"""Giving money back: decided here under the order's lock, then done by the provider, once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from storecast.adapters.email.messages import MailKind
from storecast.domains.orders.amounts import part, shares
from storecast.domains.orders.checkout.errors import PaymentKeysRefused, PaymentRefused
from storecast.domains.orders.checkout.payments import Payments
from storecast.domains.orders.checkout.provider import Refunded
from storecast.domains.orders.checkout.provider import RefundState as ProviderState
from storecast.domains.orders.errors import NotNow
from storecast.domains.orders.events import OrderDisputed, OrderRefunded
from storecast.domains.orders.jobs import GiveBack
from storecast.domains.orders.journal import Journal
from storecast.domains.orders.models import NATIVE, Order, OrderItem, OrderStatus, Refund, RefundState
from storecast.domains.orders.repository import OrderRepository
from storecast.domains.orders.schemas import RefundOrder
from storecast.domains.products.stock.service import StockService
from storecast.domains.products.stock.values import Change
from storecast.kit.database import Database
from storecast.kit.errors import Unprocessable
from storecast.kit.ids import public_id
from storecast.kit.jobs import defer
from storecast.kit.money import Money

ASKED_AGAIN_AFTER = timedelta(minutes=2)
REFUNDABLE = {OrderStatus.PAID, OrderStatus.FULFILLED, OrderStatus.PARTLY_REFUNDED}


class RefundService:
    def __init__(self, db: Database, stock: StockService, payments: Payments, journal: Journal) -> None:
        self._db = db
        self._orders = OrderRepository(db)
        self._stock = stock
        self._payments = payments
        self._journal = journal

    async def ask(self, order: Order, data: RefundOrder, by: str, now: datetime) -> Refund:
        """Decide on a refund. Of an order that was not paid here it is done with that.

        Raises `NotNow`; `Unprocessable` beyond what is left.
        """
        await self._orders.lock(order)
        paid_here = order.provider == NATIVE
        if order.status not in REFUNDABLE and (paid_here or order.status != OrderStatus.PLACED):
            raise NotNow(order.status)
        items = await self._orders.items(order.id)
        refunds = (await self._orders.refunds_of([order.id]))[order.id]
        left = order.total - sum(refund.amount for refund in refunds if refund.state != RefundState.FAILED)
        pieces, amount = _wanted(order, items, refunds, data, left)
        if amount <= 0 or amount > left:
            most = Money(max(left, 0), order.currency)
            raise Unprocessable.field("amount", f"must be more than 0, and at most {most.written}, which is left")
        refund = Refund(
            order_id=order.id,
            amount=amount,
            pieces=pieces,
            restock=data.restock,
            state=RefundState.PENDING,
            by=by,
            note=data.note,
            at=now,
        )
        await self._orders.add(refund)
        if paid_here:
            await defer(self._db, GiveBack(refund.id), at=now + ASKED_AGAIN_AFTER)
        else:
            await self._done(order, items, refund, now)
        return refund

    async def give_back(self, refund_id: int, now: datetime) -> None:
        """Have the provider do it, if it is not done. Raises `PaymentsDown`: then it is asked again later."""
        refund = await self._orders.refund(refund_id)
        order = None if refund is None else await self._orders.by_id(refund.order_id)
        if refund is None or order is None or refund.state != RefundState.PENDING or order.payment is None:
            return
        provider = await self._payments.settling(order.seller_id)
        payment = order.payment
        if provider is None:
            await self._failed(order, refund, now)
            return
        while refund.state == RefundState.PENDING:
            amount, key = Money(refund.amount, order.currency), refund.key
            await self._db.settle()
            try:
                answer = await provider.refund(payment, amount, key)
            except PaymentRefused:  # perhaps there is less: more went back than was told of yet
                for gone in await provider.refunds(payment):
                    await self._db.settle()  # one at a time: each locks stock before a room
                    await self.happened_outside(order, gone, "stripe", now)
                await self._failed_unless_less(order, refund, key, now)
            except PaymentKeysRefused:
                await self._failed_unless_less(order, refund, key, now)
            else:
                await self.stands(order, refund, answer, now)

    async def _failed_unless_less(self, order: Order, refund: Refund, key: str, now: datetime) -> None:
        """What was asked for with `key` is refused; where there is less to give back by now, that can be asked for."""
        await self._orders.lock(order)
        await self._db.refresh(refund)
        if refund.state == RefundState.PENDING and refund.key == key:
            await self._failed(order, refund, now)

    async def stands(self, order: Order, refund: Refund, answer: Refunded, now: datetime) -> None:
        """The provider says how a refund stands. The same said twice changes nothing."""
        await self._orders.lock(order)
        await self._db.refresh(refund)
        refund.reference = answer.reference
        if answer.state is ProviderState.FAILED:
            await self._failed(order, refund, now)
        elif refund.state == RefundState.PENDING:
            await self._done(order, await self._orders.items(order.id), refund, now)
        await self._db.flush()

    async def happened_outside(self, order: Order, answer: Refunded, by: str, now: datetime) -> None:
        """A refund that was asked for in the provider's own pages, or one of ours that is done."""
        await self._orders.lock(order)
        refunds = (await self._orders.refunds_of([order.id]))[order.id]
        known = next((refund for refund in refunds if refund.reference == answer.reference), None)
        if known is None:  # ours, whose answer never came
            known = next(
                (
                    refund
                    for refund in refunds
                    if refund.reference is None
                    and refund.state == RefundState.PENDING
                    and refund.amount == answer.amount.minor
                ),
                None,
            )
        if known is None:
            left = order.total - sum(refund.amount for refund in refunds if refund.state == RefundState.DONE)
            amount = min(answer.amount.minor, left)
            if amount <= 0 or answer.state is ProviderState.FAILED:
                return
            await self._make_do(order, refunds, left - amount, now)
            known = Refund(order_id=order.id, amount=amount, pieces={}, restock=False, by=by, note=None, at=now)
            known.state = RefundState.PENDING
            await self._orders.add(known)
        await self.stands(order, known, answer, now)

    async def _make_do(self, order: Order, refunds: Sequence[Refund], left: int, now: datetime) -> None:
        """What was decided on and is not done yet is as much as there is left: the provider would refuse it whole."""
        for refund in refunds:
            if refund.state != RefundState.PENDING:
                continue
            if left == 0:
                await self._failed(order, refund, now)
            elif refund.amount > left:
                refund.amount, refund.key = left, public_id()
            left -= min(refund.amount, left)

    async def disputed(self, order: Order, status: str, by: str, now: datetime) -> None:
        """The buyer's bank asks for the money, or has decided; `status` is the provider's word."""
        await self._orders.lock(order)
        if order.disputed == status:
            return
        order.disputed = status
        await self._journal.wrote(order, "dispute", by, now, note=status)
        await self._journal.tell(order, await self._orders.items(order.id), OrderDisputed, now)
        await self._db.flush()

    async def _done(self, order: Order, items: list[OrderItem], refund: Refund, now: datetime) -> None:
        refund.state = RefundState.DONE
        order.refunded += refund.amount
        back: dict[int, int] = {}
        for item in items:
            count = min(refund.pieces.get(str(item.id), 0), item.quantity - item.refunded_quantity)
            item.refunded_quantity += count
            if count and refund.restock and item.stock_id is not None:
                back[item.stock_id] = back.get(item.stock_id, 0) + count
        if back:
            await self._stock.put_back(back, Change(order.hash_id, refund.by, now))
        order.status = OrderStatus.REFUNDED if order.refunded >= order.total else OrderStatus.PARTLY_REFUNDED
        await self._journal.wrote(order, "refund", refund.by, now, amount=refund.amount, note=refund.note)
        await self._journal.tell(order, items, OrderRefunded, now)
        await self._journal.mail_buyer(MailKind.ORDER_REFUNDED, order, items, amount=refund.amount)
        await self._db.flush()

    async def _failed(self, order: Order, refund: Refund, now: datetime) -> None:
        """Nothing went back; or it did, and the bank sent it back."""
        await self._orders.lock(order)
        await self._db.refresh(refund)
        if refund.state == RefundState.FAILED:
            return
        if refund.state == RefundState.DONE:
            await self._undone(order, refund)
        refund.state = RefundState.FAILED
        await self._journal.wrote(order, "refund_failed", refund.by, now, amount=refund.amount)
        await self._db.flush()

    async def _undone(self, order: Order, refund: Refund) -> None:
        """The money is the seller's again. What was put back for sale stays: the goods are theirs, too."""
        order.refunded -= refund.amount
        for item in await self._orders.items(order.id):
            item.refunded_quantity = max(0, item.refunded_quantity - refund.pieces.get(str(item.id), 0))
        steps = (await self._orders.steps_of([order.id]))[order.id]
        before = (
            OrderStatus.FULFILLED if any(step.what == OrderStatus.FULFILLED for step in steps) else OrderStatus.PAID
        )
        order.status = OrderStatus.PARTLY_REFUNDED if order.refunded else before


def _wanted(
    order: Order, items: list[OrderItem], refunds: Sequence[Refund], data: RefundOrder, left: int
) -> tuple[dict[str, int], int]:
    """Which pieces, and how much money. Raises `Unprocessable`."""
    asked = None
    if data.amount is not None:
        try:
            asked = Money.asked(data.amount, order.currency).minor
        except ValueError as error:
            raise Unprocessable.field("amount", str(error)) from error
    going = {item.id: 0 for item in items}  # pieces of refunds that are not done yet
    for refund in refunds:
        if refund.state == RefundState.PENDING:
            for item_id, count in refund.pieces.items():
                going[int(item_id)] += count
    if data.items is None:
        if asked is not None:
            return {}, asked
        return {str(item.id): item.quantity - item.refunded_quantity - going[item.id] for item in items}, left
    by_id = {item.id: item for item in items}
    net = dict(zip(by_id, _net(order, items), strict=True))
    pieces: dict[int, int] = {}
    amount = 0
    for wanted in data.items:
        item = by_id.get(wanted.id)
        if item is None:
            raise Unprocessable.field("items", f"{wanted.id} is no item of this order")
        before = item.refunded_quantity + going[item.id] + pieces.get(item.id, 0)
        if before + wanted.quantity > item.quantity:
            raise Unprocessable.field("items", f"of {wanted.id} there are {item.quantity - before} left to give back")
        pieces[item.id] = pieces.get(item.id, 0) + wanted.quantity
        amount += part(net[item.id], before, wanted.quantity, item.quantity)
    return {str(item_id): count for item_id, count in pieces.items()}, amount if asked is None else asked


def _net(order: Order, items: list[OrderItem]) -> list[int]:
    """What each line came to, less its share of the discount."""
    totals = [item.price * item.quantity for item in items]
    return [total - off for total, off in zip(totals, shares(order.discount, totals), strict=True)]
