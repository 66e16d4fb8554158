"""The three lamps of the sale, seen from any side, unlit and lit. Each is drawn on a 420 by 480 sheet."""

import math
from collections.abc import Callable
from functools import lru_cache

from PIL import Image

from storecast.demo.picture import palette as hue
from storecast.demo.picture.paint import FINE, Point, Ramp, Sketch, colour, curve, mix

WIDTH, HEIGHT = 420, 480
FOOT = 452  # y of the foot on the sheet
STEP = 1.2  # degrees between two drawn sides: finer than one can see at the speed of the turntable

DUNE, REED, ORBIT = "dune", "reed", "orbit"
BULB: dict[str, Point] = {DUNE: (210, 175), REED: (210, 210), ORBIT: (210, 190)}


def lamp(name: str, angle: float, lit: bool) -> Image.Image:
    """The lamp turned by `angle` degrees, RGBA; sides closer than `STEP` share one drawing."""
    return _side(name, round(angle % _PERIOD[name] / STEP), lit)


@lru_cache(maxsize=96)
def _side(name: str, side: int, lit: bool) -> Image.Image:
    return draw(name, side * STEP, lit, samples=2)


def draw(name: str, angle: float, lit: bool, zoom: float = 1, samples: int = FINE) -> Image.Image:
    """The lamp turned by `angle` degrees, RGBA, `zoom` times the sheet."""
    sketch = Sketch((round(WIDTH * zoom), round(HEIGHT * zoom)), zoom, samples)
    _DRAW[name](sketch, math.radians(angle), lit)
    return sketch.finish()


def _dune(sketch: Sketch, turn: float, lit: bool) -> None:
    """A mushroom lamp: a fluted dome on a flared foot, in sand-glazed stoneware."""
    foot = [(172, FOOT), (166, 440), (178, 414), (190, 370), (193, 300), (190, 230), (230, 230), (227, 300)]
    foot += [(230, 370), (242, 414), (254, 440), (248, FOOT)]
    clay = (hue.SAND, colour("#d8ab84"), colour("#8d5a47"))
    sketch.shape(curve(foot, closed=True), Ramp(clay, "across"))
    if lit:
        sketch.shape([(186, 215), (234, 215), (231, 330), (189, 330)], hue.HONEY, 120, soften=16)
    sketch.oval((210, FOOT - 7), 41, 6, colour("#6f4436"), 90, soften=3)
    for index in range(46):  # iron specks in the glaze
        x, y = 175 + (index * 37) % 70, 250 + (index * 53) % 190
        if abs(x - 210) < 16 + max(0, y - 380) * 0.35:
            sketch.oval((x, y), 0.9 + index % 3 * 0.35, 0.9, colour("#6b4131"), 120)

    sketch.oval((210, 214), 163, 21, hue.HONEY if lit else colour("#5d3a34"))
    if lit:
        sketch.oval((210, 215), 96, 13, hue.CREAM, 230, soften=7)
    dome = curve(
        [(44, 214), (48, 160), (84, 92), (146, 52), (210, 42), (274, 52), (336, 92), (372, 160), (376, 214)], steps=14
    )
    hem = [(210 + 166 * math.cos(math.radians(a)), 213 + 17 * math.sin(math.radians(a))) for a in range(0, 181, 6)]
    outline = dome + hem
    stops = (colour("#e8a15f"), hue.AMBER, hue.HONEY, hue.CREAM) if lit else (hue.SAND, colour("#d3a583"), hue.CLAY)
    shade = sketch.layer()
    shade.shape(outline, Ramp(stops))
    edge = shade.sheet.getchannel("A")
    if not lit:
        shade.shape([(250, 30), (400, 60), (400, 240), (300, 240)], hue.WOOD_DARK, 110, soften=34)
    for index in range(20):
        across = math.sin(turn + index * math.pi / 10)
        if math.cos(turn + index * math.pi / 10) < -0.05:
            continue
        rib: list[Point] = [(210 + 10 * across, 42), (210 + 110 * across, 84), (210 + 160 * across, 150)]
        rib.append((210 + 167 * across, 214 + 16 * math.sqrt(max(0.0, 1 - across * across))))
        shade.limb(curve(rib, steps=5), 2, 7, colour("#b9743f") if lit else colour("#8a5745"), 85, soften=1.6)
        shade.limb([(x - 5, y) for x, y in curve(rib, steps=5)], 1, 5, hue.CREAM, 70 if lit else 55, soften=1.6)
    if lit:
        shade.oval((210, 196), 120, 44, hue.CREAM, 150, soften=22)
    else:
        shade.oval((138, 104), 46, 28, hue.CREAM, 110, soften=18)
    shade.within(edge)
    sketch.over(shade)
    sketch.oval((210, 40), 9, 7, Ramp((hue.BRASS, hue.BRASS_DARK)))


