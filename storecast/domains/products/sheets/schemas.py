"""Products as rows of a table, and what is said of taking them in."""

from typing import Annotated

from msgspec import Meta, Struct

from storecast.domains.products.schemas import Currency, Link, Name, PerBuyer, Price
from storecast.domains.products.variants.schemas import Options, Pieces, Sku
from storecast.kit.errors import FieldMessage, Unprocessable
from storecast.kit.names import Worded, line
from storecast.kit.uploads import Upload

COLUMNS = (
    "id", "name", "link", "price", "currency", "compare_at_price", "quantity", "max_per_buyer", "sku", "variant",
    "options", "reference",
)  # fmt: skip
OF_PRODUCTS = ("id", "link", "currency", "compare_at_price", "max_per_buyer")
OF_VARIANTS = ("options", "reference")
MOST_ROWS = 10_000
MOST_BYTES = 5 * 1024 * 1024
MOST_MESSAGES = 100


class ProductCells(Worded):
    """A row that is a product. What is empty is left out."""

    name: Name
    id: Annotated[int, Meta(ge=1, le=2**63 - 1)] | None = None
    link: Link | None = None
    price: Price | None = None
    currency: Currency | None = None
    compare_at_price: Price | None = None
    quantity: Pieces | None = None
    max_per_buyer: PerBuyer | None = None
    sku: Sku | None = None


class VariantCells(Worded):
    """A row that is a variant of the product above it."""

    variant: Annotated[str, line(60)]
    options: Options | None = None
    price: Price | None = None
    quantity: Pieces | None = None
    sku: Sku | None = None
    reference: Annotated[str, line(100)] | None = None


class RowMessage(FieldMessage):
    row: int
    """The row of the table, from 1, which is the line of the columns' names."""


class VariantRow(Struct):
    row: int
    cells: VariantCells


class ProductRow(Struct):
    row: int
    cells: ProductCells
    variants: list[VariantRow]


class Sheet(Struct):
    """What was read. `wrong` is empty where all of it could be."""

    columns: frozenset[str]
    products: list[ProductRow]
    wrong: list[RowMessage]
    rows: int


class SheetGiven(Struct):
    file: Upload
    """A table in UTF-8, of 10,000 rows and 5 MiB at most; cells apart by comma, semicolon or tab."""


class ImportView(Struct):
    """What came of a table, or would."""

    preview: bool
    """Whether nothing was done yet."""
    rows: int
    """How many rows there are below the columns' names."""
    created: int
    """How many products are new."""
    updated: int
    """How many there were, and are changed."""
    unchanged: int
    """How many there were, just so."""
    errors: list[RowMessage]
    """What is wrong, at most 100; then nothing is taken in."""


class BadRows(Unprocessable):
    def __init__(self, wrong: list[RowMessage]) -> None:
        first = wrong[0]
        super().__init__(f"Row {first.row}, {first.field}: {first.message}", messages=list(wrong))
