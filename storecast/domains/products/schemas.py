"""Products as the API takes and shows them, on a shelf or in the catalogue."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from storecast.domains.products.deals.repository import GoingDeal
from storecast.domains.products.models import PinSize
from storecast.domains.products.shown import ShownProduct, ShownVariant
from storecast.domains.products.stock.values import Quantity, VariantStock
from storecast.domains.products.variants.schemas import Pieces, Sku, Variants, VariantsText, VariantView
from storecast.kit.clock import iso
from storecast.kit.envelope import Data
from storecast.kit.images import KINDS
from storecast.kit.money import Amount, Money
from storecast.kit.names import Worded, line
from storecast.kit.uploads import Upload
from storecast.kit.urls import Urls

Name = Annotated[str, line(60)]
Link = Annotated[str, Meta(max_length=2000, pattern=r"^https?://[^\s/]+", description="Where the product is sold.")]
Price = Annotated[Amount, Meta(description="Major units of `currency`, 0 to 9999999.")]
Currency = Annotated[
    str,
    Meta(min_length=3, max_length=3, pattern=r"^[A-Z]{3}(?!\n)$", description="An `iso_code` of `GET /currencies`."),
]
Images = Annotated[
    list[Upload], Meta(min_length=1, max_length=8, description=f"{KINDS}; 12 MB and 40 megapixels each.")
]
Kept = Annotated[list[Annotated[str, Meta(max_length=2000)]], Meta(min_length=1, max_length=8)]
PerBuyer = Annotated[int, Meta(ge=1, le=1_000_000)]


class Offer(Worded, kw_only=True):
    """How a product is sold. What is left out stays as it is, null clears it; a form says `null`."""

    quantity: Pieces | UnsetType | None = UNSET
    """How many there are in all, those sold included; null: no stock is kept."""
    sku: Sku | UnsetType | None = UNSET
    """The seller's own number of it."""
    compare_at_price: Price | UnsetType | None = UNSET
    """What it cost before, major units of `currency`."""
    max_per_buyer: PerBuyer | UnsetType | None = UNSET
    """How many one buyer may have."""
    variants: Variants | VariantsText | UnsetType = UNSET
    """The ways to have it; they replace those there are, by `id`, and those left out are deleted."""


class ProductCreate(Offer):
    """A product for the catalogue; the first picture is the one shown. In the owner's currency where none is given."""

    name: Name
    """As shoppers read it."""
    link: Link
    image: Images | Upload
    price: Price | None = None
    currency: Currency | None = None


class ProductUpdate(Offer):
    """A price left out stays, the same number where `currency` is another."""

    name: Name
    """As shoppers read it."""
    link: Link
    image: Images | Upload | UnsetType = UNSET
    """New pictures; without `images` they replace all there were."""
    images: Kept | UnsetType = UNSET
    """All its pictures in order: of each to keep the address, and `new` in the place of each that `image` brings."""
    price: Price | None = None
    currency: Currency | None = None


class ShelfProductCreate(Offer):
    """A product that goes on a channel's shelf at once; the first picture is the one shown."""

    name: Name
    """As shoppers read it."""
    link: Link
    price: Price
    image: Images | Upload
    currency: Currency | None = None


class ShelfThumbnail(Struct):
    image: Upload | None = None
    """A picture for this shelf alone."""


class ShelfOrder(Struct):
    order: Annotated[list[int], Meta(max_length=1000)]
    """Numbers of products, in the order they are to stand in; those not named follow as they stand now."""


class Pin(Struct):
    size: PinSize = PinSize.LARGE
    """`large`, over the picture, replaces the large one; up to two `small` ones stand beside it."""


class CatalogueSearch(Struct):
    channel: Annotated[str, Meta(max_length=40)] = field(name="eventId")
    """The channel's id, slug or number."""
    term: Annotated[str, Meta(min_length=3, max_length=100)] | None = None
    """What the name or the SKU is like, typos forgiven; left out, every product is found."""


class DealView(Struct):
    """A price for some time, or for some pieces."""

    price: Annotated[float | int, Meta(description="Major units of the product's `currency`.")]
    ends_at: str | None
    """When it is over by the server's clock, ISO 8601; null where pieces bound it."""
    quantity: int | None
    """How many pieces there are at this price; null where time bounds it."""
    left: int | None
    """How many of them are left."""
    before_at_most: Annotated[
        float | int | None,
        Meta(
            description="Where the seller is bound by EU law: the most that may be shown as the price before, which is "
            "the lowest of the 30 days before the deal. Null where nothing bounds it."
        ),
    ]


