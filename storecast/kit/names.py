"""Texts that people see of each other: names and messages, of whatever language, that show and stay in their place.

A struct that takes some says so by `line` and `paragraphs`, and derives from `Worded`, which puts them into one form.
"""

import unicodedata
from collections.abc import Callable
from functools import cache, partial
from typing import get_args

import msgspec
import regex
from msgspec import Meta, Struct

MOST_MARKS = 6  # on one letter: a syllable of Burmese has five, one of Tibetan as many
_TOO_MANY = f"must not have more than {MOST_MARKS} marks on one letter"
_RULE = "text"  # where a field's Meta has what puts its text into form


def _any_of(*scripts: str) -> str:
    return "".join(rf"\p{{{script}}}" for script in scripts)


_compiled = partial(regex.compile, flags=regex.VERBOSE | regex.VERSION1)

# Scripts whose letters a joiner shapes (Unicode 17, 23.2.3).
_CURSIVE = r"\u0640" + _any_of(  # tatweel is of several
    *("Arabic", "Syriac", "Mandaic", "Mongolian", "Nko", "Phags_Pa", "Adlam", "Hanifi_Rohingya"),
)
_SHAPED = _CURSIVE + _any_of(
    *("Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya", "Tamil", "Telugu", "Kannada", "Malayalam", "Sinhala"),
    *("Khmer", "Myanmar", "Tibetan", "Balinese", "Javanese", "Kaithi", "Grantha", "Newa", "Tirhuta", "Chakma"),
)
_SPACELESS = _any_of("Khmer", "Thai", "Lao", "Myanmar")
_RIGHT_TO_LEFT = r"[[\p{Bidi_Class=R}\p{Bidi_Class=AL}]&&\p{L}]"
_DIRECTIONS = r"\u061c\u200e\u200f"  # marks of Arabic, of left to right, of right to left
_BLANK = r"\s\u2800\U0001d159\U00013441\U00013442"  # and signs that are as empty as a space
_PICTURE = r"[\p{Extended_Pictographic}--[\u00a9\u00ae\u203c\u2049\u2122\u2139]]"  # without those that are text
_MARKS = rf"\p{{Mn}}{{0,{MOST_MARKS}}}"

