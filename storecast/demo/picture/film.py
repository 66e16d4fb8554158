"""The show, frame by frame: the host presents a lamp, it is seen near and lit, and she talks on in its light."""

import math
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from PIL import Image

from storecast.demo.picture import palette as hue
from storecast.demo.picture import room, titles
from storecast.demo.picture.host import CENTRE, OPEN, ROUND, SMALL, SMILE, WIDE, Pose, host
from storecast.demo.picture.host import SIZE as HOST
from storecast.demo.picture.lamps import FOOT, HEIGHT, WIDTH, lamp
from storecast.demo.picture.paint import glow, tinted

SIZE = (1280, 720)
RATE = 25  # frames a second
NEAR, LIT = 112, 290  # frames into a part at which the close view begins, and the view by lamp light
PART = 400  # frames a product has: 16 s
FADE = 12  # frames one view takes to turn into the next
SWITCH = 38  # frames into the close view at which the lamp goes on
AWAY = 0.62  # size of a lamp in the set against the close view
HOST_X = 690  # where she stands in the set
TURN = 0.6  # degrees a frame: the turntable takes 24 s


@dataclass(frozen=True)
class Part:
    """One product's 16 seconds."""

    lamp: str
    name: str
    line: str


class Film:
    """The parts in turn, over and over: frame `n` and frame `n + length` are the same."""

    def __init__(self, parts: tuple[Part, ...]) -> None:
        self.parts = parts
        self.length = len(parts) * PART

    def frame(self, index: int) -> Image.Image:
        """Frame `index` (25 a second), RGB, 1280 by 720."""
        number, at = index // PART % len(self.parts), index % PART
        start = max(begin for begin in (0, NEAR, LIT) if begin <= at)
        picture = self._view(number, at, start)
        if at - start < FADE:
            before = self._view(number, at, start - 1) if start else self._view(number - 1, at + PART, LIT)
            picture = Image.blend(before, picture, _ease((at - start + 1) / (FADE + 1)))
        pill = titles.strip(round(4 + 4 * math.cos(index % PART / PART * 16 * math.pi)))
        picture.paste(pill, ((SIZE[0] - pill.width) // 2, 26), pill)
        return picture

    def _view(self, number: int, at: int, beginning: int) -> Image.Image:
        """What the camera that is on at frame `beginning` sees at frame `at`."""
        part = self.parts[number]
        if beginning >= LIT:
            return _lamplight(part, at)
        if beginning >= NEAR:
            return _near(part, at - at % 2).copy()  # what moves here moves slowly: on twos
        # The camera moves in on the first part, and travels along the table on the others.
        return _travel(part, at) if number else _approach(part, at)


def _travel(part: Part, at: int) -> Image.Image:
    left = 250 - at
    return _set(part, at, lamp_on=False).crop((left, 96, left + SIZE[0], 96 + SIZE[1]))


def _approach(part: Part, at: int) -> Image.Image:
    view = _set(part, at, lamp_on=False)
    closer = 150 * _ease(at / (NEAR + FADE))
    left, top = closer * 1.02, closer * 0.5
    box = (left, top, left + 1600 - closer * 2, top + 900 - closer * 2 * 0.5625)
    return view.resize(SIZE, Image.Resampling.BILINEAR, box=box)


def _lamplight(part: Part, at: int) -> Image.Image:
    """Host and lamp by the light of the lamp; the camera travels past them, a pixel a frame."""
    left = 128 + (at - LIT)
    return _set(part, at, lamp_on=True).crop((left, 96, left + SIZE[0], 96 + SIZE[1]))


def _set(part: Part, at: int, lamp_on: bool) -> Image.Image:
    scene = room.room()
    view = (scene.bright if lamp_on else scene.dark).copy()
    person = host(pose(at), lamp_on)
    view.paste(person, (HOST_X - CENTRE, room.TABLE - HOST[1]), person)
    thing = _far_lamp(part.lamp, round(_turned(at)), lamp_on)
    x, y = room.STAND
    view.paste(thing, (round(x - WIDTH / 2 * AWAY), round(y + 2 - FOOT * AWAY)), thing)
    return view


@lru_cache(maxsize=1)
def _near(part: Part, at: int) -> Image.Image:
    """The lamp on its turntable, near; it is switched on, its name appears."""
    since = at - NEAR - SWITCH
    power = _ease(min(max(since / 24, 0.0), 1.0))
    scene = room.close_up()
    left = min(max((at - NEAR) // 2, 0), room.MARGIN)
    view = scene.far.at(power).crop((left, 0, left + SIZE[0], SIZE[1]))
    table = scene.table.at(power)
    view.paste(table, (0, scene.horizon), table)
    thing = lamp(part.lamp, _turned(at), lit=True)
    if power < 1:
        thing = Image.blend(tinted(lamp(part.lamp, _turned(at), lit=False), hue.DUSK_TINT), thing, power)
    view.paste(thing, (640 - WIDTH // 2, 650 - FOOT), thing)
    if power:
        for mote in _motes():
            x, y = mote.place(at)
            dust = _dust(round(8 * power * mote.shine(at)))
            view.paste(dust, (x, y), dust)
    level = round(titles.LEVELS * min(max((since - 14) / 16, 0.0), 1.0))
    if level:
        words = titles.caption(part.name, part.line, level)
        view.paste(words, ((SIZE[0] - words.width) // 2, 44), words)
    return view


def _turned(at: int) -> float:
    """Degrees the turntable has turned by frame `at` of a part: it starts when the camera comes near."""
    return max(at - NEAR, 0) * TURN


@lru_cache(maxsize=64)
def _far_lamp(name: str, angle: int, lamp_on: bool) -> Image.Image:
    size = (round(WIDTH * AWAY), round(HEIGHT * AWAY))
    thing = lamp(name, angle, lamp_on).resize(size, Image.Resampling.BICUBIC)
    return thing if lamp_on else tinted(thing, hue.DUSK_TINT)


def pose(at: int) -> Pose:
    """How she stands at frame `at` of a part: drawn on twos, the animator's 12.5 drawings a second."""
    at -= at % 2
    seconds = at / RATE
    talking = 8 <= at < NEAR + FADE or LIT + 4 <= at < PART - 34
    beat = 0.5 + 0.5 * math.sin(seconds * 2.1)
    if at < LIT:
        raised = _ease((at - 26) / 22) * (0.86 + 0.14 * beat)
    else:
        raised = (0.82 + 0.18 * beat) * (1 - _ease((at - PART + 40) / 26))
    chance = Random(at // 4)  # noqa: S311 - equal moments look equal
    mouth = chance.choice((SMALL, OPEN, OPEN, WIDE, ROUND, SMALL)) if talking and at // 4 % 9 else SMILE
    return Pose(
        hand=round(16 * raised),
        breath=round(2 + 2 * math.sin(seconds * 1.6)),
        tilt=round(11 * math.sin(seconds * 1.15) + (5 if at > LIT else 0)),
        nod=round(2 * math.sin(seconds * 3.3)) if talking else 0,
        mouth=mouth,
        blink=at % 74 in (40, 42),
    )


@dataclass(frozen=True)
class _Mote:
    """A grain of dust rising through the light."""

    x: float
    y: float
    speed: float
    phase: float

    def place(self, at: int) -> tuple[int, int]:
        sway = 14 * math.sin(at / 40 + self.phase)
        return round(self.x + sway), round((self.y - at * self.speed) % 520)

    def shine(self, at: int) -> float:
        return 0.5 + 0.5 * math.sin(at / 17 + self.phase * 3)


@lru_cache(maxsize=1)
def _motes() -> tuple[_Mote, ...]:
    chance = Random(4)  # noqa: S311 - the same grains each time
    return tuple(
        _Mote(chance.uniform(300, 980), chance.uniform(0, 520), chance.uniform(0.3, 0.8), chance.uniform(0, 6))
        for _ in range(22)
    )


@lru_cache(maxsize=9)
def _dust(level: int) -> Image.Image:
    dot = Image.new("RGB", (14, 14), hue.CREAM)
    dot.putalpha(glow((14, 14), (7, 7), 7, (255, 255, 255), level / 8).getchannel("R"))
    return dot


def _ease(share: float) -> float:
    share = min(max(share, 0.0), 1.0)
    return share * share * (3 - 2 * share)
