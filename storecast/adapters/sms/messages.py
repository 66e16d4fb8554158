"""What each SMS says, in its reader's language (`texts/<language>.toml`), and what an answer means."""

import unicodedata
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import msgspec
import regex
from msgspec import Struct

from storecast.kit.languages import ENGLISH
from storecast.kit.names import shown

HERE = Path(__file__).parent
LONGEST_NAME = 40  # of a show
LONGEST_ANSWER = 200  # characters that are looked at

_SIGNS = regex.compile(r"[^\p{L}\p{N}\s]+")
_UNSPACED = regex.compile(r"\p{Han}")  # of a script that puts no spaces between words
_ALEFS = str.maketrans("أإآٱ", "اااا")


class Answer(StrEnum):
    STOP = "stop"
    START = "start"
    HELP = "help"


class Texts(Struct, frozen=True, forbid_unknown_fields=True):
    """A language's."""

    stop: list[str]
    start: list[str]
    help: list[str]
    code: str
    reminder: str
    live: str
    some_show: str
    stop_hint: str
    link_hint: str
    stopped: str
    started: str
    helped: str


# What Twilio sees to and answers by itself, where nobody told it otherwise:
# https://help.twilio.com/articles/223134027
TWILIOS = frozenset(
    (
        "stop",
        "stopall",
        "unsubscribe",
        "cancel",
        "end",
        "quit",
        "revoke",
        "optout",
        "start",
        "unstop",
        "yes",
        "help",
        "info",
    )
)


def code_text(locale: str, site: str, code: str, host: str | None) -> str:
    """With the line by which browsers fill the code in on the page that asked for it (WebOTP), at `host`."""
    said = _texts_in(locale).code.format(code=code, site=site)
    return f"{said}\n\n@{host} #{code}" if host else said


def reminder_text(locale: str, show: str | None, time: str, link: str, end: str | None) -> str:
    """`show` is None where its host is not known well enough to have a word in an SMS; `end` as in `live_text`."""
    texts = _texts_in(locale)
    return _ended(texts, texts.reminder.format(show=_named(texts, show), time=time, link=link), end)


def live_text(locale: str, show: str | None, link: str, end: str | None) -> str:
    """`end` is where no more of these can be asked for; None where that can be answered."""
    texts = _texts_in(locale)
    return _ended(texts, texts.live.format(show=_named(texts, show), link=link), end)


def reply_text(locale: str, answer: Answer, site: str) -> str:
    texts = _texts_in(locale)
    return {Answer.STOP: texts.stopped, Answer.START: texts.started, Answer.HELP: texts.helped}[answer].format(
        site=site
    )


def read_answer(text: str) -> tuple[Answer, str] | None:
    """What somebody means, and the language of the word; None where it is nothing we know.

    In whatever case, with or without accents, and with anything around it that is no letter. A word that our SMS name
    ends it wherever an answer begins or ends with it; all else is understood where it stands alone.
    """
    folded, words = fold(text[:LONGEST_ANSWER]), _words()
    parts = folded.split()
    if parts and all(len(part) == 1 for part in parts):
        folded = "".join(parts)  # S T O P
    if folded in words:
        return words[folded]
    for word in _plain_stops():
        if parts[:1] == [word] or parts[-1:] == [word] or (_UNSPACED.match(word) and folded.startswith(word)):
            return words[word]
    return None


def is_twilios(text: str) -> bool:
    """Whether Twilio answers it by itself: its words alone, with nothing around them."""
    return text.strip().lower() in TWILIOS


def fold(text: str) -> str:
    """`text` as words are compared: without case, accents, signs and more than one space in a place."""
    plain = unicodedata.normalize("NFKD", text.replace("\u0640", "").translate(_ALEFS)).casefold()
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(_SIGNS.sub(" ", "".join(sign for sign in bare if unicodedata.category(sign) != "Cf")).split())


def _named(texts: Texts, show: str | None) -> str:
    name = shown(show) if show is not None else ""
    if not name:
        return texts.some_show
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 3].rstrip()}..."


def _ended(texts: Texts, said: str, end: str | None) -> str:
    return f"{said}\n{texts.stop_hint if end is None else texts.link_hint.format(link=end)}"


def _texts_in(locale: str) -> Texts:
    return _texts().get(locale.partition("-")[0]) or _texts()[ENGLISH]


@lru_cache
def _texts() -> dict[str, Texts]:
    """By language. Raises msgspec.ValidationError where a file does not hold what it should."""
    files = sorted((HERE / "texts").glob("*.toml"))
    return {path.stem: msgspec.toml.decode(path.read_bytes(), type=Texts) for path in files}


@lru_cache
def _words() -> dict[str, tuple[Answer, str]]:
    """Every language's, folded. What ends it in one language ends it in all."""
    found: dict[str, tuple[Answer, str]] = {}
    for answer in (Answer.HELP, Answer.START, Answer.STOP):
        for language, texts in _texts().items():
            for word in getattr(texts, answer.value):
                found[fold(word)] = (answer, language)
    return found


@lru_cache
def _plain_stops() -> tuple[str, ...]:
    """The first of each language, which stands in what we say, and the one lawyers use."""
    return (*(fold(texts.stop[0]) for texts in _texts().values()), "unsubscribe")
