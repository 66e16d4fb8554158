"""What is on sale: three lamps of the imaginary Studio Lumen, with prices, links and pictures."""

from dataclasses import dataclass
from functools import cache
from io import BytesIO

from storecast.demo.picture import lamps, stills
from storecast.demo.picture.film import Film, Part
from storecast.demo.picture.paint import colour
from storecast.demo.picture.stills import Still

BY_DAY = Still(lit=False)
NEAR = Still(angle=60, zoom=2.5, foot=1180)


@dataclass(frozen=True)
class Variant:
    """A way to have a product."""

    name: str
    option: str  # what it is a kind of
    still: int  # which of the product's pictures shows it, from 0
    price: str | None = None  # where it differs
    quantity: int | None = None  # where it has stock of its own


@dataclass(frozen=True)
class Product:
    name: str  # as the picture shows it
    title: str  # as the shop lists it
    price: str  # major units of the merchant's currency
    link: str
    made_of: str
    lamp: str
    stills: tuple[Still, ...] = (Still(), BY_DAY, NEAR)
    variants: tuple[Variant, ...] = ()


PRODUCTS = (
    Product(
        "Dune",
        "Dune table lamp in glazed stoneware",
        "148.00",
        "https://example.com/studio-lumen/dune",
        "Stoneware, sand glaze",
        lamps.DUNE,
        (Still(), Still(glaze=colour("#b9e0b4")), Still(glaze=colour("#9fb4e8")), BY_DAY, NEAR),
        (
            Variant("Sand", "Glaze", 0),
            Variant("Sage", "Glaze", 1),
            Variant("Ink", "Glaze", 2, price="168.00", quantity=0),
        ),
    ),
    Product(
        "Reed",
        "Reed lantern in washi paper and oak",
        "96.00",
        "https://example.com/studio-lumen/reed",
        "Washi paper and oak",
        lamps.REED,
    ),
    Product(
        "Orbit",
        "Orbit lamp in opal glass and brass",
        "210.00",
        "https://example.com/studio-lumen/orbit",
        "Opal glass, brass ring",
        lamps.ORBIT,
    ),
)


def film() -> Film:
    """The show in which the products come in the order of `PRODUCTS`."""
    return Film(
        tuple(
            Part(product.lamp, product.name, f"{product.made_of}  ·  ${product.price.removesuffix('.00')}")
            for product in PRODUCTS
        )
    )


@cache
def image(product: Product, number: int = 0) -> bytes:
    """One of the product's pictures: JPEG, 1000 by 1000."""
    file = BytesIO()
    stills.portrait(product.lamp, product.stills[number]).save(file, "JPEG", quality=90)
    return file.getvalue()
