import operator
from collections.abc import Callable
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storecast.kit import currencies
from storecast.kit.money import DIGITS, Money

MOST = 10**DIGITS - 1


@pytest.mark.parametrize(
    ("amount", "currency", "minor", "shown"),
    [
        ("2", "USD", 200, "2"),
        ("2.00", "USD", 200, "2"),
        ("23.6", "USD", 2_360, "23.6"),
        ("0.07", "USD", 7, "0.07"),
        ("1.1000000000000000000000000000000000", "USD", 110, "1.1"),
        ("-0.5", "USD", -50, "-0.5"),
        ("-0", "USD", 0, "0"),
        ("1e3", "USD", 100_000, "1000"),
        ("2500", "JPY", 2_500, "2500"),
        ("7.125", "KWD", 7_125, "7.125"),
        ("-7.125", "KWD", -7_125, "-7.125"),
        ("9999999999999.99", "USD", MOST, "9999999999999.99"),
        ("1.95", "HRK", 195, "1.95"),
    ],
)
def test_amount_is_kept_in_minor_units_and_shown_in_major_ones(
    amount: str, currency: str, minor: int, shown: str
) -> None:
    money = Money.of(Decimal(amount), currency)
    assert money == Money(minor, currency)
    assert msgspec.json.encode(money.major).decode() == shown


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        ("1.5", "JPY", "has too many decimals: JPY has 0"),
        ("1.234", "USD", "has too many decimals: USD has 2"),
        ("1.0000000000000000000000000000000001", "USD", "has too many decimals: USD has 2"),
        ("-0.001", "USD", "has too many decimals: USD has 2"),
        ("1e-999999999", "USD", "has too many decimals: USD has 2"),
        ("1.2345", "KWD", "has too many decimals: KWD has 3"),
        ("NaN", "USD", "is not a finite number"),
        ("sNaN", "USD", "is not a finite number"),
        ("Infinity", "USD", "is not a finite number"),
        ("-Infinity", "USD", "is not a finite number"),
        ("1e30", "USD", "is too large"),
        ("-1e30", "USD", "is too large"),
        ("1e999999999", "JPY", "is too large"),
        ("10000000000000", "USD", "is too large"),
        ("1", "ZZZ", "is of no known currency: ZZZ"),
        ("1", "usd", "is of no known currency: usd"),
    ],
)
def test_what_is_no_money_is_refused_by_what_is_wrong(amount: str, currency: str, said: str) -> None:
    with pytest.raises(ValueError, match=f"^{said}$"):
        Money.of(Decimal(amount), currency)


@given(minor=st.integers(-MOST, MOST), currency=st.sampled_from(currencies.in_use()))
def test_number_shown_is_the_very_amount(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    sent = msgspec.json.decode(msgspec.json.encode(money.major))
    assert Money.of(msgspec.convert(sent, Decimal), currency) == money


def test_each_currency_in_use_has_its_smallest_amount() -> None:
    for currency in currencies.in_use():
        smallest = Money(1, currency)
        shown = msgspec.convert(smallest.major, Decimal)
        assert Money.of(shown, currency) == smallest
        with pytest.raises(ValueError, match=f"{currency} has"):
            Money.of(shown / 10, currency)


def test_amounts_of_one_currency_are_reckoned_with_and_ordered() -> None:
    lamp, vase = Money(2_360, "USD"), Money(1_999, "USD")
    assert lamp + vase == Money(4_359, "USD")
    assert vase - lamp == Money(-361, "USD")
    assert lamp * 3 == Money(7_080, "USD")
    assert sorted([lamp, vase]) == [vase, lamp]
    assert vase < lamp <= lamp
    assert lamp > vase >= vase


@pytest.mark.parametrize(
    "reckon",
    [operator.add, operator.sub, operator.lt, operator.le, operator.gt, operator.ge],
    ids=lambda do: do.__name__,
)
def test_amounts_of_two_currencies_do_not_mix(reckon: Callable[[Money, Money], object]) -> None:
    with pytest.raises(ValueError, match="USD and EUR do not mix"):
        reckon(Money(100, "USD"), Money(100, "EUR"))
    assert Money(100, "USD") != Money(100, "EUR")


def test_amount_never_grows_past_what_a_number_in_json_keeps() -> None:
    for grow in (lambda: Money(MOST, "USD") + Money(1, "USD"), lambda: Money(MOST, "USD") * -2):
        with pytest.raises(ValueError, match="is too large"):
            grow()
