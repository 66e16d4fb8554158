"""What stands about in the room: window, shelves with ceramics, plants, string lights."""

import math
from random import Random

from storecast.demo.picture import palette as hue
from storecast.demo.picture.paint import Colour, Point, Ramp, Sketch, colour, curve, mix


def arch(left: float, top: float, right: float, bottom: float) -> list[Point]:
    """The outline of a round-headed opening."""
    radius, middle = (right - left) / 2, (left + right) / 2
    head = [
        (middle - radius * math.cos(math.radians(a)), top + radius - radius * math.sin(math.radians(a)))
        for a in range(0, 181, 4)
    ]
    return [(left, bottom), *head, (right, bottom)]


def window(sketch: Sketch) -> None:
    """A tall window at dusk, the lights of a town far off, a linen curtain."""
    sketch.shape(arch(104, 106, 404, 580), Ramp((hue.WOOD_DARK, hue.WOOD, hue.WOOD_DARK), "across"))
    view = sketch.layer()
    view.shape(arch(120, 122, 388, 566), hue.DUSK_HIGH)
    glass = view.sheet.getchannel("A")
    sky = (hue.DUSK_HIGH, colour("#4c4f80"), colour("#a9708a"), hue.DUSK_LOW, colour("#f3c08c"))
    view.shape([(110, 110), (400, 110), (400, 500), (110, 500)], Ramp(sky))
    view.shape([(110, 490), (400, 490), (400, 580), (110, 580)], colour("#f3c08c"))
    chance = Random(11)  # noqa: S311 - the same town each time
    for base, tone in ((452, colour("#8d6683")), (486, colour("#574668")), (520, colour("#2c2640"))):
        x = 104.0
        while x < 404:
            wide, high = chance.uniform(22, 52), chance.uniform(8, 66)
            view.shape([(x, base - high), (x + wide, base - high), (x + wide, 590), (x, 590)], tone, 235, soften=1.4)
            x += wide
    for _ in range(46):
        place = (chance.uniform(124, 386), chance.uniform(450, 566))
        tint = chance.choice((hue.AMBER, hue.HONEY, colour("#ff8f6b"), colour("#9fc4e8")))
        radius = chance.uniform(3, 9)
        view.oval(place, radius, radius, tint, chance.randint(70, 170), soften=0.6)
    view.oval((330, 214), 26, 26, hue.CREAM, 235)  # the moon
    view.oval((330, 214), 60, 60, hue.CREAM, 50, soften=22)
    view.within(glass)
    sketch.over(view)
    for bar in ([(254, 122), (254, 566)], [(120, 268), (388, 268)], [(120, 420), (388, 420)]):
        sketch.line(bar, 7, hue.WOOD_DARK)
    sketch.shape([(84, 566), (424, 566), (424, 588), (84, 588)], Ramp((hue.WOOD_LIGHT, hue.WOOD)))
    sketch.shape([(90, 588), (418, 588), (418, 606), (90, 606)], hue.NIGHT, 90, soften=8)
    for index in range(7):  # curtain folds
        x = 8 + index * 19
        fold = [(x, 70), (x + 26, 70), (x + 22 - index, 640), (x - 4 - index * 2, 640)]
        linen = (mix(hue.KNIT_SHADE, hue.WALL, 0.45), mix(hue.KNIT, hue.WALL, 0.1), mix(hue.KNIT_SHADE, hue.WALL, 0.4))
        sketch.shape(fold, Ramp(linen, "across"), 245, soften=0.8)
    sketch.line([(0, 70), (452, 70)], 8, Ramp((hue.BRASS, hue.BRASS_DARK)))


