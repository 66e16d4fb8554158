"""Viewers hear of stock: soon, once a second at most for a product, and for certain."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from storecast.domains.products.stock.values import Holder, Want
from storecast.kit.clock import utcnow
from storecast.kit.settings import Settings
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.factories.accounts import Member
from tests.factories.channels import channel
from tests.factories.platform import Client, settings_for
from tests.factories.products import Json, shelf_product
from tests.factories.rooms import heard

LAMP = {"name": "Lamp", "link": "https://shop.test/lamp"}
SECOND = timedelta(seconds=1)


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url)


class Room:
    """What was told of stock in a channel's room, and the worker that tells it, by a clock of its own."""

    def __init__(self, anyone: Client, settings: Settings, made: Json) -> None:
        self._anyone, self._settings, self._id = anyone, settings, made["id"]
        self.began = utcnow()

    async def told_at(self, seconds: float) -> list[Json]:
        async with unit_of_work(process_of(self._anyone.app), self.began + SECOND * seconds) as unit:
            await unit.stock_news.tell(unit.now)
        events = await heard(self._anyone, self._settings, self._id)
        return [msgspec.json.decode(each.data) for each in events if each.event == "product.stock"]

    async def hold(self, product: Json, pieces: int, until: timedelta | None, holder: str = "cart") -> None:
        async with unit_of_work(process_of(self._anyone.app), self.began) as unit:
            [level, *_] = (await unit.stock.levels([product["id"]], unit.now))[product["id"]]
            ends = None if until is None else unit.now + until
            await unit.stock.hold(Holder(holder, "user:1"), {level.stock_id: Want(pieces)}, unit.now, until=ends)


async def stocked(owner: Member, product: Json, quantity: int | None, **more: object) -> None:
    answer = await owner.client.post(f"profile/products/{product['id']}", {**LAMP, "quantity": quantity, **more})
    assert answer.status_code == 200, answer.text


async def test_room_hears_what_is_left(owner: Member, anyone: Client, settings: Settings) -> None:
    room = Room(anyone, settings, await channel(owner.client, slug="lamps"))
    product = await shelf_product(owner.client, "lamps")
    small = {"name": "Small", "quantity": 2}
    await stocked(owner, product, 5, variants=[small, {"name": "Large"}])
    await room.hold(product, 3, timedelta(minutes=15))
    [told] = await room.told_at(0)
    [shown] = (await anyone.get("events/lamps/products")).json()["data"]
    assert told["quantity"] == shown["quantity"]
    assert told["quantity"] == {"total": 7, "sold": 0, "available": 4, "reserved": 3, "no_limit": False}
    assert [(one["available"], one["reserved"]) for one in told["variants"]] == [(2, 0), (2, 3)]
    assert [one["id"] for one in told["variants"]] == [one["id"] for one in shown["variants"]["data"]]
    assert await room.told_at(5) == [told], "nothing has changed"


async def test_product_is_told_of_once_a_second_and_its_last_change_for_certain(
    owner: Member, anyone: Client, settings: Settings
) -> None:
    room = Room(anyone, settings, await channel(owner.client, slug="lamps"))
    product = await shelf_product(owner.client, "lamps")
    counts = []
    for left, at in ((9, 0), (8, 0.3), (7, 0.9), (6, 1.0)):
        await stocked(owner, product, left)
        counts.append([each["quantity"]["available"] for each in await room.told_at(at)])
    assert counts == [[9], [9], [9], [9, 6]]


async def test_every_channel_that_shows_it_hears_and_no_other(
    owner: Member, anyone: Client, settings: Settings
) -> None:
    shows = [await channel(owner.client) for _ in range(3)]
    rooms = [Room(anyone, settings, made) for made in shows]
    product = await shelf_product(owner.client, shows[0]["id"])
    await owner.client.post(f"events/{shows[1]['id']}/products/{product['id']}/enable")
    await stocked(owner, product, 5)
    assert [len(await room.told_at(0)) for room in rooms] == [1, 1, 0]


async def test_what_was_not_told_before_a_crash_is_told_after_it(
    owner: Member, anyone: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Room(anyone, settings, await channel(owner.client, slug="lamps"))
    product = await shelf_product(owner.client, "lamps")
    await stocked(owner, product, 5)

    async def die(*_: Any, **__: Any) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr("storecast.kit.events.Events.happened", die)
        with pytest.raises(RuntimeError):
            await room.told_at(0)
    assert [each["quantity"]["available"] for each in await room.told_at(0.1)] == [5]


async def test_pieces_whose_time_is_over_are_there_again_and_told_of(
    owner: Member, anyone: Client, settings: Settings
) -> None:
    room = Room(anyone, settings, await channel(owner.client, slug="lamps"))
    product = await shelf_product(owner.client, "lamps")
    await stocked(owner, product, 5)
    await room.hold(product, 5, timedelta(seconds=-1))
    await room.hold(product, 2, None, "order")
    await room.told_at(0)
    async with unit_of_work(process_of(anyone.app), room.began + SECOND) as unit:
        await unit.stock.forget_ended(unit.now)
    assert [each["quantity"]["available"] for each in await room.told_at(2)] == [3, 3]
