"""A raid, and a busy chat: what is said in each, made of lists and templates by chance that is the same each time."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

from tests.domains.moderation import evasions, look_alikes

BLOCKED = (
    "cunt", "dick", "cock", "ass", "tit", "shit", "anal", "rape", "cum", "sex", "penis", "wank", "twat", "coon", "slut",
    "porn", "viagra", "casino", "nazi", "fuck", "hure", "arsch", "puta", "culo", "pute", "сука", "хуй", "كلب", "赌博",
    "free money",
)  # fmt: skip

EVASIONS = evasions.EVASIONS + look_alikes.EVASIONS
AROUND = (
    "{}", "{}", "{} lol", "hey {}", "you {} haha", "get {} now", "{} here for you all", "u {}", "i want {} today",
    "best {} 2025 click my name", "😂😂 {}", "{} {} {}", "this host is a {}", "@host {}", "hello all, {}!", "1) {}",
    "what a {} show", "oh no... {}", "{}\n{}", "the {} is back", "JOIN NOW {} JOIN NOW", "go: {}", "so much {}!!",
)  # fmt: skip


def bad(count: int, seed: int, blocked: tuple[str, ...] = BLOCKED) -> Iterator[tuple[str, str]]:
    """Messages with blocked words, each written so as not to be found, and the word."""
    chance = Random(seed)
    for _ in range(count):
        word = chance.choice(blocked)
        yield chance.choice(AROUND).replace("{}", _written(word, chance)), word


def _written(word: str, chance: Random) -> str:
    if " " in word:
        first, second = word.split(" ")
        return chance.choice(_phrases(first, second, chance))
    if "а" <= word[0] <= "я":
        return evasions.russian(word, chance)
    if word[0] > "一":
        return evasions.chinese(word, chance)
    if word[0] > "؀":
        return evasions.arabic(word, chance)
    if chance.random() < 0.8:
        return chance.choice(EVASIONS)(word, chance)
    first, second = chance.choice(evasions.SECOND), chance.choice(evasions.SECOND)
    return second(first(word, chance), chance)


def _phrases(first: str, second: str, chance: Random) -> list[str]:
    return [
        f"{first} {second}",
        f"{first}-{second}",
        f"{first}{second}",
        f"{first.title()}{second.title()}",
        f"{first}_{second}",
        f"{first}   {second}",
        f"{first}.{second}",
        f"{first} 💰 {second}",
        f"{first}{evasions.INVISIBLE[0]} {second}",
        f"{evasions.leet(first, chance)} {second}",
        f"{first} {evasions.homoglyphs(second, chance)}",
        f"{evasions.repeated(first, chance)} {second}",
        f"{evasions.fonts(first, chance)} {evasions.fonts(second, chance)}",
        evasions.spaced(first + second, chance),
    ]


def harmless(count: int, seed: int, said_of: str = "harmless") -> Iterator[str]:
    """Messages that nobody means ill with, in several languages."""
    chance = Random(seed)
    names, products, sayings = (listed(name) for name in ("names", "products", said_of))
    for _ in range(count):
        said = chance.choice(sayings)
        said = said.replace("{n}", chance.choice(names)).replace("{p}", chance.choice(products))
        said = said.replace("{q}", chance.choice(products)).replace("{d}", str(chance.randint(1, 99)))
        yield _cased(said, chance)


def listed(name: str) -> list[str]:
    """The lines of a list."""
    lines = (Path(__file__).parent / "lists" / f"{name}.txt").read_text("utf-8").splitlines()
    return [line for line in lines if not line.startswith("##")]


def _cased(said: str, chance: Random) -> str:
    """As people write in a hurry."""
    way = chance.random()
    if way < 0.15:
        return said.lower()
    if way < 0.25:
        return said.upper()
    return f"{said} {chance.choice(('😂', '❤️', 'lol', '...', '!!', ':)'))}" if way < 0.4 else said
