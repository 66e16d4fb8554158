from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from storecast.domains.sign_ins.second_factors.codes import (
    matching_step,
    new_recovery_code,
    normalised,
    provisioning_uri,
    qr_svg,
)

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B: "12345678901234567890"


@pytest.mark.parametrize(("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    assert matching_step(SECRET, code, datetime.fromtimestamp(seconds, UTC), 0) == seconds // 30


@pytest.mark.parametrize(("drift", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(drift: int, good: bool) -> None:
    now = datetime(2026, 1, 1, 12, 0, 15, tzinfo=UTC)
    code = pyotp.TOTP(SECRET).at(now + timedelta(seconds=30 * drift))
    assert (matching_step(SECRET, code, now, 0) is not None) is good


def test_a_step_is_spent_by_its_use_and_by_that_of_a_later_one() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    code = pyotp.TOTP(SECRET).at(now)
    step = matching_step(SECRET, code, now, 0)
    assert step is not None
    assert matching_step(SECRET, code, now, step) is None
    assert matching_step(SECRET, code, now, step + 1) is None
    assert matching_step(SECRET, code, now, step - 1) == step


@pytest.mark.parametrize("code", ["", "28708", "2870822", "２８７０８２", "abcdef"])
def test_what_is_no_code_matches_nothing(code: str) -> None:
    assert matching_step(SECRET, code, datetime.fromtimestamp(59, UTC), 0) is None


def test_the_app_is_told_whose_account_it_is() -> None:
    uri = provisioning_uri(SECRET, "ana+shop@example.com")
    parsed = pyotp.parse_uri(uri)
    assert isinstance(parsed, pyotp.TOTP)
    assert (parsed.secret, parsed.name, parsed.issuer) == (SECRET, "ana+shop@example.com", "Storecast")
    assert qr_svg(uri).startswith("<svg")


def test_recovery_codes_are_long_and_forgive_how_they_are_typed() -> None:
    codes = {new_recovery_code() for _ in range(50)}
    assert len(codes) == 50
    code = codes.pop()
    assert len(normalised(code)) == 16
    assert normalised(f" {code.upper().replace('-', ' ')} ") == normalised(code)
