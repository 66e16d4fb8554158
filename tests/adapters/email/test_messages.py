import string
from html.parser import HTMLParser

import msgspec
import pytest

from storecast.adapters.email.messages import (
    HERE,
    MailKind,
    PageOf,
    Text,
    Texts,
    _texts,
    compose,
    device_in,
    page_of,
)

WORDS = {
    "name": "Ana", "minutes": "60", "days": "7", "time": "3 May 2026, 10:00:00 UTC", "device": "Firefox on Ubuntu",
    "address": "192.0.2.7", "streamer": "Mara", "show": "Lamp night", "seller": "Mara", "number": "12",
    "items": "2 × Desk lamp (red)", "total": "25.00 EUR", "amount": "12.50 EUR", "product": "Desk lamp",
    "url": "https://hooks.shop.test/in", "months": "3", "titles": "Lamp night, Vases",
    "used": "24", "granted": "30", "grace": "10",
    "until": "1 Jun 2026, 00:00:00 UTC",
}  # fmt: skip
SHARED = [field.name for field in msgspec.structs.fields(Texts) if field.name != "mails"]
SENDER = "Lamp shop <no-reply@shop.test>"
LANGUAGES = ("ar", "de", "en", "es", "fr", "zh")


def blanks(line: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(line) if name)


def placeholders(text: Text) -> dict[str, list[str]]:
    """What is filled in, by part of the mail."""
    parts = {"subject": [text.subject], "heading": [text.heading], "before": text.before, "after": text.after}
    return {part: sorted(name for line in lines for name in blanks(line)) for part, lines in parts.items()}


def test_every_language_has_every_mail() -> None:
    assert tuple(_texts()) == LANGUAGES
    for texts in _texts().values():
        assert set(texts.mails) == set(MailKind)


@pytest.mark.parametrize("kind", MailKind)
def test_every_language_says_as_much(kind: MailKind) -> None:
    english: Texts = _texts()["en"]
    for language, texts in _texts().items():
        assert placeholders(texts.mails[kind]) == placeholders(english.mails[kind]), language
        assert len(texts.mails[kind].before) == len(english.mails[kind].before)
        assert bool(texts.mails[kind].button) == bool(english.mails[kind].button)


def test_every_language_shares_the_same_words() -> None:
    english = _texts()["en"]
    for language, texts in _texts().items():
        for name in SHARED:
            line = getattr(texts, name)
            assert line.strip(), (language, name)
            assert blanks(line) == blanks(getattr(english, name)), (language, name)


def test_a_file_with_a_word_too_few_or_too_many_is_refused() -> None:
    content = (HERE / "texts" / "en.toml").read_text()
    for wrong in (content.replace("footer =", "foot ="), content.replace("[mails.reset]", "[mails.resetting]")):
        with pytest.raises(msgspec.ValidationError):
            msgspec.toml.decode(wrong, type=Texts)


@pytest.mark.parametrize("kind", MailKind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_both_versions_carry_the_link_and_the_words(kind: MailKind, language: str) -> None:
    mail = compose(kind, "ana@example.com", language, SENDER, link="https://shop.test/x?a=1&b=2", **WORDS)
    assert "https://shop.test/x?a=1&b=2" in mail.text
    assert 'href="https://shop.test/x?a=1&amp;b=2"' in mail.html
    assert "{" not in mail.subject + mail.text
    assert "Lamp shop" in mail.text
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in mail.html


@pytest.mark.parametrize("kind", [kind for kind in MailKind if "order" in kind])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_about_an_order_says_which_and_what_is_in_it(kind: MailKind, language: str) -> None:
    mail = compose(kind, "ana@example.com", language, SENDER, link="https://shop.test/", **WORDS)
    assert "12" in mail.subject
    assert "2 × Desk lamp (red)" in mail.text
    if kind != MailKind.ORDER_FULFILLED:
        assert "25.00 EUR" in mail.text


def test_a_language_without_mails_reads_english() -> None:
    mail = compose(MailKind.VERIFY, "ana@example.com", "pt-BR", SENDER, link="https://shop.test/", **WORDS)
    assert mail.subject == "Verify your email address"


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)


def test_a_name_is_words_and_never_markup() -> None:
    names = {**WORDS, "streamer": "<script>alert(1)</script>\r\nBcc: all@example.com", "show": "{name} {{ site }}"}
    mail = compose(MailKind.LIVE, "ana@example.com", "en", SENDER, link="https://shop.test/", **names)
    tags = Tags()
    tags.feed(mail.html)
    assert "script" not in tags.names
    assert "\n" not in mail.subject
    assert "{name} {{ site }}" in mail.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_greets_whom_it_is_told_to_and_else_nobody(language: str) -> None:
    words = {key: word for key, word in WORDS.items() if key != "name"}
    greeting = _texts()[language].hello.split("{name}")[0]
    for name in ("Ana", ""):
        mail = compose(MailKind.RESET, "ana@example.com", language, SENDER, name=name, **words)
        assert ("Ana" in mail.text) == ("Ana" in mail.html) == bool(name)
        assert greeting in mail.text or not name


def test_words_from_before_names_had_a_form_are_put_into_it() -> None:
    names = {**WORDS, "streamer": "\u202eadmin\u3164", "show": "a\n\tb\u200b"}
    mail = compose(MailKind.LIVE, "ana@example.com", "en", SENDER, link="https://shop.test/", **names)
    assert mail.subject == "admin is live: a b"


def test_a_note_is_somebody_s_own_and_stands_apart() -> None:
    note = "Bring <b>tea</b> {name}\n\n\u202eand a friend"
    mail = compose(MailKind.REMINDER, "ana@example.com", "ar", SENDER, link="https://shop.test/", note=note, **WORDS)
    assert "\u2068Bring <b>tea</b> {name}\u2069\n\n\u2068and a friend\u2069" in mail.text
    assert "<b>tea" not in mail.html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", PageOf)
def test_pages_ask_once_or_say_what_is_done(kind: PageOf, language: str) -> None:
    page = page_of(kind, language)
    assert ("<button>" in page) is (kind in (PageOf.OPT_OUT, PageOf.CONFIRM))
    assert getattr(_texts()[language], kind) in page
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in page


def test_devices_are_named_in_the_reader_s_language() -> None:
    named = [device_in(language, "Firefox", "Ubuntu") for language in LANGUAGES]
    assert named == [
        "Firefox على Ubuntu", "Firefox unter Ubuntu", "Firefox on Ubuntu", "Firefox en Ubuntu", "Firefox sur Ubuntu",
        "Ubuntu 上的 Firefox",
    ]  # fmt: skip
    assert (device_in("de", "", ""), device_in("fr", "curl", "")) == ("Unbekanntes Gerät", "curl")


def test_mail_asks_for_nothing_from_outside() -> None:
    """No picture that counts openings, no style sheet of somebody else's server."""
    for template in (HERE / "templates").iterdir():
        assert "http" not in template.read_text()
