"""Pictures from outside: decoded, bounded, turned upright, stripped of metadata and encoded anew."""

import asyncio
import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 12 * 1024 * 1024
MAX_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "GIF")


class BadImage(Exception):
    """Not a picture that is accepted; the message says why."""


async def normalise_image(content: bytes, longest_side: int) -> bytes:
    """`content` (JPEG, PNG or GIF) as WebP, at most `longest_side` pixels a side. Raises `BadImage`."""
    return await asyncio.to_thread(_normalise, content, longest_side)


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
                upright = ImageOps.exif_transpose(image)
                upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
        upright.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        upright.save(out, "WEBP", quality=85, method=2)
        return out.getvalue()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadImage("must be a JPEG, PNG or GIF picture") from error
