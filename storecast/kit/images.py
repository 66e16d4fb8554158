"""Pictures from outside: decoded, bounded, turned upright, stripped of metadata and encoded anew."""

import asyncio
import io
import warnings
from concurrent.futures import ThreadPoolExecutor

from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 12 * 1024 * 1024
MAX_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "GIF")
# A few hundred KB unfold to 350 MB and seconds of work: so many pictures at once, and no other work waits for them.
_EASEL = ThreadPoolExecutor(2, "pictures")


class BadImage(Exception):
    """Not a picture that is accepted; the message says why."""


async def normalise_image(content: bytes, longest_side: int) -> bytes:
    """`content` (JPEG, PNG or GIF) as WebP, at most `longest_side` pixels a side. Raises `BadImage`."""
    return await asyncio.get_running_loop().run_in_executor(_EASEL, _normalise, content, longest_side)


def _normalise(content: bytes, longest_side: int) -> bytes:
    if len(content) > MAX_BYTES:
        raise BadImage(f"must be at most {MAX_BYTES // 1024 // 1024} MB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of bombs before our own bound is checked
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise BadImage(f"must be at most {MAX_PIXELS // 1_000_000} megapixels")
                image.draft("RGB", (longest_side, longest_side))
                ImageOps.exif_transpose(image, in_place=True)
                upright = _plain(image)
                upright.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
                out = io.BytesIO()
                upright.save(out, "WEBP", quality=85, method=2)
                return out.getvalue()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadImage("must be a JPEG, PNG or GIF picture") from error


def _plain(image: Image.Image) -> Image.Image:
    """The picture in a mode WebP takes; itself, where it is in one, since a copy would take as much memory again."""
    mode = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode == mode else image.convert(mode)
