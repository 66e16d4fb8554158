import string
from pathlib import Path

import msgspec
import pytest

from storecast.adapters.sms import messages
from storecast.adapters.sms.messages import (
    HERE,
    Answer,
    Texts,
    _texts,
    code_text,
    is_twilios,
    live_text,
    read_answer,
    reminder_text,
    reply_text,
)

LANGUAGES = ("ar", "de", "en", "es", "fr", "zh")
# GSM 03.38: what fits 160 to an SMS. A single sign beside it and only 70 do.
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)


def blanks(line: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(line) if name)


def test_every_language_says_all_of_it_with_the_same_blanks() -> None:
    assert tuple(_texts()) == LANGUAGES
    for language, texts in _texts().items():
        for field in msgspec.structs.fields(Texts):
            said, english = getattr(texts, field.name), getattr(_texts()["en"], field.name)
            assert said, (language, field.name)
            if isinstance(said, str):
                assert blanks(said) == blanks(english), (language, field.name)


def test_a_file_with_a_word_too_few_is_refused(tmp_path: Path) -> None:
    content = (HERE / "texts" / "en.toml").read_text().replace("live =", "alive =")
    with pytest.raises(msgspec.ValidationError):
        msgspec.toml.decode(content, type=Texts)


@pytest.mark.parametrize("language", ["de", "en", "es", "fr"])
def test_what_is_written_in_latin_letters_costs_one_sms(language: str) -> None:
    link = "https://live.shop.test/watch/lamp-night"
    said = (
        code_text(language, "Lamp shop", "012345", "live.shop.test"),
        live_text(language, "Lamp night", link, None),
        *(reply_text(language, answer, "Lamp shop") for answer in Answer),
    )
    for text in said:
        assert set(text) <= GSM, (text, set(text) - GSM)
        assert len(text) <= 160, (text, len(text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_each_language_asks_people_to_answer_ends_it(language: str) -> None:
    hint = _texts()[language].stop_hint
    named = [word for word in _texts()[language].stop if messages.fold(word) in messages.fold(hint)]
    assert named
    for word in named:
        assert read_answer(word.upper()) == (Answer.STOP, read_answer(word)[1])  # type: ignore[index]


@pytest.mark.parametrize(
    "text",
    [
        "STOP", "stop", " Stop. ", "STOP!!!", "“STOP”", "ＳＴＯＰ", "s t o p", "🛑 Stop", "stop please", "please stop",
        "Unsubscribe me", "OPT-OUT", "optout", "revoke", "cancel", "END", "quit", "Arrêt", "ARRET", "arre\u0302t",
        "Désabonner", "ALTO", "¡Alto!", "baja", "STOPP", "Stopp bitte", "Aufhören", "aufhoeren", "توقف", "تَوَقَّف",
        "\u200fتوقف\u200e", "إيقاف", "ايقاف", "إلغاء الاشتراك", "退订", "退订。", "退订谢谢", "TD", "取消订阅", "退訂",
    ],
)  # fmt: skip
def test_whoever_says_stop_however_means_it(text: str) -> None:
    answer = read_answer(text)
    assert answer is not None
    assert answer[0] is Answer.STOP


@pytest.mark.parametrize(
    "text", ["", " ", "🙂", "Wann geht es los?", "T shirt?", "para mañana?", "Is it the end of it?", "No"]
)
def test_what_is_no_word_of_ours_means_nothing(text: str) -> None:
    assert read_answer(text) is None


@pytest.mark.parametrize(
    ("text", "meant"), [("Start", "start"), ("UNSTOP", "start"), ("ابدأ", "start"), ("Hilfe", "help"), ("帮助", "help")]
)
def test_people_come_back_and_ask_for_help(text: str, meant: str) -> None:
    answer = read_answer(text)
    assert answer is not None
    assert answer[0] == meant


def test_no_word_means_two_things() -> None:
    for language, texts in _texts().items():
        for answer in Answer:
            for word in getattr(texts, answer.value):
                found = read_answer(word)
                assert found is not None
                assert found[0] is answer, (language, word, found)


def test_twilio_s_own_words_are_known() -> None:
    assert is_twilios("Stop")
    assert is_twilios(" REVOKE ")
    assert not is_twilios("Stopp")
    assert not is_twilios("Stop!")


def test_a_name_is_shortened_and_has_nothing_that_hides() -> None:
    long = live_text("en", "Lamps \u202e" * 20, "https://shop.test/watch/lamps", None)
    assert len(long) < 140
    assert "\u202e" not in long
    assert "..." in long


def test_who_nobody_knows_has_no_word_in_it() -> None:
    assert reminder_text("en", None, "8 PM", "https://x.test/w", "https://x.test/u") == (
        "The show you asked for begins on 8 PM: https://x.test/w\nNo more: https://x.test/u"
    )


def test_a_code_is_filled_in_by_the_browser_of_the_page_that_asked() -> None:
    assert code_text("en", "Lamp shop", "012345", "shop.test").splitlines()[-1] == "@shop.test #012345"
    assert "@" not in code_text("pt-BR", "Lamp shop", "012345", None)
