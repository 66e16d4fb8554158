"""The studio set, 1600 by 900: once in the evening light and once with the lamp on the table lit."""

from dataclasses import dataclass
from functools import lru_cache
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from storecast.demo.picture import dressing
from storecast.demo.picture import palette as hue
from storecast.demo.picture.paint import Colour, Point, Ramp, Sketch, colour, curve, glow, lit, mix

SIZE = (1600, 900)
TABLE = 656  # y of the table's far edge; the host stands behind it
STAND = (944, 716)  # centre of the turntable
LAMP_AT = (944, 570)  # where the light of a lamp on the turntable comes from
MARGIN = 120  # by how much a close-up is wider than the frame, so that the camera can travel


@dataclass(frozen=True)
class Set:
    """The same view in the evening light (`dark`) and with the lamp on (`bright`), RGB."""

    dark: Image.Image
    bright: Image.Image

    def at(self, power: float) -> Image.Image:
        """With the lamp at `power`, 0 to 1. May be one of the two pictures themselves: copy before drawing on it."""
        if power in (0, 1):
            return self.bright if power else self.dark
        return Image.blend(self.dark, self.bright, power)


@lru_cache(maxsize=1)
def room() -> Set:
    """The whole set without host and lamp."""
    walls = _walls()
    sketch = Sketch(SIZE)
    dressing.window(sketch)
    dressing.shelves(sketch)
    dressing.plant(sketch)
    bulbs = dressing.string_lights(sketch)
    _table(sketch)
    dressing.tableware(sketch)
    _turntable(sketch, STAND, 122)
    dressing.foreground(sketch)
    sheet = sketch.finish()
    walls.paste(sheet, (0, 0), sheet)

    lights = glow(SIZE, (1334, 474), 260, hue.AMBER, 0.55)
    lights = ImageChops.screen(lights, glow(SIZE, (254, 400), 420, hue.DUSK_LOW, 0.35))
    lights = ImageChops.screen(lights, glow(SIZE, (640, 250), 640, hue.CLAY, 0.35))
    for place in bulbs:
        lights = ImageChops.screen(lights, glow(SIZE, place, 64, hue.AMBER, 0.6))
    dark = lit(walls, hue.DUSK_TINT, lights)

    x, y = LAMP_AT
    lamp = ImageChops.screen(glow(SIZE, (x, y), 1100, hue.AMBER, 0.5), glow(SIZE, (x, y - 20), 460, hue.AMBER, 0.5))
    pool = glow((SIZE[0], 320), (x, 160), 560, hue.HONEY, 0.8).resize((SIZE[0], 120))  # light lies flat on the table
    flat = Image.new("RGB", SIZE)
    flat.paste(pool, (0, STAND[1] - 62))
    bright = lit(walls, hue.LAMP_TINT, ImageChops.screen(ImageChops.screen(lights, lamp), flat))
    return Set(_vignette(dark), _vignette(bright))


def _walls() -> Image.Image:
    wall = Ramp((mix(hue.PLUM, hue.NIGHT, 0.35), hue.WALL, mix(hue.WALL, hue.WALL_LIGHT, 0.5))).paint(SIZE)
    wall = ImageChops.screen(wall, glow(SIZE, (780, 380), 760, hue.WALL_LIGHT, 0.35))
    sketch = Sketch(SIZE)
    sketch.shape(dressing.arch(560, 92, 1056, 690), hue.NIGHT, 80, soften=14)
    clay = (mix(hue.CLAY, hue.PLUM, 0.25), hue.CLAY, hue.WALL_LIGHT)
    sketch.shape(dressing.arch(566, 96, 1050, 690), Ramp(clay))
    sketch.line(dressing.arch(584, 114, 1032, 690), 2.2, hue.BRASS, 190)
    sheet = sketch.finish()
    wall.paste(sheet, (0, 0), sheet)
    return Image.blend(wall, ImageChops.overlay(wall, _plaster()), 0.5)


