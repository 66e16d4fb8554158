"""The catalogue as a table: taken in whole or not at all, and given out so that it can be taken in again."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from tests.factories.accounts import Member, member
from tests.factories.channels import channel
from tests.factories.platform import Client, running_app, settings_for
from tests.factories.products import Json, catalogue_product, shelf_product
from tests.factories.rooms import heard

HEAD = "name,link,price,currency,quantity,sku,variant,options\n"
LAMP = "Lamp,https://shop.test/lamp,10.50,EUR,5,L-1,,\n"


async def sent(owner: Member, table: str | bytes, *, preview: bool = False) -> Any:
    content = table.encode() if isinstance(table, str) else table
    files = {"file": ("products.csv", content, "text/csv")}
    return await owner.client.post("products/import", files=files, params={"preview": preview})


async def taken(owner: Member, table: str | bytes, **how: bool) -> Json:
    answer = await sent(owner, table, **how)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()["data"]
    return found


async def refused(owner: Member, table: str | bytes) -> list[tuple[int, str, str]]:
    before = await exported(owner)
    answer = await sent(owner, table)
    assert answer.status_code == 422, answer.text
    previewed = await taken(owner, table, preview=True)
    assert previewed["errors"] == answer.json()["error"]["messages"]
    assert (previewed["created"], previewed["updated"]) == (0, 0)
    assert await exported(owner) == before, "nothing was taken in"
    return [(each["row"], each["field"], each["message"]) for each in previewed["errors"]]


async def exported(owner: Member) -> bytes:
    answer = await owner.client.get("products/export")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    content: bytes = answer.content
    return content


async def catalogue(owner: Member) -> list[Json]:
    """Oldest first."""
    made = await channel(owner.client)
    found: list[Json] = (await owner.client.post("profile/products/products-wo-event", {"eventId": made["id"]})).json()[
        "data"
    ]
    return found[::-1]


async def test_rows_become_products_and_variants(owner: Member) -> None:
    table = (
        HEAD + LAMP + "Lamp,,8,,3,L-S,Small,Size: S; Colour: deep red\n,,,,,,Large,\nVase,http://shop.test/v,,,,,,\n"
    )
    assert await taken(owner, table) == {
        "preview": False, "rows": 4, "created": 2, "updated": 0, "unchanged": 0, "errors": [],
    }  # fmt: skip
    lamp, vase = await catalogue(owner)
    assert (lamp["name"], lamp["price"], lamp["currency"], lamp["sku"]) == ("Lamp", 10.5, "EUR", "L-1")
    small, large = lamp["variants"]["data"]
    assert (small["price"], small["sku"], small["options"]) == (8, "L-S", {"Size": "S", "Colour": "deep red"})
    assert (small["available"], large["available"], large["keeps_own_stock"]) == (3, 5, False)
    assert (vase["price"], vase["quantity"]["no_limit"], vase["image"]) == (None, True, "")


async def test_preview_says_what_would_be_and_does_nothing(owner: Member) -> None:
    before = await exported(owner)
    told = await taken(owner, HEAD + LAMP, preview=True)
    assert (told["preview"], told["created"]) == (True, 1)
    assert await exported(owner) == before


async def test_what_goes_out_comes_in_again_and_changes_nothing(owner: Member) -> None:
    odd = (
        '[{"name": "-10%", "options": {"a": "b;c:d"}, "quantity": 0}, {"name": "@home", "price": 0, "reference": "=1"}]'
    )
    await catalogue_product(owner.client, "=cmd|' /C calc'!A0", sku="+1", quantity="7", variants=odd)
    await catalogue_product(
        owner.client, "'=x", price="1200", currency="JPY", compare_at_price="1300", max_per_buyer="2"
    )
    await catalogue_product(owner.client, 'Say "hi", twice; or \\" not')
    table = await exported(owner)
    told = await taken(owner, table)
    assert (told["created"], told["updated"], told["unchanged"], told["errors"]) == (0, 0, 3, [])
    assert await exported(owner) == table
    cells = [cell for row in csv.reader(io.StringIO(table.decode("utf-8-sig"))) for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")], "no spreadsheet reckons with any"


async def test_a_number_or_a_sku_changes_what_there_is_and_columns_left_out_stay(owner: Member, anyone: Client) -> None:
    product = await catalogue_product(owner.client, sku="L-1", quantity="5", variants='[{"name": "Small", "price": 4}]')
    await taken(owner, "sku,name,price\nL-1,Lamp,12\n")
    [shown] = await catalogue(owner)
    assert shown == {**product, "price": 12}
    told = await taken(owner, f"id,name,quantity,sku,max_per_buyer\n{product['id']},Lamp,,,3\n")
    assert (told["created"], told["updated"]) == (0, 1)
    [shown] = await catalogue(owner)
    assert (shown["sku"], shown["max_per_buyer"], shown["price"]) == (None, 3, 12)
    assert shown["quantity"]["no_limit"] is True
    [small] = shown["variants"]["data"]
    assert small["price"] == 4


@pytest.mark.parametrize(
    "table",
    [
        "\ufeff" + HEAD + LAMP,
        (HEAD + LAMP).replace("\n", "\r\n"),
        (HEAD + LAMP).replace(",", ";"),
        (HEAD + LAMP).replace(",", ";").replace("10.50", "10,50"),
        (HEAD + LAMP).replace(",", "\t"),
        (HEAD + LAMP).upper().replace("HTTPS", "https").replace("LAMP,", "Lamp,").replace("LAMP", "lamp"),
        HEAD + "\n,,,,,,,\n" + LAMP.replace("Lamp", '" Lamp "'),
    ],
)
async def test_tables_of_every_spreadsheet_are_read(owner: Member, table: str) -> None:
    assert (await taken(owner, table))["created"] == 1
    [shown] = await catalogue(owner)
    assert (shown["name"], shown["price"], shown["quantity"]["total"], shown["sku"]) == ("Lamp", 10.5, 5, "L-1")


async def test_formulas_are_texts(owner: Member) -> None:
    await taken(owner, HEAD + "=cmd|' /C calc'!A0,https://shop.test/,1,,,'=1+1,,\n")
    [shown] = await catalogue(owner)
    assert (shown["name"], shown["sku"]) == ("=cmd|' /C calc'!A0", "=1+1")
    assert b"\r\n" in await exported(owner)
    assert b"'=cmd" in await exported(owner)


@pytest.mark.parametrize(
    ("table", "wrong"),
    [
        (HEAD + LAMP + ",https://a.b,1,,,,,\n", (3, "name", "is required")),
        (HEAD + LAMP.replace("10.50", "1" * 20), (2, "price", "is not in the right format")),
        (HEAD + LAMP.replace("10.50", "1e309"), (2, "price", "is not in the right format")),
        (HEAD + LAMP.replace("10.50", "-1"), (2, "price", "is not in the right format")),
        (HEAD + LAMP.replace("10.50", "1.505"), (2, "price", "has too many decimals: EUR has 2")),
        (HEAD + LAMP.replace("10.50", "99999999"), (2, "price", "must be between 0 and 9999999")),
        ((HEAD + LAMP).replace(",", ";").replace("10.50", "1,050"), (2, "price", "is not in the right format")),
        (HEAD + LAMP.replace("EUR", "DEM"), (2, "currency", "is not a currency in use; GET /currencies lists them")),
        (HEAD + LAMP.replace("https://shop.test/lamp", "https://..."), (2, "link", "is not in the right format")),
        (HEAD + LAMP.replace("https://shop.test/lamp", ""), (2, "link", "is required")),
        (HEAD + LAMP + LAMP, (3, "sku", "is there twice")),
        (HEAD + "Lamp,,,,,,Small,\n", (2, "variant", "must stand below its product")),
        (HEAD + LAMP + "Vase,,,,,,Small,\n", (3, "variant", "must stand below its product")),
        (HEAD + LAMP + "Lamp,https://a.b,,,,,Small,\n", (3, "link", "must be empty for a variant")),
        (HEAD + LAMP + ",,,,,,Small,\n,,,,,,Small,\n", (4, "variant", "is there twice")),
        (HEAD + LAMP + ",,,,,,Small,Size\n", (3, "options", "must be like Size: M; Colour: red")),
        (HEAD + LAMP.replace(",,\n", ",,Size: M\n"), (2, "options", "must be for a variant alone")),
        (HEAD + LAMP.replace("\n", ",more\n"), (2, "file", "has more cells than there are columns")),
        ("name,quanttiy\nLamp,1\n", (1, "quanttiy", "is not a column known here")),
        ("name,name\nLamp,1\n", (1, "name", "is there twice")),
        ("price\n1\n", (1, "name", "is required")),
        ("", (1, "name", "is required")),
        ("id,name\n99,Lamp\n", (2, "id", "is not a product of yours")),
        (HEAD + '"Lamp', (2, "file", "cannot be read as a table")),
        (HEAD.encode() + "Lämpchen,https://a.b,,,,,,\n".encode("latin-1"), (1, "file", "must be UTF-8 text")),
        ((HEAD + LAMP).encode("utf-16"), (1, "file", "must be UTF-8 text")),
        (HEAD + LAMP.replace("Lamp", "La\x00mp"), (1, "file", "cannot be read as a table")),
        (HEAD + "a,https://a.b,1,,,,,\n" * 10_001, (10_002, "file", "must be at most 10000 rows")),
        (HEAD + "a,https://a.b,1,,,,,\n" * 100_000, (10_002, "file", "must be at most 10000 rows")),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_named_by_row_and_column(
    owner: Member, table: str | bytes, wrong: tuple[int, str, str]
) -> None:
    assert await refused(owner, table) == [wrong]


@pytest.mark.parametrize("quantity", ["-1", "1.5", "many", str(2**63), "1" * 20])
async def test_quantities_that_are_none_are_named(owner: Member, quantity: str) -> None:
    [(row, field, _)] = await refused(owner, HEAD + LAMP.replace(",5,", f",{quantity},"))
    assert (row, field) == (2, "quantity")


async def test_many_errors_are_told_at_once_up_to_a_hundred(owner: Member) -> None:
    told = await refused(owner, HEAD + LAMP.replace("5", "x") * 150)
    assert len(told) == 100
    assert [row for row, _, _ in told[:4]] == [2, 2, 3, 3]


async def test_a_table_past_five_megabytes_is_too_large(owner: Member) -> None:
    answer = await sent(owner, HEAD + LAMP * 200_000)
    assert answer.status_code == 413


async def test_products_of_others_are_not_there(owner: Member, stranger: Member, anyone: Client) -> None:
    theirs = await catalogue_product(stranger.client, sku="L-1")
    assert await refused(owner, f"id,name\n{theirs['id']},Mine\n") == [(2, "id", "is not a product of yours")]
    assert (await taken(owner, HEAD + LAMP))["created"] == 1
    assert b"L-1" in await exported(owner)
    assert (await exported(owner)).count(b"https") == 1
    for call in (anyone.get("products/export"), anyone.post("products/import", files={"file": ("a", b"name\n")})):
        assert (await call).status_code == 401


async def test_plan_s_limit_holds_for_all_of_a_table(tmp_path: Path, database_url: str) -> None:
    async with running_app(settings_for(tmp_path, database_url, plans="enforced")) as anyone:
        owner = await member(anyone)
        rows = [f"Lamp {number},https://shop.test/,1,,,,,\n" for number in range(6)]
        assert (await sent(owner, HEAD + "".join(rows))).status_code == 402
        assert (await taken(owner, HEAD + "".join(rows[:5])))["created"] == 5


async def test_channels_that_show_what_changed_are_told_once(
    owner: Member, anyone: Client, tmp_path: Path, database_url: str
) -> None:
    made = await channel(owner.client, slug="lamps")
    ids = [(await shelf_product(owner.client, "lamps", f"Lamp {number}"))["id"] for number in range(3)]
    table = "id,name,price\n" + "".join(f"{each},Lamp,5\n" for each in ids)
    assert (await taken(owner, table))["updated"] == 3
    told = [each.event for each in await heard(anyone, settings_for(tmp_path, database_url), made["id"])]
    assert told[-2:] == ["product.enabled", "channel.updated"]
    assert [shown["price"] for shown in (await anyone.get("events/lamps/products")).json()["data"]] == [5, 5, 5]


async def test_ten_thousand_rows_are_ten_thousand_products(owner: Member) -> None:
    rows = [
        f"Lamp {number},https://shop.test/{number},{number}.5,EUR,{number},L-{number},,\n" for number in range(1, 8_001)
    ]
    variants = [
        f"{row}{row.split(',')[0]},,,,1,,Small,Size: S\n" if number < 2_000 else row for number, row in enumerate(rows)
    ]
    table = HEAD + "".join(variants)
    told = await taken(owner, table)
    assert (told["rows"], told["created"]) == (10_000, 8_000)
    assert (await exported(owner)).count(b"\r\n") == 10_001
