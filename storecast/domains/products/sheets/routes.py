"""The catalogue as a table, in and out, over HTTP."""

from collections.abc import AsyncGenerator
from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from litestar.response import Stream

from storecast.domains.accounts.callers import Scope
from storecast.domains.products.sheets import writing
from storecast.domains.products.sheets.schemas import MOST_BYTES, ImportView, SheetGiven
from storecast.kit.envelope import Data
from storecast.wiring.unit import Unit, unit_of_work

Preview = Annotated[bool, QueryParameter(description="Only say what would become of it.")]


class SheetController(Controller):
    path = "/products"
    tags = ("Products",)
    opt = {"scope": Scope.PRODUCTS}  # noqa: RUF012

    @post("/import", operation_id="importProducts", status_code=200, request_max_body_size=MOST_BYTES + 64 * 1024)
    async def import_products(
        self, data: JSONBody[SheetGiven], unit: NamedDependency[Unit], preview: Preview = False
    ) -> Data[ImportView]:
        """Take a table of products (CSV) into the catalogue, all of it or nothing.

        A row with an `id`, or a `sku` that a product has, changes that one; others are new. A row with a `variant` is
        one of the product above it. A column that is there says all: an empty cell clears. With `preview` nothing is
        done, and what is wrong is answered as `errors`; else it is a 422 whose messages have a `row` each.
        """
        taken = unit.sheets.take_in(data.file.content, unit.account, unit.user.subject, unit.now, preview=preview)
        return Data(await taken)

    @get("/export", operation_id="exportProducts", media_type="text/csv")
    async def export_products(self, unit: NamedDependency[Unit]) -> Stream:
        """The catalogue as CSV, which `POST products/import` takes as it is and changes nothing."""
        owner, process, now = unit.account, unit.process, unit.now

        async def rows() -> AsyncGenerator[str, None]:
            yield writing.header()
            async with unit_of_work(process, now) as own:
                async for products in own.sheets.every(owner, now):
                    yield writing.lines(products)

        return Stream(
            rows(),
            media_type="text/csv",
            headers={
                "Content-Disposition": f'attachment; filename="products-{now:%Y-%m-%d}.csv"',
                "Cache-Control": "private, no-store",
            },
        )
