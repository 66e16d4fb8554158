"""Links, as people write them when links are not welcome: with look-alikes, spaces, and dots in words.

A sentence that ends without a space behind it is none (`Ende.Danke`), nor is an abbreviation, a price or a file.
"""

import unicodedata
from functools import cache

import regex

from storecast.domains.moderation.chunks import common_words, normal
from storecast.domains.moderation.letters import listed, look_alikes

MOST_READ = 2_000  # characters of a text

_DOT_WORDS = "dot|punkt|punto|point|ponto|nokta|точка|نقطة"
_SPELT_ENDS = "com|net|org|xyz|gg|ком|ру"

_SCHEME = regex.compile(
    r"(?:h\s*[tx]{2}\s*p\s*s?|ftp)\s*[:;]\s*/\s*/\s*\S|(?<!\p{L})www\d?(?:\.[\p{L}\p{N}-]{2,}|\s*[.,]\s*[\p{L}\p{N}-]{2,}\s*[.,]\s*\p{L}{2})",
    regex.IGNORECASE,
)
_NAME = regex.compile(
    r"(?<![\p{L}\p{N}_-])((?:[\p{L}\p{N}](?:[\p{L}\p{N}_-]{0,61}[\p{L}\p{N}])?\.){1,6})(xn--[a-z0-9-]{2,59}|\p{L}[\p{L}0]{1,23})"
    r"(?![\p{L}\p{N}_-])(:\d{2,5})?([/?#]\S*)?"
)
_SPELT = regex.compile(
    rf"([\p{{L}}\p{{N}}-]+)\s*(?:[\[({{<*]\s*(?:{_DOT_WORDS}|\.)\s*[\])}}>*]\s*|\s(?:{_DOT_WORDS})\s+|\s?[点點]\s?)"
    rf"(?:{_SPELT_ENDS})(?![\p{{L}}\p{{N}}])",
    regex.IGNORECASE,
)
_ARTICLES = frozenset(("a", "an", "the", "this", "that", "our", "of", "el", "un", "le", "la", "der"))
# A dot with a space before it, or an end with nothing behind it.
_APART = regex.compile(
    r"([\p{L}\p{N}_-]+)(?:\s+\.\s*(?:c\s?[o0]\s?m|net|org|ru|xyz|gg|COM|NET|ORG)(?![\p{L}\p{N}])"
    r"|\s*[.,]\s*(?:c\s?[o0]\s?m|net|org)(?=\s*[/!]|\s*$))"
)
_SPACED = regex.compile(r"(?<![\p{L}\p{N}])(?:[\p{L}\p{N}]\s){3,60}\.\s?(?:\p{L}\s?){2,8}")  # e x a m p l e . c o m
_ADDRESS = regex.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?::\d{2,5}|/\S)")
_DOTS = str.maketrans(dict.fromkeys("。｡․·•∙⋅ꓸ", ".") | dict.fromkeys("⁄∕⧸", "/") | dict.fromkeys("꞉∶", ":"))
_UNSEEN = regex.compile(r"[\p{Cf}\p{Default_Ignorable_Code_Point}]")
_MARKS = regex.compile(r"\p{M}")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}.\-/:]+")
_LATIN = regex.compile("[A-Za-z]")
_LETTER = regex.compile(r"\p{L}")
_MAY_BE = regex.compile(rf"[.,:\[({{<*点點]|{_DOT_WORDS}", regex.IGNORECASE)


def has_link(text: str) -> bool:
    """Whether it names another site, that a reader could go to."""
    text = normal(_UNSEEN.sub("", text[:MOST_READ]).translate(_DOTS))
    if not _MAY_BE.search(text):
        return False
    text = text if text.isascii() else _WORD.sub(_undisguised, text)
    if _SCHEME.search(text) or _ADDRESS.search(text):
        return True
    if any(_is_name(found) for found in _NAME.finditer(text)):
        return True
    if any(found[1].casefold() not in _ARTICLES for found in _SPELT.finditer(text)):
        return True
    if any(found[1].casefold() not in common_words() for found in _APART.finditer(text)):
        return True
    return any(_end_of(found[0]) in _ends("nothing", "hardly") for found in _SPACED.finditer(text))


def _is_name(found: regex.Match[str]) -> bool:
    """Whether labels with dots between them name a site."""
    labels, end, port, path = found[1][:-1].split("."), found[2], found[3], found[4]
    lower, label = end.casefold().replace("0", "o"), labels[-1]
    common = label.casefold() in common_words()
    more = bool(port) or (path is not None and len(path) > 1)
    if lower.startswith("xn--") or end in _ends("foreign") or f"{label}.{lower}".casefold() in _ends("known"):
        return True
    if lower not in _ends("nothing", "hardly", "words", "beginnings", "files"):
        return more and len(lower) == 2 and len(label) > 2
    if more:
        return len(label) > 1 or lower in _ends("nothing")
    if end[:1].isupper() and not end.isupper() and (label.islower() or common):
        return False  # a sentence begins
    if lower in _ends("nothing"):
        return len(label) > 1
    if len(label) == 1 or common or not any(map(_LETTER.search, labels)):
        return False  # e.g. and its like; a sentence without a space behind it; a number
    if lower in _ends("hardly"):
        return True
    if lower in _ends("words"):
        return len(label) > 2
    if lower in _ends("beginnings"):
        return "-" in label or (len(labels) > 1 and len(labels[0]) > 1 and len(label) > 2)
    return False


@cache
def _ends(*parts: str) -> frozenset[str]:
    return frozenset().union(*(listed("link_ends.txt", part) for part in parts))


def _end_of(name: str) -> str:
    return regex.sub(r"\s", "", name).casefold().rpartition(".")[2]


def _undisguised(word: regex.Match[str]) -> str:
    """In Latin, where its letters are, or its end is once they are read so."""
    if word[0].isascii():
        return word[0]
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", word[0])).translate(_latin())
    end = bare.rpartition(".")[2].partition("/")[0].casefold()
    return bare if _LATIN.search(word[0]) or end in _ends("nothing", "hardly") else word[0]


@cache
def _latin() -> dict[int, str]:
    """What letters look like that look like one of Latin, in either case."""
    found = {sign: letter for sign, letter in look_alikes().items() if _LETTER.match(sign) and len(letter) == 1}
    capitals = {sign.upper(): letter.upper() for sign, letter in found.items() if len(sign.upper()) == 1}
    return {ord(sign): letter for sign, letter in (capitals | found).items() if not sign.isascii()}
