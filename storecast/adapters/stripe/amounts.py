"""Amounts as Stripe has them: whole numbers of a minor unit that is not everywhere ISO's.

https://docs.stripe.com/currencies: some currencies have no decimals, five have three, and all others two, also those
that nobody divides any more (as LAK). HUF and TWD, which are paid out whole, are charged in hundredths like them.
"""

from storecast.kit import currencies
from storecast.kit.money import Money

_WHOLE = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
)
_THOUSANDTHS = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))
_STEPS = {
    **dict.fromkeys(_THOUSANDTHS, 10),  # the last digit must be 0
    **dict.fromkeys(("ISK", "UGX"), 100),  # have no decimals, but two in Stripe's amounts, which must be 00
}


def to_stripe(money: Money) -> int:
    """Raises ValueError for an amount Stripe cannot have."""
    shift = _decimals(money.currency) - currencies.decimals_of(money.currency)
    amount, lost = divmod(money.minor * _ten_to(shift), _ten_to(-shift))
    if lost or amount % _STEPS.get(money.currency, 1):
        raise ValueError(f"Stripe takes no {money.currency} {money.major}: it has too many decimals")
    return amount


def from_stripe(amount: int, currency: str) -> Money:
    """`currency` as Stripe writes it, in lower case.

    What is less than our minor unit is left off: nobody refunds more than there is.
    """
    code = currency.upper()
    shift = currencies.decimals_of(code) - _decimals(code)
    return Money(amount * _ten_to(shift) // _ten_to(-shift), code)


def _decimals(currency: str) -> int:
    return 0 if currency in _WHOLE else 3 if currency in _THOUSANDTHS else 2


def _ten_to(power: int) -> int:
    """1 for negative powers."""
    return int(10 ** max(power, 0))
