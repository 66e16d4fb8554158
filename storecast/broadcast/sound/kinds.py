"""The kinds of sound that are turned into AAC, by the four characters `Tag.codec` has for them."""

from msgspec import Struct


class CannotConvert(ValueError):
    """Nothing here decodes this kind of sound. The publisher is shown the text."""

    def __init__(self, codec: str) -> None:
        super().__init__(f"Sound of kind {codec.strip()} cannot be played by browsers and is left out.")


class SoundKind(Struct, frozen=True):
    """`rate` and `channels` hold where the publisher names none; 0 where the sound itself says so."""

    name: str  # as people know it
    decoder: str  # ffmpeg's name
    rate: int = 0  # Hz
    channels: int = 0


# The old ones by Adobe Flash Video File Format 10.1, E.4.2.1 (SoundFormat), AC-3 by Enhanced RTMP v2. Opus as browsers
# record it is no choice of who publishes, so that it is turned into what every viewer's plays.
_KINDS = {
    ".mp3": SoundKind("MP3", "mp3float"),
    "mp4a": SoundKind("AAC", "aac"),
    "spex": SoundKind("Speex", "speex", 16_000, 1),
    "alaw": SoundKind("G.711 A-law", "pcm_alaw", 8_000, 1),
    "ulaw": SoundKind("G.711 µ-law", "pcm_mulaw", 8_000, 1),
    "nel8": SoundKind("Nellymoser", "nellymoser", 8_000, 1),
    "nl16": SoundKind("Nellymoser", "nellymoser", 16_000, 1),
    "nell": SoundKind("Nellymoser", "nellymoser", 44_100, 1),
    "pcm ": SoundKind("PCM", "pcm_s16le", 44_100, 2),
    "adpc": SoundKind("ADPCM", "adpcm_swf", 44_100, 2),
    "ac-3": SoundKind("AC-3", "ac3"),
    "ec-3": SoundKind("E-AC-3", "eac3"),
    "opus": SoundKind("Opus", "opus"),
}
_FIXED_RATE = frozenset(
    ("spex", "alaw", "ulaw", "nel8", "nl16")
)  # the sound byte has no number for it and names 5.5 kHz
_PCM_OF_8_BITS = SoundKind("PCM", "pcm_u8", 44_100, 2)


def sound_kind(codec: str, rate: int = 0, channels: int = 0, bits: int = 0) -> SoundKind:
    """How `codec` is decoded, at the `rate`, `channels` and `bits` of FLV's sound byte; 0 for what it need not say.

    Raises `CannotConvert`.
    """
    kind = _KINDS.get(codec)
    if kind is None:
        raise CannotConvert(codec)
    if codec == "pcm " and bits == 8:
        kind = _PCM_OF_8_BITS
    if kind.rate == 0:
        return kind
    if codec in _FIXED_RATE:
        rate = kind.rate
    return SoundKind(kind.name, kind.decoder, rate or kind.rate, channels or kind.channels)


def kinds() -> list[str]:
    return list(_KINDS)
