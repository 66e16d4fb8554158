"""What is on sale: three lamps of the imaginary Studio Lumen, with prices, links and pictures."""

from dataclasses import dataclass
from io import BytesIO

from storecast.demo.picture import lamps, stills
from storecast.demo.picture.film import Film, Part


@dataclass(frozen=True)
class Product:
    name: str  # as the picture shows it
    title: str  # as the shop lists it
    price: str  # major units of the merchant's currency
    link: str
    made_of: str
    lamp: str


PRODUCTS = (
    Product(
        "Dune",
        "Dune table lamp in sand-glazed stoneware",
        "148.00",
        "https://example.com/studio-lumen/dune",
        "Stoneware, sand glaze",
        lamps.DUNE,
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


def image(product: Product) -> bytes:
    """The product's picture: JPEG, 1000 by 1000."""
    file = BytesIO()
    stills.portrait(product.lamp).save(file, "JPEG", quality=90)
    return file.getvalue()
