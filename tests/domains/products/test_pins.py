"""Up to three products pinned at once: one large, over the picture, and small ones beside it."""

import asyncio
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from storecast.domains.products.models import Promotion
from storecast.kit.settings import Settings
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.clock import Clock
from tests.factories.accounts import Member
from tests.factories.channels import channel
from tests.factories.platform import Client, settings_for
from tests.factories.products import Json, shelf_product
from tests.factories.rooms import heard


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url)


async def pin(owner: Member, product: Json, size: str | None = None, status: int = 200) -> Json:
    body = None if size is None else {"size": size}
    answer = await owner.client.post(f"events/lamps/products/{product['id']}/promote", body)
    assert answer.status_code == status, answer.text
    shown: Json = answer.json()
    return shown


async def pinned(anyone: Client) -> list[str | None]:
    """How each product of the shelf is pinned; the large one alone is bumped."""
    shelf = (await anyone.get("events/lamps/products")).json()["data"]
    assert all(shown["bumped"] is (shown["pinned"] == "large") for shown in shelf)
    assert all((shown["pinned_at"] is None) is (shown["pinned"] is None) for shown in shelf)
    return [shown["pinned"] for shown in shelf]


async def products(owner: Member) -> list[Json]:
    return [await shelf_product(owner.client, "lamps") for _ in range(4)]


async def test_a_pin_without_a_size_replaces_the_large_one_alone(owner: Member, anyone: Client) -> None:
    await channel(owner.client, slug="lamps")
    lamps = await products(owner)
    await pin(owner, lamps[0], "small")
    await pin(owner, lamps[1])
    await pin(owner, lamps[2], "large")
    assert await pinned(anyone) == ["small", None, "large", None]


async def test_a_fourth_pin_is_refused(owner: Member, anyone: Client) -> None:
    await channel(owner.client, slug="lamps")
    lamps = await products(owner)
    for lamp in lamps[:3]:
        await pin(owner, lamp, "small")
    for size in ("small", "large", None):
        refused = await pin(owner, lamps[3], size, 409)
        assert refused["error"]["message"] == "At most 3 products can be pinned at once."
    await pin(owner, lamps[0], "large")
    await pin(owner, lamps[3])
    assert await pinned(anyone) == [None, "small", "small", "large"], "it took the place of the large one"


async def test_rooms_hear_how_a_product_is_pinned_and_no_longer(
    owner: Member, anyone: Client, settings: Settings
) -> None:
    made = await channel(owner.client, slug="lamps")
    lamp = (await products(owner))[0]
    await pin(owner, lamp, "small")
    await pin(owner, lamp, "large")
    await owner.client.delete(f"events/lamps/products/{lamp['id']}/promote")
    events = [each for each in await heard(anyone, settings, made["id"]) if each.event.endswith("promoted")]
    told = [(each.event, msgspec.json.decode(each.data)) for each in events]
    assert [(name, data["size"]) for name, data in told] == [
        ("product.promoted", "small"),
        ("product.unpromoted", "small"),
        ("product.promoted", "large"),
        ("product.unpromoted", "large"),
    ]
    assert [data["product"]["pinned"] for name, data in told if name == "product.promoted"] == ["small", "large"]


async def test_each_pin_is_kept_with_its_size_and_its_moments(clock: Clock, owner: Member, anyone: Client) -> None:
    await channel(owner.client, slug="lamps")
    first, second, *_ = await products(owner)
    began = clock()
    for lamp, size in ((first, "small"), (second, "large"), (first, "large")):
        await pin(owner, lamp, size)
        clock.move(seconds=10)
    await owner.client.delete(f"events/lamps/products/{first['id']}/promote")
    async with unit_of_work(process_of(anyone.app)) as unit:
        kept = (await unit.db.execute(select(Promotion).order_by(Promotion.id))).scalars().all()
    assert [
        (each.product_id, each.size, (each.at - began).seconds, each.ended_at and (each.ended_at - began).seconds)
        for each in kept
    ] == [(first["id"], "small", 0, 20), (second["id"], "large", 10, 20), (first["id"], "large", 20, 30)]


@pytest.mark.parametrize("size", ["medium", "", 5, None, ["large"]])
async def test_sizes_that_do_not_exist_are_named(owner: Member, anyone: Client, size: object) -> None:
    await channel(owner.client, slug="lamps")
    lamp = (await products(owner))[0]
    answer = await owner.client.post(f"events/lamps/products/{lamp['id']}/promote", {"size": size})
    assert [message["field"] for message in answer.json()["error"]["messages"]] == ["size"]
    assert await pinned(anyone) == [None] * 4


async def test_of_many_pins_at_once_three_stand(owner: Member, anyone: Client) -> None:
    await channel(owner.client, slug="lamps")
    lamps = await products(owner)
    paths = [f"events/lamps/products/{lamp['id']}/promote" for lamp in lamps for _ in range(3)]
    answers = await asyncio.gather(*(owner.client.post(path, {"size": "small"}) for path in paths))
    assert {answer.status_code for answer in answers} == {200, 409}
    assert (await pinned(anyone)).count("small") == 3
