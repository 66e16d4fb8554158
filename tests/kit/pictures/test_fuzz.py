"""Damaged pictures are taken or refused; nothing else comes of them."""

import asyncio
import io
import random

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from storecast.kit.images import BadImage, normalise_image
from tests.kit.pictures.drawn import WIDE, encoded, in_mode, of_every_kind, rgb_profile

EXIF = Image.Exif()
EXIF[0x0112], EXIF[0x0132] = 6, "2026:01:01 12:00:00"
WHOLE = [content for _, content in of_every_kind()] + [
    encoded(in_mode("RGB"), kind, exif=EXIF, icc_profile=rgb_profile(WIDE, 2.2))
    for kind in ("JPEG", "PNG", "WEBP", "AVIF")
]


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Bytes changed, cut out, doubled, brought in from another picture: most near the beginning, where lengths are."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        at = int(chance.random() ** 2 * len(changed))
        length = chance.choice((1, 1, 2, 4, 16))
        match chance.randrange(5):
            case 0:
                changed[at : at + length] = chance.randbytes(length)
            case 1:
                changed[at : at + length] = chance.choice((b"\0", b"\xff", b"\x7f")) * length
            case 2:
                del changed[at : at + length]
            case 3:
                changed[at:at] = changed[at : at + length * 8]
            case _:
                other = chance.choice(WHOLE)
                start = chance.randrange(len(other))
                changed[at : at + length] = other[start : start + length * 8]
    return bytes(changed)


@given(st.sampled_from(WHOLE), st.randoms(use_true_random=False))
def test_damaged_picture_is_taken_or_refused(content: bytes, chance: random.Random) -> None:
    for _ in range(8):
        try:
            made = asyncio.run(normalise_image(damaged(content, chance), 48))
        except BadImage:
            continue
        picture = Image.open(io.BytesIO(made))
        picture.load()
        assert max(picture.size) <= 48
