"""Which names are taken, and in what form, whatever the language."""

import time
import unicodedata
from contextlib import suppress
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
        "#️⃣",
        "❤️",
        "☎\ufe0e",
        "™️ ©️",
        "iPhone\u200cهای نو",
        "10\u200cساله",
        "می\u200cTest",
        "هـ\u200dم",
        "۱۴۰۰ ه\u200d.ق",
        "۱۴۰۰ ه\u200d",
        "ক্\u200d",
        "ක්\u200d",
        "ರ\u200d್ಯ",
        "\U0001e900\u200d\U0001e922",  # Adlam
        "\U0001e922\u200c\U0001e923",
        "שלום (abc)\u200f!",
        "דנה \u200e+972 50 123\u200e",
        "مقهى \u200f(أ)\u200f",
        "سعر \u061c10-20",
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
        "🎉\u200d",
        "admin1\ufe0f",
        "#\ufe0f",
        "$\ufe0f",
        "1\ufe0f 2\u20e3",
        "©\u200d©",
        "™\ufe0f\u200d🎉",
        "❤\ufe0f\ufe0f",
        "ي\u200d",
        "ي\u200d ب",
        "क\u200d",
        "क\u200dख",
        "葛\ufe0f",
        "ᠮ\u180e\u180e",
        "ا" + "\u064b" * 6 + "\u200d" + "\u064b" * 6,
        "ا" + "\u064b\u200d" * 7 + "ا",
        "س\u200c\u200cس",
        "ad\u200fmin",
        "א \u200e\u200f!",  # one is enough
        "א\u202eב",
        "a" + "\u0301\u0316" * 20,
        "ad\ufe0fmin",
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


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("\ufeffAna", "Ana"),  # pasted from a file
        ("Donau\u00addampf\u00adschiff", "Donaudampfschiff"),
        ("10\u2060%", "10%"),
        ("Jose\u00ad\u0301", "José"),
        ("محمد\u200c\u200c", "محمد"),
        ("می\u200c خواهم", "می خواهم"),
        ("ល្អ\u200b", "ល្អ"),
        ("🎉\ufe0f", "🎉"),
        ("שלום\u200f", "שלום"),
        ("שלום\u200f\u200f", "שלום"),
        ("\u200f\u200fשלום", "שלום"),
        ("ש\u200eלום", "שלום"),
        ("דנה \u200f\u200f!", "דנה \u200f!"),
    ],
)
def test_what_shows_nothing_and_nobody_chose_is_left_out(name: str, kept: str) -> None:
    assert one_line(name) == shown(name) == kept
    note = msgspec.convert({"text": f"a\n{name}\nb"}, Note)
    assert note.text == f"a\n{kept}\nb"


HOSTILE = {
    "marks": "\u0301",
    "marks out of order": "\u0301\u0316",
    "marks of one class first": "\u0316",
    "letters with marks": "a\u0301\u0316\u0301\u0316\u0301\u0316",
    "marks across joiners": "\u0301\u200d",
    "Arabic": "ا\u064b\u200c",
    "viramas": "क्\u200d",
    "joiners": "\u200d",
    "non-joiners": "\u200c",
    "non-joiners and words": "\u200c \u200cس\u200c\u200c",
    "joiners and directions": "\u200f\u200c",
    "directions": "א\u200f",
    "pictures": "🎉\u200d",
    "modifiers": "🏽",
    "modifiers and joiners": "🏽\u200d\ufe0f",
    "selectors": "\ufe0f",
    "tags": "\U000e0061",
    "flags": "\U0001f3f4\U000e0061\U000e0061",
    "spaces": " ",
    "blanks": "\u2800\u00ad",
    "blank lines": "\n",
    "lines": "\n\u200c\r\n \u2028",
    "words' joints": "\u00ad\u2060",
    "between words": "ក\u200b\u200b",
    "mixed": "a\u0301\u200d🎉🏽\u200c\U000e0061\n\n\n\u200fس\u064b\u00ad",
}


class Long(Worded):
    text: Annotated[str, paragraphs(100_000, 100_000)]


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("ends", ["", "a", "ا", "\u0301", "🎉"], ids=ascii)
def test_a_text_takes_no_longer_than_it_is_long(piece: str, ends: str) -> None:
    """Five times the text must not take twenty-five times the work, be it taken, refused or mended."""

    def work(length: int) -> float:
        text = ends + piece * (length // len(piece)) + ends
        return min(_took(text) for _ in range(3))

    short, long = work(2_000), work(10_000)
    assert long < 12 * max(short, 0.000_5)


def _took(text: str) -> float:
    """Seconds of this process's own, in each way to put `text` into form."""
    began = time.process_time()
    for form in (one_line, shown, lambda text: msgspec.convert({"text": text}, Long)):
        with suppress(ValueError):
            form(text)
    return time.process_time() - began


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


LETTERS = "aé1©سאקक्ក🎉🏽葛"
SIGNS = (
    "\u00ad\u064b\u0301\u0e47\u180e\u200b\u200c\u200d\u20e3\u2800\u3164\ufe0f\U0001f3f4\U000e0061\U000e007f\U000e0100"
)
LIKELY = st.sampled_from([*BIDI, *SIGNS, *LETTERS, *" \n\t"])


@given(st.one_of(st.text(), st.text(LIKELY, max_size=20)))
def test_any_text_is_refused_or_kept_in_a_form_that_stays(text: str) -> None:
    for form in (one_line, shown):
        try:
            kept = form(text)
        except ValueError:
            assert form is one_line
            continue
        assert one_line(kept) == kept == unicodedata.normalize("NFC", kept)
        seen_bidi = set(kept) & set(BIDI)
        assert not seen_bidi - set("\u061c\u200e\u200f")
        assert not seen_bidi or any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in kept if sign.isalpha())
        assert kept == " ".join(kept.split())
        stacked = 0
        for sign in kept:
            if sign not in "\u200c\u200d":
                stacked = stacked + 1 if unicodedata.category(sign) in ("Mn", "Me") else 0
            assert stacked <= MOST_MARKS + 1
        if kept:
            assert any(unicodedata.category(sign)[0] in "LNPSC" for sign in kept)
