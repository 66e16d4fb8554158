"""Addresses of channels made of their names, with a tail where not everybody is to find them: names can be guessed."""

import re

import regex
from anyascii import anyascii

from storecast.kit.ids import PUBLIC_ID_LENGTH

SHORTEST, LONGEST = 4, 15  # characters of a slug somebody chooses, as documented; of a name no more is taken
TAIL = 8  # letters and digits: 40 bits
RESERVED = {"playback", "products", "media", "stats", "notification", "heartbeat", "event"}  # words of paths

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_DOTS = {"az", "ca", "es", "et", "fi", "fr", "hu", "nl", "pt", "sv", "tr"}  # languages whose dots are no umlauts
_APOSTROPHES = re.compile(r"['’ʼ]")
_PICTURES = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}|[\u200d\ufe0f]")
_WORD = re.compile(r"[a-z0-9]+")


def slug_of(name: str, hash_id: str, locale: str) -> str:
    """`mueller-soehne-x7k2p9qa` for Müller & Söhne, read as the language of `locale` does."""
    return "-".join([*_words(name, locale.partition("-")[0]), _tail(hash_id)])


def hidden(slug: str, hash_id: str) -> str:
    """`slug` with the channel's tail. It is the channel's own, so that one that hides and shows itself takes two."""
    return slug if slug.endswith(_tail(hash_id)) else f"{slug}-{_tail(hash_id)}"


def open_to_all(slug: str, hash_id: str) -> str | None:
    """`slug` without the channel's tail, if that can be one."""
    bare = slug.removesuffix(_tail(hash_id)).rstrip("-")
    return bare if len(bare) >= SHORTEST and can_be(bare) else None


def can_be(slug: str) -> bool:
    """Whether no other kind of reference, nor a word of a path, looks like it."""
    return not slug.isdigit() and slug.lower() not in RESERVED and len(slug) != PUBLIC_ID_LENGTH


def _tail(hash_id: str) -> str:
    return hash_id[:TAIL].lower()


def _words(name: str, language: str) -> list[str]:
    """As many words as fit; of a first one that does not, its beginning."""
    spelled = name.lower() if language in _DOTS else name.lower().translate(_UMLAUTS)
    words: list[str] = []
    for word in _WORD.findall(_APOSTROPHES.sub("", anyascii(_PICTURES.sub(" ", spelled)).lower())):
        if len("-".join([*words, word])) > LONGEST:
            return words or [word[:LONGEST]]
        words.append(word)
    return words
