"""Drawing with smooth edges: shapes are drawn enlarged and reduced once, fills may run from colour to colour."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

Colour = tuple[int, int, int]
Point = tuple[float, float]
Trace = Callable[[ImageDraw.ImageDraw, float, float], None]  # draws into a mask whose origin lies at x, y
FINE = 3  # lines drawn for each line of a still


def colour(code: str) -> Colour:
    """`"#e8a87c"` as red, green, blue."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """The colour `share` (0 to 1) of the way from `a` to `b`."""
    red, green, blue = (round(x + (y - x) * share) for x, y in zip(a, b, strict=True))
    return red, green, blue


@dataclass(frozen=True)
class Ramp:
    """A fill that runs through `stops`, evenly spaced: down, across, or from the centre outwards."""

    stops: tuple[Colour, ...]
    direction: str = "down"

    def paint(self, size: tuple[int, int]) -> Image.Image:
        if self.direction == "out":
            shades = Image.radial_gradient("L").crop((37, 37, 219, 219))  # the disc inside its square
        else:
            shades = Image.linear_gradient("L")
            if self.direction == "across":
                shades = shades.transpose(Image.Transpose.ROTATE_90)
        shades = shades.resize(size, Image.Resampling.BILINEAR)
        return Image.merge("RGB", [shades.point(_levels(self.stops, channel)) for channel in range(3)])


@lru_cache(maxsize=1024)
def _levels(stops: tuple[Colour, ...], channel: int) -> list[int]:
    """What a ramp makes of each of 256 shades in one of its three channels."""
    spans = len(stops) - 1
    levels = []
    for shade in range(256):
        place = shade / 255 * spans
        first = min(int(place), spans - 1)
        low, high = stops[first][channel], stops[first + 1][channel]
        levels.append(round(low + (high - low) * (place - first)))
    return levels


Fill = Colour | Ramp


def curve(points: Sequence[Point], closed: bool = False, steps: int = 10) -> list[Point]:
    """A smooth line through `points` (Catmull-Rom spline)."""
    count = len(points)
    line: list[Point] = []
    for index in range(count if closed else count - 1):
        if closed:
            a, b, c, d = (points[(index + shift) % count] for shift in (-1, 0, 1, 2))
        else:
            a, b, c, d = (points[min(max(index + shift, 0), count - 1)] for shift in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            line.append((_spline(a[0], b[0], c[0], d[0], t), _spline(a[1], b[1], c[1], d[1], t)))
    if not closed:
        line.append(points[-1])
    return line


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)


class Sketch:
    """A transparent sheet of `size` pixels to draw on; `zoom` enlarges every coordinate.

    Each pixel is drawn as `samples` by `samples` and then averaged: what moves is softened by the encoder anyway and
    can do with fewer.
    """

    def __init__(self, size: tuple[int, int], zoom: float = 1.0, samples: int = FINE) -> None:
        self._size, self._zoom, self._samples = size, zoom, samples
        self._scale = zoom * samples
        self.sheet = Image.new("RGBA", (size[0] * samples, size[1] * samples))

    def shape(self, points: Sequence[Point], fill: Fill, alpha: int = 255, soften: float = 0) -> None:
        """Fill a polygon; `soften` blurs its edge by that many pixels."""
        scaled = [(x * self._scale, y * self._scale) for x, y in points]
        self._stamp(
            _bounds(scaled), fill, alpha, soften, lambda draw, dx, dy: draw.polygon(_moved(scaled, dx, dy), 255)
        )

    def oval(self, centre: Point, rx: float, ry: float, fill: Fill, alpha: int = 255, soften: float = 0) -> None:
        (x, y), s = centre, self._scale
        box = ((x - rx) * s, (y - ry) * s, (x + rx) * s, (y + ry) * s)
        self._stamp(
            box,
            fill,
            alpha,
            soften,
            lambda draw, dx, dy: draw.ellipse((box[0] - dx, box[1] - dy, box[2] - dx, box[3] - dy), 255),
        )

    def line(self, points: Sequence[Point], width: float, fill: Fill, alpha: int = 255, soften: float = 0) -> None:
        """A line of even width with round ends."""
        self.limb(points, width, width, fill, alpha, soften)

    def limb(
        self, points: Sequence[Point], start: float, end: float, fill: Fill, alpha: int = 255, soften: float = 0
    ) -> None:
        """A line that narrows from `start` to `end` pixels, with round ends: arms, stems, strands."""
        s = self._scale
        scaled = [(x * s, y * s) for x, y in points]
        last = max(len(scaled) - 1, 1)
        radii = [(start + (end - start) * index / last) * s / 2 for index in range(len(scaled))]
        reach = max(radii)
        left, top, right, bottom = _bounds(scaled)

        def trace(draw: ImageDraw.ImageDraw, dx: float, dy: float) -> None:
            moved = _moved(scaled, dx, dy)
            for (x, y), radius in zip(moved, radii, strict=True):
                draw.ellipse((x - radius, y - radius, x + radius, y + radius), 255)
            for index in range(len(moved) - 1):
                draw.polygon(_band(moved[index], moved[index + 1], radii[index], radii[index + 1]), 255)

        self._stamp((left - reach, top - reach, right + reach, bottom + reach), fill, alpha, soften, trace)

    def write(self, place: Point, text: str, size: float, fill: Colour, spacing: float = 0, alpha: int = 255) -> None:
        """Text centred on `place`; `spacing` pixels are added after each letter."""
        s = self._scale
        font = ImageFont.load_default(size * s)
        widths = [font.getlength(letter) + spacing * s for letter in text]
        x = place[0] * s - (sum(widths) - spacing * s) / 2
        draw = ImageDraw.Draw(self.sheet)
        for letter, width in zip(text, widths, strict=True):
            draw.text((x, place[1] * s), letter, (*fill, alpha), font, anchor="lm")
            x += width

    def layer(self) -> "Sketch":
        """An empty sketch of the same size and zoom, to be cut to a shape and laid over this one."""
        return Sketch(self._size, self._zoom, self._samples)

    def within(self, mask: Image.Image) -> None:
        """Erase what lies outside `mask`, an enlarged sheet's alpha."""
        self.sheet.putalpha(ImageChops.multiply(self.sheet.getchannel("A"), mask))

    def over(self, other: "Sketch") -> None:
        """Lay another sketch of the same size over this one."""
        self.sheet.alpha_composite(other.sheet)

    def finish(self) -> Image.Image:
        """The drawing at its true size, RGBA."""
        return self.sheet.convert("RGBa").reduce(self._samples).convert("RGBA")

    def _stamp(
        self,
        box: tuple[float, float, float, float],
        fill: Fill,
        alpha: int,
        soften: float,
        trace: Trace,
    ) -> None:
        blur = soften * self._scale
        margin = blur * 2.5 + 2
        left, top = int(max(box[0] - margin, 0)), int(max(box[1] - margin, 0))
        right = int(min(box[2] + margin, self.sheet.width))
        bottom = int(min(box[3] + margin, self.sheet.height))
        if right <= left or bottom <= top:
            return
        mask = Image.new("L", (right - left, bottom - top))
        trace(ImageDraw.Draw(mask), left, top)
        if blur:
            coarse = max(int(blur / 3), 1)  # a blur hides what a smaller mask loses, and costs its square less
            small = mask.reduce(coarse).filter(ImageFilter.GaussianBlur(blur / coarse))
            mask = small.resize(mask.size, Image.Resampling.BILINEAR)
        if alpha < 255:
            mask = mask.point([round(level * alpha / 255) for level in range(256)])
        if isinstance(fill, Ramp):
            ink = fill.paint(mask.size)  # beyond the shape itself only where its edge is blurred
            whole = (max(round(box[2] - box[0]), 1), max(round(box[3] - box[1]), 1))
            ink.paste(fill.paint(whole), (round(box[0]) - left, round(box[1]) - top))
        else:
            ink = Image.new("RGB", mask.size, fill)
        ink.putalpha(mask)
        self.sheet.alpha_composite(ink, (left, top))


