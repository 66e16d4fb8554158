"""Names behind an `@` in what somebody says."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import regex

MOST = 10  # of one message
LONGEST_NAME = 60  # characters, of a person's; a guest's has 40

_AT = regex.compile(r"(?<![\p{L}\p{N}_.@])@(?=\S)")  # of an email address it is none
_SPACELESS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"  # what writes no spaces
_END = regex.compile(rf"(?<=\S)(?:(?=[^\p{{L}}\p{{N}}\p{{M}}]|[{_SPACELESS}]|\Z)|(?<=[{_SPACELESS}]))")


def folded(name: str) -> str:
    """What names are the same by."""
    return name.casefold()


def named(text: str) -> list[list[str]]:
    """For each `@` what may be the name behind it, folded, the longest first."""
    found = islice(_AT.finditer(text), MOST) if "@" in text else ()
    return [list(_names(text[at.end() :])) for at in found]


def resolved(candidates: Sequence[Sequence[str]], known: Mapping[str, tuple[str, str]]) -> list[dict[str, str]]:
    """Who is meant, each once: the longest name somebody has. `known` has an author's id and name by the folded one."""
    found: dict[str, str] = {}
    for names in candidates:
        person = next((known[name] for name in names if name in known), None)
        if person is not None:
            found.setdefault(*person)
    return [{"id": author_id, "name": name} for author_id, name in found.items()]


def _names(text: str) -> Iterator[str]:
    """Everything `text` begins with that ends where a word does."""
    line = text.partition("\n")[0][: LONGEST_NAME + 1]
    ends = [found.end() for found in _END.finditer(line)]
    return (folded(line[:end]) for end in reversed(ends))
