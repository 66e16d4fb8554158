"""How people write a word so that a list of words does not find it, and a reader does. Written from what raids and
spammers do, not from what is looked for; each takes a word and gives one way of writing it."""

import unicodedata
from collections.abc import Callable
from random import Random

Evasion = Callable[[str, Random], str]

LEET = {
    "a": "4@",
    "b": "8",
    "c": "(",
    "e": "3€",
    "g": "96",
    "i": "1!|",
    "l": "1|",
    "o": "0",
    "s": "5$",
    "t": "7+",
    "z": "2",
}
CYRILLIC = dict(zip("aceopxyishkmtbnur", "асеорхуіѕһкмтвпцг", strict=True))
GREEK = dict(zip("aeiknoptuvxyw", "αεικηορτυνχγω", strict=True))
LATIN_IN_RUSSIAN = dict(zip("асеорхукмтвн", "aceopxykmtbh", strict=True))
ACCENTED = {
    "a": "áàâäãåāăą",
    "c": "çćč",
    "e": "éèêëēė",
    "i": "íìîïī",
    "l": "ĺľ",
    "n": "ńñň",
    "o": "óòôöõō",
    "r": "ŕř",
    "s": "śšş",
    "t": "ťţ",
    "u": "úùûüū",
    "y": "ýÿ",
    "k": "ķ",
    "d": "ď",
    "h": "ĥ",
    "g": "ğģ",
    "w": "ŵ",
    "z": "žź",
    "p": "ṗ",
}
SMALL_CAPITALS = dict(zip("abcdefghijklmnoprstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", strict=True))
COINS = dict(zip("abcdefhklmnoprstuwyz", "₳฿₵ĐɆ₣ⱧₖⱠ₥₦Ø₱Ɽ₴₮Ʉ₩ɎⱫ", strict=True))
SYLLABICS = dict(zip("abcdefhjklmnpqrsuvwxz", "ᗩᗷᑕᗪᗴᖴᕼᒍᛕᒪᗰᑎᑭᑫᖇᔕᑌᐯᗯ᙭ᘔ", strict=True))
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e\u2063"
EMOJI = "😀😂🔥❤💰👉🍆🙈✨⭐🎉"
FONTS = (0x1D400, 0x1D434, 0x1D468, 0x1D4D0, 0x1D5A0, 0x1D5D4, 0x1D608, 0x1D63C, 0x1D670, 0x1D56C)
FRAMES = (0x1F130, 0x1F150, 0x1F170)


def _swapped(word: str, table: dict[str, str], chance: Random, share: float) -> str:
    """Some letters for their likes, one at least where there is one."""
    places = [place for place, letter in enumerate(word) if letter in table]
    chosen = {place for place in places if chance.random() < share} or set(places[:1])
    return "".join(chance.choice(table[letter]) if place in chosen else letter for place, letter in enumerate(word))


def as_it_is(word: str, chance: Random) -> str:
    return chance.choice([word, word.upper(), word.capitalize()])


def any_case(word: str, chance: Random) -> str:
    return "".join(chance.choice([letter.upper(), letter]) for letter in word)


def leet(word: str, chance: Random) -> str:
    return _swapped(word, LEET, chance, 0.6)


def homoglyphs(word: str, chance: Random) -> str:
    return _swapped(word, chance.choice([CYRILLIC, GREEK]), chance, 0.6)


def accents(word: str, chance: Random) -> str:
    return _swapped(word, ACCENTED, chance, 0.5)


def coins(word: str, chance: Random) -> str:
    return _swapped(word, COINS, chance, 1)


def small_capitals(word: str, chance: Random) -> str:
    return _swapped(word, SMALL_CAPITALS, chance, 1)


def syllabics(word: str, chance: Random) -> str:
    return _swapped(word, SYLLABICS, chance, 1)


def fonts(word: str, chance: Random) -> str:
    start, lower = chance.choice(FONTS), 26 * chance.randint(0, 1)
    made = (chr(start + lower + ord(letter) - 97) if "a" <= letter <= "z" else letter for letter in word)
    return "".join(sign if unicodedata.name(sign, "") else letter for sign, letter in zip(made, word, strict=True))


def wide(word: str, chance: Random) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in word)


def framed(word: str, chance: Random) -> str:
    start = chance.choice(FRAMES)
    return "".join(chr(start + ord(letter) - 97) if "a" <= letter <= "z" else letter for letter in word)


def circled(word: str, chance: Random) -> str:
    return "".join(chr(0x24D0 + ord(letter) - 97) if "a" <= letter <= "z" else letter for letter in word)


def flags(word: str, chance: Random) -> str:
    between = chance.choice([" ", "\u200b"])
    return between.join(chr(0x1F1E6 + ord(letter) - 97) if "a" <= letter <= "z" else letter for letter in word)


def invisible(word: str, chance: Random) -> str:
    return word[0] + "".join(chance.choice([*INVISIBLE, ""]) + letter for letter in word[1:])


def stacked_marks(word: str, chance: Random) -> str:
    return "".join(
        letter + "".join(chr(chance.randint(0x300, 0x36F)) for _ in range(chance.randint(0, 5))) for letter in word
    )


def struck(word: str, chance: Random) -> str:
    mark = chance.choice("\u0332\u0336\u0337\u0338\u20e3")
    return "".join(letter + mark for letter in word)


def spaced(word: str, chance: Random) -> str:
    return chance.choice([" ", "  ", "\u00a0", "\u2009"]).join(word)


