import subprocess
import sys
from io import BytesIO

import pytest
from PIL import Image, ImageStat

from storecast.demo import products
from storecast.demo.picture.film import LIT, NEAR, PART, SIZE

MOMENTS = (0, 60, NEAR + 6, NEAR + 60, LIT + 50, PART + 20)


def brightness(picture: Image.Image) -> float:
    return ImageStat.Stat(picture.convert("L")).mean[0]


def test_it_is_drawn_frame_by_frame_to_whoever_reads() -> None:
    drawn = subprocess.run([sys.executable, "-m", "storecast.demo.drawing", "3"], capture_output=True, check=True)
    assert drawn.stdout == b"".join(products.film().frame(index).tobytes() for index in range(3))


def test_the_show_begins_again_where_it_ends() -> None:
    film = products.film()
    assert film.length == len(products.PRODUCTS) * PART
    assert film.frame(3).tobytes() == film.frame(film.length + 3).tobytes()


def test_every_frame_has_the_size_of_the_stream() -> None:
    for moment in MOMENTS:
        frame = products.film().frame(moment)
        assert (frame.mode, frame.size) == ("RGB", SIZE)


@pytest.mark.parametrize("number", range(len(products.PRODUCTS)))
def test_the_lamp_lights_up_the_room(number: int) -> None:
    film, start = products.film(), number * PART
    assert brightness(film.frame(start + LIT + 40)) > 1.25 * brightness(film.frame(start + NEAR - 10))


def test_no_two_products_look_the_same() -> None:
    film = products.film()
    frames = {film.frame(number * PART + NEAR + 90).tobytes() for number in range(3)}
    images = {products.image(product) for product in products.PRODUCTS}
    assert len(frames) == len(images) == 3


def test_stills_are_jpegs_of_the_promised_size() -> None:
    with Image.open(BytesIO(products.image(products.PRODUCTS[0]))) as image:
        assert (image.format, image.size) == ("JPEG", (1000, 1000))
