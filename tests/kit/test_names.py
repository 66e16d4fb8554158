"""Which names are taken, and in what form, whatever the language."""

import unicodedata
from typing import Annotated

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storecast.kit.names import MOST_MARKS, Worded, line, one_line, paragraphs, shown

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class Note(Worded):
    name: Annotated[str, line(20, shortest=3)] = "note"
    text: Annotated[str, paragraphs(300, 5)] | None = None


@pytest.mark.parametrize(
    "name",
    [
        "Ana's shop",
        "Müller & Söhne",
        "Black Friday: 20% off!",
        "हिन्दी",
        "क्‍ष",  # ZWJ shows half of a letter
        "র‍্যাব",  # and keeps a Bengali ra whole
        "می‌خواهم",  # ZWNJ ends a Persian letter
        "ශ්‍රී ලංකා",
        "മലയാളം ന്‍",
        "محمد",
        "مُ‌حَ",  # behind a vowel sign
        "עִבְרִית",
        "ភាសាខ្មែរ\u200bល្អ",
        "မြွှို့",
        "བསྒྲུབས་",
        "葛\U000e0100城",
        "ᠮᠣᠩᠭᠣᠯ\u180e",
        "🎉 3D",
        "👩‍👩‍👧‍👦 family",
        "👩🏽‍🚀",
        "❤️‍🔥",
        "🏳️‍🌈🏴‍☠️🧑‍🤝‍🧑",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "1️⃣",
        "\U0001fae9",  # newer than this Python's Unicode
        "Việt Nam",
        "!!!",
    ],
)  # fmt: skip
def test_names_of_all_languages_are_taken_as_they_are(name: str) -> None:
    assert one_line(name) == unicodedata.normalize("NFC", name)
    assert shown(name) == one_line(name)


@pytest.mark.parametrize(
    "name",
    [
        *(f"ad{sign}min" for sign in BIDI),
        "\u3164",
        "\u200b" * 15,
        " \u3164\u3164 edd",
        "\u115f\u1160",
        "\uffa0",
        "\u202eadmin",
        "ad\u200bmin",
        "ad\u200dmin",
        "ad\u200cmin",
        "محمد\u200c\u200c",
        "🎉\u200d",
        "ad\u00admin",
        "ad\ufe0fmin",
        "ad\ufeffmin",
        "ad\u2060min",
        "ad\U000e0061min",
        "ad\x00min",
        "ad\x1bmin",
        "ad\ue000min",
        "ad\uffffmin",
        "ad\ufffcmin",
        "\u0301",
        " \u0301 admin",
        "ส" + "\u0e47" * 30,
        "Z" + "\u0335\u0322\u0327\u0321\u0328\u0331\u0324\u0325",
    ],
)
def test_what_is_not_seen_or_leaves_its_place_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="must"):
        one_line(name)


@pytest.mark.parametrize("name", ["\u2800", " \u2800\u3000\t ", "", "\U0001d159"])
def test_a_name_of_nothing_but_space_is_refused(name: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"name": name}, Note)


def test_one_form_is_kept() -> None:
    note = msgspec.convert({"name": " Jose\u0301 \u00a0\n\t Pe\u0301rez\u3000"}, Note)
    assert note.name == "José Pérez"


def test_bounds_hold_for_what_is_kept() -> None:
    assert msgspec.convert({"name": "abc"}, Note).name == "abc"
    with pytest.raises(msgspec.ValidationError, match=r"must be at least 3 characters - at `\$.name`"):
        msgspec.convert({"name": " ab "}, Note)
    with pytest.raises(msgspec.ValidationError, match=r"must be at most 20 characters"):
        msgspec.convert({"name": "\u0958" * 15}, Note)  # NFC writes it as two


def test_blank_lines_are_folded_and_lines_are_bounded() -> None:
    tall = msgspec.convert({"text": "\r\n\ra" + "\n" * 200 + " \u2028 b  c\n"}, Note)
    assert tall.text == "a\n\nb c"
    with pytest.raises(msgspec.ValidationError, match=r"must be at most 5 lines"):
        msgspec.convert({"text": "a\nb\nc\nd\ne\nf"}, Note)
    with pytest.raises(msgspec.ValidationError, match=r"U\+202E"):
        msgspec.convert({"text": "a\n\u202eb"}, Note)


LIKELY = st.sampled_from(
    [*BIDI, *"\u200b\u200c\u200d\ufe0f\u3164\u2800\u0301\u0e47 \n\taé", "س", "क", "्", "🎉", "🏽", "葛", "\U000e0100"]
)


@given(st.one_of(st.text(), st.text(LIKELY, max_size=20)))
def test_any_text_is_refused_or_kept_in_a_form_that_stays(text: str) -> None:
    for form in (one_line, shown):
        try:
            kept = form(text)
        except ValueError:
            assert form is one_line
            continue
        assert one_line(kept) == kept == unicodedata.normalize("NFC", kept)
        assert not set(kept) & set(BIDI)
        assert kept == " ".join(kept.split())
        stacked = 0
        for sign in kept:
            stacked = stacked + 1 if unicodedata.category(sign) in ("Mn", "Me") else 0
            assert stacked <= MOST_MARKS + 1
        if kept:
            assert any(unicodedata.category(sign)[0] in "LNPSC" for sign in kept)