def dotted(word: str, chance: Random) -> str:
    return chance.choice([".", "-", "_", "*", "~", "|", "/", ",", "·", "•", " . ", " - ", "'", "+", "="]).join(word)


def mixed_signs(word: str, chance: Random) -> str:
    return word[0] + "".join(chance.choice([".", "-", "_", " ", "*", "~", ". "]) + letter for letter in word[1:])


def with_emoji(word: str, chance: Random) -> str:
    sign = chance.choice(EMOJI)
    return sign.join(word) if chance.random() < 0.7 else f" {sign} ".join(word)


def repeated(word: str, chance: Random) -> str:
    place = chance.randrange(len(word))
    return word[:place] + word[place] * chance.randint(3, 9) + word[place + 1 :]


def all_repeated(word: str, chance: Random) -> str:
    return "".join(letter * chance.randint(2, 5) for letter in word)


def last_repeated(word: str, chance: Random) -> str:
    return word + word[-1] * chance.randint(2, 8)


def cut(word: str, chance: Random) -> str:
    """By one sign that is no space."""
    place = chance.randrange(1, len(word))
    return word[:place] + chance.choice([".", "-", "_", "*", "~", "'", "^", "`", "•"]) + word[place:]


def cut_by_space(word: str, chance: Random) -> str:
    """Where nothing is left that is a word by itself."""
    return {
        "fuck": "fu ck",
        "viagra": "via gra",
        "casino": "cas ino",
        "cunt": "cu nt",
        "wank": "wa nk",
        "slut": "sl ut",
        "porn": "p orn",
        "cock": "co ck",
        "dick": "d ick",
        "penis": "pe nis",
        "shit": "sh it",
        "twat": "tw at",
    }.get(word, " ".join(word))


def two_cuts(word: str, chance: Random) -> str:
    if len(word) < 5:
        return chance.choice(".-_").join(word)
    first = chance.randrange(1, len(word) - 2)
    second = chance.randrange(first + 1, len(word))
    sign = chance.choice([".", "-", "_", "*"])
    return word[:first] + sign + word[first:second] + sign + word[second:]


def censored(word: str, chance: Random) -> str:
    place = chance.randrange(1, len(word) - 1)
    return word[:place] + chance.choice("*#") + word[place + 1 :]


def decorated(word: str, chance: Random) -> str:
    before, after = chance.choice(
        [
            ("**", "**"),
            ("«", "»"),
            ("(", ")"),
            ("#", ""),
            ("@", ""),
            (">>", "<<"),
            ("", "!!!"),
            ("...", "..."),
            ("_", "_"),
            ("[", "]"),
            ('"', '"'),
            ("", "?!"),
            ("~", "~"),
        ]
    )
    return f"{before}{word}{after}"


def numbered(word: str, chance: Random) -> str:
    number = str(chance.choice([1, 24, 69, 777, 2025, 4]))
    return word + number if chance.random() < 0.6 else number + word


def pair_for_one(word: str, chance: Random) -> str:
    return word.replace("w", "vv") if "w" in word else word.replace("f", "ph", 1) if word[0] == "f" else word.upper()


def brackets_for_o(word: str, chance: Random) -> str:
    return word.replace("o", chance.choice(["()", "[]"])) if "o" in word else word.upper()


def capital_i_for_l(word: str, chance: Random) -> str:
    return word.replace("l", "I") if "l" in word else word.replace("i", "l") if "i" in word else word.upper()


EVASIONS: tuple[Evasion, ...] = (
    as_it_is,
    any_case,
    leet,
    homoglyphs,
    accents,
    coins,
    small_capitals,
    syllabics,
    fonts,
    wide,
    framed,
    circled,
    flags,
    invisible,
    stacked_marks,
    struck,
    spaced,
    dotted,
    mixed_signs,
    with_emoji,
    repeated,
    all_repeated,
    last_repeated,
    cut,
    cut_by_space,
    two_cuts,
    censored,
    decorated,
    numbered,
    pair_for_one,
    brackets_for_o,
    capital_i_for_l,
)
# What goes with another one.
SECOND: tuple[Evasion, ...] = (any_case, leet, homoglyphs, invisible, spaced, dotted, with_emoji, decorated, repeated)


def russian(word: str, chance: Random) -> str:
    way = chance.choice(
        [
            as_it_is,
            any_case,
            invisible,
            spaced,
            dotted,
            mixed_signs,
            with_emoji,
            repeated,
            decorated,
            cut,
            lambda one, other: _swapped(one, LATIN_IN_RUSSIAN, other, 0.6),
            numbered,
            stacked_marks,
        ]
    )
    return way(word, chance)


def arabic(word: str, chance: Random) -> str:
    return chance.choice(
        [
            word,
            f"ال{word}",
            f"وال{word}",
            f"يا {word}",
            "ـ".join(word),
            word[0] + "ـــ" + word[1:],
            " ".join(word),
            ".".join(word),
            "".join(letter + chance.choice("\u064e\u064f\u0650\u0651\u0652") for letter in word),
            "\u200c".join(word),
            word.replace("ك", "ک"),
            word + word[-1] * 4,
            f"{word}!!!",
        ]
    )


def chinese(word: str, chance: Random) -> str:
    sign = chance.choice(["", " ", ".", "*", "-", "_", "·", "🎲", "\u200b", "~", "\u3000", "|", "+"])
    return sign.join(word)