def shelves(sketch: Sketch) -> None:
    """Two boards on the right with vases, bowls, books and a trailing plant."""
    for y in (318, 520):
        sketch.shape([(1164, y + 16), (1528, y + 16), (1520, y + 46), (1180, y + 46)], hue.NIGHT, 110, soften=10)
        sketch.shape([(1156, y), (1532, y), (1532, y + 17), (1156, y + 17)], Ramp((hue.WOOD_LIGHT, hue.WOOD)))
        for x in (1206, 1482):
            sketch.line([(x, y + 17), (x, y + 38)], 5, hue.BRASS_DARK)
    _vase(sketch, 1212, 318, 34, 118, hue.CLAY)
    _vase(sketch, 1284, 318, 26, 76, hue.SAND)
    for x, lean in ((1212, -34), (1214, 4), (1210, 36), (1216, -12)):  # dried grass
        tip = (x + lean, 110 + abs(lean))
        sketch.line(curve([(x, 204), (x + lean * 0.3, 160), tip]), 2, colour("#c39a6d"))
        sketch.limb([tip, (tip[0] + lean * 0.15, tip[1] - 40)], 10, 3, colour("#d8b283"), 230, soften=1)
    for index, tone in enumerate((hue.APRON, hue.CREAM, hue.PLUM, hue.CLAY)):
        left, top = 1338 + index * 21, 226 + index % 2 * 12
        sketch.shape([(left, top), (left + 18, top), (left + 18, 318), (left, 318)], tone)
        sketch.line([(left + 4, 250), (left + 14, 250)], 2, hue.BRASS, 200)
    _bowl(sketch, 1480, 318, 42, 30, hue.APRON)
    _bowl(sketch, 1222, 520, 50, 36, hue.SAND)
    _bowl(sketch, 1222, 486, 40, 30, hue.CLAY)
    _vase(sketch, 1432, 520, 40, 96, hue.KNIT)
    _vase(sketch, 1500, 520, 20, 58, hue.APRON)
    sketch.oval((1334, 474), 34, 34, Ramp((hue.CREAM, hue.CREAM, hue.HONEY), "out"))  # a small orb, lit
    sketch.shape([(1318, 504), (1350, 504), (1356, 520), (1312, 520)], Ramp((hue.BRASS, hue.BRASS_DARK), "across"))
    for start, end in ((1512, 1548), (1498, 1512), (1522, 1576)):  # ivy from the upper shelf
        strand = curve([(start, 322), (end - 4, 370), (end + 8, 420), (end - 10, 470)])
        sketch.line(strand, 2.4, hue.LEAF_DARK)
        for index in range(4, len(strand), 4):
            at, low = strand[index]
            sketch.oval((at + (7 if index % 8 else -7), low + 2), 9, 6.5, hue.LEAF if index % 8 else hue.LEAF_DARK)


def string_lights(sketch: Sketch) -> list[Point]:
    """Bulbs on a slack wire under the ceiling; answers where they hang."""
    bulbs: list[Point] = []
    for left, right in ((-20, 560), (560, 1120), (1120, 1640)):
        wire = [(left + (right - left) * k / 24, 22 + 62 * (1 - (k / 12 - 1) ** 2)) for k in range(25)]
        sketch.line(wire, 2, hue.NIGHT)
        for k in range(2, 24, 4):
            x, y = wire[k]
            sketch.line([(x, y), (x, y + 9)], 4, hue.BRASS_DARK)
            sketch.oval((x, y + 17), 6.5, 9, Ramp((hue.HONEY, hue.CREAM, hue.HONEY)))
            bulbs.append((x, y + 17))
    return bulbs


def plant(sketch: Sketch) -> None:
    """A tall rubber plant in a clay pot, right of the window."""
    sketch.shape([(424, 560), (524, 560), (510, 680), (438, 680)], Ramp((hue.CLAY, colour("#6e3b34")), "across"))
    sketch.oval((474, 560), 50, 9, colour("#3a2323"))
    for x, y, tilt, long in (
        (462, 520, -50, 92), (486, 510, 42, 96), (470, 452, -34, 100), (482, 430, 30, 96), (474, 372, -16, 92),
        (478, 360, 16, 84), (456, 560, -74, 66), (494, 552, 70, 70),
    ):  # fmt: skip
        _leaf(sketch, (x, y), tilt, long, hue.LEAF if tilt < 0 else hue.LEAF_DARK)
    sketch.line(curve([(474, 560), (472, 470), (478, 370)]), 5, hue.LEAF_DARK)


