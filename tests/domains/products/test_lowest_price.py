"""What a price may be compared with: the lowest of the 30 days before it (Directive 98/6/EC, Article 6a)."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import psycopg
import pytest

from storecast.domains.products.prices import PriceRepository
from storecast.kit.clock import utcnow
from storecast.kit.settings import Settings
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.factories.accounts import Member
from tests.factories.channels import channel
from tests.factories.platform import Client, settings_for
from tests.factories.products import Json, shelf_product
from tests.factories.rooms import heard


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url)


LAMP = {"name": "Lamp", "link": "https://shop.test/lamp"}


@pytest.fixture
async def lamp(owner: Member) -> Json:
    """It costs 100, and is on a shelf."""
    await channel(owner.client, slug="lamps")
    return await shelf_product(owner.client, "lamps", price="100")


async def changed(owner: Member, lamp: Json, **fields: object) -> Json:
    answer = await owner.client.post(f"profile/products/{lamp['id']}", {**LAMP, **fields})
    assert answer.status_code == 200, answer.text
    shown: Json = answer.json()["data"][0]
    return shown


@pytest.fixture
def days_pass(database_url: str) -> Callable[[int], None]:
    def move(days: int) -> None:
        with psycopg.connect(database_url) as connection:
            connection.execute("UPDATE price_changes SET at = at - make_interval(days => %s)", [days])
            connection.execute(
                "UPDATE deals SET started_at = started_at - make_interval(days => %(days)s),"
                " ends_at = ends_at - make_interval(days => %(days)s)",
                {"days": days},
            )

    return move


async def lowest(anyone: Client, lamp: Json) -> float | int | None:
    async with unit_of_work(process_of(anyone.app), utcnow()) as unit:
        found = await PriceRepository(unit.db).lowest([lamp["id"]], unit.now)
    return found[lamp["id"]].major if found else None


async def test_first_price_has_none_before_it(anyone: Client, lamp: Json) -> None:
    assert await lowest(anyone, lamp) is None


async def test_a_price_that_still_stood_within_the_30_days_counts(
    owner: Member, anyone: Client, days_pass: Callable[[int], None], lamp: Json
) -> None:
    days_pass(200)
    shown = await changed(owner, lamp, price=80, compare_at_price=100)
    assert shown["lowest_price_30_days"] == 100
    days_pass(60)
    assert await lowest(anyone, lamp) == 100, "the reduction goes on"


async def test_a_price_raised_for_a_moment_is_not_what_it_is_compared_with(
    owner: Member, anyone: Client, days_pass: Callable[[int], None], lamp: Json
) -> None:
    days_pass(60)
    await changed(owner, lamp, price=150)
    days_pass(29)
    await changed(owner, lamp, price=90)
    assert await lowest(anyone, lamp) == 100
    days_pass(10)
    await changed(owner, lamp, price=120)
    assert await lowest(anyone, lamp) == 90


async def test_prices_of_more_than_30_days_before_do_not_count(
    owner: Member, anyone: Client, days_pass: Callable[[int], None], lamp: Json
) -> None:
    await changed(owner, lamp, price=50)
    days_pass(1)
    await changed(owner, lamp, price=100)
    days_pass(31)
    await changed(owner, lamp, price=90)
    assert await lowest(anyone, lamp) == 100


async def test_deals_count_and_a_deal_that_goes_is_compared_with_what_was_before_it(
    owner: Member, anyone: Client, days_pass: Callable[[int], None], lamp: Json
) -> None:
    days_pass(1)
    deal = await owner.client.post(f"events/lamps/products/{lamp['id']}/deal", {"price": 60, "seconds": 60})
    assert deal.json()["data"]["lowest_price_30_days"] == 100
    days_pass(1)
    await changed(owner, lamp, price=90)
    assert await lowest(anyone, lamp) == 60
    days_pass(31)
    await changed(owner, lamp, price=80)
    assert await lowest(anyone, lamp) == 90


async def test_prices_in_another_currency_are_not_compared(
    owner: Member, anyone: Client, days_pass: Callable[[int], None], lamp: Json
) -> None:
    days_pass(1)
    await changed(owner, lamp, price=80, currency="EUR")
    assert await lowest(anyone, lamp) is None
    days_pass(1)
    await changed(owner, lamp, price=70)
    assert await lowest(anyone, lamp) == 80


async def test_who_is_bound_by_law_compares_with_no_more_than_the_lowest(
    owner: Member, anyone: Client, days_pass: Callable[[int], None], lamp: Json
) -> None:
    days_pass(5)
    await changed(owner, lamp, price="70")
    days_pass(5)
    await changed(owner, lamp, price="60", compare_at_price="120")

    async def before() -> float | int | None:
        [shown] = (await anyone.get("events/lamps/products")).json()["data"]
        price: float | int | None = shown["compare_at_price"]
        return price

    assert await before() == 120
    for eu, expected in ((True, 70), (False, 120)):
        assert (await owner.client.put("payments/terms", {"eu": eu})).status_code == 200
        assert await before() == expected


async def test_a_deal_is_compared_with_the_lowest_of_30_days_where_the_seller_says_eu(
    owner: Member, anyone: Client, settings: Settings, days_pass: Callable[[int], None], lamp: Json
) -> None:
    days_pass(5)
    await changed(owner, lamp, price="70")
    days_pass(5)
    await changed(owner, lamp, price="100")
    days_pass(5)

    async with unit_of_work(process_of(anyone.app)) as unit:
        lamps = str(await unit.db.value("SELECT hash_id FROM channels"))

    async def before() -> float | int | None:
        [shown] = (await anyone.get("events/lamps/products")).json()["data"]
        price: float | int | None = shown["deal"]["before_at_most"]
        return price

    for eu, expected in ((True, 70), (False, None)):
        assert (await owner.client.put("payments/terms", {"eu": eu})).status_code == 200
        started = await owner.client.post(f"events/lamps/products/{lamp['id']}/deal", {"price": 50, "seconds": 60})
        assert started.json()["data"]["deal"]["before_at_most"] == await before() == expected
        told = (await heard(anyone, settings, lamps))[-1]
        assert (told.event, msgspec.json.decode(told.data)["before_at_most"]) == ("deal.started", expected)
