"""Still pictures: each lamp on its own."""

from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

from storecast.demo.picture import lamps
from storecast.demo.picture import palette as hue
from storecast.demo.picture.paint import Colour, Ramp, Sketch, colour, glow, mix, tinted

BACKDROP = {lamps.DUNE: hue.CLAY, lamps.REED: colour("#7d8b72"), lamps.ORBIT: colour("#6b5a7d")}
SIDE = 1000  # pixels


@dataclass(frozen=True)
class Still:
    """How a lamp is seen."""

    angle: float = 24  # degrees it is turned
    lit: bool = True
    zoom: float = 1.6
    foot: float = 862  # y of the foot in the picture; below it where the lamp is seen near
    glaze: Colour | None = None  # what it is dipped in, in place of its own


def portrait(name: str, still: Still = Still()) -> Image.Image:
    """A lamp before a paper backdrop of its own colour: RGB, `SIDE` square."""
    zoom, foot = still.zoom, still.foot
    size = (SIDE, SIDE)
    tone = BACKDROP[name]
    picture = Ramp((mix(tone, hue.NIGHT, 0.45), mix(tone, hue.NIGHT, 0.12), mix(tone, hue.CREAM, 0.18))).paint(size)
    if not still.lit:
        picture = Image.blend(picture, Image.new("RGB", size, hue.CREAM), 0.35)  # by day
    picture.paste(_floor(tone), (0, 800))
    left, top = round(SIDE / 2 - lamps.WIDTH / 2 * zoom), round(foot - lamps.FOOT * zoom)
    if still.lit:
        bulb = lamps.BULB[name]
        light = glow(size, (left + bulb[0] * zoom, top + bulb[1] * zoom), 780, hue.AMBER, 0.75)
        picture = ImageChops.screen(picture, light)
    ground = Sketch(size, samples=1)  # nothing in it has a sharp edge
    ground.oval((SIDE / 2, foot), 230, 30, hue.NIGHT, 130, soften=16)
    if still.lit:
        ground.oval((SIDE / 2, foot + 6), 330, 46, hue.HONEY, 110, soften=26)
    ground.oval((SIDE / 2, foot - 2), 110, 16, hue.NIGHT, 150, soften=8)
    shadow = ground.finish()
    picture.paste(shadow, (0, 0), shadow)
    drawn = lamps.draw(name, still.angle, lit=still.lit, zoom=zoom)
    if still.glaze:
        drawn = tinted(drawn, still.glaze)
    picture.paste(drawn, (left, top), drawn)
    if not still.lit:
        return picture
    bloom = picture.filter(ImageFilter.GaussianBlur(26))
    return Image.blend(picture, ImageChops.screen(picture, bloom), 0.22)


def _floor(tone: Colour) -> Image.Image:
    return Ramp((mix(tone, hue.CREAM, 0.22), mix(tone, hue.NIGHT, 0.2))).paint((SIDE, SIDE - 800))
