"""A table as bytes made into products. Plain computing, for a thread of its own: a large one takes a while."""

import csv
import io
import re
from collections.abc import Iterator
from typing import TypeVar

import msgspec

from storecast.domains.products.sheets.schemas import (
    COLUMNS,
    MOST_MESSAGES,
    MOST_ROWS,
    OF_PRODUCTS,
    OF_VARIANTS,
    ProductCells,
    ProductRow,
    RowMessage,
    Sheet,
    VariantCells,
    VariantRow,
)
from storecast.kit import currencies
from storecast.kit.http.failures import struct_messages
from storecast.kit.names import one_line

DELIMITERS = (",", ";", "\t")
PRICES = ("price", "compare_at_price")
AS_TEXT = re.compile(r"^'+[=+\-@]")  # an apostrophe was put before what a spreadsheet would reckon with
Cells = TypeVar("Cells", ProductCells, VariantCells)
_COMMA = re.compile(r"^([0-9]+),([0-9]{1,3})$")


def read(content: bytes) -> Sheet:
    """Nothing is raised: what is wrong stands in `wrong`, up to `MOST_MESSAGES`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _unread(1, "must be UTF-8 text")
    if "\x00" in text:
        return _unread(1, "cannot be read as a table")
    return _Reader(text).sheet()


class _Reader:
    def __init__(self, text: str) -> None:
        head = text.split("\n", 1)[0]
        self._delimiter = max(DELIMITERS, key=lambda sign: len(set(_names(head, sign)) & set(COLUMNS)))
        self._lines = csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter, strict=True)
        self._wrong: list[RowMessage] = []
        self._products: list[ProductRow] = []

    def sheet(self) -> Sheet:
        count = row = 0
        try:
            columns = [name.strip().lower() for name in next(self._lines, [])]
            row = 1
            self._check_columns(columns)
            for row, cells in self._rows():
                if self._wrong and ((not self._products and count == 0) or len(self._wrong) >= MOST_MESSAGES):
                    break
                count += 1
                if count > MOST_ROWS:
                    return _unread(row, f"must be at most {MOST_ROWS} rows")
                self._take(row, columns, cells)
        except csv.Error:
            return _unread(row + 1, "cannot be read as a table")
        return Sheet(frozenset(columns), self._products, self._wrong[:MOST_MESSAGES], count)

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        for row, cells in enumerate(self._lines, 2):
            if any(cell.strip() for cell in cells):
                yield row, cells

    def _check_columns(self, columns: list[str]) -> None:
        for place, name in enumerate(columns):
            if name not in COLUMNS:
                self._blame(1, name[:60] or "file", "is not a column known here")
            elif name in columns[:place]:
                self._blame(1, name, "is there twice")
        if "name" not in columns:
            self._blame(1, "name", "is required")

    def _take(self, row: int, columns: list[str], cells: list[str]) -> None:
        if any(cell.strip() for cell in cells[len(columns) :]):
            self._blame(row, "file", "has more cells than there are columns")
            return
        found = {name: _plain(cell) for name, cell in zip(columns, cells, strict=False) if cell.strip()}
        if "variant" in found:
            self._take_variant(row, found)
        else:
            self._take_product(row, found)

    def _take_product(self, row: int, found: dict[str, str]) -> None:
        body = self._bare(row, found, "must be for a variant alone", OF_VARIANTS)
        if (cells := self._made(row, body, ProductCells)) is not None:
            self._products.append(ProductRow(row, cells, []))

    def _take_variant(self, row: int, found: dict[str, str]) -> None:
        above = self._products[-1] if self._products else None
        if above is None or found.get("name", above.cells.name) != above.cells.name:
            self._blame(row, "variant", "must stand below its product")
            return
        body = self._bare(row, found, "must be empty for a variant", OF_PRODUCTS)
        body.pop("name", None)
        if isinstance(text := body.get("options"), str):
            try:
                body["options"] = _options(text)
            except ValueError:
                self._blame(row, "options", "must be like Size: M; Colour: red")
                return
        if (cells := self._made(row, body, VariantCells)) is not None:
            if any(other.cells.variant == cells.variant for other in above.variants):
                self._blame(row, "variant", "is there twice")
            above.variants.append(VariantRow(row, cells))

    def _bare(self, row: int, found: dict[str, str], why: str, without: tuple[str, ...]) -> dict[str, object]:
        """The cells of a row whose `without` are to be empty, with prices as they are written with a point."""
        for name in without:
            if name in found:
                self._blame(row, name, why)
        body: dict[str, object] = {name: cell for name, cell in found.items() if name not in without}
        for name in PRICES:
            if name in found and self._delimiter != ",":
                body[name] = _with_point(found[name], found.get("currency"))
        return body

    def _made(self, row: int, body: dict[str, object], kind: type[Cells]) -> Cells | None:
        try:
            return msgspec.convert(body, kind, strict=False)
        except msgspec.ValidationError:
            for each in struct_messages(body, kind):
                self._blame(row, each.field, each.message)
        return None

    def _blame(self, row: int, field: str, message: str) -> None:
        self._wrong.append(RowMessage(field, message, row))


def _unread(row: int, why: str) -> Sheet:
    return Sheet(frozenset(), [], [RowMessage("file", why, row)], 0)


def _names(head: str, delimiter: str) -> list[str]:
    return [name.strip().strip('"').lower() for name in head.split(delimiter)]


def _plain(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if AS_TEXT.match(cell) else cell


def _with_point(price: str, currency: str | None) -> str:
    """Where cells are not apart by commas, one is a decimal comma; three digits behind it may be thousands."""
    found = _COMMA.match(price)
    if found is None:
        return price
    thousandths = currency is not None and currencies.is_known(currency) and currencies.decimals_of(currency) == 3
    return price if len(found[2]) == 3 and not thousandths else f"{found[1]}.{found[2]}"


def _options(text: str) -> dict[str, object]:
    """`Size: M; Colour: red`, or an object of JSON. Raises ValueError."""
    if text.startswith("{"):
        pairs = list(msgspec.json.decode(text, type=dict[str, str]).items())
    else:
        split = [part.partition(":") for part in text.split(";")]
        pairs = [(name, value if colon else "") for name, colon, value in split]
    options: dict[str, object] = {one_line(name): one_line(value) for name, value in pairs}
    if len(options) < len(pairs) or not all(options) or not all(options.values()):
        raise ValueError(text)
    return options
