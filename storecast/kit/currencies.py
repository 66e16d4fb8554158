"""ISO 4217 currencies: symbols, names and decimals from CLDR, and the numeric ids the API shows."""

from functools import lru_cache

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_precision, get_currency_symbol, get_territory_currencies

from storecast.kit.languages import by_preference, territory_of


@lru_cache(maxsize=512)
def name_of(code: str) -> str:
    return str(Locale("en").currencies.get(code, code))


@lru_cache(maxsize=512)
def symbol_of(code: str) -> str:
    return str(get_currency_symbol(code, locale="en"))


@lru_cache(maxsize=512)
def decimals_of(code: str) -> int:
    """How many decimals an amount in major units has: 2 where the minor unit is a hundredth."""
    return int(get_currency_precision(code))


@lru_cache(maxsize=512)
def is_known(code: str) -> bool:
    """Whether it is, or was, a currency: amounts outlive the money they are in."""
    return code in Locale("en").currencies


@lru_cache
def in_use() -> tuple[str, ...]:
    """The codes that are tender somewhere today, by name."""
    tender = {
        code
        for uses in get_global("territory_currencies").values()
        for code, _, until, is_tender in uses
        if is_tender and until is None
    }
    return tuple(sorted(tender, key=name_of))


def exists(code: str) -> bool:
    return code in in_use()


def of_reader(accept_language: str) -> str | None:
    """What people pay with where an `Accept-Language` header is from, if it says."""
    for tag in by_preference(accept_language):
        territory = territory_of(tag)
        for code in get_territory_currencies(territory) if territory else ():
            if exists(code):
                return str(code)
    return None


def id_of(code: str) -> int:
    """A stable number for a code: its letters read as digits of base 26, counted from 1."""
    number = 0
    for letter in code:
        number = number * 26 + ord(letter) - ord("A")
    return number + 1


def code_of(number: int) -> str | None:
    """The code whose `id_of` is `number`, or None."""
    rest, letters = number - 1, ""
    if not 0 <= rest < 26**3:
        return None
    for _ in range(3):
        rest, digit = divmod(rest, 26)
        letters = chr(ord("A") + digit) + letters
    return letters if exists(letters) else None
