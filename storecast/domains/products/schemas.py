"""Products as the API takes and shows them, on a shelf or in the catalogue."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from storecast.domains.products.models import Product
from storecast.domains.products.repository import ShelfProduct
from storecast.kit.envelope import Absent
from storecast.kit.images import KINDS
from storecast.kit.money import Amount
from storecast.kit.uploads import Upload
from storecast.kit.urls import Urls

Name = Annotated[str, Meta(min_length=1, max_length=60)]
Link = Annotated[str, Meta(max_length=2000, pattern=r"^https?://[^\s/]+", description="Where the product is sold.")]
Price = Annotated[Amount, Meta(description="Major units of the owner's currency, 0 to 9999999.")]
Images = Annotated[
    list[Upload], Meta(min_length=1, max_length=8, description=f"{KINDS}; 12 MB and 40 megapixels each.")
]


class ProductCreate(Struct):
    """A product for the catalogue; the first picture is the one shown."""

    name: Name
    link: Link
    image: Images | Upload
    price: Price | None = None


class ProductUpdate(Struct):
    """Pictures given replace all there were; a price left out stays."""

    name: Name
    link: Link
    image: Images | Upload | UnsetType = UNSET
    price: Price | None = None


class ShelfProductCreate(Struct):
    """A product that goes on a channel's shelf at once."""

    name: Name
    link: Link
    price: Price
    image: Upload


class ShelfThumbnail(Struct):
    image: Upload | None = None


class CatalogueSearch(Struct):
    channel: Annotated[str, Meta(max_length=40)] = field(name="eventId")
    term: Annotated[str, Meta(min_length=3, max_length=100)] | None = None


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
