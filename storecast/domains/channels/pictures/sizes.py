"""One picture in several sizes: which files there are of it, told by the key that a row has.

That is the key of its widest, `images/channels/<id>/1920.webp`: narrower ones lie beside it, as does what link
previews show.
"""

import secrets
from collections.abc import Iterable

from msgspec import Struct

from storecast.kit.images import preview_size
from storecast.kit.urls import Urls

WIDTHS = (480, 960, 1920)  # pixels: a card in a list, a phone or a laptop's player, a large screen


class PictureSize(Struct):
    """One size of a picture."""

    url: str
    """Where it is."""
    width: int
    """Pixels across."""


def new_folder() -> str:
    return f"images/channels/{secrets.token_hex(16)}"


def key_in(folder: str, width: int) -> str:
    return f"{folder}/{width}.webp"


def preview_in(folder: str) -> str:
    return f"{folder}/preview.jpg"


def preview_of(key: str) -> tuple[str, tuple[int, int]]:
    """What link previews show of the picture: its key, and its pixels across and down."""
    return preview_in(_folder(key)), preview_size(_widest(key))


def files_of(*keys: str | None) -> list[str]:
    """All files of these pictures."""
    return [
        file
        for key in keys
        if key is not None
        for file in (*(key_in(_folder(key), width) for width in _widths(key)), preview_in(_folder(key)))
    ]


def show_sizes(key: str | None, urls: Urls) -> list[PictureSize]:
    """The narrowest first; none of no picture."""
    if key is None:
        return []
    return [PictureSize(urls.file(key_in(_folder(key), width)), width) for width in _widths(key)]


def _folder(key: str) -> str:
    return key.rpartition("/")[0]


def _widths(key: str) -> Iterable[int]:
    widest = _widest(key)
    return [*(width for width in WIDTHS if width < widest), widest]


def _widest(key: str) -> int:
    return int(key.rpartition("/")[2].removesuffix(".webp"))
