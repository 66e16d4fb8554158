"""What a seller's buyers must be able to read before they pay; and whose terms and keys are, in the end."""

import io
import json
import zipfile
from pathlib import Path

import psycopg
import pytest

from storecast.kit.settings import Settings
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.domains.accounts.test_hand_over import choose
from tests.factories.accounts import PASSWORD, Member
from tests.factories.payments import Shop
from tests.factories.platform import Client, do_jobs, settings_for

TERMS = {"imprint": "Mara Ionescu\nStrada Lunga 1", "terms": "https://shop.test/terms", "returns": "Two weeks.",
         "eu": True}  # fmt: skip


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url)


async def test_terms_are_said_and_shown_to_buyers(shop: Shop, visitor: Client) -> None:
    seller = shop.seller.client
    nothing = {"imprint": None, "terms": None, "returns": None, "eu": False}
    assert (await seller.get("payments/terms")).json()["data"] == nothing
    assert (await seller.put("payments/terms", TERMS)).json()["data"] == TERMS
    assert (await seller.get("payments/terms")).json()["data"] == TERMS
    cart = (await visitor.get(f"events/event/{shop.channel['id']}/cart")).json()["data"]
    assert cart["terms"] == TERMS
    assert cart["payment"] == "stripe"
    await seller.put("payments/terms", {"imprint": "Mara"})
    assert (await seller.get("payments/terms")).json()["data"] == nothing | {"imprint": "Mara"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"imprint": "x" * 10_001}, "imprint"),
        ({"terms": "\n".join("x" * 401)}, "terms"),
        ({"returns": "turned \u202e around"}, "returns"),
        ({"imprint": ""}, "imprint"),
        ({"eu": "perhaps"}, "eu"),
    ],
)
async def test_wrong_terms_are_refused_by_name(owner: Member, wrong: dict[str, object], field: str) -> None:
    refused = await owner.client.put("payments/terms", wrong)
    assert refused.status_code == 422, refused.text
    assert [message["field"] for message in refused.json()["error"]["messages"]] == [field]


async def test_terms_are_each_sellers_own(anyone: Client, visitor: Client, owner: Member, stranger: Member) -> None:
    await owner.client.put("payments/terms", TERMS)
    assert (await stranger.client.get("payments/terms")).json()["data"]["imprint"] is None
    for client in (anyone, visitor):
        assert (await client.get("payments/terms")).status_code == 401
        assert (await client.put("payments/terms", TERMS)).status_code == 401


async def test_copy_of_ones_data_has_terms_and_keys_without_secrets(
    shop: Shop, anyone: Client, settings: Settings
) -> None:
    seller = shop.seller.client
    await seller.put("payments/terms", TERMS)
    asked = (await seller.post("profile/exports", {"password": PASSWORD})).json()["data"]
    await do_jobs(settings)
    link = (await seller.post(f"profile/exports/{asked['id']}/link", {"password": PASSWORD})).json()["data"]["url"]
    answer = await anyone.get(link.removeprefix("http://shop.test:8000"))
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    [keys] = json.loads(archive.read("stripe_accounts.json"))
    [terms] = json.loads(archive.read("seller_terms.json"))
    assert (keys["publishable_key"], terms["returns"]) == (shop.account.publishable_key, "Two weeks.")
    assert not {"secret_key", "webhook_secret"} & keys.keys()


async def test_keys_do_not_outlive_the_hand_over_of_an_account(
    anyone: Client, shop: Shop, settings: Settings, database_url: str
) -> None:
    """Or whoever made an account with another's address would be paid for all they sell in it."""
    await shop.seller.client.put("payments/terms", TERMS)
    await choose(anyone, settings, shop.seller.email)
    with psycopg.connect(database_url) as connection:
        for table in ("stripe_accounts", "seller_terms"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


async def test_keys_taken_back_are_deleted_a_month_later(shop: Shop, database_url: str) -> None:
    await shop.seller.client.delete("payments/stripe")
    for days, left in ((29, 1), (31, 0)):
        with psycopg.connect(database_url) as connection:
            connection.execute("UPDATE stripe_accounts SET removed_at = now() - %s * interval '1 day'", [days])
        async with unit_of_work(process_of(shop.seller.client.app)) as unit:
            await unit.payments.forget_former(unit.now)
        with psycopg.connect(database_url) as connection:
            assert connection.execute("SELECT count(*) FROM stripe_accounts").fetchone() == (left,)
