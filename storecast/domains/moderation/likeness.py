"""Whether something is a word, or another one that only has its skeleton: what was found is compared in earnest."""

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import groupby, pairwise

import regex
from msgspec import Struct

from storecast.domains.moderation.chunks import READ_ON, REMEMBERED, Chunk, common_words
from storecast.domains.moderation.letters import DIGITS, Letter, is_twin, letters_of, listed, plain, script_of

LONG = 7  # letters of a word that no other differs from by a letter said twice
SHORTEST_DRESSED = 3  # letters of a word that one with marks on them is taken for
SHORTEST_SPLIT = 4  # letters of a word that is looked for in pieces with spaces between them

_NO_LETTER = regex.compile(rf"[\p{{N}}\p{{M}}\p{{Cf}}$€£¥¢§©®{READ_ON}]+")
# A55, CU100L, RTX5090, 50cm, 2nd, 4$; not words whose letters are repeated in digits.
_MODEL = regex.compile(
    r"\p{L}\d{2}|\p{L}{1,2}(?!(\d)\1+\p{L})\d{3,}\p{L}?|\p{L}{3,}(?!(\d)\2+$)\d{3,}"
    r"|\d+(?:[$€£¥]\p{L}?|[ckm]?m|[km]?g|m?l|[kmgt]b|k?hz|k?w|m?ah|px|x|k|p|d|h|s|st|nd|rd|th|er|pm|am)",
    regex.IGNORECASE,
)
_UNSEEN = regex.compile(r"[\p{M}\p{Cf}]")
_LOOSE = regex.compile(r"[\s,;:/&()\[\]{}<>\"“”«»„]")  # what parts words, as a space does
_UNNATURAL = regex.compile(r"[*~^_`•·=\p{So}]")  # what no two words are joined by
_END = regex.compile(r"[.!?…:;,]+[\s\p{P}]*\s|\n|[。，！？；：、]|^\)")  # what ends a clause, or a number of a list
_STOPS = frozenset((".", "..", "...", "…", ",", "!", "?"))
_VOWELS = regex.compile("[aeiouyаеиоуыэюяё]")
_NEVER_TWICE = frozenset("aiuvwxqhjky")  # letters that few languages write twice


class Run(Struct, frozen=True):
    """A letter, as often as it is repeated."""

    looks: str
    letters: tuple[Letter, ...]


class Word(Struct, frozen=True):
    """One that is looked for."""

    said: str  # as the moderators wrote it
    runs: tuple[Run, ...]
    bounds: frozenset[int]  # behind how many runs a word of a phrase ends
    script: str | None
    exact: str  # its chunks as they are, without case

    @property
    def length(self) -> int:
        return sum(len(run.letters) for run in self.runs)


def runs_of(letters: Sequence[Letter]) -> tuple[Run, ...]:
    return tuple(Run(looks, tuple(run)) for looks, run in groupby(letters, lambda letter: letter.looks))


def is_word(word: Word, written: str) -> bool:
    """Whether a chunk with the word's key, all of it, is the word."""
    bare = written.casefold()
    if bare == word.exact:
        return True
    if _NO_LETTER.fullmatch(written) or _MODEL.fullmatch(written) or bare in harmless_words() or bare in common_words():
        return False
    return _alike(word, letters_of(written), odd=_UNSEEN.search(written) is not None)


def is_split(word: Word, chunks: Sequence[Chunk], first: int, last: int) -> bool:
    """Whether chunks whose keys together are the word's are the word, and not others that stand side by side."""
    letters: list[Letter] = []
    pieces: list[list[int]] = [[]]  # of each word of a phrase its chunks
    for place in range(first, last + 1):
        pieces[-1].append(place)
        letters += letters_of(chunks[place].written)
        if place < last and len(runs_of(letters)) in word.bounds:
            pieces.append([])
    split = [piece for piece in pieces if len(piece) > 1]
    exact = not split and "".join(chunk.written for chunk in chunks[first : last + 1]).casefold() == word.exact
    if _NO_LETTER.fullmatch("".join(letter.written for letter in letters)) and not exact:
        return False
    if not exact and not _alike(word, letters, odd=bool(split)):
        return False
    if any(_END.search(chunks[piece[-1]].after) for piece in pieces[:-1]):
        return False
    length = word.length if len(pieces) == 1 else SHORTEST_SPLIT
    return all(_may_be_split(chunks, piece[0], piece[-1], length) for piece in split)


@cache
def harmless_words() -> frozenset[str]:
    return listed("harmless_words.txt")


def _alike(word: Word, letters: Sequence[Letter], *, odd: bool) -> bool:
    """Whether letters are the word's. Where anything of them is `odd` somebody writes it so on purpose."""
    runs = runs_of(letters)
    scripts = {script_of(letter.written) for letter in letters if letter.written.isalpha()}
    if len(scripts) == 1 and not scripts <= {"Latin", None}:
        return _alike_in_script(word, runs, same_script=scripts == {word.script})
    odd = odd or len(scripts) > 1 or scripts == {None}
    merged, dressed, doubled = 0, False, []
    for place, (run, wanted) in enumerate(zip(runs, word.runs, strict=True)):
        times, least = len(run.letters), len(wanted.letters)
        if times < least:
            return False
        if times == 2 and least == 1:
            doubled.append(place)
        odd = odd or times > max(2, least)
        dressed = dressed or not all(letter.written.isascii() for letter in run.letters)
        others = {letter.plain for letter in run.letters} - {letter.plain for letter in wanted.letters}
        if others and word.script == "Latin" and all(map(_is_latin, run.letters)):
            if times != least and len({letter.plain for letter in run.letters}) > 1:
                return False  # tillit
            merged += 1  # an l for an i, or a u for a v
        elif others:
            odd = True
    if merged > 1 and word.length < SHORTEST_SPLIT:
        return False
    if dressed and not odd and word.length < SHORTEST_DRESSED:
        return False  # a word of its own, as âm
    return odd or not doubled or len(doubled) > 1 or _doubled_on_purpose(word, runs, doubled[0])


