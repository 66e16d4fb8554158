"""The one product the host promotes: bumped for all, taken back, and gone with its show."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from storecast.domains.products.models import Promotion
from storecast.kit.settings import Settings
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.clock import Clock
from tests.factories.accounts import Member, guest
from tests.factories.channels import channel
from tests.factories.nodes import Node
from tests.factories.platform import Client, settings_for
from tests.factories.products import catalogue_product, shelf_product
from tests.factories.rooms import heard


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url)


async def promote(owner: Member, product: dict[str, Any]) -> None:
    answer = await owner.client.post(f"events/lamps/products/{product['id']}/promote")
    assert answer.status_code == 200, answer.text


async def bumped(anyone: Client) -> list[int]:
    """What viewers see promoted, on the shelf and with the channel alike."""
    shelf = (await anyone.get("events/lamps/products")).json()["data"]
    with_channel = (await anyone.get("events/products/lamps")).json()["data"]["products"]["data"]
    assert shelf == with_channel
    return [product["id"] for product in shelf if product["bumped"]]


async def promotions(anyone: Client, settings: Settings, made: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """What the room heard of them."""
    events = await heard(anyone, settings, made["id"])
    told = [(each.event, msgspec.json.decode(each.data)) for each in events]
    return [(name, data) for name, data in told if name.endswith("promoted")]


async def test_promoting_one_product_ends_the_promotion_of_the_other(owner: Member) -> None:
    await channel(owner.client, slug="lamps")
    first, second = [await shelf_product(owner.client, "lamps", name) for name in ("Lamp", "Vase")]
    for product in (first, second):
        answer = await owner.client.post(f"events/lamps/products/{product['id']}/promote")
        assert answer.json()["data"]["bumped"] is True
        shelf = (await owner.client.get("events/lamps/products")).json()["data"]
        assert [shown["id"] for shown in shelf if shown["bumped"]] == [product["id"]]


async def test_everybody_reads_since_when_a_product_is_promoted(
    owner: Member, anyone: Client, settings: Settings
) -> None:
    made = await channel(owner.client, slug="lamps")
    lamp = await shelf_product(owner.client, "lamps", "Lamp")
    assert lamp["bumped_at"] is None
    promoted = (await owner.client.post(f"events/lamps/products/{lamp['id']}/promote")).json()["data"]
    [(_, told)] = await promotions(anyone, settings, made)
    (shown,) = (await anyone.get("events/lamps/products")).json()["data"]
    await owner.client.post(f"profile/products/{lamp['id']}", {"name": "Lamp", "link": "https://shop.test/new"})
    events = await heard(anyone, settings, made["id"])
    changed = msgspec.json.decode(events[-1].data)["product"]
    assert (events[-1].event, changed["link"]) == ("product.enabled", "https://shop.test/new")
    assert told["at"] == promoted["bumped_at"] == shown["bumped_at"] == changed["bumped_at"]
    assert told["product"]["bumped_at"] == told["at"]
    back = (await owner.client.delete(f"events/lamps/products/{lamp['id']}/promote")).json()["data"]
    assert (back["bumped"], back["bumped_at"]) == (False, None)


async def test_only_what_is_on_the_shelf_can_be_promoted(owner: Member) -> None:
    await channel(owner.client, slug="lamps")
    product = await catalogue_product(owner.client)
    assert (await owner.client.post(f"events/lamps/products/{product['id']}/promote")).status_code == 404
    assert (await owner.client.post("events/lamps/products/99999999999999999999/promote")).status_code == 404


async def test_taking_a_promotion_back_is_seen_by_all_and_told_once(
    settings: Settings, owner: Member, anyone: Client
) -> None:
    made = await channel(owner.client, slug="lamps")
    lamp = await shelf_product(owner.client, "lamps")
    await promote(owner, lamp)
    assert await bumped(anyone) == [lamp["id"]]
    for _ in range(2):
        answer = await owner.client.delete(f"events/lamps/products/{lamp['id']}/promote")
        assert (answer.status_code, answer.json()["data"]) == (200, lamp)
        assert await bumped(anyone) == []
    [promoted, (name, told)] = await promotions(anyone, settings, made)
    assert (name, told["product_id"]) == ("product.unpromoted", lamp["id"])
    assert told["at"] > promoted[1]["at"]


async def test_taking_back_one_product_leaves_the_promotion_of_another(owner: Member, anyone: Client) -> None:
    await channel(owner.client, slug="lamps")
    lamp, vase = [await shelf_product(owner.client, "lamps", name) for name in ("Lamp", "Vase")]
    await promote(owner, vase)
    assert (await owner.client.delete(f"events/lamps/products/{lamp['id']}/promote")).status_code == 200
    assert await bumped(anyone) == [vase["id"]]


async def test_promotion_is_taken_back_by_who_runs_the_show_only(
    owner: Member, stranger: Member, anyone: Client
) -> None:
    await channel(owner.client, slug="lamps")
    lamp = await shelf_product(owner.client, "lamps")
    await promote(owner, lamp)
    path = f"events/lamps/products/{lamp['id']}/promote"
    assert (await anyone.delete(path)).status_code == 401
    assert (await (await guest(anyone)).delete(path)).status_code == 401
    assert (await stranger.client.delete(path)).status_code == 403
    assert (await owner.client.delete("events/lamps/products/99999999999999999999/promote")).status_code == 404
    assert await bumped(anyone) == [lamp["id"]]


Ending = Callable[[Node, dict[str, Any], Member], Awaitable[object]]
ENDINGS: dict[str, Ending] = {
    "by the encoder": lambda node, grant, _: node.end(grant),
    "by the host": lambda _, __, host: host.client.post("events/lamps/complete"),
    "by its key's end": lambda _, grant, host: host.client.delete(f"streams/{grant['stream_id']}"),
}


@pytest.mark.parametrize("end", ENDINGS.values(), ids=list(ENDINGS))
async def test_show_takes_its_promotion_with_it_and_the_next_begins_without(
    settings: Settings, owner: Member, anyone: Client, end: Ending
) -> None:
    made = await channel(owner.client, slug="lamps")
    lamp = await shelf_product(owner.client, "lamps")
    key = (await owner.client.post("streams", {"event_id": "lamps"})).json()["data"]["stream_key"]
    node = Node(anyone, settings)
    grant = (await node.publish(key)).json()
    await node.start(grant)
    await promote(owner, lamp)
    await end(node, grant, owner)
    assert await bumped(anyone) == []
    names = [each.event for each in await heard(anyone, settings, made["id"])]
    assert names[-2:] == ["product.unpromoted", "stream.ended"]

    await owner.client.delete(f"streams/{grant['stream_id']}")  # whose key the host's stop holds
    key = (await owner.client.post("streams", {"event_id": "lamps"})).json()["data"]["stream_key"]
    await node.start((await node.publish(key)).json())
    assert await bumped(anyone) == []


async def test_publisher_who_is_away_for_a_moment_keeps_the_promotion(
    settings: Settings, owner: Member, anyone: Client
) -> None:
    await channel(owner.client, slug="lamps")
    lamp = await shelf_product(owner.client, "lamps")
    key = (await owner.client.post("streams", {"event_id": "lamps"})).json()["data"]["stream_key"]
    node = Node(anyone, settings)
    await node.start((await node.publish(key)).json())
    await promote(owner, lamp)
    await node.start((await node.publish(key)).json())
    assert await bumped(anyone) == [lamp["id"]]


async def test_promotions_are_kept_with_their_ends(clock: Clock, owner: Member, anyone: Client) -> None:
    await channel(owner.client, slug="lamps")
    lamp, vase = [await shelf_product(owner.client, "lamps", name) for name in ("Lamp", "Vase")]
    began = clock()
    for product in (lamp, vase, lamp):
        await promote(owner, product)
        clock.move(seconds=10)
    await owner.client.post(f"events/lamps/products/{lamp['id']}/disable")
    async with unit_of_work(process_of(anyone.app)) as unit:
        kept = (await unit.db.execute(select(Promotion).order_by(Promotion.id))).scalars().all()
    seconds = [(each.at - began, each.ended_at and each.ended_at - began) for each in kept]
    assert [(at.seconds, end and end.seconds) for at, end in seconds] == [(0, 10), (10, 20), (20, 30)]


async def test_promoting_while_the_show_ends_neither_waits_for_ever_nor_opens_the_next(
    settings: Settings, owner: Member, anyone: Client
) -> None:
    await channel(owner.client, slug="lamps")
    lamps = [await shelf_product(owner.client, "lamps", f"Lamp {number}") for number in range(3)]
    key = (await owner.client.post("streams", {"event_id": "lamps"})).json()["data"]["stream_key"]
    node = Node(anyone, settings)
    await node.start((await node.publish(key)).json())
    await promote(owner, lamps[0])
    answers = await asyncio.gather(
        *(owner.client.post(f"events/lamps/products/{lamp['id']}/promote") for lamp in lamps),
        owner.client.post("events/lamps/complete"),
        owner.client.delete(f"events/lamps/products/{lamps[0]['id']}/promote"),
    )
    assert [answer.status_code for answer in answers] == [200] * 5
