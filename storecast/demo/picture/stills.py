"""Still pictures: each lamp on its own."""

from PIL import Image, ImageChops, ImageFilter

from storecast.demo.picture import lamps
from storecast.demo.picture import palette as hue
from storecast.demo.picture.paint import Colour, Ramp, Sketch, colour, glow, mix

BACKDROP = {lamps.DUNE: hue.CLAY, lamps.REED: colour("#7d8b72"), lamps.ORBIT: colour("#6b5a7d")}
SIDE = 1000  # pixels


def portrait(name: str) -> Image.Image:
    """A lamp, lit, before a paper backdrop of its own colour: RGB, `SIDE` square."""
    zoom = 1.6
    size = (SIDE, SIDE)
    tone = BACKDROP[name]
    picture = Ramp((mix(tone, hue.NIGHT, 0.45), mix(tone, hue.NIGHT, 0.12), mix(tone, hue.CREAM, 0.18))).paint(size)
    picture.paste(_floor(tone), (0, 800))
    bulb = lamps.BULB[name]
    left, top = round(SIDE / 2 - lamps.WIDTH / 2 * zoom), round(862 - lamps.FOOT * zoom)
    light = glow(size, (left + bulb[0] * zoom, top + bulb[1] * zoom), 780, hue.AMBER, 0.75)
    picture = ImageChops.screen(picture, light)
    ground = Sketch(size, samples=1)  # nothing in it has a sharp edge
    ground.oval((SIDE / 2, 862), 230, 30, hue.NIGHT, 130, soften=16)
    ground.oval((SIDE / 2, 868), 330, 46, hue.HONEY, 110, soften=26)
    ground.oval((SIDE / 2, 860), 110, 16, hue.NIGHT, 150, soften=8)
    shadow = ground.finish()
    picture.paste(shadow, (0, 0), shadow)
    drawn = lamps.draw(name, 24, lit=True, zoom=zoom)
    picture.paste(drawn, (left, top), drawn)
    bloom = picture.filter(ImageFilter.GaussianBlur(26))
    return Image.blend(picture, ImageChops.screen(picture, bloom), 0.22)


def _floor(tone: Colour) -> Image.Image:
    return Ramp((mix(tone, hue.CREAM, 0.22), mix(tone, hue.NIGHT, 0.2))).paint((SIDE, SIDE - 800))
