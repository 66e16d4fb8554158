"""The rules of carts. What is in one is held as the channel says: for some minutes, or not before it is checked out."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from storecast.domains.channels.models import Channel, HoldPolicy
from storecast.domains.orders.buyers import Buyer
from storecast.domains.orders.carts.lines import Line, Pricing, wants_of
from storecast.domains.orders.carts.models import Cart
from storecast.domains.orders.carts.repository import CartRepository, Item
from storecast.domains.orders.carts.schemas import MOST_PIECES, CartAddition
from storecast.domains.orders.errors import (
    BeingPaid,
    CartFull,
    CartItemNotFound,
    CartNotFound,
    OtherCurrency,
    ShopClosed,
    TooManyForOne,
)
from storecast.domains.orders.waitlist.service import WaitlistService
from storecast.domains.products.articles import Article, ArticleService, Key
from storecast.domains.products.stock.errors import SoldOut
from storecast.domains.products.stock.service import StockService
from storecast.domains.products.stock.values import Level, Want
from storecast.kit.database import Database
from storecast.kit.errors import Unprocessable
from storecast.kit.money import Money
from storecast.kit.rate_limits import RateLimits

MOST_LINES = 50
CHANGES = "60/minute"  # of one person
CHANGES_OF_NETWORK = "6000/minute"  # of all guests of it
FORGOTTEN_AFTER = timedelta(days=30)


class CartState(Struct, frozen=True):
    """A cart as it stands, and how much there is of what is in it."""

    cart: Cart | None
    lines: Sequence[Line] = ()
    levels: Mapping[int, Level] = {}
    """By stock, as they stand for this cart: what it holds itself is not counted as reserved."""

    @property
    def subtotal(self) -> Money:
        """Of the lines that can be bought; there is a cart."""
        currency = self.lines[0].price.currency
        return sum((line.total for line in self.lines if line.article is not None), Money(0, currency))


class CartService:
    def __init__(
        self,
        db: Database,
        articles: ArticleService,
        stock: StockService,
        waitlist: Callable[[], WaitlistService],
        limits: RateLimits,
    ) -> None:
        """Few wait for anything, and the `waitlist` needs much: it is made when it is asked."""
        self._repository = CartRepository(db)
        self._articles = articles
        self._stock = stock
        self._waitlist = waitlist
        self._limits = limits

    async def of(self, channel: Channel, buyer: Buyer) -> Cart | None:
        """This person's open cart on the channel."""
        return await self._repository.of(channel.id, buyer.subject)

    async def find(self, channel: Channel, hash_id: str, buyer: Buyer) -> Cart:
        """Raises `CartNotFound`, for other people's carts too."""
        cart = await self._repository.find(channel.id, hash_id, buyer.subject)
        if cart is None:
            raise CartNotFound
        return cart

    async def add(
        self, channel: Channel, buyer: Buyer, data: CartAddition, product_id: int, now: datetime
    ) -> CartState:
        """More of an article; the cart is made with its first line, and in its currency.

        Raises `BeingPaid`, `ShopClosed`, `NotOnShelf`, `VariantNeeded`, `NotForSale`, `OtherCurrency`, `CartFull`,
        `TooManyForOne`, `SoldOut`, `TooManyHeld`.
        """
        await self._slow_down(buyer)
        if not channel.shop_enabled:
            raise ShopClosed
        article = await self._articles.one(channel.id, product_id, data.variant, now)
        until = _until(channel, now)
        added = await self._repository.add(channel.id, buyer.subject, article, data, now, until=until)
        if added is None:
            raise BeingPaid
        cart, put, new = added
        items = [put] if new else await self._repository.items_to_change(cart.id)
        if items is None:
            await self._repository.take_back(put, data.quantity)
            raise BeingPaid
        if cart.currency != article.price.currency:
            if len(items) > 1 or put.quantity > data.quantity:
                raise OtherCurrency(cart.currency)
            await self._repository.set_currency(cart, article.price.currency)
        if len(items) > MOST_LINES:
            raise CartFull(MOST_LINES)
        if put.quantity > MOST_PIECES:
            raise Unprocessable.field("quantity", f"a line has at most {MOST_PIECES} pieces")
        return await self._hold(channel, cart, buyer, now, changed=article, items=items, new=new)

    async def change(
        self, channel: Channel, cart: Cart, item_id: int, quantity: int, buyer: Buyer, now: datetime
    ) -> CartState:
        """Have `quantity` of a line; none of it removes the line. Raises `CartItemNotFound`, and as `add`."""
        await self._slow_down(buyer)
        items = await self._lock(cart)
        if cart.closed_at is not None:
            raise CartNotFound
        item = next((item for item in items if item.id == item_id), None)
        if item is None:
            raise CartItemNotFound
        if quantity == 0:
            await self._repository.remove(item.id)
            return await self._hold(channel, cart, buyer, now)
        await self._repository.set_quantity(item.id, quantity)
        articles = await self._articles.on(channel.id, [item.product_id], now)
        article = articles.get((item.product_id, item.variant_id)) if quantity > item.quantity else None
        if article is not None and article.price.currency != cart.currency:
            raise OtherCurrency(cart.currency)
        return await self._hold(channel, cart, buyer, now, changed=article)

    async def hold_again(self, channel: Channel, cart: Cart, buyer: Buyer, now: datetime) -> CartState:
        """What can be held of what is in it; nothing of one that was paid at the last moment. Raises `BeingPaid`."""
        items = await self._lock(cart)
        if cart.closed_at is not None:
            return CartState(None)
        return await self._hold(channel, cart, buyer, now, items=items)

    async def move(self, channel: Channel, guest: Buyer, buyer: Buyer, now: datetime) -> Cart | None:
        """A guest's cart becomes that of the account they signed in to; lines of both are added together.

        Raises `BeingPaid`.
        """
        theirs = await self._repository.of(channel.id, guest.subject)
        own = await self._repository.of(channel.id, buyer.subject)
        if theirs is None or guest.subject == buyer.subject:
            return own
        taken = await self._lock(theirs)
        kept = [] if own is None else await self._lock(own)
        if theirs.closed_at is not None:
            return own
        if own is None or own.closed_at is not None:
            await self._stock.let_go(theirs.hash_id)
            await self._repository.hand_to(theirs, buyer.subject)
            await self._hold(channel, theirs, buyer, now)
            return theirs
        if own.currency != theirs.currency:
            return own
        room = MOST_LINES - len(kept)
        for item in taken[: max(0, room)]:
            await self._repository.put(own, item.product_id, item.variant_id, item.quantity, item.price)
        await self._repository.close(theirs, now)
        items = await self._repository.items(own.id)
        articles = await self._articles.on(channel.id, {item.product_id for item in items}, now)
        stock_ids = {article.stock_id for article in articles.values()}
        await self._stock.lock(stock_ids, own.hash_id, theirs.hash_id)  # all at once: in their order
        await self._stock.let_go(theirs.hash_id)
        await self._hold(channel, own, buyer, now, items=items)
        return own

    async def state(
        self, channel: Channel, cart: Cart | None, buyer: Buyer, now: datetime, *, order_id: str | None = None
    ) -> CartState:
        """As it stands; of one that is an order already, by that one's public id, at the prices it was ordered at."""
        if cart is None:
            return CartState(None)
        items = await self._repository.items(cart.id)
        articles = await self._articles.on(channel.id, {item.product_id for item in items}, now)
        if order_id is None:
            lines = await self._lines(cart, items, articles, now)
        else:
            lines = [
                Line(
                    item,
                    articles.get((item.product_id, item.variant_id)),
                    Money(item.price, cart.currency),
                    item.deal_id,
                )
                for item in items
            ]
        return await self._state(cart, lines, {}, buyer, now, holder_id=order_id)

    async def forget(self, now: datetime) -> None:
        await self._repository.forget(now - FORGOTTEN_AFTER)

    async def _hold(
        self,
        channel: Channel,
        cart: Cart,
        buyer: Buyer,
        now: datetime,
        *,
        changed: Article | None = None,
        items: Sequence[Item] | None = None,
        new: bool = False,
    ) -> CartState:
        """Hold what is in the cart, or see that it could be had; tell what it costs.

        `changed` is what must be had: it raises `SoldOut`. Of the rest, what cannot be had is not held. Others wait
        for the same stock, so it is locked last, and nothing that is known is asked again.
        """
        if items is None:
            items = await self._repository.items(cart.id)
        if changed is not None and all((item.product_id, item.variant_id) == changed.key for item in items):
            articles = {changed.key: changed}
        else:
            articles = await self._articles.on(channel.id, {item.product_id for item in items}, now)
        if changed is not None:
            await self._bound(channel, items, changed, buyer)
        if any(article.deal is not None and article.deal.quantity is not None for article in articles.values()):
            await self._stock.lock({article.stock_id for article in articles.values()}, cart.hash_id)
        lines = await self._lines(cart, items, articles, now)
        wants = wants_of(lines)
        holder = buyer.holding(cart.hash_id)
        until = _until(channel, now)
        changes = {line.item.id: (line.price.minor, line.deal_id) for line in lines if line.told != line}
        if changes or cart.held_until != (until if wants else None):
            await self._repository.tell(cart, until if wants else None, changes)
        levels: Mapping[int, Level] = {}
        if until is not None:
            while True:
                try:
                    hold = self._stock.hold_first if new else self._stock.hold
                    levels = await hold(holder, wants, now, until=until)
                    break
                except SoldOut as error:
                    if changed is None or not await self._waitlist().redeem(buyer.subject, changed, now):
                        wants = _without(wants, error, changed)
            if cart.held_until is not None and not wants:
                await self._repository.tell(cart, None, {})
        elif changed is not None:
            wanted = {changed.stock_id: wants[changed.stock_id]}
            try:
                await self._stock.require(holder, wanted, now)
            except SoldOut:
                if not await self._waitlist().redeem(buyer.subject, changed, now):
                    raise
                await self._stock.require(holder, wanted, now)
        # What costs more now is said aloud once, in the answer to whatever its buyer did.
        told = [line if line.price.minor > line.item.price else line.told for line in lines]
        return await self._state(cart, told, levels, buyer, now)

    async def _state(
        self,
        cart: Cart,
        lines: Sequence[Line],
        levels: Mapping[int, Level],
        buyer: Buyer,
        now: datetime,
        *,
        holder_id: str | None = None,
    ) -> CartState:
        """`levels` are those that are known."""
        missing = {line.article.stock_id for line in lines if line.article is not None} - levels.keys()
        if missing:
            levels = {**levels, **await self._stock.levels_for(buyer.holding(holder_id or cart.hash_id), missing, now)}
        return CartState(cart, lines, levels)

    async def _bound(self, channel: Channel, items: Sequence[Item], article: Article, buyer: Buyer) -> None:
        if article.max_per_buyer is None:
            return
        bought = await self._repository.bought(channel.owner_id, [article.product_id], buyer.subject, buyer.email)
        wanted = sum(item.quantity for item in items if item.product_id == article.product_id)
        if wanted + bought.get(article.product_id, 0) > article.max_per_buyer:
            raise TooManyForOne(article.max_per_buyer)

    async def _lines(
        self, cart: Cart, items: Sequence[Item], articles: Mapping[Key, Article], now: datetime
    ) -> list[Line]:
        holds = cart.held_until is not None and cart.held_until > now and any(item.deal_id for item in items)
        held: Mapping[int, Want] = await self._stock.held(cart.hash_id) if holds else {}
        return await Pricing(self._stock, cart.hash_id, held, now).lines(items, articles, cart.currency)

    async def _lock(self, cart: Cart) -> list[Item]:
        """What is in it, which stays as it is meanwhile, whether it is closed or not. Raises `BeingPaid`."""
        await self._repository.lock(cart)
        items = await self._repository.items_to_change(cart.id)
        if items is None:
            raise BeingPaid
        return items

    async def _slow_down(self, buyer: Buyer) -> None:
        """The person first; a carrier's address has thousands of honest buyers."""
        await self._limits.hit(CHANGES, "cart", buyer.subject)
        if buyer.is_guest:
            await self._limits.hit(CHANGES_OF_NETWORK, "carts", buyer.network)


def _until(channel: Channel, now: datetime) -> datetime | None:
    """How long what goes into a cart now is held; None where carts hold nothing."""
    return now + timedelta(minutes=channel.hold_minutes) if channel.hold_policy == HoldPolicy.HOLD else None


def _without(wants: Mapping[int, Want], error: SoldOut, changed: Article | None) -> dict[int, Want]:
    """What is wanted but for what there is too little of. Raises `error` where that is what was asked for."""
    short = {short.stock_id for short in error.short}
    if changed is not None and changed.stock_id in short:
        raise error
    return {stock_id: want for stock_id, want in wants.items() if stock_id not in short}
