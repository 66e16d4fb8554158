"""Telephone numbers that SMS go to, and the keyed hashes that are kept of them."""

import hashlib
import hmac

from msgspec import Struct

from storecast.kit.errors import Unprocessable
from storecast.kit.networks import network, wide_network
from storecast.kit.phones import calling_code, e164, is_mobile

BLOCK = 4  # last digits that the numbers of a block differ by: who earns by SMS has whole blocks


class Hashes(Struct, frozen=True):
    """Where a code goes and who asked for it, as it is kept."""

    number: str
    block: str
    network: str = ""
    wide_network: str = ""


class Numbers:
    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def hashes(self, number: str, address: str = "") -> Hashes:
        """`address` is where it was asked from."""
        block = self._hash("block", number[:-BLOCK])
        if not address:
            return Hashes(self.hash(number), block)
        return Hashes(
            self.hash(number),
            block,
            self._hash("network", network(address)),
            self._hash("wide", wide_network(address)),
        )

    def hash(self, number: str) -> str:
        return self._hash("number", number)

    def _hash(self, what: str, value: str) -> str:
        return hmac.new(self._secret, f"{what}:{value}".encode(), hashlib.sha256).hexdigest()


def mobile_number(phone: str, prefix: str | None) -> str:
    """The number as E.164. Raises `Unprocessable` for what is none, and for one that is no mobile's."""
    if prefix is None or not prefix.strip():
        raise Unprocessable.field("phonePrefix", "is required with phone")
    code = calling_code(prefix)
    if code is None:
        raise Unprocessable.field("phonePrefix", "is not a country calling code; write it like +40")
    number = e164(phone) if phone.strip().startswith("+") else e164(f"+{code}{phone}") or _at_home(phone, code)
    if number is None or not number.startswith(f"+{code}"):
        raise Unprocessable.field("phone", f"is not a telephone number that +{code} has")
    if not is_mobile(number):
        raise Unprocessable.field("phone", "is not a mobile number: SMS go to no other")
    return number


def _at_home(phone: str, code: int) -> str | None:
    """As it is dialled within the country, which may begin with a 0 that is left out abroad."""
    return e164(f"+{code}{phone.strip().lstrip('0 ')}")