class ProductView(Struct):
    id: int
    """Its number."""
    name: str
    """As shoppers read it."""
    link: str
    """Where it is sold."""
    price: Annotated[float | int | None, Meta(description="Major units of `currency`.")]
    compare_at_price: Annotated[float | int | None, Meta(description="What it cost before, major units of `currency`.")]
    lowest_price_30_days: Annotated[
        float | int | None,
        Meta(
            description="The lowest price asked in the 30 days before its price of now, deals included; told where a "
            "price is compared with another, or a deal is on, and it is known."
        ),
    ]
    fixed_price: bool
    """Whether it has a price."""
    currency: str
    """An ISO 4217 code."""
    sku: str | None
    """The seller's own number of it."""
    max_per_buyer: int | None
    """How many one buyer may have."""
    number: int | None
    """What it is called by on its shelf, from 1; it stays when the shelf is sorted. Null in the catalogue."""
    reference: str | None
    """Always null: no shop's product can be linked yet."""
    bumped: Annotated[bool, Meta(description="Promoted by the host right now, over the picture.")]
    bumped_at: Annotated[
        str | None,
        Meta(description="Since when it is promoted, ISO 8601; a player matches it with the picture's programme time."),
    ]
    pinned: PinSize | None
    """How it is promoted right now: `large` (then it is `bumped`), `small`, or null."""
    pinned_at: str | None
    """Since when it is pinned, ISO 8601."""
    deal: DealView | None
    """A better price that goes right now, on this channel."""
    for_sale: Annotated[bool, Meta(description="Whether it can be put in a cart: it has a price, and the shop is on.")]
    has_only_default_variant: bool = field(name="hasOnlyDefaultVariant")
    """Whether it has one variant, so that there is nothing to choose; false where it has none, too."""
    is_quantity_based: bool = field(name="isQuantityBased")
    """Whether stock is kept."""
    image_source: Literal["channel"] | None = field(name="imageSource")
    """`channel` where the shelf has a picture of its own for it."""
    image: str
    """Address of the picture to show; empty where there is none."""
    images: list[str]
    """Addresses of all its pictures."""
    app: str | None
    """Always null: no shop can be connected yet."""
    variants: Data[list[VariantView]]
    """The ways to have it; on a shelf, those it shows."""
    quantity: Quantity
    """Stock of all variants together."""


class Availability(Struct):
    """What is left of a product."""

    available: int
    """How many are left that nobody holds; 0 where no stock is kept."""
    reserved: int
    """How many are held."""
    no_limit: bool
    """Whether no stock is kept."""
    variants: list[VariantStock]
    """The same of each variant."""


def show_product(shown: ShownProduct, urls: Urls) -> ProductView:
    images = [urls.file(key) for key in shown.image_keys]
    entry, deal, quantity = shown.entry, shown.deal, shown.quantity
    own = urls.file(entry.thumbnail_key) if entry is not None and entry.thumbnail_key else None
    pinned_at = iso(entry.pinned_at) if entry is not None and entry.pinned_at else None
    bumped = entry is not None and entry.pinned is PinSize.LARGE
    return ProductView(
        id=shown.id,
        name=shown.name,
        link=shown.link,
        price=None if shown.price is None else shown.price.major,
        compare_at_price=None if shown.compare_at is None else shown.compare_at.major,
        lowest_price_30_days=None if shown.lowest is None else shown.lowest.major,
        fixed_price=shown.price is not None,
        currency=shown.currency,
        sku=shown.sku,
        max_per_buyer=shown.max_per_buyer,
        number=None if entry is None else entry.number,
        reference=None,
        bumped=bumped,
        bumped_at=pinned_at if bumped else None,
        pinned=None if entry is None else entry.pinned,
        pinned_at=pinned_at,
        deal=None if deal is None else _deal(deal, shown.before_at_most),
        for_sale=shown.for_sale,
        has_only_default_variant=len(shown.variants) == 1,
        is_quantity_based=not quantity.no_limit,
        image_source="channel" if own else None,
        image=own or (images[0] if images else ""),
        images=images,
        app=None,
        variants=Data([_variant(variant, urls) for variant in shown.variants]),
        quantity=quantity,
    )


def stock_of(shown: ShownProduct) -> list[VariantStock]:
    """Of each variant."""
    return [
        VariantStock(variant.row.id, variant.level.available, variant.level.reserved, variant.level.unlimited)
        for variant in shown.variants
    ]


def _deal(deal: GoingDeal, before_at_most: Money | None) -> DealView:
    return DealView(
        deal.price.major,
        iso(deal.ends_at) if deal.ends_at else None,
        deal.quantity,
        deal.left,
        None if before_at_most is None else before_at_most.major,
    )


def _variant(variant: ShownVariant, urls: Urls) -> VariantView:
    row = variant.row
    return VariantView(
        id=row.id,
        name=row.name,
        options=row.options,
        price=None if variant.price is None else variant.price.major,
        quantity=Quantity.of([variant.level]),
        available=variant.level.available,
        keeps_own_stock=variant.keeps_own,
        sku=row.sku,
        reference=row.reference,
        image=urls.file(variant.image_key) if variant.image_key else None,
    )