# What follows looks at a sign first, and no further around it than `_MARKS`: it takes no longer than a text is long.
_PASTED = regex.compile(r"[\u00ad\u2060\ufeff]+")  # where a word or a line may break, or a file began: nobody's choice
_TWICE = regex.compile(rf"([{_DIRECTIONS}])\1+")
_IDLE = _compiled(  # of the signs below, those that change nothing where they are
    rf"""
      (?<![^{_BLANK}])\u200c+ | (?<!\u200c)\u200c++(?![^{_BLANK}])
    | \u200b(?<=[{_SPACELESS}]{_MARKS}\u200b)(?![^{_BLANK}])
    | \ufe0f(?<=\p{{Emoji_Presentation}}\ufe0f)
    | [\u061c\u200f](?<!..)(?={_RIGHT_TO_LEFT})
    | [{_DIRECTIONS}](?<={_RIGHT_TO_LEFT}{_MARKS}.)(?={_RIGHT_TO_LEFT}|\Z)
    """
)
# Signs without a width or shape of their own, where they are needed.
_NEEDED = _compiled(
    rf"""
      \u200c(?<=[{_SHAPED}]{_MARKS}.)(?=[^{_BLANK}])
    | \u200c(?<=[^{_BLANK}\u200c\u200d].)(?=[{_SHAPED}])(?=\p{{L}})
    | \u200d(?<=[{_CURSIVE}]{_MARKS}.)(?=[^{_BLANK}])
    | \u200d(?<=\u0647.)                                    # the year of the Hijra is a heh that would go on
    | \u200d(?<=[{_SHAPED}]{_MARKS}.)(?=\p{{ccc=9}})        # before the sign that takes a letter's vowel
    | \u200d(?<=\p{{ccc=9}}{_MARKS}.)                       # and behind it
    | \u200d(?<={_PICTURE}[\p{{Emoji_Modifier}}\ufe0f]{{0,2}}.)(?={_PICTURE})  # one picture of several
    | \u200b(?<=[{_SPACELESS}]{_MARKS}.)(?=[^{_BLANK}])     # between words, in scripts that write no spaces
    | [\ufe0e\ufe0f](?<=[\p{{Emoji}}--[0-9\#*]].)           # drawn as text, or as an emoji
    | \ufe0f(?<=[0-9\#*].)(?=\u20e3)                        # a key
    | [\ufe00-\ufe02\U000e0100-\U000e01ef](?<=\p{{Han}}.)   # the way a family writes its character
    | [\u180b-\u180f](?<=[\p{{Mongolian}}&&\p{{L}}].)
    | [\U000e0030-\U000e0039\U000e0061-\U000e007a](?<=\U0001f3f4.)
      [\U000e0030-\U000e0039\U000e0061-\U000e007a]{{2,5}}\U000e007f             # flags, of Scotland say
    | \p{{Prepended_Concatenation_Mark}}                    # Arabic signs around numbers, which are seen
    """
)
# In texts from right to left, which have what goes the other way in them.
_DIRECTED = _compiled(rf"[{_DIRECTIONS}](?<![{_DIRECTIONS}].)")
_FROM_RIGHT = _compiled(_RIGHT_TO_LEFT)
# Controls, the bidirectional ones too; what has no width or nobody's shape; and what stands for what is not there.
_UNSEEN = _compiled(
    r"[[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}\ufffc]--\n]"
)
_SPACE = _compiled(rf"[{_BLANK}]+")
_BREAK = regex.compile(r"\r\n|[\r\n\v\f\x85\u2028\u2029]")
_BLANK_LINES = regex.compile(r"\n{3,}")
_MARK = r"[\u200c\u200d]*[\p{Mn}\p{Me}]"  # a joiner does not begin another letter
_STACKED = regex.compile(rf"([\p{{Mn}}\p{{Me}}](?:{_MARK}){{{MOST_MARKS - 1}}})(?:{_MARK})+")
_ENDLESS = regex.compile(r"(\p{M}{30})\p{M}+")  # nothing anybody writes (UAX #15, 13), and NFC takes its square in time
_NO_LETTER = regex.compile(r"^[\p{M}\s]+")


class Worded(Struct):
    """A struct that takes texts people see. They are in form once it is made; msgspec refuses it for those with none.

    The error names the field as msgspec's own do. A list of texts is put into form text by text.
    """

    def __post_init__(self) -> None:
        for name, (shown, form) in _texts(type(self)).items():
            value = getattr(self, name)
            if isinstance(value, str | list):
                try:
                    setattr(self, name, in_form(value, form))
                except ValueError as error:
                    raise ValueError(f"{error} - at `$.{shown}`") from error


def line(longest: int, *, shortest: int = 1, description: str | None = None) -> Meta:
    """Of a text of one line, bounds in characters: `Annotated[str, line(60)]`."""
    return _declared(one_line, longest, shortest, description)


def paragraphs(longest: int, lines: int, *, shortest: int = 1, description: str | None = None) -> Meta:
    """Of a text of so many lines at most, blank ones between paragraphs included."""
    return _declared(partial(_in_paragraphs, lines=lines), longest, shortest, description)


def one_line(text: str) -> str:
    """`text` in the one form it is kept in (NFC), any white space a space and nothing in it that nobody chose.

    Raises ValueError, saying what it must.
    """
    return _sound(_composed(_folded(text)))


def shown(text: str) -> str:
    """`text` from where nobody can be asked for another: as `one_line`, without what that refuses."""
    kept = _without(_unneeded, _without(_unneeded, text))
    try:
        return one_line(kept) if kept else kept
    except ValueError:  # what is left looked different beside what went
        return _without(_unseen, kept)


