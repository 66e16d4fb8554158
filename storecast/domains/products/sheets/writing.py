"""Products made into lines of a table, which can be taken in again as it is."""

import csv
import io
import re
from collections.abc import Mapping, Sequence

import msgspec

from storecast.domains.products.sheets.schemas import COLUMNS
from storecast.domains.products.shown import ShownProduct, ShownVariant
from storecast.domains.products.stock.values import Level
from storecast.kit.money import Money

RECKONED = re.compile(r"^'*[=+\-@]")  # OWASP, CSV injection


def header() -> str:
    return "\ufeff" + _line(dict(zip(COLUMNS, COLUMNS, strict=True)))  # by this mark spreadsheets know it is UTF-8


def lines(products: Sequence[ShownProduct]) -> str:
    """A line a product, and one for each of its variants below it."""
    return "".join(_product(shown) + "".join(_variant(shown, one) for one in shown.variants) for shown in products)


def _product(shown: ShownProduct) -> str:
    return _line(
        {
            "id": str(shown.id),
            "name": _text(shown.name),
            "link": _text(shown.link),
            "price": _amount(shown.price),
            "currency": shown.currency,
            "compare_at_price": _amount(shown.compare_at),
            "quantity": "" if shown.own_level is None else _pieces(shown.own_level),
            "max_per_buyer": "" if shown.max_per_buyer is None else str(shown.max_per_buyer),
            "sku": _text(shown.sku),
        }
    )


def _variant(shown: ShownProduct, variant: ShownVariant) -> str:
    return _line(
        {
            "name": _text(shown.name),
            "price": _amount(variant.price),
            "quantity": _pieces(variant.level) if variant.keeps_own else "",
            "sku": _text(variant.row.sku),
            "variant": _text(variant.row.name),
            "options": _text(_options(variant.row.options)),
            "reference": _text(variant.row.reference),
        }
    )


def _line(cells: Mapping[str, str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([cells.get(column, "") for column in COLUMNS])
    return text.getvalue()


def _text(text: str | None) -> str:
    return f"'{text}" if text and RECKONED.match(text) else text or ""


def _amount(money: Money | None) -> str:
    return "" if money is None else money.digits


def _pieces(level: Level) -> str:
    return "" if level.unlimited else str(level.total)


def _options(options: Mapping[str, str]) -> str:
    """As people write it; as JSON where a sign in it would be taken for another."""
    if any(";" in part or ":" in part or part.startswith("{") for pair in options.items() for part in pair):
        return msgspec.json.encode(options).decode()
    return "; ".join(f"{name}: {value}" for name, value in options.items())
