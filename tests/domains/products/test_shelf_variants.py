"""Which variants of a product a channel shows, what it calls its products by, and their order."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.factories.accounts import Member
from tests.factories.channels import channel
from tests.factories.platform import Client, settings_for
from tests.factories.products import Json, catalogue_product, shelf_product
from tests.factories.rooms import heard

VARIANTS = json.dumps([{"name": "Small", "reference": "136"}, {"name": "Large"}, {"name": "Huge", "reference": "0x"}])


async def shelf(anyone: Client) -> list[Json]:
    found: list[Json] = (await anyone.get("events/lamps/products")).json()["data"]
    return found


def names(product: Json) -> list[str]:
    return [variant["name"] for variant in product["variants"]["data"]]


async def show(owner: Member, product: Json, reference: object) -> Json:
    body = {"reference": reference, "product_id": product["id"]}
    answer = await owner.client.put("events/lamps/variants", body)
    assert answer.status_code == 200, answer.text
    shown: Json = answer.json()["data"]
    return shown


async def test_variant_goes_on_the_shelf_by_its_reference_and_others_stay_hidden(owner: Member, anyone: Client) -> None:
    await channel(owner.client, slug="lamps")
    product = await catalogue_product(owner.client, variants=VARIANTS)
    assert names(await show(owner, product, 136)) == ["Small"]
    assert [names(shown) for shown in await shelf(anyone)] == [["Small"]]
    assert names(await show(owner, product, "0x")) == ["Small", "Huge"]
    large = product["variants"]["data"][1]["id"]
    assert names(await show(owner, product, large)) == ["Small", "Large", "Huge"]
    assert names(await show(owner, product, 136.0)) == ["Small", "Large", "Huge"], "safe to repeat"


async def test_last_variant_takes_its_product_off_the_shelf(
    owner: Member, anyone: Client, tmp_path: Path, database_url: str
) -> None:
    made = await channel(owner.client, slug="lamps")
    product = await shelf_product(owner.client, "lamps", variants=VARIANTS)
    ids = [variant["id"] for variant in product["variants"]["data"]]
    left = await owner.client.delete(f"events/lamps/variant/{ids[0]}")
    assert (
        [names(shown) for shown in left.json()["data"]]
        == [["Large", "Huge"]]
        == [names(one) for one in await shelf(anyone)]
    )
    assert (await owner.client.delete(f"events/lamps/variant/{ids[0]}")).status_code == 404
    for variant in ids[1:]:
        assert (await owner.client.delete(f"events/lamps/variant/{variant}")).status_code == 200
    assert await shelf(anyone) == []
    events = [each.event for each in await heard(anyone, settings_for(tmp_path, database_url), made["id"])]
    assert events[-3:] == ["product.enabled", "product.enabled", "product.disabled"]


async def test_product_leaves_the_shelf_where_the_variants_shown_there_are_deleted(
    owner: Member, anyone: Client
) -> None:
    await channel(owner.client, slug="lamps")
    product = await catalogue_product(owner.client, variants=VARIANTS)
    await show(owner, product, "136")
    change = {"name": "Lamp", "link": "https://shop.test/", "variants": [{"name": "Large"}]}
    await owner.client.post(f"profile/products/{product['id']}", change)
    assert await shelf(anyone) == []


@pytest.mark.parametrize("reference", ["136.5", 136.5, "nothing", 2**70, "x" * 101, "", None])
async def test_what_names_no_variant_is_refused(owner: Member, reference: object) -> None:
    await channel(owner.client, slug="lamps")
    product = await catalogue_product(owner.client, variants=VARIANTS)
    answer = await owner.client.put("events/lamps/variants", {"reference": reference, "product_id": product["id"]})
    assert answer.status_code in (404, 422)
    assert await shelf(owner.client) == []


async def test_variants_of_others_cannot_be_shown_or_hidden(owner: Member, stranger: Member, anyone: Client) -> None:
    await channel(owner.client, slug="lamps")
    theirs = await catalogue_product(stranger.client, variants=VARIANTS)
    mine = await shelf_product(owner.client, "lamps", variants=VARIANTS)
    body = {"reference": "136", "product_id": theirs["id"]}
    assert (await owner.client.put("events/lamps/variants", body)).status_code == 404
    variant = f"events/lamps/variant/{mine['variants']['data'][0]['id']}"
    for caller, status in ((anyone, 401), (stranger.client, 403)):
        assert (await caller.put("events/lamps/variants", body)).status_code == status
        assert (await caller.delete(variant)).status_code == status
    assert (await owner.client.delete(f"events/lamps/variant/{theirs['variants']['data'][0]['id']}")).status_code == 404
    assert names((await shelf(anyone))[0]) == ["Small", "Large", "Huge"]


async def test_those_named_stand_first_and_the_others_follow_as_they_stood(
    owner: Member, anyone: Client, tmp_path: Path, database_url: str
) -> None:
    made = await channel(owner.client, slug="lamps")
    ids = [(await shelf_product(owner.client, "lamps"))["id"] for _ in range(4)]
    answer = await owner.client.patch("events/lamps/products/order", {"order": [ids[3], ids[1]]})
    wanted = [ids[3], ids[1], ids[0], ids[2]]
    assert [shown["id"] for shown in answer.json()["data"]] == wanted
    assert [(shown["id"], shown["number"]) for shown in await shelf(anyone)] == [
        (ids[3], 4), (ids[1], 2), (ids[0], 1), (ids[2], 3),
    ]  # fmt: skip
    last = (await heard(anyone, settings_for(tmp_path, database_url), made["id"]))[-1]
    assert (last.event, msgspec.json.decode(last.data)) == ("shelf.ordered", {"product_ids": wanted})
    await owner.client.patch("events/lamps/products/order", {"order": []})
    assert [shown["id"] for shown in await shelf(anyone)] == wanted


async def test_number_is_the_next_after_those_that_stand_there(owner: Member, anyone: Client) -> None:
    await channel(owner.client, slug="lamps")
    first, second = [await shelf_product(owner.client, "lamps") for _ in range(2)]
    await owner.client.post(f"events/lamps/products/{first['id']}/disable")
    again = (await owner.client.post(f"events/lamps/products/{first['id']}/enable")).json()["data"]
    assert [shown["number"] for shown in (first, second, again)] == [1, 2, 3]


@pytest.mark.parametrize("order", [[99], [1, 1], [2**70], [-1], ["x"], "1", None, [1] * 1001])
async def test_order_of_what_is_not_on_the_shelf_is_refused_and_named(
    owner: Member, anyone: Client, order: Any
) -> None:
    await channel(owner.client, slug="lamps")
    for _ in range(2):
        await shelf_product(owner.client, "lamps")
    before = await shelf(anyone)
    answer = await owner.client.patch("events/lamps/products/order", {"order": order})
    assert answer.status_code == 422
    assert [message["field"] for message in answer.json()["error"]["messages"]] == ["order"]
    assert await shelf(anyone) == before


async def test_shelf_is_sorted_by_editors_only(owner: Member, stranger: Member, anyone: Client) -> None:
    await channel(owner.client, slug="lamps")
    for caller, status in ((anyone, 401), (stranger.client, 403)):
        assert (await caller.patch("events/lamps/products/order", {"order": []})).status_code == status
        assert (await caller.get("events/lamps/user-products")).status_code == status


async def test_candidates_are_the_products_not_on_the_shelf_by_pages(owner: Member) -> None:
    await channel(owner.client, slug="lamps")
    await shelf_product(owner.client, "lamps", "Desk lamp")
    made = [(await catalogue_product(owner.client, f"Lamp {number}"))["id"] for number in range(12)]
    first = (await owner.client.get("events/lamps/user-products")).json()
    assert [shown["id"] for shown in first["data"]] == made[:1:-1]
    assert first["meta"]["pagination"]["total"] == 12
    second = (await owner.client.get(first["meta"]["pagination"]["links"]["next"])).json()
    assert [shown["id"] for shown in second["data"]] == made[1::-1]
    for query in ("page=0", "page=x", "page=100001", "term=ab"):
        assert (await owner.client.get(f"events/lamps/user-products?{query}")).status_code == 422
