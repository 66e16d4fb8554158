"""Whatever buyers, sellers, banks and Stripe do, in whatever order: the sums agree, and none is negative."""

import random
from itertools import count

import psycopg
import pytest
import stripe as stripe_library
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.clock import Clock
from tests.domains.orders.payments.trading import ACTS, Trading
from tests.domains.orders.soundness import broken, differing_from
from tests.factories.accounts import member
from tests.factories.payments import paying_shop
from tests.factories.platform import Client
from tests.factories.selling import stocked
from tests.peers.stripe.account import Clock as StripeClock
from tests.peers.stripe.peer import StripePeer

FEWER = 20  # than the profile's: each of these takes a second or two
STEPS = 60
COUPONS = (
    {"code": "TEN", "percent": 10, "uses": 3},
    {"code": "SOME", "amount": "9.99", "uses_per_buyer": 1},
    {"code": "ALL", "percent": 100, "minimum": "15"},
)
_networks = count(1)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stripe's library tries again at once."""
    monkeypatch.setattr(stripe_library.HTTPClient, "_sleep_time_seconds", lambda *_: 0)


async def trading(
    anyone: Client, stripe: StripePeer, clock: Clock, policy: str, chance: random.Random, database: psycopg.Connection
) -> Trading:
    """A seller of a thing in two colours, of one stock, and of two sizes with a stock each."""
    network = next(_networks)
    owner = await member(anyone.at(f"10.{network // 250}.{network % 250}.1"))
    shop = await paying_shop(stripe, owner, shipping_countries=["RO"], shipping_rates=[
        {"name": "Post", "price": "4.90", "currency": "USD"},
    ])  # fmt: skip
    changed = await owner.client.put(f"events/{shop.channel['id']}", {"hold_policy": policy})
    assert changed.status_code == 200, changed.text
    on = shop.channel["id"]
    products = [
        await stocked(owner, 8, on=on, price="7.77", variants='[{"name": "Red"}, {"name": "Blue"}]'),
        await stocked(owner, 5, on=on, name="Mug", price="19.99"),
        await stocked(owner, None, on=on, name="Rug", price="12", variants=(
            '[{"name": "Small", "quantity": 3}, {"name": "Large", "price": "30.01", "quantity": 4}]')),
    ]  # fmt: skip
    for coupon in COUPONS:
        made = await owner.client.post("coupons", coupon)
        assert made.status_code == 200, made.text
    market = Trading(anyone, shop, products, clock, chance, database)
    await market.arrive()
    return market


async def differences(anyone: Client) -> list[object]:
    """As `storecast check stock` finds them."""
    async with unit_of_work(process_of(anyone.app)) as unit:
        return [*await unit.stock.differences(), *await unit.coupons.differences()]


@pytest.mark.usefixtures("hurried")
@given(
    acts=st.lists(st.sampled_from(ACTS), min_size=STEPS // 2, max_size=STEPS),
    policy=st.sampled_from(("hold", "first_paid")),
    seed=st.integers(0, 2**32),
)
@settings(
    max_examples=settings().max_examples // FEWER,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_whatever_is_done_the_sums_agree_with_stripes(
    anyone: Client,
    clock: Clock,
    stripe: StripePeer,
    database_url: str,
    acts: list[str],
    policy: str,
    seed: int,
) -> None:
    stripe.clock = StripeClock(lambda: clock().timestamp())
    with psycopg.connect(database_url, autocommit=True) as database:
        market = await trading(anyone, stripe, clock, policy, random.Random(seed), database)
        for act in [*acts, "end"]:
            await market.do(act)
            assert not broken(database), act
            assert not await differences(anyone), act
            if act in ("settle_up", "end"):
                assert not differing_from(market.account, database), act
        assert not [each for each in market.account.sessions.values() if each["status"] == "open"]
