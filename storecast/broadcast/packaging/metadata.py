"""What a publisher announces of its stream before it comes (`onMetaData`; Adobe Flash Video 10.1, E.5)."""

from fractions import Fraction

from msgspec import Struct

from storecast.broadcast.rtmp.amf import AmfValue, decode, encode

_FASTEST = 300.0  # pictures a second
_NTSC = 1001
_AAC = 10.0


class Announced(Struct, frozen=True):
    video: bool = False
    audio: bool = False
    frame: Fraction | None = None  # seconds a picture


def announced_by(message: bytes) -> Announced | None:
    """What a data message announces, as far as it can be read; None for any other message."""
    described = _described(message)
    return (
        None
        if described is None
        else Announced(
            video=bool(described.get("videocodecid")),
            audio=bool(described.get("audiocodecid")),
            frame=_frame(described.get("framerate") or described.get("videoframerate")),
        )
    )


def announcing_aac(message: bytes) -> bytes:
    """What `message` announces, if it announces anything, with AAC as its sound."""
    return encode("onMetaData", {**(_described(message) or {}), "audiocodecid": _AAC})


def _described(message: bytes) -> dict[str, AmfValue] | None:
    values = decode(message)
    if "onMetaData" not in [value for value in values[:2] if isinstance(value, str)]:
        return None
    return next((value for value in values if isinstance(value, dict)), {})


def _frame(rate: AmfValue) -> Fraction | None:
    """Seconds a picture at a rate written in decimals: 29.97 means 30,000/1001."""
    if not isinstance(rate, float) or not 0 < rate <= _FASTEST:
        return None
    ntsc = Fraction(round(rate) * 1000, _NTSC)
    exact = ntsc if rate != round(rate) and abs(rate - ntsc) < 0.01 else Fraction(rate).limit_denominator(_NTSC)
    return 1 / exact if exact else None
