"""A clock that survives a video encoder: milliseconds as a row of black and white blocks, with a check byte."""

from collections.abc import Sequence

WIDTH, HEIGHT = 640, 360
BLOCKS = 32  # 24 bits of milliseconds, then 8 to check them
BLOCK = WIDTH // BLOCKS  # pixels
ROWS = 40
MODULUS = 1 << 24  # milliseconds; the clock goes round in four and a half hours

_BLACK, _WHITE = bytes((16,)) * BLOCK, bytes((235,)) * BLOCK
_RAMP = bytes(64 + (at % 128) for at in range(2 * WIDTH))


def picture(milliseconds: int, number: int) -> bytes:
    """A grey picture, a byte a pixel: the clock above something that moves with the frame's number."""
    coded = milliseconds % MODULUS
    bits = coded << 8 | _check(coded)
    row = b"".join(_WHITE if bits >> at & 1 else _BLACK for at in reversed(range(BLOCKS)))
    shift = number * 4 % 128
    return row * ROWS + _RAMP[shift : shift + WIDTH] * (HEIGHT - ROWS)


def read(levels: Sequence[int]) -> int | None:
    """The clock's milliseconds from each block's brightness (0 to 255); None when it is not a clock."""
    bits = 0
    for level in levels:
        bits = bits << 1 | (level > 127)
    coded = bits >> 8
    return coded if len(levels) == BLOCKS and bits & 0xFF == _check(coded) else None


def age(coded: int, milliseconds: int) -> int:
    """Milliseconds from a clock's time to `milliseconds`, which are less than a round later."""
    return (milliseconds - coded) % MODULUS


def _check(coded: int) -> int:
    return (coded ^ coded >> 8 ^ coded >> 16 ^ 0x5A) & 0xFF