def _reed(sketch: Sketch, turn: float, lit: bool) -> None:
    """A paper lantern: ribbed washi with reeds pressed into it, on three oak feet."""
    for x, lean in ((146, -16), (274, 16), (210, 0)):
        sketch.limb([(x, 378), (x + lean, FOOT - 4)], 13, 8, Ramp((hue.WOOD_LIGHT, hue.WOOD_DARK), "across"))
    body = [(150, 392), (112, 352), (88, 280), (84, 210), (98, 130), (128, 66), (168, 36), (210, 32)]
    outline = curve(body + [(420 - x, y) for x, y in reversed(body[:-1])], closed=False, steps=12)
    stops = (hue.AMBER, hue.HONEY, hue.CREAM, colour("#fff6e4"), hue.HONEY, colour("#f0a65c"))
    dull = (colour("#cdb7a0"), hue.PAPER, colour("#efd9bd"), colour("#b8977f"))
    paper = sketch.layer()
    paper.shape(outline, Ramp(stops if lit else dull))
    edge = paper.sheet.getchannel("A")
    for index in range(8):
        theta = turn + index * math.pi / 4
        depth = math.cos(theta)
        if depth < 0.05:
            continue
        ink = mix(colour("#b5713c"), colour("#5c3a22"), depth) if lit else mix(colour("#c9ae8f"), hue.LEAF, depth * 0.6)
        sway = 0.10 if index % 2 else -0.08
        stem = [
            (210 + 122 * math.sin(theta + sway * k) * (1 - 0.10 * abs(k - 2)), 384 - (62 + index % 3 * 9) * k)
            for k in range(5)
        ]
        paper.limb(curve(stem, steps=6), 4.2 * depth + 0.8, 1.2, ink, round(200 * depth))
        for k, side in ((1, 1), (2, -1), (3, 1)):
            at, low = stem[k]
            leaf = [(at, low), (at + side * 15 * depth, low - 26), (at + side * 26 * depth, low - 58)]
            leaf += [(at + side * 8 * depth, low - 34)]
            paper.shape(curve(leaf, closed=True, steps=6), ink, round(190 * depth))
    for index in range(15):  # bamboo hoops
        y = 52 + index * 24
        paper.line(
            [(210 + 140 * math.cos(math.radians(a)), y + 9 * math.sin(math.radians(a))) for a in range(0, 181, 10)],
            1.6,
            colour("#c98a4a") if lit else colour("#9c8068"),
            95,
            soften=0.5,
        )
    if lit:
        paper.oval((210, 215), 62, 96, colour("#fffaf0"), 175, soften=30)
    else:
        paper.shape([(268, 20), (360, 20), (360, 400), (240, 400)], hue.WOOD_DARK, 105, soften=30)
        paper.oval((150, 150), 24, 62, hue.CREAM, 110, soften=18)
    paper.within(edge)
    sketch.over(paper)
    sketch.oval((210, 391), 61, 9, Ramp((hue.WOOD_LIGHT, hue.WOOD_DARK), "across"))
    sketch.oval((210, 34), 36, 6, Ramp((hue.WOOD_LIGHT, hue.WOOD_DARK), "across"))


def _orbit(sketch: Sketch, turn: float, lit: bool) -> None:
    """A globe of opal glass inside a turning brass ring, on a foot of dark marble."""
    across = 158 * math.sin(turn)
    metal = Ramp(
        (hue.BRASS_DARK, hue.HONEY, hue.BRASS, hue.BRASS_DARK) if lit else (hue.BRASS_DARK, hue.BRASS, hue.PLUM)
    )

    def ring(start: int, end: int) -> list[Point]:
        return [
            (210 + across * math.cos(math.radians(a)), 190 + 158 * math.sin(math.radians(a)))
            for a in range(start, end + 1, 5)
        ]

    sketch.line(ring(90, 270), 9, metal)
    sketch.over(_globe(sketch, lit))
    sketch.line(ring(-90, 90), 9, metal)
    sketch.oval((210, 32), 8, 8, hue.BRASS)
    sketch.oval((210, 348), 9, 8, hue.BRASS)


def _globe(like: Sketch, lit: bool) -> Sketch:
    """What of `_orbit` looks the same from all sides."""
    sketch = like.layer()
    sketch.limb([(210, 350), (210, 430)], 10, 10, Ramp((hue.BRASS_DARK, hue.HONEY, hue.BRASS_DARK), "across"))
    base = curve([(140, FOOT - 2), (142, 428), (176, 414), (244, 414), (278, 428), (280, FOOT - 2)], steps=8)
    sketch.shape(base, Ramp((colour("#4a4350"), colour("#2b2630"), colour("#17141d")), "across"))
    sketch.oval((210, FOOT - 3), 70, 7, colour("#1d1922"))
    for vein in (((158, 440), (182, 430), (196, 421)), ((214, 446), (232, 432), (262, 424))):
        sketch.line(curve(vein, steps=5), 1.1, hue.SAND, 110)
    if lit:
        sketch.oval((210, 417), 44, 5, hue.HONEY, 150, soften=6)
    glass = (colour("#fffdf6"), colour("#fff3d8"), hue.HONEY) if lit else (hue.CREAM, colour("#d9c3b4"), hue.WALL)
    sketch.oval((210, 190), 112, 112, Ramp(glass, "out"))
    if lit:
        sketch.oval((210, 190), 84, 84, colour("#fffdf7"), 190, soften=22)
    else:
        sketch.oval((172, 146), 34, 26, hue.CREAM, 200, soften=14)
        sketch.oval((244, 236), 52, 40, hue.PLUM, 80, soften=24)
    sketch.oval((166, 132), 15, 9, (255, 255, 255), 150, soften=4)
    sketch.oval((210, 303), 26, 7, hue.BRASS)
    return sketch


_DRAW: dict[str, Callable[[Sketch, float, bool], None]] = {DUNE: _dune, REED: _reed, ORBIT: _orbit}
_PERIOD = {DUNE: 18.0, REED: 45.0, ORBIT: 180.0}  # degrees after which the lamp looks the same
