"""The rules of stock: nothing is sold twice, and what somebody holds is theirs while it is held."""

from collections.abc import Collection, Mapping
from datetime import datetime

from storecast.domains.products.stock.errors import MoreSold, Short, SoldOut, StillKept, TooManyHeld
from storecast.domains.products.stock.repository import StockRepository
from storecast.domains.products.stock.values import Change, Count, Difference, Holder, Level, Want
from storecast.kit.database import Database

HELD_BY_PERSON = 50  # pieces of one stock in carts, where the seller sets no bound of their own
NOBODY = Holder("", "")
NETWORK_MINIMUM = 5  # pieces of one stock that guests of one network may hold at least, together


class StockService:
    """Each call that changes something locks the stocks first, in the order of their ids."""

    def __init__(self, db: Database) -> None:
        self._repository = StockRepository(db)

    async def hold(
        self,
        holder: Holder,
        wants: Mapping[int, Want],
        now: datetime,
        *,
        until: datetime | None,
        bounded: bool = True,
    ) -> dict[int, Level]:
        """The holder has exactly these pieces of these stocks, as long as `until` is to come, or until they are let go.

        All or none; `bounded` by what a person, or a network, may hold. Answers as `levels_for`. Raises `SoldOut`,
        which says of what there is too little; `TooManyHeld`.
        """
        await self._repository.lock(wants, holder.id)
        levels = await self._covering(holder, wants, now)
        if bounded:
            _bound(holder, wants, levels)
        await self._repository.hold(holder, wants, until)
        return levels

    async def hold_first(
        self, holder: Holder, wants: Mapping[int, Want], now: datetime, *, until: datetime | None
    ) -> dict[int, Level]:
        """As `hold`, for a holder that never had anything: quicker where all want the same.

        What it raises is known only then: the transaction has to come to nothing.
        """
        if len(wants) == 1:
            [(stock_id, want)] = wants.items()
            if await self._repository.hold_first(holder, stock_id, want, until):
                levels = await self._repository.levels(wants, now, holder)
                _bound(holder, wants, levels)
                return levels
        return await self.hold(holder, wants, now, until=until)

    async def require(self, holder: Holder, wants: Mapping[int, Want], now: datetime) -> None:
        """Nothing is held. Raises `SoldOut` where there is too little as things stand."""
        await self._covering(holder, wants, now)

    async def take(self, holder: Holder, wants: Mapping[int, Want], change: Change) -> None:
        """Sell these pieces at once. Raises `SoldOut`: nothing is taken then."""
        await self.hold(holder, wants, change.at, until=None, bounded=False)
        await self._repository.sell(holder.id, change)

    async def hand_over(
        self, former: str, holder: Holder, wants: Mapping[int, Want], now: datetime, *, sold: Change | None = None
    ) -> None:
        """What `former` had may be `holder`'s now, who keeps it until it is let go or sold, or is sold it at once.

        Raises `SoldOut`.
        """
        await self._repository.lock(wants, former)
        await self._repository.let_go(former)
        await self.hold(holder, wants, now, until=None)
        if sold is not None:
            await self._repository.sell(holder.id, sold)

    async def sell(self, holder: Holder, change: Change) -> None:
        """What the holder keeps is sold. Raises `SoldOut` where the seller has since counted fewer than that."""
        wants = await self._repository.held(holder.id)
        await self._repository.lock(wants)
        levels = await self._repository.levels(wants, change.at, holder)
        short = [
            Short(stock_id, max(0, level.total - level.sold))
            for stock_id, level in levels.items()
            if not level.unlimited and level.sold + wants[stock_id].quantity > level.total
        ]
        if short:
            raise SoldOut(short)
        await self._repository.sell(holder.id, change)

    async def let_go(self, holder_id: str) -> None:
        """Of everything. Safe to repeat."""
        await self._repository.lock((), holder_id)
        await self._repository.let_go(holder_id)

    async def put_back(self, pieces: Mapping[int, int], change: Change) -> None:
        """Pieces that were sold are there again, by stock."""
        await self._repository.lock(pieces)
        for stock_id, quantity in sorted(pieces.items()):
            await self._repository.put_back(stock_id, quantity, change)

    async def count(self, product_id: int, variant_id: int | None, total: int | None, by: str, now: datetime) -> None:
        """As `count_all`, of one."""
        await self.count_all([Count(product_id, variant_id, total)], by, now)

    async def count_all(self, counts: Collection[Count], by: str, now: datetime) -> None:
        """The seller says how many there are, those sold included; None: no stock is kept.

        Raises `MoreSold` where more are sold already.
        """
        await self._repository.ensure_all([(count.product_id, count.variant_id) for count in counts])
        stocks = await self._by_article({count.product_id for count in counts}, now)
        totals = {stocks[count.product_id, count.variant_id].stock_id: count for count in counts}
        await self._repository.lock(totals)
        levels = await self._repository.levels(totals, now, NOBODY)
        sold_more = [
            (count, levels[stock_id].sold)
            for stock_id, count in totals.items()
            if count.total is not None and count.total < levels[stock_id].sold
        ]
        if sold_more:
            raise MoreSold(sold_more)
        changed = {
            stock_id: count.total
            for stock_id, count in totals.items()
            if count.total != (None if levels[stock_id].unlimited else levels[stock_id].total)
        }
        await self._repository.count(changed, Change(None, by, now))

    async def share(self, articles: Collection[tuple[int, int]], now: datetime) -> None:
        """These variants, each behind its product, are sold from the product's stock from now on.

        Raises `StillKept` where stock of their own was sold from, or is held.
        """
        stocks = await self._by_article({product_id for product_id, _ in articles}, now)
        own = {article: stocks[article] for article in articles if article in stocks}
        if own:
            stock_ids = [level.stock_id for level in own.values()]
            await self._repository.lock(stock_ids)
            dropped = await self._repository.drop_unused(stock_ids, now)
            if kept := [article for article in own if article[1] not in dropped]:
                raise StillKept(kept)

    async def ensure(self, product_ids: Collection[int]) -> None:
        """Each product has a stock of its own to be sold from; a new one has no limit."""
        await self._repository.ensure_all([(product_id, None) for product_id in product_ids])

    async def _by_article(self, product_ids: Collection[int], now: datetime) -> dict[tuple[int, int | None], Level]:
        found = await self._repository.of_products(product_ids, now)
        return {(level.product_id, level.variant_id): level for level in found}

    async def levels(self, product_ids: Collection[int], now: datetime) -> dict[int, list[Level]]:
        """Of each product, its own first, then those of its variants that keep their own."""
        found: dict[int, list[Level]] = {product_id: [] for product_id in product_ids}
        for level in await self._repository.of_products(product_ids, now):
            found[level.product_id].append(level)
        for levels in found.values():
            levels.sort(key=lambda level: (level.variant_id is not None, level.stock_id))
        return found

    async def levels_for(self, holder: Holder, stock_ids: Collection[int], now: datetime) -> dict[int, Level]:
        """By id, as they stand for this holder: what it has reserved itself is not counted."""
        return await self._repository.levels(stock_ids, now, holder)

    async def take_untold(self, now: datetime) -> set[int]:
        """The products whose viewers are to be told of a change, and count as told from now on. They stay locked."""
        return await self._repository.take_untold(now)

    async def deal_left(self, deal_id: int, quantity: int, now: datetime, *, but: str) -> int:
        """Pieces left of `quantity` at the deal's price, for the holder `but`; lock its product's stock before."""
        return max(0, quantity - await self._repository.deal_taken(deal_id, now, but=but))

    async def differences(self) -> list[Difference]:
        """What the numbers say that their rows do not."""
        return await self._repository.differences()

    async def lock(self, stock_ids: Collection[int], *holder_ids: str) -> None:
        """With those of which these holders have any."""
        await self._repository.lock(stock_ids, *holder_ids)

    async def lock_of(self, product_ids: Collection[int]) -> None:
        """Every stock of these products, and of their variants: before several calls that would each lock some."""
        await self._repository.lock_of(product_ids)

    async def held(self, holder_id: str) -> dict[int, Want]:
        return await self._repository.held(holder_id)

    async def forget_ended(self, now: datetime) -> None:
        """Tidies; what ran out counts for nothing before."""
        stock_ids = await self._repository.ended(now)
        if stock_ids:
            await self._repository.lock(stock_ids)
            await self._repository.forget_ended(stock_ids, now)

    async def _covering(self, holder: Holder, wants: Mapping[int, Want], now: datetime) -> dict[int, Level]:
        """The levels of what is wanted. Raises `SoldOut`; a stock that is gone has nothing left."""
        levels = await self._repository.levels(wants.keys(), now, holder)
        short = [
            Short(stock_id, levels[stock_id].available if stock_id in levels else 0)
            for stock_id, want in sorted(wants.items())
            if stock_id not in levels or not levels[stock_id].covers(want.quantity)
        ]
        if short:
            raise SoldOut(short)
        return levels


def _bound(holder: Holder, wants: Mapping[int, Want], levels: Mapping[int, Level]) -> None:
    """The person first; then, of guests, their network: half of what there is, so that no bot empties a shelf."""
    for stock_id, want in wants.items():
        level = levels[stock_id]
        if level.by_subject + want.quantity > HELD_BY_PERSON:
            raise TooManyHeld(f"At most {HELD_BY_PERSON} pieces can be in your carts.")
        if level.unlimited or not holder.network:
            continue
        if level.by_network + want.quantity > max(NETWORK_MINIMUM, (level.total - level.sold + 1) // 2):
            raise TooManyHeld("Too many pieces are in carts of your network. Try again soon, or sign in.")
