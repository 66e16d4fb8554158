"""Pictures are served as long as something shows them."""

import json
from pathlib import Path

import pytest
from httpx import Response

from storecast.domains.products import pictures
from storecast.kit.settings import Settings
from tests.factories.accounts import Member, guest
from tests.factories.channels import channel
from tests.factories.platform import BASE, Client, do_jobs, settings_for
from tests.factories.products import Json, catalogue_product, shelf_product, upload
from tests.factories.selling import add, shop

ODD_TAGS = (Path(__file__).parents[2] / "kit/pictures/orientation-and-float-datetime.jpg").read_bytes()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url)


async def served(anyone: Client, *addresses: str) -> list[bool]:
    return [(await anyone.get(url.removeprefix(BASE))).status_code == 200 for url in addresses]


async def with_a_new_picture(owner: Client, product: Json) -> Json:
    answer = await owner.post(
        f"profile/products/{product['id']}",
        data={"name": "Lamp", "link": "https://shop.test/lamp"},
        files=[("image[]", upload())],
    )
    changed: Json = answer.json()["data"][0]
    return changed


async def test_replaced_picture_is_gone(owner: Member, anyone: Client, settings: Settings) -> None:
    product = await catalogue_product(owner.client)
    changed = await with_a_new_picture(owner.client, product)
    await do_jobs(settings)
    assert await served(anyone, product["image"], changed["image"]) == [False, True]


async def arranged(owner: Client, product: Json, *images: str, new: int = 0) -> Response:
    fields = {"name": "Lamp", "link": "https://shop.test/lamp", "images[]": list(images)}
    files = [("image[]", upload()) for _ in range(new)]
    return await owner.post(f"profile/products/{product['id']}", data=fields, files=files or None)


async def test_pictures_are_sorted_removed_and_joined_by_new_ones(
    owner: Member, anyone: Client, settings: Settings
) -> None:
    await channel(owner.client, slug="lamps")
    fields = {"name": "Lamp", "link": "https://shop.test/lamp", "price": "10"}
    made = await owner.client.post("events/lamps/products/add", data=fields, files=[("image[]", upload())] * 3)
    product = made.json()["data"]
    first, second, third = product["images"]
    answer = await arranged(owner.client, product, third, "new", first, "new", new=2)
    assert answer.status_code == 200, answer.text
    [changed] = answer.json()["data"]
    assert changed["images"][::2] == [third, first]
    assert changed["image"] == third
    await do_jobs(settings)
    assert await served(anyone, second, *changed["images"]) == [False, True, True, True, True]
    # As another name of this host, or a page, has them.
    relative = [f"https://elsewhere.test{address.removeprefix(BASE)}?again" for address in reversed(changed["images"])]
    [turned] = (await arranged(owner.client, product, *relative)).json()["data"]
    assert turned["images"] == changed["images"][::-1]


async def test_pictures_that_do_not_fit_change_nothing(owner: Member, settings: Settings) -> None:
    product, other = await catalogue_product(owner.client), await catalogue_product(owner.client)
    [image] = product["images"]
    before = files(settings)
    for images, new in (
        ([image, image], 0),
        ([image, "new"], 0),
        ([image], 1),
        ([image, "new"], 2),
        (other["images"], 0),
        (["http://["], 0),
        (["new"] * 9, 8),
    ):
        answer = await arranged(owner.client, product, *images, new=new)
        assert answer.status_code == 422, (images, answer.text)
        assert answer.json()["error"]["messages"][0]["field"] == "images"
    assert files(settings) == before


async def test_variants_keep_their_pictures_when_those_are_sorted_and_lose_them_when_asked(owner: Member) -> None:
    product = await catalogue_product(owner.client)
    [first] = product["images"]
    fields = {"name": "Lamp", "link": "https://shop.test/lamp"}
    variants = [{"name": "Small", "image_index": 0}, {"name": "Large", "image_index": 1}]
    form = {**fields, "images[]": [first, "new"], "variants": json.dumps(variants)}
    answer = await owner.client.post(f"profile/products/{product['id']}", data=form, files=[("image[]", upload())])
    [changed] = answer.json()["data"]
    second = changed["images"][1]
    assert [one["image"] for one in changed["variants"]["data"]] == [first, second]
    [turned] = (await arranged(owner.client, product, second, first)).json()["data"]
    assert [one["image"] for one in turned["variants"]["data"]] == [first, second]
    form = {**fields, "variants": json.dumps([{"name": "Small"}, {"name": "Large", "image_index": None}])}
    answer = await owner.client.post(f"profile/products/{product['id']}", data=form)
    assert [one["image"] for one in answer.json()["data"][0]["variants"]["data"]] == [first, None]


async def test_a_variant_whose_picture_is_gone_is_shown_by_the_products_in_a_cart(
    owner: Member, anyone: Client
) -> None:
    await shop(owner)
    variants = [{"name": "Small", "image_index": 1}]
    form = {"name": "Lamp", "link": "https://shop.test/lamp", "price": "10", "variants": json.dumps(variants)}
    made = await owner.client.post("events/lamps/products/add", data=form, files=[("image[]", upload())] * 2)
    product = made.json()["data"]
    [small] = product["variants"]["data"]
    first, second = product["images"]
    buyer = await guest(anyone)
    cart = await add(buyer, product, variantId=small["id"])
    assert cart["items"]["data"][0]["image"] == second
    assert (await arranged(owner.client, product, first)).status_code == 200
    cart = (await buyer.get("events/event/lamps/cart")).json()["data"]
    assert cart["items"]["data"][0]["image"] == first


