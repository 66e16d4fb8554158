"""Pictures from outside: decoded, bounded, turned upright, brought to sRGB, stripped of all else and encoded anew."""

import asyncio
import io
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from msgspec import Struct
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

MAX_BYTES = 12 * 1024 * 1024
MAX_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
KINDS = "JPEG, PNG, GIF, WebP or AVIF"
PREVIEW = (1200, 630)  # pixels: what link previews show, https://developers.facebook.com/docs/sharing/webmasters/images
MAX_PROFILE = 4 * 1024 * 1024  # bytes; printers' have half a megabyte

_ORIENTATION = 0x0112  # EXIF 2.3, 4.6.4 A: how to turn what is stored
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class BadImage(Exception):
    """Not a picture that is accepted; the message says why."""


def _keep_quiet() -> None:
    """Pillow warns of what it makes the best of, and of bombs before our own bound is checked."""
    warnings.filterwarnings("ignore", module=r"PIL\.")


# A few hundred KB unfold to 350 MB and seconds of work: so many pictures at once, and no other work waits for them.
_EASEL = ThreadPoolExecutor(2, "pictures", initializer=_keep_quiet)


async def normalise_image(content: bytes, longest_side: int) -> bytes:
    """`content` as WebP in sRGB, at most `longest_side` pixels a side; of an animation, its beginning.

    Raises `BadImage`.
    """
    return await asyncio.get_running_loop().run_in_executor(_EASEL, _normalise, content, longest_side)


class SizedImage(Struct, frozen=True):
    """One picture in the sizes that pages choose from, and as link previews take it."""

    widths: dict[int, bytes]  # WebP by its pixels across, the narrowest first
    preview: bytes  # JPEG


async def image_in_widths(content: bytes, widths: Sequence[int]) -> SizedImage:
    """`content` as `normalise_image` has it, so many pixels across; the widest bounds the longest side, too.

    A narrower picture is not made wider: it comes in the widths it has, and in its own. Raises `BadImage`.
    """
    return await asyncio.get_running_loop().run_in_executor(_EASEL, _in_widths, content, widths)


def preview_size(width: int) -> tuple[int, int]:
    """Pixels across and down of the preview of a picture so wide."""
    across = min(PREVIEW[0], width)
    return across, max(1, round(across * PREVIEW[1] / PREVIEW[0]))


def _normalise(content: bytes, longest_side: int) -> bytes:
    return _as_webp(_decoded(content, longest_side))


def _in_widths(content: bytes, widths: Sequence[int]) -> SizedImage:
    picture = _decoded(content, max(widths))
    made = {}
    for width in [*(each for each in sorted(widths) if each < picture.width), picture.width]:
        height = max(1, round(picture.height * width / picture.width))
        made[width] = _as_webp(picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0))
    return SizedImage(made, _as_preview(picture))


def _as_webp(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=85, method=2, exif=b"", icc_profile=b"", xmp=b"")
    return out.getvalue()


def _as_preview(picture: Image.Image) -> bytes:
    """Its middle in the shape previews have, on black where it is transparent: not all of them take WebP."""
    cut = ImageOps.fit(picture, preview_size(picture.width), Image.Resampling.LANCZOS)
    if cut.mode == "RGBA":
        ground = Image.new("RGBA", cut.size, "black")
        ground.alpha_composite(cut)
        cut = ground.convert("RGB")
    out = io.BytesIO()
    cut.save(out, "JPEG", quality=85, progressive=True, exif=b"")
    return out.getvalue()


def _decoded(content: bytes, longest_side: int) -> Image.Image:
    """Upright, in RGB or RGBA, and without what else the file said."""
    if len(content) > MAX_BYTES:
        raise BadImage(f"must be at most {MAX_BYTES // 1024 // 1024} MB")
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise BadImage(_TOO_MANY_PIXELS)
            image.draft(None, (longest_side, longest_side))
            profile, turn = image.info.get("icc_profile"), _turn(image)
            picture = _sampled(image)
            picture.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
            picture = _in_srgb(picture, profile)
            picture.load()  # while the file is open
            picture = picture if turn is None else picture.transpose(turn)
            picture.info.clear()  # comments, too, which encoders write unasked
            return picture
    except BadImage:
        raise
    except UnidentifiedImageError as error:
        raise BadImage(f"must be a {KINDS} picture") from error
    except Image.DecompressionBombError as error:
        raise BadImage(_TOO_MANY_PIXELS) from error
    except Exception as error:  # whatever a decoder makes of bytes from outside
        raise BadImage("is damaged: it cannot be read to its end") from error


_TOO_MANY_PIXELS = f"must be at most {MAX_PIXELS // 1_000_000} megapixels"


def _turn(image: Image.Image) -> Image.Transpose | None:
    """By the EXIF tag, whatever is wrong with its neighbours; None where it says nothing or cannot be read."""
    try:
        tag: object = image.getexif().get(_ORIENTATION)
        return _UPRIGHT.get(tag) if isinstance(tag, int) else None
    except Exception:  # a picture is shown as it is stored, rather than not at all
        return None


def _sampled(image: Image.Image) -> Image.Image:
    """The picture in a mode of 8 bits a sample that can be scaled, the colours as its profile means them.

    Itself, where it is in one, since a copy would take as much memory again.
    """
    if image.mode.startswith("I") or image.mode == "F":
        image = _in_eight_bits(image)
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert("L" if image.mode == "1" else "RGB")


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """Grey of 16 bits or more: converted as it is, Pillow would cut off all but its darkest part."""
    if image.mode.startswith("I;16"):
        scale, offset = 255 / 65535, 0.0
    else:
        low, high = (float(bound) for bound in image.getextrema()[:2])  # type: ignore[arg-type]
        scale = 255 / max(high - low, 1.0)
        offset = -low * scale
    return image.point(lambda value: value * scale + offset).convert("L")


def _in_srgb(picture: Image.Image, profile: object) -> Image.Image:
    """In RGB or RGBA, as WebP takes it, converted by its profile where that is good for anything."""
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    colours = picture.convert("RGB") if alpha is not None else picture
    if isinstance(profile, bytes) and len(profile) <= MAX_PROFILE:
        colours = _by_profile(colours, profile) or colours
    plain = colours if colours.mode == "RGB" else colours.convert("RGB")
    if alpha is not None:
        plain.putalpha(alpha)
    return plain


def _by_profile(colours: Image.Image, profile: bytes) -> Image.Image | None:
    """None where the profile is broken, or of other colours than these."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(
            colours,
            source,
            _srgb(),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
