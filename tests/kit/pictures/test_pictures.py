"""Pictures of every kind are taken, upright and in the colours they were meant in, or refused with a reason."""

import io
import struct
from pathlib import Path

import pytest
from PIL import Image

from storecast.kit.images import MAX_BYTES, BadImage, normalise_image
from tests.kit.pictures.drawn import LOADED, SIZE, WIDE, encoded, in_mode, of_every_kind, pixel, rgb_profile

CASES = Path(__file__).parent
KINDS = dict(of_every_kind())
ORIENTATION, DATE_TIME, MAKER_NOTE = 0x0112, 0x0132, 0x927C


async def taken(content: bytes, longest_side: int = 64) -> Image.Image:
    made = Image.open(io.BytesIO(await normalise_image(content, longest_side)))
    assert (made.format, made.mode in ("RGB", "RGBA")) == ("WEBP", True)
    assert not {"exif", "icc_profile", "xmp"} & set(made.info)
    made.load()
    return made


@pytest.mark.parametrize("name", KINDS)
async def test_every_mode_of_every_kind_is_taken(name: str) -> None:
    made = await taken(KINDS[name])
    assert made.size == SIZE
    on_white = Image.new("RGBA", SIZE, "white")
    on_white.alpha_composite(made.convert("RGBA"))
    if "A" not in name.split()[0]:
        assert pixel(on_white, 32, 6)[0] < 60
    assert pixel(on_white, 32, 44)[0] > 200


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
async def test_what_is_transparent_stays_so(kind: str) -> None:
    made = await taken(encoded(in_mode("RGBA"), kind))
    assert pixel(made, 32, 1)[3] < 20
    assert pixel(made, 32, 46)[3] > 235


async def test_grey_of_16_bits_keeps_its_lights() -> None:
    steps = Image.frombytes("I;16", (4, 1), struct.pack("<4H", 0, 21845, 43690, 65535))
    made = await taken(encoded(steps.resize((64, 48), Image.Resampling.NEAREST), "PNG"))
    shown = [pixel(made, x, 20)[0] for x in (8, 24, 40, 56)]
    assert shown == [pytest.approx(each, abs=6) for each in (0, 85, 170, 255)]


async def test_orientation_is_heeded_whatever_else_is_wrong_with_the_tags() -> None:
    content = (CASES / "orientation-and-float-datetime.jpg").read_bytes()
    assert (await taken(content)).size == (40, 60)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_picture_is_turned_upright(orientation: int, kind: str) -> None:
    marked = Image.new("RGB", SIZE, "black")
    marked.paste("white", (0, 0, 16, 12))  # as stored: in the first corner of the first row
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    made = await taken(encoded(marked, kind, exif=exif))
    assert made.size == (SIZE if orientation < 5 else SIZE[::-1])
    right, bottom = made.width - 1, made.height - 1
    [white] = [(x, y) for x in (0, 1) for y in (0, 1) if pixel(made, x * right, y * bottom)[0] > 128]
    first_row_and_column = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}
    assert white == first_row_and_column[orientation]  # EXIF 2.3, 4.6.4 A


@pytest.mark.parametrize("exif", [b"Exif\0\0", b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0" + bytes(range(256)) * 4])
async def test_tags_that_cannot_be_read_are_left_aside(exif: bytes) -> None:
    assert (await taken(encoded(in_mode("RGB"), "JPEG", exif=exif))).size == SIZE


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
async def test_wide_colours_are_shown_as_they_were_meant(kind: str) -> None:
    colour = (200, 100, 100)
    content = encoded(Image.new("RGB", SIZE, colour), kind, icc_profile=rgb_profile(WIDE, 2.2))
    shown = pixel(await taken(content), 30, 20)
    assert list(shown[:3]) == [pytest.approx(each, abs=6) for each in in_srgb(colour)]


def in_srgb(colour: tuple[int, int, int]) -> list[float]:
    """Display P3 with a plain curve, by IEC 61966-2-1's matrix and curve (here adapted to D50)."""
    linear = [(value / 255) ** 2.2 for value in colour]
    xyz = [sum(light * WIDE[n][axis] for n, light in enumerate(linear)) for axis in range(3)]
    matrix = ((3.1339, -1.6169, -0.4906), (-0.9788, 1.9161, 0.0335), (0.0719, -0.2290, 1.4052))
    lights = [sum(factor * value for factor, value in zip(row, xyz, strict=True)) for row in matrix]
    return [255 * (12.92 * each if each <= 0.0031308 else 1.055 * each ** (1 / 2.4) - 0.055) for each in lights]


@pytest.mark.parametrize(
    "profile", [b"", b"broken", rgb_profile(WIDE, 2.2)[:200], bytes(5_000_000)], ids=["none", "text", "cut", "huge"]
)
async def test_profile_that_is_good_for_nothing_is_left_aside(profile: bytes) -> None:
    made = await taken(encoded(Image.new("RGB", SIZE, (200, 100, 100)), "JPEG", quality=95, icc_profile=profile))
    assert list(pixel(made, 30, 20)[:3]) == [pytest.approx(each, abs=4) for each in (200, 100, 100)]


@pytest.mark.parametrize("mode", ["L", "CMYK"])
async def test_profile_of_other_colours_than_the_pictures_is_left_aside(mode: str) -> None:
    content = encoded(in_mode(mode), "JPEG", icc_profile=rgb_profile(WIDE, 2.2))
    assert (await taken(content)).size == SIZE


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
async def test_beginning_of_an_animation_is_taken(kind: str) -> None:
    red, blue = (Image.new("RGB", SIZE, colour) for colour in ("red", "blue"))
    made = await taken(encoded(red, kind, save_all=True, append_images=[blue], duration=100))
    red_shown, _, blue_shown, _ = pixel(made, 30, 20)
    assert red_shown > 200 > 60 > blue_shown


@pytest.mark.parametrize("kind", LOADED)
async def test_picture_cut_off_is_refused(kind: str) -> None:
    whole = encoded(Image.effect_noise((200, 200), 90).convert("RGB"), kind)
    with pytest.raises(BadImage, match=r"damaged|must be a JPEG"):
        await normalise_image(whole[: len(whole) // 2], 64)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "must be a JPEG, PNG, GIF, WebP or AVIF picture"),
        (b"not a picture", "must be a JPEG, PNG, GIF, WebP or AVIF picture"),
        (encoded(in_mode("RGB"), "BMP"), "must be a JPEG, PNG, GIF, WebP or AVIF picture"),
        (encoded(Image.new("1", (8000, 6000)), "PNG"), "must be at most 40 megapixels"),
        (encoded(Image.new("1", (60_000, 6_000)), "PNG"), "must be at most 40 megapixels"),
        (bytes(MAX_BYTES + 1), "must be at most 12 MB"),
    ],
    ids=["nothing", "text", "another kind", "too large", "a bomb", "too many bytes"],
)
async def test_what_is_refused_is_told_why(content: bytes, why: str) -> None:
    with pytest.raises(BadImage, match=f"^{why}$"):
        await normalise_image(content, 64)
