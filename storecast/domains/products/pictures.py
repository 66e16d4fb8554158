"""Product pictures: taken in, bounded, stored."""

import secrets

from storecast.kit.errors import Unprocessable
from storecast.kit.images import BadImage, normalise_image
from storecast.kit.storage import Storage
from storecast.kit.uploads import Upload

SIDE = 1200  # pixels of the longest side: sharp on a phone's full width


async def store_pictures(storage: Storage, pictures: list[Upload]) -> list[str]:
    """Storage keys, in order. Raises `Unprocessable` naming `image`; then nothing is stored."""
    try:
        contents = [await normalise_image(picture.content, SIDE) for picture in pictures]
    except BadImage as error:
        raise Unprocessable.field("image", str(error)) from error
    keys = [f"images/products/{secrets.token_hex(16)}.webp" for _ in contents]
    for key, content in zip(keys, contents, strict=True):
        await storage.put(key, content)
    return keys
