"""A product as the API shows it, on a shelf or in the catalogue."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from storecast.domains.products.models import Product
from storecast.domains.products.repository import ShelfProduct
from storecast.kit.envelope import Absent
from storecast.kit.urls import Urls


class Quantity(Struct):
    """Stock; `no_limit` where the seller keeps none."""

    total: int | None
    sold: int
    available: int
    no_limit: bool


class ProductView(Struct):
    id: int
    name: str
    link: str
    price: Annotated[float | int | None, Meta(description="Major units of `currency`.")]
    fixed_price: bool
    currency: str
    reference: str | None
    bumped: Annotated[bool, Meta(description="Promoted by the host right now.")]
    for_sale: Annotated[bool, Meta(description="Whether it can be put in a cart.")]
    has_only_default_variant: bool = field(name="hasOnlyDefaultVariant")
    is_quantity_based: bool = field(name="isQuantityBased")
    image_source: Literal["channel"] | None = field(name="imageSource")
    image: str
    images: list[str]
    app: str | None
    variants: Absent
    quantity: Quantity


UNLIMITED = Quantity(total=None, sold=0, available=0, no_limit=True)


def show_product(shown: ShelfProduct, urls: Urls) -> ProductView:
    images = [urls.file(key) for key in shown.image_keys]
    own = urls.file(shown.thumbnail_key) if shown.thumbnail_key else None
    return ProductView(
        id=shown.id,
        name=shown.name,
        link=shown.link,
        price=None if shown.price is None else shown.price.major,
        fixed_price=shown.price is not None,
        currency=shown.currency,
        reference=None,
        bumped=shown.promoted,
        for_sale=False,
        has_only_default_variant=False,
        is_quantity_based=False,
        image_source="channel" if own else None,
        image=own or (images[0] if images else ""),
        images=images,
        app=None,
        variants=Absent(),
        quantity=UNLIMITED,
    )


def show_catalogue_product(product: Product, urls: Urls) -> ProductView:
    return show_product(ShelfProduct.of(product), urls)
