"""Variants as the API takes and shows them."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from storecast.domains.products.stock.values import Quantity
from storecast.kit.errors import Unprocessable
from storecast.kit.http.failures import struct_messages
from storecast.kit.money import Amount
from storecast.kit.names import Worded, line, one_line

MOST = 100  # of one product
MOST_OPTIONS = 5
MOST_PIECES = 1_000_000_000

Pieces = Annotated[int, Meta(ge=0, le=MOST_PIECES)]
Sku = Annotated[str, line(64)]
OptionText = Annotated[str, Meta(min_length=1, max_length=60)]
Options = Annotated[dict[OptionText, OptionText], Meta(max_length=MOST_OPTIONS)]


class VariantGiven(Worded):
    """A variant as its seller wants it."""

    name: Annotated[str, line(60)]
    """As shoppers read it."""
    id: int | None = None
    """Of one there is, which is changed; left out, a new one is made."""
    options: Options | None = None
    """What sets it apart, as `{"Size": "M", "Colour": "red"}`."""
    price: Annotated[Amount, Meta(description="Major units of the product's currency, 0 to 9999999.")] | None = None
    """Null: the product's."""
    quantity: Pieces | None = None
    """How many there are in all, those sold included; null: it is sold from the product's stock."""
    sku: Sku | None = None
    """The seller's own number of it."""
    reference: Annotated[str, line(100)] | None = None
    """What another system calls it."""
    image_index: Annotated[int, Meta(ge=0, le=7)] | UnsetType | None = UNSET
    """Which of the product's pictures shows it, from 0; left out, the same as before; null: none."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.options:
            try:
                self.options = {one_line(name): one_line(value) for name, value in self.options.items()}
            except ValueError as error:
                raise ValueError(f"{error} - at `$.options`") from error


Variants = Annotated[list[VariantGiven], Meta(max_length=MOST)]
VariantsText = Annotated[str, Meta(max_length=200_000, description="In a form: the list as JSON.")]


class VariantView(Struct):
    id: int
    """Its number."""
    name: str
    """As shoppers read it."""
    options: dict[str, str]
    """What sets it apart, by name."""
    price: Annotated[float | int | None, Meta(description="Major units of the product's currency; null: its price.")]
    quantity: Quantity
    """The stock it is sold from."""
    available: int
    """How many are left that nobody holds; 0 where no stock is kept."""
    keeps_own_stock: bool
    """Whether it has stock of its own; else it is sold from the product's."""
    sku: str | None
    """The seller's own number of it."""
    reference: str | None
    """What another system calls it."""
    image: str | None
    """Address of its picture."""


class ShelfVariant(Worded):
    """A variant that a channel is to show."""

    reference: Annotated[str, line(100)] | int | float
    """What another system calls the variant, or its number."""
    product_id: int
    """The product's number."""

    @property
    def named(self) -> str:
        """As text: 136, and 136.0, is the reference "136"."""
        given = self.reference
        return str(int(given)) if isinstance(given, float) and given.is_integer() else str(given)


def read_variants(given: list[VariantGiven] | str) -> list[VariantGiven]:
    """As a form has them, too. Raises `Unprocessable` naming `variants`."""
    if not isinstance(given, str):
        return given
    try:
        body = {"variants": msgspec.json.decode(given)}
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Unprocessable.field("variants", "is not in the right format") from error
    if wrong := struct_messages(body, _Form):
        raise Unprocessable("; ".join(f"{each.field}: {each.message}" for each in wrong), messages=wrong)
    return msgspec.convert(body, _Form, strict=False).variants


class _Form(Struct):
    variants: Variants
