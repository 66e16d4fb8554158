"""Two shops with a hot product each, one a contestant, and guests with an address each."""

from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec import Struct

from storecast.domains.accounts.callers import Guest
from storecast.domains.accounts.tokens import GUEST_AUDIENCE, REALTIME_AUDIENCE, REALTIME_LIFETIME
from storecast.kit.clock import utcnow
from storecast.kit.ids import random_text
from storecast.kit.keys import Claim, Keyring
from tests.factories.accounts import Member, member
from tests.factories.platform import Client
from tests.factories.selling import shop, stocked

PIECES = 1_000_000
PRICE = 2360  # minor units


class Shop(Struct, frozen=True):
    slug: str
    product_id: int

    @property
    def cart(self) -> str:
        return f"/api/v1/events/event/{self.slug}/cart"

    @property
    def addition(self) -> bytes:
        return msgspec.json.encode({"productId": self.product_id, "quantity": 1})


class Buyer(Struct, frozen=True):
    subject: str
    token: str
    address: str


async def build_shops(anyone: Client, slugs: Iterable[str]) -> list[Shop]:
    merchant = await member(anyone)
    return [await _shop(merchant, slug) for slug in slugs]


async def _shop(merchant: Member, slug: str) -> Shop:
    await shop(merchant, slug)
    made = await stocked(merchant, PIECES, on=slug, price=str(PRICE / 100))
    return Shop(slug, made["id"])


def buyers(keys: Path, number: int) -> list[Buyer]:
    """Guests as `GET /jwt` makes them, but for its limits."""
    keyring, now = Keyring(keys), int(utcnow().timestamp())
    made = []
    for each in range(number):
        subject = Guest(random_text(20)).subject
        audiences = [REALTIME_AUDIENCE, GUEST_AUDIENCE]
        expires = now + int(REALTIME_LIFETIME.total_seconds())
        claims: dict[str, Claim] = {
            "sub": subject,
            "sid": "",
            "aud": audiences,
            "iat": now,
            "exp": expires,
            "jti": random_text(16),
        }
        address = f"10.{each // 62_500}.{each // 250 % 250}.{each % 250 + 1}"
        made.append(Buyer(subject, keyring.sign(claims), address))
    return made


def write(file: Path, requests: Iterable[tuple[Buyer, str, bytes]]) -> Path:
    """As `buyers.lua` reads them: whose, on which path, with what body."""
    lines = (f"{buyer.token} {buyer.address} {path} {body.decode()}\n" for buyer, path, body in requests)
    file.write_text("".join(lines))
    return file
