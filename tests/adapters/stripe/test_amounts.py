"""Amounts on their way to Stripe and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storecast.adapters.stripe.amounts import from_stripe, to_stripe
from storecast.kit import currencies
from storecast.kit.money import Money
from tests.peers.stripe.currencies import SUPPORTED, THREE_DECIMAL, require_amount

CHARGED = sorted(code.upper() for code in SUPPORTED if currencies.is_known(code.upper()))


@given(st.sampled_from(CHARGED), st.integers(0, 99_999))
def test_what_stripe_takes_comes_back_the_same(currency: str, minor: int) -> None:
    money = Money(minor, currency)
    try:
        amount = to_stripe(money)
    except ValueError:
        assert currency.lower() in THREE_DECIMAL
        return
    require_amount(amount, currency.lower(), "amount")
    assert from_stripe(amount, currency.lower()) == money


@given(st.sampled_from(CHARGED), st.integers(0, 99_999_999))
def test_no_more_comes_back_than_there_is(currency: str, amount: int) -> None:
    money = from_stripe(amount, currency.lower())
    try:
        assert to_stripe(money) <= amount
    except ValueError:
        assert amount % 10  # a three-decimal amount that Stripe would not have


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [
        (1999, "EUR", 1999), (500, "JPY", 500), (5, "ISK", 500), (5, "UGX", 500), (5120, "KWD", 5120), (10, "HUF", 10),
        (10, "TWD", 10), (7, "MGA", 7), (12_000, "LAK", 1_200_000), (5, "XOF", 5),
    ],
)  # fmt: skip
def test_each_currency_has_its_unit(minor: int, currency: str, amount: int) -> None:
    assert to_stripe(Money(minor, currency)) == amount


@pytest.mark.parametrize(("minor", "currency"), [(5124, "KWD"), (1, "BHD"), (11, "TND")])
def test_last_of_three_decimals_must_be_nothing(minor: int, currency: str) -> None:
    with pytest.raises(ValueError, match="too many decimals"):
        to_stripe(Money(minor, currency))
