"""Makes storecast/domains/moderation/data/look_alikes.txt of Unicode's list of confusables.

    python scripts/look_alikes.py confusables.txt > storecast/domains/moderation/data/look_alikes.txt

confusables.txt is https://www.unicode.org/Public/security/latest/confusables.txt (UTS #39). Of it stays what looks like
a Latin letter or two, in no script that has words of its own in chats; what those look like is said below, by hand, as
is what the list lacks: letters turned over, signs of currencies, and fonts made of other scripts' letters.
"""

import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

import regex

# Scripts whose letters are what they are.
_LIVING = regex.compile(
    r"[\p{Arabic}\p{Hebrew}\p{Han}\p{Hangul}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Devanagari}"
    r"\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Oriya}\p{Tamil}\p{Telugu}\p{Kannada}\p{Malayalam}\p{Sinhala}\p{Tibetan}"
    r"\p{Ethiopic}\p{Georgian}\p{Armenian}\p{Greek}\p{Cyrillic}]"
)
_SHOWN = regex.compile(r"[\p{L}\p{S}\p{N}]")
_MARKS = regex.compile(r"\p{M}")

# One letter stands for both cases: what is compared has none.
OURS = {
    # Cyrillic
    "a": "а", "b": "бвьъ", "c": "с", "d": "ԁд", "e": "езэєә", "h": "нһңћђ", "i": "іӏ", "j": "ј", "k": "кқҡ", "m": "м",
    "n": "пи", "o": "оөѳ", "p": "р", "q": "ԛ", "r": "гяґ", "s": "ѕ", "t": "т", "u": "цџ", "v": "ѵ", "w": "шщѡԝ",
    "x": "х", "y": "уүұў",
}  # fmt: skip
GREEK = {
    "a": "αλ", "b": "β", "d": "δ", "e": "ε", "i": "ι", "k": "κϰ", "m": "μ", "n": "ηπ", "o": "οθφσς", "p": "ρ", "t": "τ",
    "u": "υ", "v": "ν", "w": "ω", "x": "χ", "y": "γ", "z": "ζ", "c": "ϲ", "j": "ϳ",
}  # fmt: skip
# Letters with hooks and tails, of phonetics and of languages with few speakers.
HOOKED = {
    "a": "ᴧⲁ", "b": "ᵬᶀ", "c": "ƈɕҫ", "d": "ᵭᶁᶑȡ", "e": "ɛɜɘɞᴈҽҿᥱⲉ", "f": "ᶂғϝ", "h": "ӈӊ", "j": "յ", "k": "ᶄҝҟӄ",
    "l": "ᶅɬꝉ", "m": "ɱᵯᶆ", "n": "ɲȵᶇ", "p": "ᴩᶈҏ", "r": "ᴦᶉ", "s": "ʃƨᶊ", "t": "ȶƫ",
    "u": "ʊᶙ", "v": "ⱱ", "w": "ꞷꙍⲱ", "x": "ҳӽӿ", "z": "ʒʑᶎɀⲍ",
}  # fmt: skip
OTHERS = {
    # Small capitals, letters turned over, Armenian, Hebrew, signs, and syllables that look like capitals.
    "a": "ᴀɐ@₳ᗩᗅⱭȺ", "b": "ʙ฿₿ᗷ", "c": "ᴄɔ₵¢©ᑕↄς", "d": "ᴅ∂ᗪð", "e": "ᴇǝ€ᗴ℮ə∃∑Σ", "f": "ꜰɟƒ₣ֆ",
    "g": "ɢƃ₲ᘜɡցǥ", "h": "ʜɥ₶ᕼհⱧ", "i": "ᴉɪꟾlłіן", "j": "ᴊɾᒍ", "k": "ᴋʞ₭ᛕⱩ", "l": "ʟᒪ£⅃ⱠⱢ", "m": "ᴍɯ₥ᗰ",
    "n": "ɴ₦ᑎηחոռ", "o": "ᴏ¤ⵔօסםᗝ", "p": "ᴘ₱þ¶ᑭקⱣ", "q": "զ", "r": "ʀɹ®ᖇяⱤ", "s": "ꜱ§ᔕ$₴",
    "t": "ᴛʇ†‡₮Ⱦ", "u": "ᴜµᑌսט", "v": "ᴠʌᐯ", "w": "ᴡʍ₩ᗯ山ա", "x": "×ⅹ᙭", "y": "ʏʎ¥ᎩץՎ", "z": "ᴢᘔⱫ",
    "ae": "æ", "oe": "œ", "ss": "ß",
}  # fmt: skip
# Letters in frames that have no plain form of their own (NFKC), and those that flags are made of.
FRAMED = {chr(ord("a") + n): "".join(chr(start + n) for start in (0x1F150, 0x1F170, 0x1F1E6)) for n in range(26)}

HEAD = """\
# What looks like which Latin letters. Made by scripts/look_alikes.py.
#
# Most of it is from Unicode's confusables.txt, {version} (UTS #39, https://www.unicode.org/reports/tr39/):
# Copyright (c) 1991-2025 Unicode, Inc. All rights reserved. Distributed under the Unicode License V3
# (https://www.unicode.org/license.txt), which is this:
#
# Permission is hereby granted, free of charge, to any person obtaining a copy of data files and any associated
# documentation (the "Data Files") or software and any associated documentation (the "Software") to deal in the Data
# Files or Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
# distribute, and/or sell copies of the Data Files or Software, and to permit persons to whom the Data Files or Software
# are furnished to do so, provided that either (a) this copyright and permission notice appear with all copies of the
# Data Files or Software, or (b) this copyright and permission notice appear in associated Documentation.
#
# THE DATA FILES AND SOFTWARE ARE PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
# NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT OF THIRD
# PARTY RIGHTS. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR HOLDERS INCLUDED IN THIS NOTICE BE LIABLE FOR ANY CLAIM, OR
# ANY SPECIAL INDIRECT OR CONSEQUENTIAL DAMAGES, OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR
# PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH
# THE USE OR PERFORMANCE OF THE DATA FILES OR SOFTWARE. Except as contained in this notice, the name of a copyright
# holder shall not be used in advertising or otherwise to promote the sale, use or other dealings in these Data Files
# or Software without prior written authorization of the copyright holder.
"""


def main(path: Path) -> None:
    listed: dict[str, str] = {}
    version = ""
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        if line.startswith("# Version:"):
            version = "version " + line.partition(":")[2].strip()
        source, _, rest = line.partition("#")[0].partition(";")
        if rest and " " not in source.strip():
            target = rest.partition(";")[0]
            listed[chr(int(source, 16))] = "".join(chr(int(each, 16)) for each in target.split())
    found: dict[str, dict[str, None]] = defaultdict(dict)
    taken: set[str] = set()
    for table in (OURS, GREEK, FRAMED, HOOKED, OTHERS):
        for letters, signs in table.items():
            for sign in signs:
                if sign not in taken and sign != letters:
                    taken.add(sign)
                    found[letters][sign] = None
    for sign, target in listed.items():
        if sign.isascii() or sign in taken or _LIVING.match(sign) or not _SHOWN.match(sign) or _plain(sign).isascii():
            continue
        looks = _plain(target)
        for _ in range(3):
            looks = "".join(each if each.isascii() else _plain(listed.get(each, each)) for each in looks)
        if regex.fullmatch(r"[a-z]{1,2}", looks):
            found[looks][sign] = None
    print(HEAD.format(version=version))  # noqa: T201 - it is what this is for
    for letters in sorted(found):
        print(letters, "".join(sorted(found[letters])))  # noqa: T201


def _plain(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
