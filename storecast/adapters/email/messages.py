"""What each mail says, in its reader's language: `texts/<language>.toml` laid out by `templates/mail.{html,txt}`."""

from email.utils import parseaddr
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from msgspec import Struct

from storecast.adapters.email.mailer import Mail
from storecast.kit.languages import ENGLISH, is_right_to_left
from storecast.kit.names import shown

HERE = Path(__file__).parent
# First Strong Isolate … Pop Directional Isolate: a name's direction leaves the sentence's alone (UAX #9).
_ISOLATED = "\u2068{}\u2069"
_THEIRS = {
    "name",
    "streamer",
    "show",
    "device",
    "items",
    "seller",
    "product",
    "titles",
}  # words that people wrote, or their programs


class MailKind(StrEnum):
    VERIFY = "verify"
    RESET = "reset"
    SIGN_UP = "sign_up"
    HAVE_ACCOUNT = "have_account"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a mail, no password
    NEW_DEVICE = "new_device"
    LIVE = "live"
    SUBSCRIBE = "subscribe"  # whether they want to
    REMINDER = "reminder"
    SHOW_LIVE = "show_live"
    ORDER_PLACED = "order_placed"
    ORDER_PAID = "order_paid"
    ORDER_FULFILLED = "order_fulfilled"
    ORDER_CANCELLED = "order_cancelled"
    ORDER_REFUNDED = "order_refunded"
    ORDER_IN_VAIN = "order_in_vain"  # paid, and out of stock
    NEW_ORDER = "new_order"
    NEW_ORDER_IN_VAIN = "new_order_in_vain"
    WAITLIST_OFFER = "waitlist_offer"
    MEDIA_EXPIRING = "media_expiring"
    WEBHOOK_OFF = "webhook_off"
    MINUTES_LOW = "minutes_low"
    EXPORT_READY = "export_ready"
    ERASURE_SCHEDULED = "erasure_scheduled"
    ERASED = "erased"


class Text(Struct, frozen=True, forbid_unknown_fields=True):
    """One mail's words; `{name}` and the like are filled in. `before` and `after` stand around the button."""

    subject: str
    heading: str
    before: list[str]
    button: str = ""
    after: list[str] = []


class Texts(Struct, frozen=True, forbid_unknown_fields=True):
    """A language's mails, and the words all of them share."""

    hello: str
    otherwise: str
    footer: str
    opt_out: str
    opted_out: str
    confirm: str
    confirmed: str
    confirm_over: str
    confirm_full: str
    some_show: str  # whose host is not known well enough to have a word in a mail
    device: str  # what is signed in on
    unknown_device: str
    mails: dict[MailKind, Text]


def compose(
    kind: MailKind,
    to: str,
    locale: str,
    sender: str,
    *,
    link: str | None = None,
    opt_out: str | None = None,
    unsubscribe: str | None = None,
    name: str = "",
    note: str = "",
    key: str | None = None,
    **words: str,
) -> Mail:
    """The mail `kind` in the language of `locale`, English where it is not written in that one.

    `sender` is the From header, whose name the mail goes by; `opt_out` a page that ends mails like this one; `name`
    whom it greets, if anybody: nothing somebody wrote goes to an address before it is known to be theirs. `note` are
    paragraphs of somebody's own. A `show` without a name is the one that was asked for.
    """
    language, texts = _spoken(locale)
    leftwards = is_right_to_left(language)
    site = parseaddr(sender)[0] or "Storecast"
    given = {"site": site, "name": name, **words}
    given["show"] = words.get("show") or texts.some_show
    filled = {key: shown(word) if key in _THEIRS else word for key, word in given.items()}
    subject = texts.mails[kind].subject.format_map(filled)
    if leftwards:
        filled = {key: _ISOLATED.format(word) for key, word in filled.items()}
    text = texts.mails[kind]
    values = {
        "lang": language,
        "direction": "rtl" if leftwards else "ltr",
        "start": "right" if leftwards else "left",
        "site": site,
        "subject": subject,
        "heading": text.heading.format_map(filled),
        "hello": texts.hello.format_map(filled) if name else None,
        "before": [*(line.format_map(filled) for line in text.before), *_paragraphs(note, leftwards)],
        "button": text.button,
        "link": link,
        "after": [line.format_map(filled) for line in text.after],
        "otherwise": texts.otherwise,
        "footer": texts.footer.format_map(filled),
        "opt_out": opt_out,
        "opt_out_label": texts.opt_out,
    }
    return Mail(
        to,
        subject,
        text=_templates().get_template("mail.txt").render(values),
        html=_templates().get_template("mail.html").render(values),
        unsubscribe=unsubscribe,
        key=key,
    )


def device_in(locale: str, browser: str, system: str) -> str:
    """A device for people to read, by what is known of it."""
    _, texts = _spoken(locale)
    if browser and system:
        return texts.device.format(browser=browser, system=system)
    return browser or system or texts.unknown_device


class PageOf(StrEnum):
    """A page that a mail's link leads to: a button that posts to the same address, or the words after that."""

    OPT_OUT = "opt_out"
    OPTED_OUT = "opted_out"
    CONFIRM = "confirm"
    CONFIRMED = "confirmed"
    CONFIRM_OVER = "confirm_over"
    CONFIRM_FULL = "confirm_full"


def page_of(kind: PageOf, locale: str) -> str:
    language, texts = _spoken(locale)
    direction = "rtl" if is_right_to_left(language) else "ltr"
    title: str = getattr(texts, kind.value)
    asks = kind in (PageOf.OPT_OUT, PageOf.CONFIRM)
    return (
        _templates().get_template("one_button.html").render(lang=language, direction=direction, title=title, asks=asks)
    )


def _paragraphs(note: str, leftwards: bool) -> list[str]:
    lines = [shown(line) for line in note.splitlines()]
    return [_ISOLATED.format(line) if leftwards else line for line in lines if line]


def _spoken(locale: str) -> tuple[str, Texts]:
    """The language of `locale` where mails are written in it, else English."""
    language = locale.partition("-")[0]
    language = language if language in _texts() else ENGLISH
    return language, _texts()[language]


@lru_cache
def _texts() -> dict[str, Texts]:
    """By language. Raises msgspec.ValidationError where a file does not hold what it should."""
    files = sorted((HERE / "texts").glob("*.toml"))
    return {path.stem: msgspec.toml.decode(path.read_bytes(), type=Texts) for path in files}


@lru_cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
