"""Pictures of every kind and mode, and profiles of colours."""

import io
import struct
from collections.abc import Iterator
from typing import cast

from PIL import Image

SIZE = (64, 48)
LOADED = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "I;16", "I", "F")
D50 = (0.9642, 1.0, 0.8249)
WIDE = ((0.5151, 0.2412, -0.0011), (0.2919, 0.6922, 0.0419), (0.1572, 0.0666, 0.7841))  # Display P3, adapted to D50


def encoded(picture: Image.Image, kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def pixel(picture: Image.Image, x: int, y: int) -> tuple[int, int, int, int]:
    """Red, green, blue, alpha."""
    return cast("tuple[int, int, int, int]", picture.convert("RGBA").getpixel((x, y)))


def in_mode(mode: str) -> Image.Image:
    """From black on top to white at the bottom; transparent on top where the mode knows of that."""
    grey = Image.linear_gradient("L").resize(SIZE)
    if mode in ("LA", "RGBA"):
        picture = grey.convert(mode)
        picture.putalpha(grey)
        return picture
    if mode == "I;16":
        return Image.frombytes(mode, SIZE, b"".join(2 * bytes([value]) for value in grey.tobytes()))
    return (grey.convert("RGB") if mode in ("CMYK", "YCbCr", "P") else grey).convert(mode)


def of_every_kind() -> Iterator[tuple[str, bytes]]:
    """Each mode as each kind that can hold it, by a name."""
    for mode in MODES:
        for kind in LOADED if mode != "I;16" else ("PNG",):  # the others would be written as Pillow cuts it off
            try:
                yield f"{mode} {kind}", encoded(in_mode(mode), kind)
            except (OSError, ValueError):
                continue


def rgb_profile(primaries: tuple[tuple[float, float, float], ...], gamma: float) -> bytes:
    """An ICC profile of three primaries (XYZ, adapted to D50) and one curve: ICC.1:2001-04, 6.3.3."""

    def fixed(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def xyz(value: tuple[float, float, float]) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(map(fixed, value))

    curve = b"curv\0\0\0\0" + struct.pack(">IHH", 1, round(gamma * 256), 0)
    text = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"Wide\0" + bytes(78)
    tags = [(b"desc", text + bytes(-len(text) % 4)), (b"cprt", b"text\0\0\0\0none"), (b"wtpt", xyz(D50))]
    for colour, value in zip(b"rgb", primaries, strict=True):
        tags += [(bytes([colour]) + b"XYZ", xyz(value)), (bytes([colour]) + b"TRC", curve)]
    table, data, at = b"", b"", 128 + 4 + 12 * len(tags)
    for name, content in tags:
        table += name + struct.pack(">II", at + len(data), len(content))
        data += content
    size = at + len(data)
    head = struct.pack(">I4sI4s4s4s", size, b"none", 0x02400000, b"mntr", b"RGB ", b"XYZ ") + bytes(12) + b"acsp"
    head = head.ljust(68, b"\0") + b"".join(map(fixed, D50))
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + data
