import pytest

from tests.factories.accounts import Member
from tests.factories.channels import channel
from tests.factories.platform import Client
from tests.factories.products import catalogue_product, picture, shelf_product, upload


async def test_created_product_stands_on_the_shelf(owner: Member, anyone: Client) -> None:
    made = await channel(owner.client, slug="lamps")
    product = await shelf_product(owner.client, "lamps", "Lamp", "23.60")
    assert (product["price"], product["currency"], product["bumped"]) == (23.6, "USD", False)
    shelf = (await anyone.get(f"events/{made['thread_id']}/products")).json()["data"]
    assert [shown["id"] for shown in shelf] == [product["id"]]
    served = await anyone.get(product["image"].removeprefix("http://shop.test:8000"))
    assert served.headers["Content-Type"] == "image/webp"


@pytest.mark.parametrize(
    ("code", "price", "shown", "wrong", "said"),
    [
        ("JPY", "2500", "2500", "2500.5", "has too many decimals: JPY has 0"),
        ("KWD", "7.125", "7.125", "7.1255", "has too many decimals: KWD has 3"),
        ("USD", "24.00", "24", "Infinity", "is not in the right format"),
    ],
)
async def test_price_has_the_decimals_of_its_currency(
    owner: Member, anyone: Client, code: str, price: str, shown: str, wrong: str, said: str
) -> None:
    await channel(owner.client, slug="lamps")
    ids = {entry["iso_code"]: entry["id"] for entry in (await anyone.get("currencies")).json()["data"]}
    await owner.client.post("profile", {"full_name": "Mara", "currency_id": ids[code]})
    product = await shelf_product(owner.client, "lamps", price=price)
    assert product["currency"] == code
    shelf = await anyone.get("events/lamps/products")
    assert f'"price":{shown},' in shelf.text
    change = {"name": "Lamp", "link": "https://shop.test/lamp", "price": wrong}
    refused = await owner.client.post(f"profile/products/{product['id']}", data=change)
    assert refused.status_code == 422
    assert refused.json()["error"]["messages"] == [{"field": "price", "message": said}]
    assert (await anyone.get("events/lamps/products")).text == shelf.text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a" * 61}, "name"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"price": "-1"}, "price"),
        ({"price": "99999999"}, "price"),
        ({"price": "1.234"}, "price"),
        ({"price": "NaN"}, "price"),
        ({"price": "Infinity"}, "price"),
        ({"price": "1e999999"}, "price"),
        ({"price": "cheap"}, "price"),
    ],
)
async def test_create_names_the_bad_field(owner: Member, change: dict[str, str], field: str) -> None:
    await channel(owner.client, slug="lamps")
    form = {"name": "Lamp", "link": "https://shop.test/lamp", "price": "10", **change}
    answer = await owner.client.post("events/lamps/products/add", data=form, files={"image": upload()})
    assert answer.status_code == 422
    assert [message["field"] for message in answer.json()["error"]["messages"]] == [field]
    assert (await owner.client.get("events/lamps/products")).json()["data"] == []


@pytest.mark.parametrize("content", [b"", b"not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a"])
async def test_broken_pictures_are_refused(owner: Member, content: bytes) -> None:
    await channel(owner.client, slug="lamps")
    form = {"name": "Lamp", "link": "https://shop.test/lamp", "price": "10"}
    answer = await owner.client.post("events/lamps/products/add", data=form, files={"image": upload(content)})
    assert answer.status_code == 422
    assert [message["field"] for message in answer.json()["error"]["messages"]] == ["image"]


async def test_picture_of_too_many_pixels_is_refused(owner: Member) -> None:
    await channel(owner.client, slug="lamps")
    form = {"name": "Lamp", "link": "https://shop.test/lamp", "price": "10"}
    bomb = upload(picture(8000, 6000))
    answer = await owner.client.post("events/lamps/products/add", data=form, files={"image": bomb})
    assert answer.status_code == 422


async def test_product_goes_on_the_shelf_and_off_again(owner: Member) -> None:
    made = await channel(owner.client, slug="lamps")
    product = await catalogue_product(owner.client)
    search = {"eventId": made["id"]}
    found = (await owner.client.post("profile/products/products-wo-event", search)).json()["data"]
    assert [shown["id"] for shown in found] == [product["id"]]

    put_on = await owner.client.post(f"events/lamps/products/{product['id']}/enable", files={"image": upload()})
    assert put_on.json()["data"]["imageSource"] == "channel"
    assert (await owner.client.post("profile/products/products-wo-event", search)).json()["data"] == []

    left = await owner.client.post(f"events/lamps/products/{product['id']}/disable")
    assert (left.status_code, left.json()) == (200, {"data": []})
    assert (await owner.client.post(f"events/lamps/products/{product['id']}/disable")).status_code == 404


async def test_putting_on_twice_keeps_the_place(owner: Member) -> None:
    await channel(owner.client, slug="lamps")
    first, second = [await shelf_product(owner.client, "lamps", name) for name in ("Lamp", "Vase")]
    await owner.client.post(f"events/lamps/products/{first['id']}/enable")
    shelf = (await owner.client.get("events/lamps/products")).json()["data"]
    assert [shown["id"] for shown in shelf] == [first["id"], second["id"]]


@pytest.mark.parametrize("path", ["products/add", "products/1/enable", "products/1/disable", "products/1/promote"])
async def test_shelf_is_changed_by_editors_only(
    owner: Member, stranger: Member, anyone: Client, visitor: Client, path: str
) -> None:
    await channel(owner.client, slug="lamps")
    await shelf_product(owner.client, "lamps")
    form = {"name": "Lamp", "link": "https://shop.test/lamp", "price": "10"}
    how = {"data": form, "files": {"image": upload()}}
    assert (await anyone.post(f"events/lamps/{path}", **how)).status_code == 401
    assert (await visitor.post(f"events/lamps/{path}", **how)).status_code == 401
    assert (await stranger.client.post(f"events/lamps/{path}", **how)).status_code == 403


async def test_strangers_product_cannot_be_put_on_my_shelf(owner: Member, stranger: Member) -> None:
    await channel(owner.client, slug="lamps")
    theirs = await catalogue_product(stranger.client)
    assert (await owner.client.post(f"events/lamps/products/{theirs['id']}/enable")).status_code == 404
