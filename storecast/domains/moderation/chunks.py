"""A text cut into chunks of letters, and the ways it may be read."""

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

import regex
from msgspec import Struct

from storecast.domains.moderation.letters import SPACELESS, capitals_read, listed, signs, skeleton

REMEMBERED = 20_000  # chunks whose skeleton is
MANY_DIGITS = 3  # of a chunk that are taken out of it

_LETTER = rf"[[\p{{L}}\p{{N}}{signs()}]--[{SPACELESS}]]"
_CHUNK = regex.compile(rf"{_LETTER}(?:{_LETTER}|[\p{{M}}\p{{Cf}}])*", regex.VERSION1)
_PIECES = regex.compile(r"[\p{L}\p{M}]+")
_HUMPS = regex.compile(r"\p{Lu}?\p{Ll}+|\p{Lu}+(?!\p{Ll})")
_EDGES = regex.compile(r"^\d+|\d+$")
# What NFKC would make something of that no reader sees in it.
_MISTAKEN = str.maketrans(
    {"™": " ", "℠": " ", "ϲ": "ᴄ", "Ϲ": "ᴄ", "µ": "ᴜ"} | dict.fromkeys("\u115f\u1160\u3164\uffa0\u2800", " ")
)
_DIGITS = regex.compile(r"[\p{Nd}--0-9]", regex.VERSION1)
# Signs that may be read for letters, and other signs that look like those and are no words' own.
_AS_LETTERS = {"(": "₵", "[": "₵", "{": "₵", "<": "₵", "|": "￨", "!": "⍳", "¡": "⍳", "+": "†"}
READ_ON = "".join(_AS_LETTERS.values())
# Those that stand amid letters, or open what nothing closes.
_AMID = regex.compile(
    r"[|+]|(?<=[\p{L}\p{N}])¡(?=[\p{L}\p{N}])|(?<!!)!(?=[\s\p{So}\p{Cf}\p{M}~_.,*\-|/=']*[\p{L}\p{N}$@€+|(])"
    r"|(?:(?<!<)<(?![^>]*>)|\((?![^)]*\))|\[(?![^\]]*\])|\{(?![^}]*\}))"
    r"(?:(?=[^\p{L}\p{N}]{0,5}[\p{L}\p{N}](?![\p{L}\p{N}]))"
    r"|(?!\p{Lu}\p{Ll})(?=[\p{Cf}\p{M}]*(?:([\p{L}\p{N}]++)(?![+|@$€])|[\p{L}\p{N}])))"
)
_LAST = regex.compile(r"(?<=[\p{L}\p{N}@$€£][\p{Cf}\p{M}]*)!(?![!\p{L}\p{N}])")
_MENTION = regex.compile(r"(?<![\p{L}\p{N}])@(?=[\p{L}\p{N}$€£₵])")
_BRACKETS = regex.compile(r"(?<=\p{L})(?:\(\)|\[\]|<>|\{\})+")


class Chunk(Struct, frozen=True):
    written: str
    key: str  # its skeleton
    after: str  # what stands between it and the next


def normal(text: str) -> str:
    """Letters of fonts and widths as themselves, and digits of every script as ours."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text.translate(_MISTAKEN))
    return _DIGITS.sub(lambda digit: str(unicodedata.digit(digit[0])), text)


def chunks(text: str) -> list[Chunk]:
    """Of a normal text."""
    found = list(_CHUNK.finditer(text))
    ends = [*(match.start() for match in found[1:]), len(text)] if found else []
    made = (Chunk(match[0], key_of(match[0]), text[match.end() : end]) for match, end in zip(found, ends, strict=True))
    return [chunk for chunk in made if chunk.key]


@lru_cache(REMEMBERED)
def key_of(written: str) -> str:
    return skeleton(capitals_read(written))


def joined(first: str, second: str) -> str:
    """The key of what two keys are of, side by side."""
    return first + second[1:] if first and second and first[-1] == second[0] else first + second


def readings(text: str) -> Iterator[str]:
    """A normal text as it is, and as it reads where signs stand for letters."""
    text = _BRACKETS.sub(lambda pairs: "o" * (len(pairs[0]) // 2), text)
    yield text
    amid = _AMID.sub(_as_letter, text)
    if amid != text:
        yield amid
    for pattern, letter in ((_MENTION, ""), (_LAST, _AS_LETTERS["!"])):
        other = pattern.sub(letter, amid)
        if other != amid:
            yield other


def _as_letter(sign: regex.Match[str]) -> str:
    """What a sign is read for; one that opens what begins with a word stays what it is."""
    word = sign[1].casefold() if sign[1] else ""
    stays = word in common_words() and (len(word) > 2 or f"c{word}" in common_words())
    return sign[0] if stays else _AS_LETTERS[sign[0]]


@lru_cache(REMEMBERED)
def parts(written: str) -> tuple[str, ...]:
    """The words in a chunk that has other signs than letters in it, or capitals amid them."""
    found = [piece for piece in _PIECES.findall(written) if len(piece) >= 3 and piece != written]
    bare = _EDGES.sub("", written)
    if bare != written:
        found.append(bare)
    for piece in (found or [written]) if not written.isupper() else ():
        humps = _HUMPS.findall(piece)
        if len(humps) > 1 and all(len(hump) >= 3 for hump in humps):
            found = [*found, *humps]
    letters = "".join(sign for sign in written if not sign.isdigit())
    if len(written) - len(letters) >= MANY_DIGITS < len(letters):
        found.append(letters)
    return tuple(found)


@cache
def common_words() -> frozenset[str]:
    """Short ones, that stand side by side in any text."""
    return listed("short_words.txt")
