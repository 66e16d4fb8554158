from pathlib import Path

import msgspec
import pytest

from tests.factories.accounts import Member, member
from tests.factories.channels import channel
from tests.factories.platform import Client, running_app, settings_for
from tests.factories.products import catalogue_product, shelf_product, upload
from tests.factories.rooms import heard


async def test_first_of_several_pictures_is_shown(owner: Member) -> None:
    answer = await owner.client.post(
        "profile/products/create",
        data={"name": "Lamp", "link": "https://shop.test/lamp"},
        files=[("image[]", upload()), ("image[]", upload())],
    )
    product = answer.json()["data"]
    assert len(product["images"]) == 2
    assert product["image"] == product["images"][0]
    assert product["price"] is None


async def test_update_answers_a_list_of_one_and_keeps_the_price(owner: Member) -> None:
    product = await catalogue_product(owner.client)
    answer = await owner.client.post(
        f"profile/products/{product['id']}",
        data={"name": "Better lamp", "link": "https://shop.test/better"},
        files=[("image[]", upload())],
    )
    [changed] = answer.json()["data"]
    assert (changed["name"], changed["price"]) == ("Better lamp", 10)
    assert changed["image"] != product["image"]


async def test_search_finds_by_part_of_the_name_literally(owner: Member) -> None:
    made = await channel(owner.client)
    await catalogue_product(owner.client, "Desk lamp")
    await catalogue_product(owner.client, "100% wool")
    for term, names in (("LAMP", ["Desk lamp"]), ("00% w", ["100% wool"]), ("a%p", [])):
        body = {"eventId": made["id"], "term": term}
        found = (await owner.client.post("profile/products/products-wo-event", body)).json()["data"]
        assert [shown["name"] for shown in found] == names
    short = await owner.client.post("profile/products/products-wo-event", {"eventId": made["id"], "term": "ab"})
    assert [message["field"] for message in short.json()["error"]["messages"]] == ["term"]


async def test_deleted_product_leaves_every_shelf(owner: Member) -> None:
    await channel(owner.client, slug="lamps")
    product = await shelf_product(owner.client, "lamps")
    answer = await owner.client.delete(f"profile/products/{product['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await owner.client.get("events/lamps/products")).json()["data"] == []
    assert (await owner.client.delete(f"profile/products/{product['id']}")).status_code == 404


async def test_rooms_hear_of_a_changed_and_of_a_deleted_product(
    owner: Member, anyone: Client, tmp_path: Path, database_url: str
) -> None:
    made = [await channel(owner.client) for _ in range(2)]
    product = await shelf_product(owner.client, made[0]["id"])
    path = f"products/{product['id']}"
    await owner.client.post(f"events/{made[1]['id']}/{path}/enable")
    await owner.client.post(f"events/{made[1]['id']}/{path}/promote")
    cheaper = {"name": "Lamp", "link": "https://shop.test/lamp", "price": 9.5}
    await owner.client.post(f"profile/{path}", cheaper)
    await owner.client.delete(f"profile/{path}")
    for shelf, bumped in zip(made, (False, True), strict=True):
        changed, deleted = (await heard(anyone, settings_for(tmp_path, database_url), shelf["id"]))[-2:]
        assert (changed.event, deleted.event) == ("product.enabled", "product.disabled")
        shown = msgspec.json.decode(changed.data)["product"]
        assert (shown["id"], shown["price"], shown["bumped"]) == (product["id"], 9.5, bumped)
        assert msgspec.json.decode(deleted.data) == {"product_id": product["id"]}


async def test_clone_is_a_product_of_its_own(owner: Member) -> None:
    product = await catalogue_product(owner.client, "a" * 60)
    copy = (await owner.client.patch(f"profile/products/{product['id']}")).json()["data"]
    assert copy["id"] != product["id"]
    assert copy["name"].endswith("(copy)")
    assert (copy["price"], copy["image"]) == (product["price"], product["image"])


@pytest.mark.parametrize("method", ["POST", "DELETE", "PATCH"])
async def test_others_products_do_not_exist(
    owner: Member, stranger: Member, anyone: Client, visitor: Client, method: str
) -> None:
    product = await catalogue_product(owner.client)
    path = f"profile/products/{product['id']}"
    body = {"json": {"name": "Mine", "link": "https://shop.test/"}} if method == "POST" else {}
    assert (await anyone.call(method, path, **body)).status_code == 401
    assert (await visitor.call(method, path, **body)).status_code == 401
    assert (await stranger.client.call(method, path, **body)).status_code == 404


async def test_plan_limits_products(tmp_path: Path, database_url: str) -> None:
    async with running_app(settings_for(tmp_path, database_url, plans="enforced")) as anyone:
        owner = await member(anyone)
        made = [await catalogue_product(owner.client) for _ in range(5)]
        clone = await owner.client.patch(f"profile/products/{made[0]['id']}")
        assert clone.status_code == 402
        await owner.client.delete(f"profile/products/{made[0]['id']}")
        assert (await owner.client.patch(f"profile/products/{made[1]['id']}")).status_code == 200


async def test_picture_the_disk_does_not_take_is_said_so_and_nothing_changes(owner: Member, tmp_path: Path) -> None:
    (tmp_path / "storage" / "images").write_text("in the way of the folder")
    answer = await owner.client.post(
        "profile/products/create",
        data={"name": "Lamp", "link": "https://shop.test/lamp"},
        files=[("image[]", upload())],
    )
    assert (answer.status_code, answer.json()["error"]["message"]) == (
        503,
        "The file could not be stored; nothing was changed. Try again later.",
    )
    made = await channel(owner.client)
    search = {"eventId": made["id"], "term": "Lamp"}
    assert (await owner.client.post("profile/products/products-wo-event", search)).json()["data"] == []
