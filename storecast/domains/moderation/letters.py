"""What letters are, however they are written: the one a reader sees, for telling words that only look different.

After Unicode's skeletons (UTS #39), and looser: digits and signs stand for letters, marks and cases are nothing.
"""

import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

import regex
from msgspec import Struct

DATA = files("storecast.domains.moderation") / "data"
REMEMBERED = 20_000  # signs
DIGITS = dict(zip("0123456789", "oizeasgtbg", strict=True))
# What of one letter's looks another is read for. Whoever compares looks again at what was written.
_MERGED = str.maketrans("lv", "iu")
# Marks whose letter is the same without them; in other scripts they make others.
_IDLE_MARKS = regex.compile(
    r"[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    r"\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08d3-\u08ff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    r"\ufe00-\ufe0f\ufe20-\ufe2f\U000e0100-\U000e01ef\u0640]"
)
_NOTHING = regex.compile(r"[\p{Cf}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]")
_ARABIC = str.maketrans("ىیةکۀہے", "ييهكههي")
SPACELESS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_SCRIPTS = {
    name: regex.compile(rf"\p{{{name}}}") for name in ("Latin", "Cyrillic", "Greek", "Arabic", "Hebrew", "Armenian")
}
# Letters of living scripts that nobody tells from Latin ones: a word all of these may be either.
_TWINS = frozenset("асеорхуѕіјһԁԛѡѵӏАВЕКМНОРСТХУЅІЈοναιρυΑΒΕΖΗΙΚΜΝΟΡΤΥΧօ")
# Capitals that look like another letter than their small ones do.
_CAPITALS = str.maketrans("ΝΗΥΓИ", "NHYRN")


_BETWEEN = regex.compile(
    r"[\p{Cf}\p{Cc}\p{Zs}\p{Default_Ignorable_Code_Point}\p{So}\p{Sk}\p{Sm}\p{Emoji_Modifier}.·•*_\-~'`^|/\\#=+&]|"
    + _IDLE_MARKS.pattern
)


class Letter(Struct, frozen=True):
    """One that is read, and what was written for it."""

    looks: str  # what it is taken for; of those that are taken for each other, one
    plain: str  # what it is in its own script, without case and marks
    written: str


@cache
def look_alikes() -> dict[str, str]:
    """What signs look like, by the sign: a Latin letter or two."""
    found: dict[str, str] = {}
    for line in (DATA / "look_alikes.txt").read_text("utf-8").splitlines():
        letters, _, signs = line.partition(" ")
        if not letters.startswith("#"):
            found |= dict.fromkeys(signs, letters)
    small = {sign.casefold(): letters for sign, letters in found.items() if len(sign.casefold()) == 1}
    return {**small, **found}


@cache
def listed(name: str, part: str = "") -> frozenset[str]:
    """The words of a list among the data, or of its `[part]`."""
    found: set[str] = set()
    heading = ""
    for line in (DATA / name).read_text("utf-8").splitlines():
        if line.startswith("["):
            heading = line[1:].partition("]")[0]
        elif not line.startswith("#") and heading == part:
            found |= set(line.split())
    return frozenset(found)


@cache
def signs() -> str:
    """Those that stand for letters and are none, for a class of a pattern."""
    found = [sign for sign in look_alikes() if not regex.match(r"[\p{L}\p{N}]", sign)]
    return "".join(regex.escape(sign) for sign in [*found, "@"])


def plain(sign: str) -> str:
    """A sign in its own script, without case and idle marks; empty for what is not seen."""
    if _NOTHING.fullmatch(sign) or _IDLE_MARKS.fullmatch(sign):
        return ""
    if "\uac00" <= sign <= "\ud7a3":
        return sign
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", sign).casefold())
    return _IDLE_MARKS.sub("", parts).translate(_ARABIC)


def seen(sign: str) -> str:
    """What a sign is read for: Latin letters where it looks like some."""
    if sign in DIGITS:
        return DIGITS[sign]
    if sign == "@":
        return "a"
    table = look_alikes()
    if sign in table:
        return table[sign].translate(_MERGED)
    return "".join(table.get(part, part) for part in plain(sign)).translate(_MERGED)


class _Seen(dict[int, str]):
    """For `str.translate`; each sign is looked up once."""

    def __missing__(self, code: int) -> str:
        self[code] = found = seen(chr(code))
        return found


_seen = _Seen()
_RUNS = regex.compile(r"(.)\1+", regex.DOTALL)


def skeleton(text: str) -> str:
    """What a text is read for, each letter once where it is repeated."""
    return _RUNS.sub(r"\1", text.translate(_seen))


def capitals_read(word: str) -> str:
    """A word in which Latin letters stand beside others, whose capitals are read for what they look like."""
    return word.translate(_CAPITALS) if regex.search(r"[ΝΗΥΓИ]", word) and regex.search("[A-Za-z]", word) else word


def letters_of(word: str) -> list[Letter]:
    """What is read of a word, letter by letter."""
    return [letter for sign in capitals_read(word) for letter in _letters_of(sign)]


@lru_cache(REMEMBERED)
def _letters_of(sign: str) -> tuple[Letter, ...]:
    looks, own = sign.translate(_seen), plain(sign)
    if len(looks) != len(own):
        own = looks
    return tuple(Letter(look, one, sign) for look, one in zip(looks, own, strict=True))


def script_of(sign: str) -> str | None:
    """Of a letter of a living script its name, as far as it matters here."""
    return next((name for name, pattern in _SCRIPTS.items() if pattern.match(sign)), None)


def is_twin(sign: str) -> bool:
    return sign in _TWINS


def squeezed(text: str) -> str:
    """A text of a script without spaces, and what else is written in it, without what may be put between letters.

    The marks that end clauses stay.
    """
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text).casefold())
