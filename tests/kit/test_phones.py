import pytest

from storecast.kit.phones import calling_code, e164, home_of, is_mobile, is_region


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("+40 722 000 000", "+40722000000"),
        ("+40 (0)722-000-000", "+40722000000"),
        ("+1 650 253 0000", "+16502530000"),
        ("+39 02 3661 8300", "+390236618300"),  # Italy keeps its zeros
        ("0722 000 000", None),
        ("+40 722", None),
        ("qt", None),
        ("+" + "9" * 50, None),
        ("", None),
    ],
)
def test_international_numbers(written: str, stored: str | None) -> None:
    assert e164(written) == stored


def test_a_number_as_dialled_at_home() -> None:
    assert e164("0722 000 000", home_of("+40722111222")) == "+40722000000"


@pytest.mark.parametrize(
    ("prefix", "code"), [("+40", 40), ("0040", 40), ("1", 1), ("+999", None), ("naane", None), ("", None), ("٤٠", None)]
)
def test_calling_codes(prefix: str, code: int | None) -> None:
    assert calling_code(prefix) == code


@pytest.mark.parametrize(
    ("number", "mobile"),
    [
        ("+40722000000", True),
        ("+16502530000", True),  # it does not say which
        ("+447400123456", True),
        ("+40312345678", False),
        ("+40906123456", False),  # premium
        ("+40800123456", False),
        ("+448431234567", False),  # shared cost
        ("+447012345678", False),  # personal: whoever has it earns by it
        ("+442079460000", False),
        ("+80012345678", False),
        ("nonsense", False),
    ],
)
def test_numbers_that_get_sms(number: str, mobile: bool) -> None:
    assert is_mobile(number) is mobile


def test_regions() -> None:
    assert is_region("RO")
    assert not is_region("XX")
    assert not is_region("ro")
