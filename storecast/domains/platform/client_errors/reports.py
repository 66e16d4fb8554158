"""A report as it is kept: of a size, without what opens something or names somebody, and known when it comes again."""

import hashlib
import re

from msgspec import Struct

from storecast.kit.names import shown

MOST_LINES = 30
LONGEST_LINE = 300
LOOKED_AT = 1_000  # characters of a line: to look through it takes its square in time
SAME_LINES = 4  # of a stack, by which an error is known again
ELLIPSIS = "…"

# Passwords in addresses, what follows a `?` or `#`, addresses of people, numbers as long as one of a phone or a card,
# and whatever is as long as a token, in this order.
_LEFT_OUT = (
    (re.compile(r"(?<=://)[^/\s@]*@"), ""),
    (re.compile(r"(?<=[\w/])[?#][^\s()'\"<>]*"), f"?{ELLIPSIS}"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), f"{ELLIPSIS}@{ELLIPSIS}"),
    (re.compile(r"\+?\d(?:[ -]?\d){8,}"), ELLIPSIS),
    (re.compile(r"[A-Za-z0-9_.~+=-]{32,}"), ELLIPSIS),
)
# What differs from one time to the next: numbers, and names that a build made.
_CHANGING = re.compile(r"[0-9a-f]{8,}|\d+")


class Report(Struct, frozen=True):
    fingerprint: str
    message: str
    stack: str
    url: str
    version: str
    browser: str


def report_of(message: str, stack: str, url: str, version: str, browser: str) -> Report:
    message, stack = _lines(message), _lines(stack)
    same = "\n".join([message, *stack.split("\n")[:SAME_LINES]])
    fingerprint = hashlib.sha256(_CHANGING.sub("0", same).encode()).hexdigest()[:32]
    return Report(fingerprint, message, stack, _line(url), _line(version), _line(browser))


def _lines(text: str) -> str:
    lines = (_line(line) for line in text.split("\n")[:MOST_LINES])
    return "\n".join(line for line in lines if line)


def _line(text: str) -> str:
    """As people may be shown it: nothing that hides, turns text around or goes on for ever."""
    text = text[:LOOKED_AT]
    for pattern, instead in _LEFT_OUT:
        text = pattern.sub(instead, text)
    return shown(text)[:LONGEST_LINE]
