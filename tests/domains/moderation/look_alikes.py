"""More ways to write a word so that it is not found, by somebody who had not seen the others.

Signs of Unicode's list of confusables and beyond, several alphabets in one word, and what is put between letters.
"""

from random import Random

from tests.domains.moderation.evasions import Evasion

ALIKE = {
    "a": "аɑαᴀ⍺ɐᴧ", "b": "ЬƄᏏᖯ", "c": "сϲᴄⅽƈ", "d": "ԁⅾᏧɗ", "e": "еҽ℮ɛᥱ", "f": "ƒϝғ", "g": "ɡցɢᶃ", "h": "һհᏂʜ",
    "i": "іıɩӏ¡", "k": "κкᴋƙ", "l": "ӏⅼⵏ", "m": "ⅿмᴍɱ", "n": "ոռɴɲ", "o": "оοօ໐०σ", "p": "рρⲣᴩ", "r": "гᴦⲅꭇ",
    "s": "ѕꜱʂʃ", "t": "τтᴛŧ", "u": "υսᴜʋµ", "v": "νѵᴠⅴ", "w": "ԝѡᴡ", "x": "хⅹ×ҳ", "y": "уүγʏ", "z": "ᴢȥʐʒ",
}  # fmt: skip
RAISED = dict(zip("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True))
ALPHABETS = (0x1D41A, 0x1D482, 0x1D4EA, 0x1D51E, 0x1D552, 0x1D586, 0x1D5BA, 0x1D5EE, 0x1D622, 0x1D656, 0x1D68A)
BLANK = "\u2800\u3164\u115f\uffa0\u00a0\u2003\u3000"


def alike(word: str, chance: Random) -> str:
    return "".join(
        chance.choice(ALIKE[letter]) if letter in ALIKE and chance.random() < 0.7 else letter for letter in word
    )


def raised(word: str, chance: Random) -> str:
    return "".join(RAISED.get(letter, letter) for letter in word)


def in_parentheses(word: str, chance: Random) -> str:
    return "".join(chr(0x249C + ord(letter) - 97) if "a" <= letter <= "z" else letter for letter in word)


def many_alphabets(word: str, chance: Random) -> str:
    return "".join(
        chr(chance.choice(ALPHABETS) + ord(letter) - 97) if "a" <= letter <= "z" else letter for letter in word
    )


def unevenly_spaced(word: str, chance: Random) -> str:
    return word[0] + "".join(chance.choice((" ", "  ", "   ", " . ", ".. ", "-")) + letter for letter in word[1:])


def line_by_line(word: str, chance: Random) -> str:
    return "\n".join(word)


def blanks_between(word: str, chance: Random) -> str:
    return word[0] + "".join(chance.choice(BLANK) + letter for letter in word[1:])


def each_in_brackets(word: str, chance: Random) -> str:
    before, after = chance.choice(("[]", "''", "<>"))
    return "".join(f"{before}{letter}{after}" for letter in word)


def alike_and_repeated(word: str, chance: Random) -> str:
    return "".join(alike(letter, chance) * chance.randint(1, 3) for letter in word)


def cut_unseen_and_alike(word: str, chance: Random) -> str:
    place = chance.randrange(1, len(word))
    return word[:place] + chance.choice("\u200b\u00ad\u2060\u034f") + alike(word[place:], chance)


EVASIONS: tuple[Evasion, ...] = (
    alike,
    raised,
    in_parentheses,
    many_alphabets,
    unevenly_spaced,
    line_by_line,
    blanks_between,
    each_in_brackets,
    alike_and_repeated,
    cut_unseen_and_alike,
)
