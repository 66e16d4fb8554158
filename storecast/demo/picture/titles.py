"""Lettering: the strip above the picture and the caption beside a product."""

from functools import lru_cache

from PIL import Image

from storecast.demo.picture import palette as hue
from storecast.demo.picture.paint import Sketch, colour

LEVELS = 12  # steps of a fade


@lru_cache(maxsize=16)
def strip(pulse: int) -> Image.Image:
    """ "LIVE · STUDIO LUMEN" in a dark pill, 356 by 44; `pulse` 0 to 8 is the brightness of the dot."""
    sketch = Sketch((356, 44))
    sketch.line([(22, 22), (334, 22)], 40, hue.NIGHT, 150)
    sketch.oval((30, 22), 12, 12, colour("#ff5a4d"), 20 + pulse * 9, soften=3)
    sketch.oval((30, 22), 5.5, 5.5, colour("#ff5a4d"))
    sketch.write((70, 22), "LIVE", 15, hue.CREAM, 2.4)
    sketch.line([(106, 14), (106, 30)], 1, hue.CREAM, 90)
    sketch.write((216, 22), "STUDIO LUMEN", 15, hue.CREAM, 5)
    return sketch.finish()


@lru_cache(maxsize=3 * (LEVELS + 1))
def caption(name: str, line: str, level: int) -> Image.Image:
    """A product's name over a line about it, 640 by 190; `level` of `LEVELS` is how far it has faded in."""
    drawing = _caption(name, line)
    if level >= LEVELS:
        return drawing
    faded = drawing.copy()
    faded.putalpha(drawing.getchannel("A").point([shade * level // LEVELS for shade in range(256)]))
    return faded


@lru_cache(maxsize=3)
def _caption(name: str, line: str) -> Image.Image:
    sketch = Sketch((640, 190))
    sketch.oval((320, 92), 200, 36, hue.PLUM, 125, soften=22)
    sketch.write((320, 78), name, 54, hue.CREAM, 7)
    sketch.line([(300, 114), (340, 114)], 1.4, hue.HONEY, 220)
    sketch.write((320, 136), line, 16, hue.CREAM, 1.6)
    return sketch.finish()