async def test_pictures_of_a_deleted_product_are_gone(owner: Member, anyone: Client, settings: Settings) -> None:
    await channel(owner.client, slug="lamps")
    product = await catalogue_product(owner.client)
    path = f"events/lamps/products/{product['id']}/enable"
    shown = (await owner.client.post(path, files={"image": upload()})).json()["data"]
    assert await served(anyone, product["image"], shown["image"]) == [True, True]
    await owner.client.delete(f"profile/products/{product['id']}")
    await do_jobs(settings)
    assert await served(anyone, product["image"], shown["image"]) == [False, False]


async def test_picture_stays_while_a_copy_shows_it(owner: Member, anyone: Client, settings: Settings) -> None:
    product = await catalogue_product(owner.client)
    copy = (await owner.client.patch(f"profile/products/{product['id']}")).json()["data"]
    await owner.client.delete(f"profile/products/{product['id']}")
    await do_jobs(settings)
    assert await served(anyone, copy["image"]) == [True]
    await with_a_new_picture(owner.client, copy)
    await do_jobs(settings)
    assert await served(anyone, copy["image"]) == [False]


async def test_channels_own_picture_goes_with_the_next_and_with_its_place(
    owner: Member, anyone: Client, settings: Settings
) -> None:
    await channel(owner.client, slug="lamps")
    product = await shelf_product(owner.client, "lamps")
    path = f"events/lamps/products/{product['id']}"
    first, second = [
        (await owner.client.post(f"{path}/enable", files={"image": upload()})).json()["data"]["image"] for _ in range(2)
    ]
    await do_jobs(settings)
    assert await served(anyone, first, second, product["image"]) == [False, True, True]
    await owner.client.post(f"{path}/disable")
    await do_jobs(settings)
    assert await served(anyone, second, product["image"]) == [False, True]


async def test_wherever_pictures_come_in_the_field_and_the_reason_are_named(owner: Member) -> None:
    await channel(owner.client, slug="lamps")
    product = await catalogue_product(owner.client)
    fields = {"name": "Lamp", "link": "https://shop.test/lamp", "price": "10"}
    for path, form, field in (
        ("profile", {"full_name": "Mara"}, "avatar"),
        ("profile/products/create", fields, "image"),
        (f"profile/products/{product['id']}", fields, "image"),
        ("events/lamps/products/add", fields, "image"),
        (f"events/lamps/products/{product['id']}/enable", {}, "image"),
    ):
        taken = await owner.client.post(path, data=form, files={field: ("a.jpg", ODD_TAGS)})
        assert taken.status_code == 200, taken.text
        refused = await owner.client.post(path, data=form, files={field: ("a.jpg", ODD_TAGS[:-200])})
        assert refused.status_code == 422
        [message] = refused.json()["error"]["messages"]
        assert (message["field"], "damaged" in message["message"]) == (field, True)


def files(settings: Settings) -> set[str]:
    return {path.name for path in (settings.data_dir / "storage").rglob("*") if path.is_file()}


@pytest.mark.parametrize("change", [{"currency": "XYZ"}, {"price": "1.234"}, {"currency": "JPY", "price": "1.5"}])
async def test_pictures_of_what_is_refused_are_not_kept(
    owner: Member, settings: Settings, change: dict[str, str]
) -> None:
    await channel(owner.client, slug="lamps")
    product = await catalogue_product(owner.client)
    before = files(settings)
    fields = {"name": "Lamp", "link": "https://shop.test/lamp", "price": "10", **change}
    for path, name in (
        ("profile/products/create", "image[]"),
        (f"profile/products/{product['id']}", "image[]"),
        ("events/lamps/products/add", "image"),
    ):
        answer = await owner.client.post(path, data=fields, files=[(name, upload())])
        assert answer.status_code == 422, answer.text
    assert files(settings) == before


async def test_pictures_for_a_full_shelf_are_not_kept(
    owner: Member, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await channel(owner.client, slug="lamps")
    product = await catalogue_product(owner.client)
    monkeypatch.setattr("storecast.domains.products.service.SHELF_SIZE", 0)
    before = files(settings)
    fields = {"name": "Lamp", "link": "https://shop.test/lamp", "price": "10"}
    for path, data in (("events/lamps/products/add", fields), (f"events/lamps/products/{product['id']}/enable", {})):
        answer = await owner.client.post(path, data=data, files={"image": upload()})
        assert answer.status_code == 409, answer.text
    assert files(settings) == before


async def test_pictures_of_a_product_deleted_meanwhile_are_not_kept(
    owner: Member, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = await catalogue_product(owner.client)
    before = files(settings)
    normalise = pictures.normalise_image

    async def slowly(content: bytes, side: int) -> bytes:
        deleted = await owner.client.delete(f"profile/products/{product['id']}")
        assert deleted.status_code == 204
        return await normalise(content, side)

    monkeypatch.setattr(pictures, "normalise_image", slowly)
    fields = {"name": "Lamp", "link": "https://shop.test/lamp"}
    answer = await owner.client.post(f"profile/products/{product['id']}", data=fields, files=[("image[]", upload())])
    assert answer.status_code == 404
    await do_jobs(settings)
    assert files(settings) <= before
