"""Product pictures: taken in, bounded, stored."""

import secrets
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import asynccontextmanager

from msgspec import UNSET, UnsetType

from storecast.kit import file_deletion
from storecast.kit.errors import Unprocessable
from storecast.kit.images import BadImage, normalise_image
from storecast.kit.storage import Storage
from storecast.kit.uploads import Upload

SIDE = 1200  # pixels of the longest side: sharp on a phone's full width
NEW = "new"  # in a list of pictures, one that is sent along


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
    async with file_deletion.stored(storage, dict(zip(keys, contents, strict=True))):
        yield keys


def arranged(keys: Sequence[str], wanted: Sequence[str] | UnsetType, fresh: Sequence[str]) -> list[str]:
    """Storage keys of the pictures of `wanted`: each names one of `keys` by its address, or is the next of `fresh`.

    Raises `Unprocessable` naming `images`.
    """
    if wanted is UNSET:
        return list(fresh)
    # However the caller reached us: the host of an address is theirs, the file's name is not.
    known = {_name(key): key for key in keys}
    coming = iter(fresh)
    found = []
    for address in wanted:
        key = next(coming, None) if address == NEW else known.pop(_name(address), None)
        if key is None:
            raise Unprocessable.field("images", _UNFIT)
        found.append(key)
    if next(coming, None) is not None:
        raise Unprocessable.field("images", _UNFIT)
    return found


def _name(address: str) -> str:
    return address.partition("?")[0].rpartition("/")[2]


_UNFIT = "does not fit the pictures there are and those in `image`"
