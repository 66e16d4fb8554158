"""Products as the API takes and shows them, on a shelf or in the catalogue."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from storecast.domains.products.models import Product
from storecast.domains.products.repository import ShelfProduct
from storecast.kit.clock import iso
from storecast.kit.envelope import Absent
from storecast.kit.images import KINDS
from storecast.kit.money import Amount
from storecast.kit.names import Worded, line
from storecast.kit.uploads import Upload
from storecast.kit.urls import Urls

Name = Annotated[str, line(60)]
Link = Annotated[str, Meta(max_length=2000, pattern=r"^https?://[^\s/]+", description="Where the product is sold.")]
Price = Annotated[Amount, Meta(description="Major units of `currency`, 0 to 9999999.")]
Currency = Annotated[
    str, Meta(min_length=3, max_length=3, pattern="^[A-Z]{3}$", description="An `iso_code` of `GET /currencies`.")
]
Images = Annotated[
    list[Upload], Meta(min_length=1, max_length=8, description=f"{KINDS}; 12 MB and 40 megapixels each.")
]


class ProductCreate(Worded):
    """A product for the catalogue; the first picture is the one shown. In the owner's currency where none is given."""

    name: Name
    """As shoppers read it."""
    link: Link
    image: Images | Upload
    price: Price | None = None
    currency: Currency | None = None


class ProductUpdate(Worded):
    """Pictures given replace all there were; a price left out stays, the same number where `currency` is another."""

    name: Name
    """As shoppers read it."""
    link: Link
    image: Images | Upload | UnsetType = UNSET
    price: Price | None = None
    currency: Currency | None = None


class ShelfProductCreate(Worded):
    """A product that goes on a channel's shelf at once."""

    name: Name
    """As shoppers read it."""
    link: Link
    price: Price
    image: Upload
    """A picture of it."""
    currency: Currency | None = None


class ShelfThumbnail(Struct):
    image: Upload | None = None
    """A picture for this shelf alone."""


class CatalogueSearch(Struct):
    channel: Annotated[str, Meta(max_length=40)] = field(name="eventId")
    """The channel's id, slug or number."""
    term: Annotated[str, Meta(min_length=3, max_length=100)] | None = None
    """What the name has in it; left out, every product is found."""


class Quantity(Struct):
    """Stock; `no_limit` where the seller keeps none."""

    total: int | None
    """How many there were; null where no stock is kept."""
    sold: int
    """How many were sold."""
    available: int
    """How many are left."""
    no_limit: bool
    """Whether no stock is kept."""


class ProductView(Struct):
    id: int
    """Its number."""
    name: str
    """As shoppers read it."""
    link: str
    """Where it is sold."""
    price: Annotated[float | int | None, Meta(description="Major units of `currency`.")]
    fixed_price: bool
    """Whether it has a price."""
    currency: str
    """An ISO 4217 code."""
    reference: str | None
    """Always null: no shop's product can be linked yet."""
    bumped: Annotated[bool, Meta(description="Promoted by the host right now.")]
    bumped_at: Annotated[
        str | None,
        Meta(description="Since when it is promoted, ISO 8601; a player matches it with the picture's programme time."),
    ]
    for_sale: Annotated[bool, Meta(description="Whether it can be put in a cart.")]
    has_only_default_variant: bool = field(name="hasOnlyDefaultVariant")
    """Always false: there are no variants yet."""
    is_quantity_based: bool = field(name="isQuantityBased")
    """Always false: no stock is kept yet."""
    image_source: Literal["channel"] | None = field(name="imageSource")
    """`channel` where the shelf has a picture of its own for it."""
    image: str
    """Address of the picture to show; empty where there is none."""
    images: list[str]
    """Addresses of all its pictures."""
    app: str | None
    """Always null: no shop can be connected yet."""
    variants: Absent
    """Always empty: there are no variants yet."""
    quantity: Quantity
    """Stock."""


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
        bumped=shown.promoted_at is not None,
        bumped_at=iso(shown.promoted_at) if shown.promoted_at else None,
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
