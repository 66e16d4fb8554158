"""Units of H.264 (ITU-T H.264, clause 7.3) and the two ways they are strung together."""

from collections.abc import Iterable, Iterator

SLICE, IDR, SPS, PPS = 1, 5, 7, 8  # table 7-1
_MOST_SETS = 32  # sequence parameter sets there can be: clause 7.4.2.1.1
_START_CODE = b"\x00\x00\x00\x01"
_BEFORE_SPS_ID = 4  # bytes: header, profile, constraints, level
_BEFORE_PPS_ID = 1


class BadUnits(ValueError):
    """Not what a stream of H.264 looks like."""


def sets_of(configuration: bytes) -> tuple[list[bytes], int]:
    """Parameter sets of an `avcC`, and bytes of the length before each unit: ISO/IEC 14496-15, clause 5.3.3.

    Raises `BadUnits`.
    """
    if len(configuration) < 7 or configuration[0] != 1:
        raise BadUnits
    found, at, left = [], 6, configuration[5] & 0x1F
    for more in (True, False):
        for _ in range(left):
            length = int.from_bytes(configuration[at : at + 2])
            found.append(configuration[at + 2 : at + 2 + length])
            at += 2 + length
        if more:
            left = configuration[at] if at < len(configuration) else 0
            at += 1
    if not all(found):
        raise BadUnits
    return found, (configuration[4] & 3) + 1


def units(sample: bytes, length_size: int) -> Iterator[bytes]:
    """Of a sample with lengths. What is cut off is left out."""
    at = 0
    while at + length_size < len(sample):
        begin = at + length_size
        at = begin + int.from_bytes(sample[at:begin])
        if begin < at <= len(sample):
            yield sample[begin:at]


def units_between_codes(sample: bytes) -> list[bytes]:
    """Of a sample as encoders give it."""
    return [unit for part in sample.split(b"\x00\x00\x01") if (unit := part.rstrip(b"\x00"))]


def with_codes(found: Iterable[bytes]) -> bytes:
    return b"".join(_START_CODE + unit for unit in found)


def kind(unit: bytes) -> int:
    return unit[0] & 0x1F


def free_id(sets: Iterable[bytes]) -> int:
    """A number no sequence or picture parameter set of `sets` has. Raises `BadUnits` where all are taken."""
    taken = {_number(unit) for unit in sets}
    for number in range(_MOST_SETS):
        if number not in taken:
            return number
    raise BadUnits


def _number(unit: bytes) -> int:
    """seq_parameter_set_id or pic_parameter_set_id, ue(v) of clause 9.1."""
    bits = "".join(f"{byte:08b}" for byte in unit[_BEFORE_SPS_ID if kind(unit) == SPS else _BEFORE_PPS_ID :][:8])
    zeros = bits.find("1")
    if zeros < 0 or 2 * zeros + 1 > len(bits):
        raise BadUnits
    return int(bits[zeros : 2 * zeros + 1], 2) - 1
