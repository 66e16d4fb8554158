"""Which rungs a show has: never a picture larger than its own."""

from typing import Final

from msgspec import Struct

SOUND = "audio"  # the rung without a picture
_PICTURES: Final = {"720p": (720, 2_800), "480p": (480, 1_200)}  # pixels of the shorter side, kbit/s at most


class Shape(Struct, frozen=True):
    """A picture's size in pixels, and its highest bit rate."""

    name: str
    width: int
    height: int
    kbps: int


def shapes(wanted: frozenset[str], width: int, height: int) -> list[Shape]:
    """The wanted ones that are less than `width` x `height` pixels, by the shorter side; largest first."""
    found = []
    for name, (side, kbps) in _PICTURES.items():
        shorter = min(width, height)
        if name in wanted and side < shorter:
            found.append(Shape(name, _even(width * side / shorter), _even(height * side / shorter), kbps))
    return found


def _even(pixels: float) -> int:
    """Colours of 4:2:0 are there for every other pixel."""
    return max(2 * round(pixels / 2), 2)