def _bounds(points: Sequence[Point]) -> tuple[float, float, float, float]:
    return (
        min(x for x, _ in points),
        min(y for _, y in points),
        max(x for x, _ in points),
        max(y for _, y in points),
    )


def _band(a: Point, b: Point, at_a: float, at_b: float) -> list[Point]:
    """The strip from `a` to `b` that reaches `at_a` and `at_b` to either side."""
    length = math.hypot(b[0] - a[0], b[1] - a[1]) or 1.0
    across, along = -(b[1] - a[1]) / length, (b[0] - a[0]) / length
    return [
        (a[0] + across * at_a, a[1] + along * at_a),
        (b[0] + across * at_b, b[1] + along * at_b),
        (b[0] - across * at_b, b[1] - along * at_b),
        (a[0] - across * at_a, a[1] - along * at_a),
    ]


def _moved(points: Sequence[Point], dx: float, dy: float) -> list[Point]:
    return [(x - dx, y - dy) for x, y in points]


@lru_cache(maxsize=16)
def glow(size: tuple[int, int], centre: Point, reach: float, tint: Colour, strength: float = 1.0) -> Image.Image:
    """Light falling off from `centre` to nothing at `reach` pixels, on black: to be added by `screen`."""
    side = max(round(reach * 2), 2)
    fall = Image.radial_gradient("L").resize((side, side), Image.Resampling.BILINEAR)
    # Squared fall-off from the centre to the inscribed circle: a lamp's light in a room, without a visible rim.
    fall = fall.point([round(255 * strength * max(0.0, 1 - level / 180) ** 2) for level in range(256)])
    light = Image.new("RGB", size)
    disc = Image.merge("RGB", [fall.point([round(level * part / 255) for level in range(256)]) for part in tint])
    light.paste(disc, (round(centre[0] - side / 2), round(centre[1] - side / 2)))
    return light


def lit(picture: Image.Image, tint: Colour, light: Image.Image | None = None) -> Image.Image:
    """`picture` under light of colour `tint`, with `light` added to it."""
    shaded = ImageChops.multiply(picture, Image.new("RGB", picture.size, tint))
    return ImageChops.screen(shaded, light) if light else shaded


def tinted(sprite: Image.Image, tint: Colour) -> Image.Image:
    """A sprite (RGBA) under light of colour `tint`."""
    red, green, blue, alpha = sprite.split()
    parts = [
        channel.point([level * part // 255 for level in range(256)])
        for channel, part in zip((red, green, blue), tint, strict=True)
    ]
    return Image.merge("RGBA", [*parts, alpha])