def _plaster() -> Image.Image:
    grain = Image.frombytes("L", SIZE, Random(3).randbytes(SIZE[0] * SIZE[1]))  # noqa: S311 - the same wall each time
    return grain.point([128 + (level - 128) // 9 for level in range(256)]).convert("RGB")


def _table(sketch: Sketch) -> None:
    top = (mix(hue.WOOD, hue.NIGHT, 0.15), hue.WOOD, hue.WOOD_LIGHT)
    sketch.shape([(0, TABLE - 34), (1600, TABLE - 34), (1600, TABLE + 4), (0, TABLE + 4)], hue.NIGHT, 130, soften=12)
    sketch.shape([(0, TABLE), (1600, TABLE), (1600, 796), (0, 796)], Ramp(top))
    for index in range(11):
        y = TABLE + 8 + index * index * 1.2
        line = curve([(-10, y), (420, y + 3 + index % 3), (860, y - 2), (1240, y + 2), (1620, y - index % 4)])
        sketch.line(line, 1.3, hue.WOOD_DARK, 60)
    sketch.shape([(0, 796), (1600, 796), (1600, 806), (0, 806)], mix(hue.WOOD_LIGHT, hue.CREAM, 0.2))
    sketch.shape(
        [(0, 806), (1600, 806), (1600, 900), (0, 900)], Ramp((hue.WOOD_DARK, mix(hue.WOOD_DARK, hue.NIGHT, 0.6)))
    )


def _turntable(sketch: Sketch, centre: Point, radius: float) -> None:
    x, y = centre
    flat = radius * 0.2
    sketch.oval((x, y + flat * 0.9), radius * 1.12, flat * 1.05, hue.NIGHT, 150, soften=radius * 0.07)
    sketch.oval((x, y + radius * 0.1), radius, flat, Ramp((hue.BRASS_DARK, hue.BRASS, hue.BRASS_DARK), "across"))
    marble = (colour("#cbb4a4"), colour("#f3e6d8"), colour("#b79a8b"))
    sketch.oval((x, y), radius, flat, Ramp(marble, "across"))
    sketch.oval((x, y), radius * 0.62, flat * 0.55, hue.NIGHT, 70, soften=radius * 0.06)


@dataclass(frozen=True)
class CloseUp:
    """The turntable seen near: the room out of focus (1280 + `MARGIN` by 720), the table sharp (1280 wide, RGBA)."""

    far: Set
    table: Set
    horizon: int  # y of the table's picture in the frame


@lru_cache(maxsize=1)
def close_up() -> CloseUp:
    """The close view, without the lamp."""
    size, horizon, edge = (1280 + MARGIN, 720), 520, 540
    sketch = Sketch((1280, 720))
    wood = (mix(hue.WOOD, hue.NIGHT, 0.2), hue.WOOD, hue.WOOD_LIGHT)
    sketch.shape([(-20, edge), (1300, edge), (1300, 740), (-20, 740)], Ramp(wood), soften=2)
    for index in range(7):
        y = edge + 14 + index * index * 4.5
        sketch.line(curve([(-20, y), (400, y + 5), (900, y - 4), (1300, y + 4)]), 2.2, hue.WOOD_DARK, 55, soften=1)
    _turntable(sketch, (640, 636), 300)
    table = sketch.finish()
    pool = glow((1280, 900), (640, 450), 720, hue.HONEY, 0.6).resize((1280, 240))
    flat = Image.new("RGB", table.size)
    flat.paste(pool, (0, 516))

    def near(tint: Colour, light: Image.Image) -> Image.Image:
        surface = lit(table.convert("RGB"), tint, light)
        surface.putalpha(table.getchannel("A"))
        return surface.crop((0, horizon, 1280, 720))

    def far(picture: Image.Image) -> Image.Image:
        view = picture.crop((544, 236, 1344, 648)).resize(size, Image.Resampling.BICUBIC)
        return ImageChops.screen(view.filter(ImageFilter.GaussianBlur(15)), _bokeh(size))

    halo = glow(size, (size[0] / 2, 330), 720, hue.AMBER, 0.34)
    bright = _vignette(ImageChops.screen(far(room().bright), halo))
    tables = Set(near(hue.DUSK_TINT, Image.new("RGB", table.size)), near(hue.LAMP_TINT, flat))
    return CloseUp(Set(_vignette(far(room().dark)), bright), tables, horizon)


def _bokeh(size: tuple[int, int]) -> Image.Image:
    light = Image.new("RGB", size)
    for x, y, radius, tint, strength in (
        (120, 110, 44, hue.AMBER, 0.34), (262, 62, 36, hue.HONEY, 0.3), (410, 92, 40, hue.AMBER, 0.22),
        (1010, 74, 42, hue.AMBER, 0.3), (1164, 120, 50, hue.HONEY, 0.28), (1308, 70, 40, hue.AMBER, 0.34),
        (70, 330, 34, hue.DUSK_LOW, 0.3), (190, 410, 26, colour("#9fc4e8"), 0.22), (1270, 360, 58, hue.AMBER, 0.26),
        (1358, 470, 30, hue.DUSK_LOW, 0.26), (306, 300, 22, hue.DUSK_LOW, 0.22),
    ):  # fmt: skip
        disc = Image.new("L", size)
        draw = ImageDraw.Draw(disc)
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), round(255 * strength * 0.8))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=round(255 * strength), width=3)
        box = (x - radius - 8, y - radius - 8, x + radius + 8, y + radius + 8)
        spot = disc.crop(box).filter(ImageFilter.GaussianBlur(1.6))
        ink = Image.merge("RGB", [spot.point([level * part // 255 for level in range(256)]) for part in tint])
        light.paste(ImageChops.screen(light.crop(box), ink), box[:2])
    return light


def _vignette(picture: Image.Image) -> Image.Image:
    shade = Image.radial_gradient("L").resize(picture.size, Image.Resampling.BILINEAR)
    shade = shade.point([255 - max(0, level - 120) * 95 // 135 for level in range(256)])
    return ImageChops.multiply(picture, Image.merge("RGB", (shade, shade, shade)))
