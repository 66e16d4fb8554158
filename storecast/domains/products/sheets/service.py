"""The rules of taking a table of products in: all of it or nothing."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from storecast.domains.accounts.models import User
from storecast.domains.billing.limits import Limit
from storecast.domains.billing.service import PlanService
from storecast.domains.channels.events import ChannelUpdated
from storecast.domains.channels.service import ChannelService
from storecast.domains.products.deals.service import DealService
from storecast.domains.products.links import checked
from storecast.domains.products.models import Product
from storecast.domains.products.prices import PriceRepository, asked, in_use
from storecast.domains.products.repository import ProductRepository
from storecast.domains.products.sheets.reading import read
from storecast.domains.products.sheets.schemas import (
    MOST_MESSAGES,
    BadRows,
    ImportView,
    ProductRow,
    RowMessage,
    Sheet,
    VariantRow,
)
from storecast.domains.products.shown import ProductReader, ShownProduct, ShownVariant
from storecast.domains.products.stock.errors import MoreSold, StillKept
from storecast.domains.products.stock.service import StockService
from storecast.domains.products.stock.values import Count
from storecast.domains.products.variants.schemas import VariantGiven
from storecast.domains.products.variants.service import VariantService
from storecast.kit.database import Database
from storecast.kit.errors import Unprocessable
from storecast.kit.events import Events

BATCH = 500  # products of a table that goes out, at a time


class Placed(Struct):
    """A row with the product it is to be, and how that one stood before; None: it is new."""

    row: ProductRow
    product: Product
    before: ShownProduct | None


class SheetService:
    def __init__(
        self,
        db: Database,
        channels: ChannelService,
        stock: StockService,
        deals: DealService,
        plans: PlanService,
        events: Events,
    ) -> None:
        self._db = db
        self._repository = ProductRepository(db)
        self._prices = PriceRepository(db)
        self._reader = ProductReader(db)
        self._variants = VariantService(db, stock)
        self._channels = channels
        self._stock = stock
        self._deals = deals
        self._plans = plans
        self._events = events

    async def every(self, owner: User, now: datetime) -> AsyncGenerator[list[ShownProduct]]:
        """The owner's products in the order of their numbers, in batches."""
        after = 0
        while products := await self._repository.batch(owner.id, after, BATCH):
            yield await self._reader.catalogue(products, now)
            after = products[-1].id

    async def take_in(self, content: bytes, owner: User, by: str, now: datetime, *, preview: bool) -> ImportView:
        """Products with a number, or a SKU that one of the owner's has, are changed; others are new.

        A column that is there says all of it, empty cells clear; of a column that is not there things stay as they are.
        Raises `BadRows`, `PaymentRequired`. A preview changes nothing and answers what is wrong instead.
        """
        sheet = await asyncio.to_thread(read, content)
        await self._plans.lock(owner.id, Limit.PRODUCTS)
        nested = await self._db.begin_nested()  # what a preview tries is undone
        placed = await self._placed(sheet, owner, now) if not sheet.wrong else []
        changed = await self._write(sheet, placed, owner, by, now) if not sheet.wrong else set()
        if sheet.wrong and not preview:
            raise BadRows(sheet.wrong[:MOST_MESSAGES])
        created = sum(each.before is None for each in placed)
        updated = sum(each.before is not None and each.product.id in changed for each in placed)
        counts = (0, 0, 0) if sheet.wrong else (created, updated, len(placed) - created - updated)
        if preview:
            await nested.rollback()
        else:
            await self._tell([each.product for each in placed if each.product.id in changed], now)
            await nested.commit()
        return ImportView(preview, sheet.rows, *counts, sheet.wrong[:MOST_MESSAGES])

    async def _placed(self, sheet: Sheet, owner: User, now: datetime) -> list[Placed]:
        """Each row with its product, not changed yet. What cannot be goes to `sheet.wrong`."""
        ids = {row.cells.id for row in sheet.products if row.cells.id is not None}
        skus = {row.cells.sku for row in sheet.products if row.cells.sku is not None}
        held = await self._repository.held_of(owner.id, ids, skus)
        shown = {each.id: each for each in await self._reader.catalogue(held, now)}
        by_id = {product.id: product for product in held}
        by_sku: dict[str, list[Product]] = {}
        for product in held:
            by_sku.setdefault(product.sku or "", []).append(product)
        placed: list[Placed] = []
        taken: set[int | str] = set()
        for row in sheet.products:
            cells = row.cells
            same = by_sku.get(cells.sku or "", []) if cells.sku else []
            found = by_id.get(cells.id) if cells.id is not None else next(iter(same), None)
            if cells.id is not None and found is None:
                sheet.wrong.append(RowMessage("id", "is not a product of yours", row.row))
            elif cells.id is None and len(same) > 1:
                sheet.wrong.append(RowMessage("sku", "is of several of your products", row.row))
            key = cells.sku if found is None else found.id
            if key is not None and key in taken:
                sheet.wrong.append(RowMessage("sku" if cells.id is None else "id", "is there twice", row.row))
            if key is not None:
                taken.add(key)
            if found is None:
                fresh = Product(owner_id=owner.id, currency=owner.currency, image_keys=[], created_at=now)
                placed.append(Placed(row, fresh, None))
            else:
                placed.append(Placed(row, found, shown[found.id]))
        return placed

    async def _write(self, sheet: Sheet, placed: Sequence[Placed], owner: User, by: str, now: datetime) -> set[int]:
        """Answers the ids of products that are new, or not as they were."""
        repriced = []
        for each in placed:
            before = (each.product.price, each.product.currency) if each.before is not None else None
            for wrong in self._fill(each, sheet.columns):
                sheet.wrong.append(wrong)
            if (each.product.price, each.product.currency) != before:
                repriced.append(each.product)
        if sheet.wrong:
            return set()
        changed = {each.product.id for each in placed if each.before is not None and self._db.is_modified(each.product)}
        await self._plans.take(owner, Limit.PRODUCTS, now, more=sum(each.before is None for each in placed))
        await self._repository.add(*(each.product for each in placed))
        changed |= {each.product.id for each in placed if each.before is None}
        for product in repriced:
            self._prices.note(product, now)
        for each in placed:
            if each.before is not None and each.before.currency != each.product.currency and not each.row.variants:
                await self._variants.change_currency(each.product, each.before.currency)
        try:
            changed |= await self._count(sheet, placed, by, now)
            changed |= await self._write_variants(sheet, placed, by, now)
        except (MoreSold, StillKept) as error:
            sheet.wrong.extend(_at_rows(error, placed))
        return changed

    def _fill(self, each: Placed, columns: frozenset[str]) -> Iterator[RowMessage]:
        """Set what the row says of its product; what is wrong with that is answered."""
        product, cells, row = each.product, each.row.cells, each.row.row
        product.name = cells.name
        try:
            if cells.link is not None:
                product.link = checked(cells.link)
            elif each.before is None or "link" in columns:
                yield RowMessage("link", "is required", row)
            if cells.currency is not None:
                product.currency = in_use(cells.currency)
            if "price" in columns:
                product.price = None if cells.price is None else asked(cells.price, product.currency).minor
            elif each.before is not None and each.before.price is not None:
                product.price = asked(each.before.price.major, product.currency).minor
            if "compare_at_price" in columns:
                former = cells.compare_at_price
                product.compare_at = (
                    None if former is None else asked(former, product.currency, "compare_at_price").minor
                )
                if product.compare_at is not None and product.compare_at <= (product.price or 0):
                    yield RowMessage("compare_at_price", "must be above the price", row)
            elif each.before is not None and each.before.compare_at is not None:
                former_price = asked(each.before.compare_at.major, product.currency, "compare_at_price").minor
                product.compare_at = former_price if former_price > (product.price or 0) else None
            for variant in each.row.variants:
                row = variant.row
                if variant.cells.price is not None:
                    asked(variant.cells.price, product.currency)
        except Unprocessable as error:
            yield from (RowMessage(said.field, said.message, row) for said in error.messages)
        if "max_per_buyer" in columns:
            product.max_per_buyer = cells.max_per_buyer
        if "sku" in columns:
            product.sku = cells.sku

    async def _count(self, sheet: Sheet, placed: Sequence[Placed], by: str, now: datetime) -> set[int]:
        """Answers whose stock is another."""
        await self._stock.lock_of([each.product.id for each in placed])
        await self._stock.ensure([each.product.id for each in placed])
        if "quantity" not in sheet.columns:
            return set()
        counts = [Count(each.product.id, None, each.row.cells.quantity) for each in placed]
        await self._stock.count_all(counts, by, now)
        return {each.product.id for each in placed if each.before and _total(each.before) != each.row.cells.quantity}

    async def _write_variants(self, sheet: Sheet, placed: Sequence[Placed], by: str, now: datetime) -> set[int]:
        """Of products with rows of variants below them; of others they stay. Answers whose are others."""
        given: list[tuple[Product, list[VariantGiven]]] = []
        changed = set()
        for each in placed:
            if not each.row.variants:
                continue
            known = {one.row.name: one for one in each.before.variants} if each.before is not None else {}
            wanted = [_given(row, known.get(row.cells.variant), sheet.columns) for row in each.row.variants]
            given.append((each.product, wanted))
            kept = [(one.row.name, one.level.total if one.keeps_own else None) for one in known.values()]
            if kept != [(one.name, one.quantity) for one in wanted]:
                changed.add(each.product.id)
        return changed | await self._variants.replace_all(given, by, now) if given else set()

    async def _tell(self, changed: Sequence[Product], now: datetime) -> None:
        """The rooms of channels that show what is not as it was: they ask for all anew, once."""
        ids = [product.id for product in changed]
        overtaken = await self._deals.end_overtaken(changed, now)
        found = await self._channels.by_ids(await self._repository.channels_with(ids)) if ids else {}
        for channel_id in sorted(found):
            for _, product_id in sorted(over for over in overtaken if over[0] == channel_id):
                await self._deals.tell(found[channel_id], product_id, now)
            await self._events.happened(found[channel_id], ChannelUpdated(), now)