def in_form(value: str | list[str], form: Callable[[str], str]) -> str | list[str]:
    """A text in form, or each of several. Raises ValueError, of one of several with its place."""
    if isinstance(value, str):
        return form(value)
    formed = []
    for place, text in enumerate(value):
        try:
            formed.append(form(text))
        except ValueError as error:
            raise ValueError(f"{error} - at `$[{place}]`") from error
    return formed


def form_of(kind: object) -> Callable[[str], str] | None:
    """What puts a field of this type into form, if it is a text people see, or a list of them."""
    for meta in getattr(kind, "__metadata__", ()):
        if isinstance(meta, Meta) and meta.extra and _RULE in meta.extra:
            form: Callable[[str], str] = meta.extra[_RULE]
            return form
    return next(filter(None, map(form_of, get_args(kind))), None)


def _declared(form: Callable[[str], str], longest: int, shortest: int, description: str | None) -> Meta:
    bounded = partial(_within, form=form, longest=longest, shortest=shortest)
    return Meta(max_length=longest, min_length=shortest or None, description=description, extra={_RULE: bounded})


def _within(text: str, form: Callable[[str], str], longest: int, shortest: int) -> str:
    """Bounds hold for what is kept: without the spaces around it, and NFC may take more characters."""
    given, text = text.strip(), form(text)
    if not text and (given or shortest):
        raise ValueError("must have something to see")
    if len(text) < shortest:
        raise ValueError(f"must be at least {shortest} characters")
    if len(text) > longest:
        raise ValueError(f"must be at most {longest} characters")
    return text


def _in_paragraphs(text: str, lines: int) -> str:
    text = _BLANK_LINES.sub("\n\n", "\n".join(map(_folded, _BREAK.split(text)))).strip("\n")
    if text.count("\n") >= lines:
        raise ValueError(f"must be at most {lines} lines")
    return _sound(_composed(text))


def _folded(line: str) -> str:
    return _SPACE.sub(" ", _IDLE.sub("", _TWICE.sub(r"\1", _PASTED.sub("", line)))).strip()


def _composed(text: str) -> str:
    """In NFC. Raises ValueError."""
    if _ENDLESS.search(text):
        raise ValueError(_TOO_MANY)
    return unicodedata.normalize("NFC", text)


def _sound(text: str) -> str:
    """`text`, which is folded and composed. Raises ValueError."""
    if _NO_LETTER.match(text):
        raise ValueError("must not begin with a mark that goes on a letter")
    if _STACKED.search(text):
        raise ValueError(_TOO_MANY)
    if unneeded := _unneeded(text):
        raise ValueError(f"must not contain the invisible character U+{ord(text[min(unneeded)]):04X}")
    return text


def _unseen(text: str) -> set[int]:
    """The places of signs that are not seen."""
    return _places(_UNSEEN, text)


def _unneeded(text: str) -> set[int]:
    """Those where they are not needed."""
    if not (unseen := _unseen(text)):
        return unseen
    for needed in (_NEEDED, _DIRECTED) if _FROM_RIGHT.search(text) else (_NEEDED,):
        unseen -= _places(needed, text)
    return unseen | _places(_IDLE, text)


def _places(signs: regex.Pattern[str], text: str) -> set[int]:
    return {place for found in signs.finditer(text) for place in range(*found.span())}


def _without(places: Callable[[str], set[int]], text: str) -> str:
    """`text` in form, without the signs at those places and what stands on none."""
    text = unicodedata.normalize("NFC", _ENDLESS.sub(r"\1", _folded(text)))
    gone = places(text)
    text = _folded("".join(sign for place, sign in enumerate(text) if place not in gone))
    text = unicodedata.normalize("NFC", _ENDLESS.sub(r"\1", text))
    return _NO_LETTER.sub("", _STACKED.sub(r"\1", text)).strip()


@cache
def _texts(kind: type[Struct]) -> dict[str, tuple[str, Callable[[str], str]]]:
    """By field: its name outside, and what puts it into form."""
    found = ((field, form_of(field.type)) for field in msgspec.structs.fields(kind))
    return {field.name: (field.encode_name, form) for field, form in found if form is not None}
