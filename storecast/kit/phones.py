"""Telephone numbers as E.164 (`+40722000000`), checked against the world's numbering plans (libphonenumber's data)."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

# In some countries, as the United States, a number does not say whether it is a mobile's.
_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def e164(number: str, region: str | None = None) -> str | None:
    """`number`, international (`+…`) or as dialled within `region`, as E.164; None when there is no such number."""
    try:
        parsed = phonenumbers.parse(number, region)
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def calling_code(prefix: str) -> int | None:
    """The country calling code in `+40`, `0040` or `40`; None when no country has it."""
    digits = prefix.strip().removeprefix("+").removeprefix("00")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 3:
        return None
    known = phonenumbers.region_code_for_country_code(int(digits)) != phonenumbers.UNKNOWN_REGION
    return int(digits) if known else None


def home_of(number: str | None) -> str | None:
    """The region an E.164 number is of."""
    if number is None:
        return None
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number))
    except NumberParseException:
        return None


def is_mobile(number: str) -> bool:
    """Whether an E.164 number may be a mobile's: no landline, and none by which somebody earns."""
    try:
        return phonenumbers.number_type(phonenumbers.parse(number)) in _MOBILE
    except NumberParseException:
        return False


def is_region(code: str) -> bool:
    """Whether numbers are given out in this country, by its two letters (ISO 3166-1)."""
    return code in phonenumbers.SUPPORTED_REGIONS
