"""Each product's own currency."""

from tests.factories.accounts import Member
from tests.factories.channels import channel
from tests.factories.platform import Client
from tests.factories.products import Json, catalogue_product, upload


async def change(owner: Client, product: Json, **fields: str) -> Json:
    answer = await owner.post(
        f"profile/products/{product['id']}", data={"name": "Lamp", "link": "https://shop.test/lamp", **fields}
    )
    assert answer.status_code == 200, answer.text
    changed: Json = answer.json()["data"][0]
    return changed


async def test_a_product_is_in_its_owner_s_currency_or_in_the_one_given(owner: Member) -> None:
    plain = await catalogue_product(owner.client)
    yen = await catalogue_product(owner.client, price="1200", currency="JPY")
    assert (plain["currency"], yen["currency"], yen["price"]) == ("USD", "JPY", 1200)
    show = await channel(owner.client)
    added = await owner.client.post(
        f"events/{show['id']}/products/add",
        data={"name": "Lamp", "link": "https://shop.test/lamp", "price": "9.90", "currency": "EUR"},
        files={"image": upload()},
    )
    assert (added.json()["data"]["currency"], added.json()["data"]["price"]) == ("EUR", 9.9)


async def test_a_currency_can_be_changed_with_the_price_and_without(owner: Member) -> None:
    lamp = await catalogue_product(owner.client, price="10.50")
    assert (await change(owner.client, lamp, currency="EUR"))["price"] == 10.5
    changed = await change(owner.client, lamp, currency="JPY", price="1700")
    assert (changed["currency"], changed["price"]) == ("JPY", 1700)
    assert (await change(owner.client, lamp))["currency"] == "JPY"
    [franc] = [one for one in (await owner.client.get("currencies")).json()["data"] if one["iso_code"] == "CHF"]
    answer = await owner.client.post("profile", {"full_name": "Ana", "currency_id": franc["id"]})
    assert answer.json()["data"]["currency"]["data"] == franc
    assert (await change(owner.client, lamp))["currency"] == "JPY", "the account's is for new ones"


async def test_bad_currencies_are_named(owner: Member) -> None:
    lamp = await catalogue_product(owner.client, price="10.50")
    body = {"name": "Lamp", "link": "https://shop.test/lamp"}
    for currency, field in (("DEM", "currency"), ("eur", "currency"), ("XXX", "currency"), ("JPY", "price")):
        answer = await owner.client.post(f"profile/products/{lamp['id']}", data={**body, "currency": currency})
        assert answer.status_code == 422
        assert [entry["field"] for entry in answer.json()["error"]["messages"]] == [field]
    assert (await change(owner.client, lamp))["currency"] == "USD"
