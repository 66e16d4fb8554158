"""Signing keys: one to sign with, the others to verify until their tokens are over."""

from datetime import timedelta
from pathlib import Path

import pytest

from storecast.kit.clock import utcnow
from storecast.kit.keys import LONGEST_LIFETIME, InvalidToken, Keyring, remove_retired, rotate


def token(keyring: Keyring) -> str:
    return keyring.sign({"sub": "1", "aud": "a", "exp": int(utcnow().timestamp()) + 60})


def kids(keyring: Keyring) -> list[str]:
    return [str(key["kid"]) for key in keyring.public_set()["keys"]]


def test_old_key_verifies_and_the_new_one_signs(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path)
    [first] = kids(keyring)
    old = token(keyring)
    second = rotate(tmp_path, utcnow())
    assert kids(keyring) == [first, second]
    assert keyring.verify(old, "a", utcnow()).sub == "1"
    assert kids(Keyring(tmp_path)) == [first, second]


def test_token_of_a_key_just_made_elsewhere_verifies_at_once(tmp_path: Path) -> None:
    here = Keyring(tmp_path)
    rotate(tmp_path, utcnow())
    there = Keyring(tmp_path)
    assert here.verify(token(there), "a", utcnow()).sub == "1"


def test_a_clock_that_is_set_back_makes_no_token_worse(tmp_path: Path) -> None:
    keyring, now = Keyring(tmp_path), utcnow()
    issued = int(now.timestamp())
    signed = keyring.sign({"sub": "1", "aud": "a", "iat": issued, "nbf": issued, "exp": issued + 60})
    assert keyring.verify(signed, "a", now - timedelta(hours=1)).sub == "1"
    with pytest.raises(InvalidToken):
        keyring.verify(signed, "a", now + timedelta(hours=1))


def test_keys_are_removed_once_their_last_token_is_over(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path)
    old = token(keyring)
    second = rotate(tmp_path, utcnow())
    remove_retired(tmp_path, utcnow() + LONGEST_LIFETIME - timedelta(minutes=1))
    assert len(kids(keyring)) == 2
    remove_retired(tmp_path, utcnow() + LONGEST_LIFETIME + timedelta(minutes=1))
    assert kids(keyring) == [second]
    with pytest.raises(InvalidToken):
        keyring.verify(old, "a", utcnow())
    remove_retired(tmp_path, utcnow() + 10 * LONGEST_LIFETIME)
    assert kids(keyring) == [second]


def test_keys_are_their_owners_to_read_alone(tmp_path: Path) -> None:
    rotate(tmp_path / "keys", utcnow())
    [path] = (tmp_path / "keys").glob("*.pem")
    assert path.stat().st_mode & 0o077 == 0
    assert (tmp_path / "keys").stat().st_mode & 0o077 == 0