def _total(shown: ShownProduct) -> int | None:
    return None if shown.own_level is None or shown.own_level.unlimited else shown.own_level.total


def _given(row: VariantRow, known: ShownVariant | None, columns: frozenset[str]) -> VariantGiven:
    """What the row says; of columns that are not there, what is known."""
    cells = row.cells
    given = VariantGiven(
        cells.variant,
        None if known is None else known.row.id,
        cells.options,
        cells.price,
        cells.quantity,
        cells.sku,
        cells.reference,
    )
    if known is not None:
        own = known.level.total if known.keeps_own and not known.level.unlimited else None
        kept = {
            "options": known.row.options,
            "price": None if known.price is None else known.price.major,
            "quantity": own,
            "sku": known.row.sku,
            "reference": known.row.reference,
        }
        for column in kept.keys() - columns:
            setattr(given, column, kept[column])
    return given


def _at_rows(error: MoreSold | StillKept, placed: Sequence[Placed]) -> Iterator[RowMessage]:
    by_product = {each.product.id: each for each in placed}
    if isinstance(error, MoreSold):
        articles = [(count.product_id, count.variant_id) for count, _ in error.short]
        words = [f"must be at least {sold}: so many are sold" for _, sold in error.short]
    else:
        articles = list(error.articles)
        words = ["is required"] * len(articles)
    for (product_id, variant_id), message in zip(articles, words, strict=True):
        each = by_product[product_id]
        known = each.before.variants if each.before is not None else ()
        name = next((one.row.name for one in known if one.row.id == variant_id), None)
        rows = [variant.row for variant in each.row.variants if variant.cells.variant == name]
        yield RowMessage("quantity", message, rows[0] if rows else each.row.row)
