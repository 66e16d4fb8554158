"""Amounts of money: whole minor units (cents) of a currency. The only floats are the numbers of JSON."""

from decimal import Context, Decimal, Inexact
from typing import Annotated

from msgspec import Meta, Struct

from storecast.kit import currencies

DIGITS = 15  # of an amount in minor units: as many decimals as an IEEE 754 double, a JSON number, keeps for sure
_EXACT = Context(prec=DIGITS, traps=[Inexact])

Amount = Annotated[str, Meta(pattern=r"^[0-9]{1,15}([.][0-9]{1,15})?(?!\n)$")] | int | float
"""An amount as it comes in, in major units: a number, or as in a form its digits, with a point and no sign."""


class Money(Struct, frozen=True):
    """Amounts of different currencies are never equal; to reckon with them or order them raises ValueError."""

    minor: int
    currency: str  # ISO 4217

    def __post_init__(self) -> None:
        """Raises ValueError beyond 15 digits."""
        if abs(self.minor) >= 10**DIGITS:
            raise ValueError("is too large")

    @classmethod
    def asked(cls, amount: Amount, currency: str) -> "Money":
        """As `of`, for what a body says."""
        return cls.of(Decimal(str(amount)), currency)

    @classmethod
    def of(cls, amount: Decimal, currency: str) -> "Money":
        """`amount` in major units. Raises ValueError, saying what the amount is or has, when it is no such money."""
        if not currencies.is_known(currency):
            raise ValueError(f"is of no known currency: {currency}")
        if not amount.is_finite():
            raise ValueError("is not a finite number")
        decimals = currencies.decimals_of(currency)
        if amount.adjusted() + decimals >= DIGITS:  # asked before it is written out: 1e999999 is short
            raise ValueError("is too large")
        try:
            minor = amount.scaleb(decimals, _EXACT).to_integral_exact(context=_EXACT)
        except Inexact as error:
            raise ValueError(f"has too many decimals: {currency} has {decimals}") from error
        return cls(int(minor), currency)

    @property
    def major(self) -> float | int:
        """The JSON number in major units: whole where it is whole, as documented."""
        unit: int = 10 ** currencies.decimals_of(self.currency)
        return self.minor / unit if self.minor % unit else self.minor // unit

    @property
    def digits(self) -> str:
        """In major units, exactly: `12.50`."""
        decimals = currencies.decimals_of(self.currency)
        return f"{Decimal(self.minor).scaleb(-decimals):.{decimals}f}"

    @property
    def written(self) -> str:
        """For a text that no page formats: `12.50 EUR`."""
        return f"{self.digits} {self.currency}"

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._minor_of(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._minor_of(other), self.currency)

    def __mul__(self, times: int) -> "Money":
        return Money(self.minor * times, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._minor_of(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._minor_of(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._minor_of(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._minor_of(other)

    def _minor_of(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix")
        return other.minor