def _doubled_on_purpose(word: Word, runs: Sequence[Run], place: int) -> bool:
    """Where one letter is written twice, as in another word (`penne`)."""
    letter = runs[place].letters[0].plain
    if word.length < SHORTEST_SPLIT:
        return False
    return word.length >= LONG or letter in _NEVER_TWICE or (place == 0 and letter not in "leo")


def _alike_in_script(word: Word, runs: Sequence[Run], *, same_script: bool) -> bool:
    """Of letters of one script that is not Latin: letter by letter where the word is in it, too.

    Else nobody may be able to tell them, at least of a short word.
    """
    for run, wanted in zip(runs, word.runs, strict=True):
        if len(run.letters) < len(wanted.letters) or (len(run.letters) == 2 and len(wanted.letters) == 1):
            return False
        theirs = {letter.plain for letter in wanted.letters}
        for letter in (letter for letter in run.letters if letter.written.isalpha()):
            if same_script and letter.plain not in theirs:
                return False
            if not same_script and word.length < SHORTEST_SPLIT and not is_twin(letter.written):
                return False
    return True


def _is_latin(letter: Letter) -> bool:
    return letter.written.isascii() and letter.written.isalpha()


def _may_be_split(chunks: Sequence[Chunk], first: int, last: int, length: int) -> bool:
    """Whether somebody split a word of so many letters into these, or whether they are words of their own."""
    written = [chunks[place].written for place in range(first, last + 1)]
    gaps = [chunks[place].after for place in range(first, last)]
    before = chunks[first - 1] if first else None
    after = chunks[last + 1] if last + 1 < len(chunks) else None
    if all(map(_is_one, written)) and len(written) > 2:
        if not all(map(_UNNATURAL.search, gaps)) and 2 * sum(map(_is_real, written)) < len(written):
            return False  # a sum, or a table
        if length >= SHORTEST_SPLIT or before is None or after is None:
            return True
        amid = {before.after, chunks[last].after} <= set(gaps) and _is_one(before.written) and _is_one(after.written)
        return not amid
    if any(map(_END.search, gaps)):
        return False
    if (before and not _parts_words(before.after)) or (after and not _parts_words(chunks[last].after)):
        return False  # it's hit
    units = [written[0]]
    for gap, piece in zip(gaps, written[1:], strict=True):
        if _parts_words(gap):
            units.append(piece)
        else:
            units[-1] += piece
    if len(units) == 1:
        return _is_cut(written, gaps, length)
    return length >= SHORTEST_SPLIT and _is_spaced_out(units, length)


def _is_cut(written: Sequence[str], gaps: Sequence[str], length: int) -> bool:
    """Of pieces with signs between them and no space."""
    if _UNNATURAL.search("".join(gaps)):
        return True
    if _sentences_without_space(written, gaps):
        return False
    return length >= SHORTEST_SPLIT or not all(
        piece.casefold() in common_words() or len(piece) == 1 for piece in written
    )


def _is_spaced_out(units: Sequence[str], length: int) -> bool:
    """Of pieces with spaces between them: one at least is no word, and by itself looks like none."""
    if not all(map(_is_real, units)):
        return False  # a number between words
    if all(unit.casefold() in common_words() or _is_one(unit) for unit in units):
        return len(units) > 2 and any(_is_one(one) and _is_one(other) for one, other in pairwise(units))
    if len(units) > 2 or length > SHORTEST_SPLIT:
        return True
    first, _ = units
    bare = [unit for unit in units if len(unit) > 1 and not _has_vowel(unit)]
    return bool(bare) or (_is_one(first) and not _has_vowel(first))


def _sentences_without_space(written: Sequence[str], gaps: Sequence[str]) -> bool:
    """Whether these are the end of a sentence and the beginning of the next: `the pen.Is it`, `ok.so`."""
    if set(gaps) - _STOPS:
        return False
    if any(one[-1:].islower() and other[:1].isupper() for one, other in pairwise(written)):
        return True
    return len(written) == 2 and all(piece.casefold() in common_words() for piece in written)


def _parts_words(gap: str) -> bool:
    return gap == "" or _LOOSE.search(gap) is not None


def _is_real(piece: str) -> bool:
    """Whether it is a letter, and no number or price."""
    return _NO_LETTER.fullmatch(piece) is None


def _is_one(piece: str) -> bool:
    """Whether it is one letter, however often."""
    return len(set(_plain_letters(piece))) == 1


def _has_vowel(unit: str) -> bool:
    return _VOWELS.search(_plain_letters(unit)) is not None


@lru_cache(REMEMBERED)
def _plain_letters(piece: str) -> str:
    return "".join(DIGITS.get(sign, plain(sign)) for sign in piece)
