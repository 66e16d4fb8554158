"""A cart's lines as they stand now: what each costs, by which deal, and whether it can be had."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from storecast.domains.orders.carts.repository import Item
from storecast.domains.products.articles import Article, Key
from storecast.domains.products.stock.service import StockService
from storecast.domains.products.stock.values import Want
from storecast.kit.money import Money


class Line(Struct, frozen=True):
    item: Item
    article: Article | None
    """None where it cannot be bought any more: off the shelf, or without a price."""
    price: Money
    """Of one."""
    deal_id: int | None

    @property
    def total(self) -> Money:
        return self.price * self.item.quantity

    @property
    def changed(self) -> bool:
        return self.price.minor != self.item.price

    @property
    def told(self) -> "Line":
        """As it stands once its buyer knows."""
        item = replace(self.item, price=self.price.minor, deal_id=self.deal_id)
        return Line(item, self.article, self.price, self.deal_id)


class Pricing:
    """For one holder. Where a deal has so many pieces, whoever acts on the prices has locked its stock before."""

    def __init__(self, stock: StockService, holder_id: str, held: Mapping[int, Want], now: datetime) -> None:
        """`held` is what is held for this holder now: a deal's price stays with it."""
        self._stock = stock
        self._holder_id = holder_id
        self._held = held
        self._now = now
        self._left: dict[int, int] = {}
        self._kept: dict[int, int] = {}

    async def lines(self, items: Iterable[Item], articles: Mapping[Key, Article], currency: str) -> list[Line]:
        return [await self._line(item, articles.get((item.product_id, item.variant_id)), currency) for item in items]

    async def _line(self, item: Item, article: Article | None, currency: str) -> Line:
        if article is None or article.price.currency != currency:
            return Line(item, None, Money(item.price, currency), None)
        deal = article.deal
        if deal is not None and (deal.quantity is None or await self._takes(deal.id, deal.quantity, item.quantity)):
            return Line(item, article, deal.price, deal.id)
        if (deal is None or deal.id != item.deal_id) and self._keeps(item, article.stock_id):
            return Line(item, article, Money(item.price, currency), item.deal_id)
        return Line(item, article, article.price, None)

    def _keeps(self, item: Item, stock_id: int) -> bool:
        """What is held at the price of a deal that is over keeps it, and no piece more."""
        held = self._held.get(stock_id)
        if item.deal_id is None or held is None or held.deal_id != item.deal_id:
            return False
        left = self._kept.setdefault(stock_id, held.deal_quantity)
        if left < item.quantity:
            return False
        self._kept[stock_id] = left - item.quantity
        return True

    async def _takes(self, deal_id: int, pieces: int, quantity: int) -> bool:
        """A line is at one price: a deal with fewer pieces left than it has is not for it."""
        if deal_id not in self._left:
            self._left[deal_id] = await self._stock.deal_left(deal_id, pieces, self._now, but=self._holder_id)
        if self._left[deal_id] < quantity:
            return False
        self._left[deal_id] -= quantity
        return True


def wants_of(lines: Iterable[Line]) -> dict[int, Want]:
    """What the lines take of each stock, those of one stock added together."""
    quantities: dict[int, int] = defaultdict(int)
    deals: dict[int, tuple[int | None, int]] = {}
    for line in lines:
        if line.article is None:
            continue
        stock_id = line.article.stock_id
        quantities[stock_id] += line.item.quantity
        if line.deal_id is not None:
            deals[stock_id] = (line.deal_id, deals.get(stock_id, (None, 0))[1] + line.item.quantity)
    return {stock_id: Want(quantity, *deals.get(stock_id, (None, 0))) for stock_id, quantity in quantities.items()}
