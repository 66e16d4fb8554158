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
_RULE = "text"  # where a field's Meta has what puts its text into form

# Scripts whose letters a joiner shapes (Unicode 17, 23.2.3).
_SHAPED = "".join(
    rf"\p{{{script}}}"
    for script in (
        *("Arabic", "Syriac", "Mandaic", "Mongolian", "Nko", "Phags_Pa", "Devanagari", "Bengali", "Gurmukhi"),
        *("Gujarati", "Oriya", "Tamil", "Telugu", "Kannada", "Malayalam", "Sinhala", "Khmer", "Myanmar", "Tibetan"),
        *("Balinese", "Javanese", "Kaithi", "Grantha", "Newa", "Tirhuta", "Chakma"),
    )
)
# Signs without a width or shape of their own, where they are needed.
_NEEDED = regex.compile(
    rf"""
      (?<=[{_SHAPED}]\p{{Mn}}*)[\u200c\u200d]
    | (?<=[\p{{Extended_Pictographic}}\p{{Emoji_Modifier}}\ufe0f])\u200d(?=\p{{Extended_Pictographic}})  # of several
    | (?<=[\p{{Khmer}}\p{{Thai}}\p{{Lao}}\p{{Myanmar}}])\u200b  # between words, in scripts that write no spaces
    | (?<=[\p{{Emoji}}\p{{S}}])[\ufe0e\ufe0f]                # drawn as text, or as an emoji
    | (?<=\p{{Han}})[\ufe00-\ufe0f\U000e0100-\U000e01ef]     # the way a family writes its character
    | (?<=\p{{Mongolian}})[\u180b-\u180f]
    | (?<=\U0001f3f4)[\U000e0030-\U000e0039\U000e0061-\U000e007a]{{3,6}}\U000e007f  # flags, of Scotland say
    | \p{{Prepended_Concatenation_Mark}}                   # Arabic signs around numbers, which are seen
    """,
    regex.VERBOSE,
)
# Controls, the bidirectional ones too; what has no width or nobody's shape; and what stands for what is not there.
_UNSEEN = regex.compile(r"[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}\ufffc]")
_SPACE = regex.compile(r"[\s\u2800\U0001d159\U00013441\U00013442]+")  # and signs that are as empty as one
_BREAK = regex.compile(r"\r\n|[\r\n\v\f\x85\u2028\u2029]")
_BLANK_LINES = regex.compile(r"\n{3,}")
_STACKED = regex.compile(rf"([\p{{Mn}}\p{{Me}}]{{{MOST_MARKS}}})[\p{{Mn}}\p{{Me}}]+")
_LEADING_MARKS = regex.compile(r"^\p{M}+")


class Worded(Struct):
    """A struct that takes texts people see. They are in form once it is made; msgspec refuses it for those with none.

    The error names the field as msgspec's own do.
    """

    def __post_init__(self) -> None:
        for name, (shown, form) in _texts(type(self)).items():
            value = getattr(self, name)
            if isinstance(value, str):
                try:
                    setattr(self, name, form(value))
                except ValueError as error:
                    raise ValueError(f"{error} - at `$.{shown}`") from error


def line(longest: int, *, shortest: int = 1, description: str | None = None) -> Meta:
    """Of a text of one line, bounds in characters: `Annotated[str, line(60)]`."""
    return _declared(one_line, longest, shortest, description)


def paragraphs(longest: int, lines: int, *, shortest: int = 1, description: str | None = None) -> Meta:
    """Of a text of so many lines at most, blank ones between paragraphs included."""
    return _declared(partial(_in_paragraphs, lines=lines), longest, shortest, description)


def one_line(text: str) -> str:
    """`text` in the one form it is kept in (NFC), any white space a space. Raises ValueError, saying what it must."""
    return _sound(_SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip())


def shown(text: str) -> str:
    """`text` from where nobody can be asked for another: as `one_line`, without what that refuses."""
    before = None
    while text != before:  # what is left may look different without what went
        before = text
        text = _STACKED.sub(r"\1", _without_unseen(_SPACE.sub(" ", unicodedata.normalize("NFC", text)))).strip()
        text = _LEADING_MARKS.sub("", text)
    return text


def form_of(kind: object) -> Callable[[str], str] | None:
    """What puts a field of this type into form, if it is a text people see."""
    for part in (kind, *get_args(kind)):
        for meta in getattr(part, "__metadata__", ()):
            if isinstance(meta, Meta) and meta.extra and _RULE in meta.extra:
                form: Callable[[str], str] = meta.extra[_RULE]
                return form
    return None


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
    parts = _BREAK.split(unicodedata.normalize("NFC", text))
    text = _BLANK_LINES.sub("\n\n", "\n".join(_SPACE.sub(" ", part).strip() for part in parts)).strip("\n")
    if text.count("\n") >= lines:
        raise ValueError(f"must be at most {lines} lines")
    return _sound(text)


def _sound(text: str) -> str:
    """`text`, whose white space is folded. Raises ValueError."""
    if unseen := _UNSEEN.search(_NEEDED.sub("", text).replace("\n", "")):
        raise ValueError(f"must not contain the invisible character U+{ord(unseen[0]):04X}")
    if _LEADING_MARKS.match(text):
        raise ValueError("must not begin with a mark that goes on a letter")
    if _STACKED.search(text):
        raise ValueError(f"must not have more than {MOST_MARKS} marks on one letter")
    return text


def _without_unseen(text: str) -> str:
    needed = {place for found in _NEEDED.finditer(text) for place in range(*found.span())}
    return "".join(sign for place, sign in enumerate(text) if place in needed or not _UNSEEN.match(sign))


@cache
def _texts(kind: type[Struct]) -> dict[str, tuple[str, Callable[[str], str]]]:
    """By field: its name outside, and what puts it into form."""
    found = ((field, form_of(field.type)) for field in msgspec.structs.fields(kind))
    return {field.name: (field.encode_name, form) for field, form in found if form is not None}
