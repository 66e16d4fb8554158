import string
from html.parser import HTMLParser

import pytest

from storecast.adapters.email.messages import HERE, MailKind, Text, Texts, _texts, compose

WORDS = {
    "name": "Ana", "minutes": "60", "days": "7", "time": "3 May 2026, 10:00:00 UTC", "device": "Firefox on Ubuntu",
    "address": "192.0.2.7", "streamer": "Mara", "show": "Lamp night",
}  # fmt: skip
SENDER = "Lamp shop <no-reply@shop.test>"
LANGUAGES = ("ar", "en", "es", "fr", "zh")


def placeholders(text: Text) -> set[str]:
    lines = [text.subject, text.heading, text.button, *text.before, *text.after]
    return {name for line in lines for _, name, _, _ in string.Formatter().parse(line) if name}


def test_every_language_has_every_mail() -> None:
    assert tuple(_texts()) == LANGUAGES
    for texts in _texts().values():
        assert set(texts.mails) == set(MailKind)


@pytest.mark.parametrize("kind", MailKind)
def test_every_language_says_as_much(kind: MailKind) -> None:
    english: Texts = _texts()["en"]
    for language, texts in _texts().items():
        missing = placeholders(english.mails[kind]) - placeholders(texts.mails[kind])
        assert missing == set(), f"{language} leaves out {missing}"
        assert len(texts.mails[kind].before) == len(english.mails[kind].before)
        assert bool(texts.mails[kind].button) == bool(english.mails[kind].button)


@pytest.mark.parametrize("kind", MailKind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_both_versions_carry_the_link_and_the_words(kind: MailKind, language: str) -> None:
    mail = compose(kind, "ana@example.com", language, SENDER, link="https://shop.test/x?a=1&b=2", **WORDS)
    assert "https://shop.test/x?a=1&b=2" in mail.text
    assert 'href="https://shop.test/x?a=1&amp;b=2"' in mail.html
    assert "{" not in mail.subject + mail.text
    assert "Lamp shop" in mail.text
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in mail.html


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


def test_mail_asks_for_nothing_from_outside() -> None:
    """No picture that counts openings, no style sheet of somebody else's server."""
    for template in (HERE / "templates").iterdir():
        assert "http" not in template.read_text()