def tableware(sketch: Sketch) -> None:
    """What lies on the table left and right of the host: a mug, a bowl of clay tools, a folded cloth."""
    sketch.oval((404, 742), 108, 15, hue.NIGHT, 120, soften=9)
    cloth = [(268, 722), (330, 700), (470, 706), (508, 732), (440, 750), (300, 748)]
    sketch.shape(curve(cloth, closed=True), Ramp((hue.KNIT, hue.KNIT_SHADE)))
    sketch.line(curve([(280, 728), (360, 714), (490, 730)]), 2, hue.CLAY, 150)
    sketch.line(curve([(286, 736), (366, 722), (484, 738)]), 2, hue.CLAY, 150)
    _vase(sketch, 372, 726, 34, 70, hue.APRON)
    for x, lean in ((362, -16), (374, 3), (384, 18)):
        sketch.limb([(x, 662), (x + lean, 606)], 5, 7, hue.WOOD_LIGHT)
    sketch.oval((1216, 752), 92, 13, hue.NIGHT, 120, soften=9)
    _bowl(sketch, 1170, 748, 62, 44, hue.KNIT)
    _bowl(sketch, 1276, 752, 34, 46, hue.CLAY)
    sketch.line(curve([(1308, 716), (1332, 716), (1330, 740), (1304, 742)]), 7, colour("#a45f49"))
    sketch.oval((1276, 708), 27, 5, colour("#3a201b"))


def foreground(sketch: Sketch) -> None:
    """Leaves close to the lens, out of focus, in the lower corners."""
    for x, y, tilt, long in ((-10, 900, 38, 300), (40, 930, 62, 320), (-40, 860, 14, 280), (150, 950, 74, 250)):
        _leaf(sketch, (x, y), tilt, long, hue.LEAF_DARK, soften=7)
    for x, y, tilt, long in ((1620, 910, -42, 290), (1570, 950, -66, 280), (1640, 850, -18, 240)):
        _leaf(sketch, (x, y), tilt, long, hue.LEAF_DARK, soften=7)


def _leaf(sketch: Sketch, root: Point, tilt: float, length: float, tone: Colour, soften: float = 0.0) -> None:
    """A leaf from `root`, `tilt` degrees off upright."""
    sine, cosine = math.sin(math.radians(tilt)), math.cos(math.radians(tilt))

    def at(along: float, aside: float) -> Point:
        return root[0] + sine * along + cosine * aside, root[1] - cosine * along + sine * aside

    wide = length * 0.22
    rim = [at(0, 0), at(length * 0.3, -wide), at(length * 0.7, -wide * 0.8), at(length, 0)]
    rim += [at(length * 0.7, wide * 0.8), at(length * 0.3, wide)]
    shades = (mix(tone, hue.SAND, 0.28), tone, mix(tone, hue.NIGHT, 0.4))
    sketch.shape(curve(rim, closed=True), Ramp(shades, "across"), soften=soften)
    if not soften:
        sketch.line([at(4, 0), at(length * 0.94, 0)], 1.6, mix(tone, hue.SAND, 0.45))


def _vase(sketch: Sketch, x: float, foot: float, half: float, height: float, tone: Colour) -> None:
    neck, top = half * 0.42, foot - height
    side = [(x - half * 0.6, foot), (x - half, foot - height * 0.4), (x - neck, foot - height * 0.8), (x - neck, top)]
    outline = curve(side + [(2 * x - a, b) for a, b in reversed(side)])
    sketch.shape(outline, Ramp((mix(tone, hue.CREAM, 0.3), tone, mix(tone, hue.NIGHT, 0.5)), "across"))
    sketch.oval((x, top), neck, neck * 0.28, mix(tone, hue.NIGHT, 0.6))


def _bowl(sketch: Sketch, x: float, foot: float, half: float, height: float, tone: Colour) -> None:
    top = foot - height
    side = [(x - half, top), (x - half * 0.9, foot - height * 0.45), (x - half * 0.45, foot)]
    outline = curve(side + [(2 * x - a, b) for a, b in reversed(side)])
    sketch.shape(outline, Ramp((mix(tone, hue.CREAM, 0.3), tone, mix(tone, hue.NIGHT, 0.5)), "across"))
    sketch.oval((x, top), half, half * 0.16, mix(tone, hue.NIGHT, 0.45))
