"""Finding products in the catalogue, typos and all."""

import pytest

from tests.factories.accounts import Member
from tests.factories.channels import channel
from tests.factories.products import catalogue_product

CATALOGUE = ("Ceramic vase", "Desk lamp", "Reed lantern", "Café crème", "Vas", "100% wool", "陶瓷花瓶")


async def found(owner: Member, made: str, term: str) -> list[str]:
    by_body = await owner.client.post("profile/products/products-wo-event", {"eventId": made, "term": term})
    by_page = await owner.client.get(f"events/{made}/user-products", params={"term": term})
    assert by_body.status_code == by_page.status_code == 200, by_page.text
    assert by_body.json()["data"] == by_page.json()["data"]
    return [shown["name"] for shown in by_page.json()["data"]]


@pytest.mark.parametrize(
    ("term", "names"),
    [
        ("lamp", ["Desk lamp"]),
        ("lanp", ["Reed lantern", "Desk lamp"]),
        ("LAMPP", ["Desk lamp"]),
        ("ceramc", ["Ceramic vase"]),
        ("cermaic vas", ["Ceramic vase"]),
        ("lantren", ["Reed lantern"]),
        ("cafe creme", ["Café crème"]),
        ("vase", ["Ceramic vase", "Vas"]),
        ("0% w", ["100% wool"]),
        ("___", []),
        ("%%%", []),
        ("陶瓷花", ["陶瓷花瓶"]),
        ("bicycle", []),
        ("\\\\\\", []),
    ],
)
async def test_those_most_like_the_term_come_first(owner: Member, term: str, names: list[str]) -> None:
    made = await channel(owner.client)
    for name in CATALOGUE:
        await catalogue_product(owner.client, name)
    assert await found(owner, made["id"], term) == names


async def test_sku_is_searched_too(owner: Member) -> None:
    made = await channel(owner.client)
    await catalogue_product(owner.client, "Desk lamp", sku="LMP-2041")
    await catalogue_product(owner.client, "Vase", sku="VAS-1")
    assert await found(owner, made["id"], "lmp-2041") == ["Desk lamp"]
    assert await found(owner, made["id"], "LMP-2O41") == ["Desk lamp"]
    await catalogue_product(owner.client, "Other", sku="LMP-2042")
    assert await found(owner, made["id"], "lmp-2041") == ["Desk lamp", "Other"]


async def test_nobody_finds_the_products_of_others(owner: Member, stranger: Member) -> None:
    made = await channel(owner.client)
    await catalogue_product(stranger.client, "Desk lamp")
    assert await found(owner, made["id"], "Desk lamp") == []
