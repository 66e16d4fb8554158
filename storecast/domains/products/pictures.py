"""Product pictures: taken in, bounded, stored."""

import secrets
from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager, suppress

from storecast.kit.errors import Unavailable, Unprocessable
from storecast.kit.images import BadImage, normalise_image
from storecast.kit.storage import Storage
from storecast.kit.uploads import Upload

SIDE = 1200  # pixels of the longest side: sharp on a phone's full width


@asynccontextmanager
async def stored(storage: Storage, pictures: Collection[Upload]) -> AsyncGenerator[list[str]]:
    """Storage keys, in order, for a block that writes the rows naming them; where it fails the files go again.

    Raises `Unprocessable` naming `image`; then nothing is stored.
    """
    try:
        contents = [await normalise_image(picture.content, SIDE) for picture in pictures]
    except BadImage as error:
        raise Unprocessable.field("image", str(error)) from error
    keys = [f"images/products/{secrets.token_hex(16)}.webp" for _ in contents]
    try:
        for key, content in zip(keys, contents, strict=True):
            await storage.put(key, content)
        yield keys
    except BaseException:  # cancelled, too: no row will ever name them
        with suppress(Unavailable):  # the log says so; what went wrong first is what the caller is told
            await storage.delete_all(keys)
        raise
