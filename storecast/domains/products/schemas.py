"""What products take."""

from decimal import Decimal
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, field

from storecast.kit.uploads import Upload

Name = Annotated[str, Meta(min_length=1, max_length=60)]
Link = Annotated[str, Meta(max_length=2000, pattern=r"^https?://[^\s/]+", description="Where the product is sold.")]
Price = Annotated[Decimal, Meta(description="Major units of the owner's currency, 0 to 9999999.")]
Images = Annotated[list[Upload], Meta(min_length=1, max_length=8, description="JPEG, PNG or GIF.")]


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
