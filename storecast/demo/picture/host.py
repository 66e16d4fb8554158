"""The host: an artisan in a knit and an apron, drawn for any moment of her choreography."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageChops

from storecast.demo.picture import palette as hue
from storecast.demo.picture.paint import Point, Ramp, Sketch, colour, curve, glow, mix, tinted

SIZE = (560, 524)
CENTRE = 232  # x of her middle on the sheet; the sheet's lower edge is the table
NECK: Point = (232, 226)

SMILE, SMALL, OPEN, WIDE, ROUND = range(5)  # mouths


@dataclass(frozen=True)
class Pose:
    """What of her can move. Whole numbers, so that equal moments share one drawing."""

    hand: int = 0  # sixteenths of the way: 0 resting low, 16 raised, palm open towards the lamp
    breath: int = 0  # half pixels the shoulders have risen, 0 to 4
    tilt: int = 0  # quarter degrees the head leans to the right
    nod: int = 0  # half pixels the head has sunk
    mouth: int = SMILE
    blink: bool = False


def host(pose: Pose, lamp_on: bool) -> Image.Image:
    """Her upper body, RGBA, of `SIZE`."""
    picture = _body(pose.hand, pose.breath, lamp_on).copy()
    head = _head(pose.tilt, pose.nod - pose.breath, pose.mouth, pose.blink, lamp_on)
    picture.alpha_composite(head, HEAD_AT)
    return picture


HEAD_AT = (112, 10)
HEAD_SIZE = (240, 250)


@lru_cache(maxsize=72)
def _body(hand: int, breath: int, lamp_on: bool) -> Image.Image:
    sketch = Sketch(SIZE, samples=2)
    up = breath / 2
    _far_arm(sketch, up)
    _torso(sketch, up)
    _near_arm(sketch, hand / 16, up)
    return _lighted(sketch.finish(), lamp_on, (0, 0))


@lru_cache(maxsize=160)
def _head(tilt: int, drop: int, mouth: int, blink: bool, lamp_on: bool) -> Image.Image:
    sketch = Sketch(HEAD_SIZE, samples=2)
    _draw_head(sketch, tilt / 4, drop / 2, mouth, blink)
    return _lighted(sketch.finish(), lamp_on, HEAD_AT)


def _lighted(sprite: Image.Image, lamp_on: bool, origin: tuple[int, int]) -> Image.Image:
    if not lamp_on:
        return tinted(sprite, hue.DUSK_TINT)
    warm = tinted(sprite, hue.LAMP_TINT)
    source = (470 - origin[0], 400 - origin[1])  # the lamp stands on her left
    light = glow(sprite.size, source, 470, hue.AMBER, 0.5)
    picture = ImageChops.screen(warm.convert("RGB"), light)
    picture.putalpha(sprite.getchannel("A"))
    return picture


def _torso(sketch: Sketch, up: float) -> None:
    sketch.limb([(232, 206 - up), (232, 262 - up)], 46, 58, hue.SKIN_SHADE)
    right = [(262, 252 - up), (322, 276 - up), (346, 322), (338, 420), (344, 530)]
    left = [(464 - x, y) for x, y in reversed(right)]
    knit = (mix(hue.KNIT_SHADE, hue.PLUM, 0.28), hue.KNIT, hue.KNIT)
    sketch.shape(curve(left + right), Ramp(knit, "across"))
    sketch.limb(curve([(196, 254 - up), (232, 274 - up), (268, 254 - up)]), 13, 13, hue.KNIT_SHADE)
    sketch.line(curve([(200, 250 - up), (232, 268 - up), (264, 250 - up)]), 2, mix(hue.KNIT_SHADE, hue.PLUM, 0.4), 120)
    for index in range(9):  # the knit's ribs
        x = 150 + index * 20
        rib = [(x, 300 - up), (x + (x - 232) * 0.04, 400), (x, 520)]
        sketch.line(curve(rib), 1.4, mix(hue.KNIT_SHADE, hue.PLUM, 0.3), 80)
    for side in (-1, 1):
        strap = [(232 + side * 58, 262 - up), (232 + side * 54, 300 - up), (232 + side * 50, 344 - up)]
        sketch.line(curve(strap), 13, hue.APRON_SHADE)
    bib = [(178, 336 - up), (286, 336 - up), (296, 410), (332, 446), (336, 530), (128, 530), (132, 446), (168, 410)]
    sketch.shape(bib, Ramp((hue.APRON_SHADE, hue.APRON, mix(hue.APRON, hue.CREAM, 0.1)), "across"))
    sketch.line([(182, 343 - up), (282, 343 - up)], 1.6, hue.BRASS, 170)
    for x in (182, 282):
        sketch.oval((x, 348 - up), 5, 5, hue.BRASS)
    sketch.shape([(204, 440), (262, 440), (260, 492), (206, 492)], hue.APRON_SHADE, 150)
    sketch.line([(206, 446), (260, 446)], 1.4, hue.BRASS, 130)


def _far_arm(sketch: Sketch, up: float) -> None:
    """Her right arm, on the left of the picture, its hand on the table."""
    knit = Ramp((mix(hue.KNIT_SHADE, hue.PLUM, 0.42), mix(hue.KNIT, hue.KNIT_SHADE, 0.6)), "across")
    sketch.limb(curve([(150, 304 - up), (126, 372), (114, 440)]), 60, 46, knit)
    sketch.limb(curve([(114, 440), (124, 490), (150, 526)]), 46, 38, knit)


def _near_arm(sketch: Sketch, raised: float, up: float) -> None:
    """Her left arm, the one that presents: from beside the table to an open palm at the lamp."""
    shoulder = (318.0, 306 - up)
    elbow = (350 + 16 * raised, 424 - 12 * raised - up / 2)
    swing = math.radians(118 - 186 * raised)
    wrist = (elbow[0] + 84 * math.cos(swing), elbow[1] + 84 * math.sin(swing))
    knit = hue.KNIT
    crease = [(shoulder[0] - 30, shoulder[1] + 6), (shoulder[0] - 26, shoulder[1] + 50), (elbow[0] - 30, elbow[1] - 24)]
    sketch.limb(curve(crease), 5, 12, mix(hue.KNIT_SHADE, hue.PLUM, 0.35), 70, soften=5)
    sketch.limb(
        curve([shoulder, ((shoulder[0] + elbow[0]) / 2 + 8, (shoulder[1] + elbow[1]) / 2), elbow]), 60, 48, knit
    )
    sketch.limb([elbow, wrist], 48, 35, knit)
    length = math.hypot(wrist[0] - elbow[0], wrist[1] - elbow[1])
    ux, uy = (wrist[0] - elbow[0]) / length, (wrist[1] - elbow[1]) / length
    cuff = (wrist[0] - ux * 4, wrist[1] - uy * 4)
    sketch.limb([cuff, (wrist[0] + ux * 6, wrist[1] + uy * 6)], 39, 37, mix(hue.KNIT_SHADE, hue.PLUM, 0.12))
    # The hand opens as it rises: it turns from along the arm to level, fingers together, thumb up.
    bend = math.atan2(uy, ux) + (0.15 + 0.65 * raised)

    def at(along: float, aside: float) -> Point:
        x, y = wrist[0] + ux * 10, wrist[1] + uy * 10
        return x + math.cos(bend) * along - math.sin(bend) * aside, y + math.sin(bend) * along + math.cos(bend) * aside

    skin = Ramp((hue.SKIN_LIGHT, hue.SKIN))
    sketch.limb([at(0, 0), at(26, 1)], 27, 28, skin)
    sketch.limb(curve([at(10, -8), at(26, -19), at(37, -24)]), 12, 9, skin)
    for index, long in enumerate((58, 64, 61, 52)):
        aside = -8 + index * 6.2
        sketch.limb(curve([at(24, aside), at(42, aside + 1.5), at(long, aside - 1 - 3 * raised)]), 10, 7.5, skin)
    for index in range(3):
        aside = -5 + index * 6.2
        sketch.line([at(33, aside), at(52, aside)], 1, hue.SKIN_SHADE, 130)


def _draw_head(sketch: Sketch, tilt: float, drop: float, mouth: int, blink: bool) -> None:
    sine, cosine = math.sin(math.radians(tilt)), math.cos(math.radians(tilt))

    def at(x: float, y: float) -> Point:
        dx, dy = x - NECK[0], y - NECK[1]
        return (
            NECK[0] + dx * cosine - dy * sine - HEAD_AT[0],
            NECK[1] + dx * sine + dy * cosine + drop + 17 - HEAD_AT[1],
        )

    def place(points: Sequence[Point], closed: bool = False) -> list[Point]:
        return [at(x, y) for x, y in curve(points, closed)]

    hair = Ramp((hue.HAIR_LIGHT, hue.HAIR, hue.HAIR))
    sketch.oval(at(226, 50), 31, 27, hair)
    sketch.line(place([(206, 50), (222, 38), (244, 44)]), 2, hue.HAIR_LIGHT, 190)
    back = [(172, 168), (166, 120), (184, 78), (232, 62), (280, 78), (298, 120), (292, 168), (276, 196), (188, 196)]
    sketch.shape(place(back, True), hair)
    sketch.shape(place([(206, 180), (258, 180), (258, 236), (232, 250), (206, 236)], True), hue.SKIN_SHADE)
    sketch.oval(at(228, 212), 36, 13, mix(hue.SKIN_SHADE, hue.PLUM, 0.55), 150, soften=5)  # the chin's shadow
    for side in (-1, 1):
        sketch.oval(at(232 + side * 55, 146), 9, 14, hue.SKIN_SHADE if side < 0 else hue.SKIN)
        hoop = [(232 + side * 57 + 7 * math.cos(a / 4), 170 + 9 * math.sin(a / 4)) for a in range(26)]
        sketch.line([at(x, y) for x, y in hoop], 2.4, hue.BRASS)
    face = [(179, 122), (184, 92), (210, 76), (254, 76), (280, 92), (285, 122), (282, 158), (266, 190), (240, 208)]
    face += [(224, 208), (198, 190), (182, 158)]
    sketch.shape(place(face, True), Ramp((hue.SKIN_SHADE, hue.SKIN, hue.SKIN_LIGHT), "across"))
    for x, strength in ((202, 80), (264, 105)):
        sketch.oval(at(x, 166), 17, 11, hue.CLAY, strength, soften=6)
    _features(sketch, at, place, mouth, blink)
    fringe = [(174, 140), (170, 108), (186, 74), (232, 58), (280, 74), (294, 108), (290, 142), (280, 120), (262, 98)]
    fringe += [(240, 86), (222, 100), (196, 112), (182, 124)]
    sketch.shape(place(fringe, True), hair)
    for strand in (
        [(240, 84), (258, 76), (282, 96)],
        [(240, 84), (214, 82), (188, 104)],
        [(236, 68), (262, 68), (284, 88)],
    ):
        sketch.line(place(strand), 1.8, mix(hue.HAIR_LIGHT, hue.CLAY, 0.35), 150)
    sketch.limb(place([(288, 130), (294, 164), (288, 190)]), 5, 1.5, hue.HAIR)
    sketch.limb(place([(177, 130), (171, 160), (176, 184)]), 5, 1.5, hue.HAIR)


def _features(
    sketch: Sketch,
    at: Callable[[float, float], Point],
    place: Callable[[Sequence[Point]], list[Point]],
    mouth: int,
    blink: bool,
) -> None:
    for side in (-1, 1):
        x = 234 + side * 24
        sketch.limb(place([(x - side * 11, 121), (x + side * 2, 116), (x + side * 14, 121)]), 4.4, 2.2, hue.HAIR)
        if blink:
            sketch.line(place([(x - 10, 141), (x, 145), (x + 10, 141)]), 2.6, hue.HAIR)
            continue
        white = [(x - 11, 141), (x - 4, 134), (x + 5, 134), (x + 11, 140), (x + 4, 147), (x - 5, 147)]
        sketch.shape(place([*white, white[0]]), hue.CREAM)
        sketch.oval(at(x + 1.5, 140.5), 6.4, 7, colour("#4b2b20"))
        sketch.oval(at(x + 1.5, 140.5), 3.2, 3.6, colour("#160d10"))
        sketch.oval(at(x + 4, 138), 1.9, 1.9, (255, 255, 255))
        sketch.limb(place([(x - 12, 141), (x - 5, 133.5), (x + 5, 133), (x + 12, 139)]), 3, 3, hue.HAIR)
        sketch.limb(place([(x + side * 11, 139), (x + side * 16, 135)]), 2.4, 1.2, hue.HAIR)
    sketch.limb(place([(238, 142), (243, 158), (241, 165), (232, 166)]), 1.4, 2.4, hue.SKIN_SHADE, 220)
    sketch.oval(at(246, 152), 4, 10, hue.SKIN_LIGHT, 120, soften=3)
    if mouth == SMILE:
        sketch.limb(place([(214, 180), (224, 186), (236, 188), (248, 186), (257, 179)]), 3.2, 3.2, hue.LIPS)
        sketch.line(place([(226, 193), (236, 195), (246, 193)]), 2, hue.SKIN_SHADE, 140)
        return
    wide, high = {SMALL: (15, 4), OPEN: (18, 8), WIDE: (21, 11), ROUND: (11, 9)}[mouth]
    lips = [(236 - wide, 181), (236 - wide * 0.4, 178), (236, 179.5), (236 + wide * 0.4, 178), (236 + wide, 180)]
    lips += [(236 + wide * 0.6, 181 + high * 1.2), (236, 183 + high * 1.5), (236 - wide * 0.6, 181 + high * 1.2)]
    sketch.shape(place([*lips, lips[0]]), hue.LIPS)
    inner = [(236 - wide * 0.75, 182), (236, 181.5), (236 + wide * 0.75, 181.5), (236 + wide * 0.4, 180 + high)]
    inner += [(236, 181 + high * 1.15), (236 - wide * 0.4, 180 + high)]
    sketch.shape(place([*inner, inner[0]]), colour("#4a1a1f"))
    if mouth != ROUND:
        sketch.limb(place([(236 - wide * 0.55, 183), (236, 183.5), (236 + wide * 0.55, 182.5)]), 3, 3, hue.CREAM)
