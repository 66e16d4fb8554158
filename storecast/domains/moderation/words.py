"""Blocked words, found however they are written, and in no word that merely contains them.

A text is cut into chunks of letters (`chunks.py`). Their skeletons (`letters.py`) are looked up, alone and put together
with what follows; only what is found there is compared in earnest (`likeness.py`). So a message costs what it is long,
however many words are blocked.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import regex

from storecast.domains.moderation.chunks import Chunk, chunks, joined, key_of, normal, parts, readings
from storecast.domains.moderation.letters import SPACELESS, Letter, letters_of, script_of, squeezed
from storecast.domains.moderation.likeness import SHORTEST_SPLIT, Word, harmless_words, is_split, is_word, runs_of

MOST_READ = 2_000  # characters of a text

_SPACELESS = regex.compile(rf"[{SPACELESS}]")
_HANGUL = regex.compile(r"\p{Hangul}+")
_ARABIC_PREFIX = regex.compile(r"^[وف]?[بكل]?(?:ال|لل)?(?=\p{Arabic}{3})")
_CENSORED = regex.compile(r"[\p{L}\p{N}@$]+(?:[*#]{1,3}[\p{L}\p{N}@$]+)+")
_STARS = "*#"
_SIGN = regex.compile(r"[\p{So}\p{Sk}\p{Sm}\p{Sc}]")
_COLOURS = regex.compile(r"[\p{Cf}\ufe00-\ufe0f\p{Emoji_Modifier}\s]")


class BlockedWords:
    """Those of a channel, ready to be looked for."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_key: defaultdict[str, list[Word]] = defaultdict(list)
        self._beginnings: set[str] = set()
        self._by_size: defaultdict[tuple[str, int], list[Word]] = defaultdict(list)  # their first letter, and how many
        self._inside: list[tuple[str, str]] = []  # of scripts without spaces: as it is looked for
        self._signs: list[tuple[str, str]] = []  # those of signs alone, as a picture
        self._stems: list[tuple[str, str]] = []  # of Korean, whose words go on
        self._longest = 0
        for word in words:
            self._add(word)

    def found_in(self, text: str) -> str | None:
        """The first of the blocked words that is in `text`, as the moderators wrote it."""
        text = normal(text[:MOST_READ])
        if self._inside:
            bare = squeezed(text)
            for looked_for, word in self._inside:
                if looked_for in bare:
                    return word
        if self._signs:
            bare = _plain_signs(text)
            for looked_for, word in self._signs:
                if looked_for in bare:
                    return word
        if not self._by_key:
            return None
        if any(star in text for star in _STARS):
            found = self._found_censored(text)
            if found is not None:
                return found
        return next(filter(None, (self._found_in_chunks(chunks(reading)) for reading in readings(text))), None)

    def _add(self, said: str) -> None:
        word = normal(said)
        if _SPACELESS.search(word):
            self._inside.append((squeezed(word), said))
            return
        if not chunks(word):
            self._signs.append((_plain_signs(word), said))
            return
        for spelling in _spellings(word):
            self._add_spelling(spelling, said)
        if _HANGUL.fullmatch(word):
            self._stems.append((word, said))

    def _add_spelling(self, spelling: str, said: str) -> None:
        letters: list[Letter] = []
        bounds: set[int] = set()
        cut = chunks(spelling)
        for chunk in cut:
            if letters:
                bounds.add(len(runs_of(letters)))
            letters += letters_of(chunk.written)
        scripts = {script_of(letter.written) for letter in letters} - {None}
        script = next(iter(scripts)) if len(scripts) == 1 else None
        exact = "".join(chunk.written for chunk in cut).casefold()
        word = Word(said, runs_of(letters), frozenset(bounds), script, exact)
        key = "".join(run.looks for run in word.runs)
        self._by_key[key].append(word)
        self._beginnings.update(key[:end] for end in range(1, len(key) + 1))
        self._longest = max(self._longest, len(letters))
        self._by_size[(letters[0].looks, len(letters))].append(word)

    def _found_in_chunks(self, cut: Sequence[Chunk]) -> str | None:
        for place, chunk in enumerate(cut):
            found = self._found_at(cut, place, chunk)
            if found is not None:
                return found
        return None

    def _found_at(self, cut: Sequence[Chunk], place: int, chunk: Chunk) -> str | None:
        written = chunk.written
        for word in self._by_key.get(chunk.key, ()):
            if is_word(word, written):
                return word.said
        found = None
        if not written.isalpha() or not written.islower():
            found = self._found_among(parts(written))
        if found is None and chunk.key in self._beginnings:
            found = self._found_from(cut, place)
        if found is None and "\u0600" <= written[0] <= "\u06ff":
            found = self._found_among((_ARABIC_PREFIX.sub("", written),))
        if found is None and self._stems and not written.startswith(tuple(harmless_words())):
            found = next((said for stem, said in self._stems if written.startswith(stem)), None)
        return found

    def _found_among(self, written: Iterable[str]) -> str | None:
        for one in written:
            for word in self._by_key.get(key_of(one), ()):
                if is_word(word, one):
                    return word.said
        return None

    def _found_from(self, cut: Sequence[Chunk], first: int) -> str | None:
        """In what begins with this chunk and goes on with others."""
        key = cut[first].key
        for last in range(first + 1, min(len(cut), first + 1 + 2 * self._longest)):
            key = joined(key, cut[last].key)
            for word in self._by_key.get(key, ()):
                if is_split(word, cut, first, last):
                    return word.said
            if key not in self._beginnings:
                return None
        return None

    def _found_censored(self, text: str) -> str | None:
        """Where stars stand for letters: a star a letter."""
        for match in _CENSORED.finditer(text):
            read: list[str] = []
            for sign in match[0]:
                read += ["*"] if sign in _STARS else [letter.looks for letter in letters_of(sign)]
            if not read or sum(sign.isalpha() for sign in match[0]) < 2:
                continue
            for word in self._by_size.get((read[0], len(read)), ()):
                written = [letter.looks for run in word.runs for letter in run.letters]
                if all(one in ("*", other) for one, other in zip(read, written, strict=True)):
                    return word.said
        return None


def is_sayable(word: str) -> bool:
    """Whether there is anything of it to look for: letters, numbers, or a picture."""
    word = normal(word)
    if _SPACELESS.search(word):
        return bool(squeezed(word))
    return bool(chunks(word)) or _SIGN.search(_plain_signs(word)) is not None


def _plain_signs(text: str) -> str:
    """Pictures without their colour and shape."""
    return _COLOURS.sub("", text)


def _spellings(word: str) -> set[str]:
    """A word, and what is written for it where a letter is made of two."""
    lower = word.casefold()
    spellings = {word}
    if len(lower) > SHORTEST_SPLIT and "m" in lower:
        spellings.add(lower.replace("m", "rn"))
    if "w" in lower:
        spellings.add(lower.replace("w", "vv"))
    if lower.startswith("f"):
        spellings.add("ph" + lower[1:])
    return spellings
