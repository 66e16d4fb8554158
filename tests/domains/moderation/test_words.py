import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storecast.domains.moderation.links import has_link
from storecast.domains.moderation.words import BlockedWords
from tests.domains.moderation.raid import BLOCKED, listed

WORDS = BlockedWords(
    [
        *BLOCKED,
        "vore",
        "cafone",
        "coño",
        "ano",
        "pene",
        "schwul",
        "göt",
        "polla",
        "god",
        "🖕",
        "1488",
        "0800 55",
        "시발",
        "加微信",
        "ß",
    ]
)


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("buy VIAGRA", "viagra"),
        ("v1agra", "viagra"),
        ("vlagra", "viagra"),
        ("vıagra", "viagra"),
        ("v i a g r a", "viagra"),
        ("v.i.a-g.r.a", "viagra"),
        ("vi.agra", "viagra"),
        ("via gra", "viagra"),
        ("v😀i😀a😀g😀r😀a", "viagra"),
        ("viiiiiagra", "viagra"),
        ("vvviaagrraa", "viagra"),
        ("vi\u200bagra", "viagra"),
        ("v̷i̷a̷g̷r̷a̷", "viagra"),
        ("víágrà", "viagra"),
        ("ѵіаgrа", "viagra"),
        ("ｖｉａｇｒａ", "viagra"),
        ("𝓿𝓲𝓪𝓰𝓻𝓪", "viagra"),
        ("ⓥⓘⓐⓖⓡⓐ", "viagra"),
        ("🅥🅘🅐🅖🅡🅐", "viagra"),
        ("🇻 🇮 🇦 🇬 🇷 🇦", "viagra"),
        ("ᴠɪᴀɢʀᴀ", "viagra"),
        ("V₳₲Ɽ₳".replace("V", "VI"), "viagra"),
        ("#viagra", "viagra"),
        ("viagra24", "viagra"),
        ("ViagraOnline", "viagra"),
        ("viagra®", "viagra"),
        ("best-viagra.example", "viagra"),
        ("_V_**o**re", "vore"),  # matthew-robertson/banned-word-tracker #15
        ("f*ck", "fuck"),
        ("f**k", "fuck"),
        ("phuck", "fuck"),
        ("fυck", "fuck"),
        ("𝐟𝐮𝐜𝐤", "fuck"),
        ("fuuuuuck", "fuck"),
        ("fvck", "fuck"),
        ("(unt", "cunt"),
        ("sh!t", "shit"),
        ("a$$", "ass"),
        ("@ss", "ass"),
        ("a55", None),  # a phone
        ("p()rn", "porn"),
        ("tvvat", "twat"),
        ("kick-ass", "ass"),
        ("free money", "free money"),
        ("FREE   MONEY", "free money"),
        ("fr33-m0n3y", "free money"),
        ("FreeMoney", "free money"),
        ("f r e e m o n e y", "free money"),
        ("суkа", "сука"),
        ("с у к а", "сука"),
        ("سكلب", None),
        ("الكلب", "كلب"),
        ("وكلب", "كلب"),
        ("كـلـب", "كلب"),
        ("کلب", "كلب"),
        ("كَلْب", "كلب"),
        ("今天去赌博吗", "赌博"),
        ("赌 博", "赌博"),
        ("赌*博", "赌博"),
        ("加 微.信 123", "加微信"),
        ("coñ0", "coño"),
        ("🖕🏽", "🖕"),
        ("시발아", "시발"),
        ("it is 1488!", "1488"),
        ("call 0800-55", "0800 55"),
        ("STRAẞE ß", "ß"),
    ],
)
def test_word_is_found_however_it_is_written(written: str, word: str | None) -> None:
    assert WORDS.found_in(written) == word


@pytest.mark.parametrize("said", listed("near_words"))
def test_what_only_contains_a_word_is_no_such_word(said: str) -> None:
    assert WORDS.found_in(said) is None


def test_word_is_found_at_the_end_of_what_grows_by_being_brought_into_form() -> None:
    assert WORDS.found_in("\ufdfa" * 290 + " viagra") == "viagra"


def test_no_words_find_nothing() -> None:
    assert BlockedWords(()).found_in("anything v i a g r a") is None


@given(st.text(max_size=80))
def test_any_text_can_be_looked_through(text: str) -> None:
    assert WORDS.found_in(text) is None or WORDS.found_in(f"x {text}") is not None or text.strip() != text
    has_link(text)


@given(st.text(min_size=1, max_size=30))
def test_whatever_is_blocked_is_found_as_it_is(word: str) -> None:
    from storecast.domains.moderation.words import is_sayable
    from storecast.kit.names import one_line

    try:
        kept = one_line(word)
    except ValueError:
        return
    if kept and is_sayable(kept):
        assert BlockedWords([kept]).found_in(kept) == kept


@pytest.mark.parametrize(
    "said", ["a ", "a.", "(a", "a!", "a*", "ab", "a b ", "@", "😀", "a\u0301", "a dot ", "l.l.", "www."]
)
def test_twice_as_long_a_text_takes_no_more_than_some_times_as_long(said: str) -> None:
    words = BlockedWords(["a" * 40, "ab" * 30, "a b c d e f g h i j", "ass"])

    def took(text: str) -> float:
        begun = time.process_time()
        words.found_in(text)
        has_link(text)
        return time.process_time() - begun

    short, long = said * (240 // len(said)), said * (1920 // len(said))
    took(long)
    assert min(took(long) for _ in range(3)) < 40 * max(min(took(short) for _ in range(3)), 0.0002)
