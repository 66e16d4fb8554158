"""What is known of buying and selling: given to whose it is, kept from who comes after them, and ended with them."""

import io
import json
import zipfile
from pathlib import Path

import psycopg
import pytest

from storecast.kit.settings import Settings
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.domains.accounts.test_hand_over import NEW, choose
from tests.factories.accounts import PASSWORD, Member
from tests.factories.payments import Shop
from tests.factories.platform import Client, do_jobs, settings_for
from tests.factories.selling import add, order, stocked
from tests.factories.selling import shop as open_shop
from tests.peers.stripe.peer import StripePeer


@pytest.fixture
def settings(tmp_path: Path, database_url: str, stripe: StripePeer) -> Settings:
    return settings_for(tmp_path, database_url, **stripe.settings())


async def test_copy_of_ones_data_has_all_that_one_bought_and_means_to(
    owner: Member, stranger: Member, anyone: Client, settings: Settings
) -> None:
    await open_shop(owner)
    lamp = await stocked(owner, None, price="10")
    await owner.client.post("coupons", {"code": "TEN", "percent": 10})
    await order(stranger.client, await add(stranger.client, lamp), coupon="TEN")
    [sold] = (await owner.client.get("orders")).json()["data"]
    assert (await owner.client.post(f"orders/{sold['id']}/refund", {"amount": 2})).status_code == 200
    await add(stranger.client, lamp, 3)
    asked = (await stranger.client.post("profile/exports", {"password": PASSWORD})).json()["data"]
    await do_jobs(settings)
    link = await stranger.client.post(f"profile/exports/{asked['id']}/link", {"password": PASSWORD})
    copy = await anyone.get(link.json()["data"]["url"].removeprefix("http://shop.test:8000"))
    archive = zipfile.ZipFile(io.BytesIO(copy.content))
    held = {name: json.loads(archive.read(f"{name}.json")) for name in
            ("purchases", "refunds", "order_evidence", "coupon_uses", "cart_items")}  # fmt: skip
    assert [len(rows) for rows in held.values()] == [1, 1, 1, 1, 2]
    assert [refund["amount"] for refund in held["refunds"]] == [200]
    assert held["cart_items"][-1]["quantity"] == 3


async def test_who_is_handed_an_account_sees_nothing_its_maker_bought(
    owner: Member, stranger: Member, anyone: Client, settings: Settings
) -> None:
    await open_shop(owner)
    await order(stranger.client, await add(stranger.client, await stocked(owner)))
    assert len((await stranger.client.get("purchases")).json()["data"]) == 1
    await choose(anyone, settings, stranger.email)
    signed_in = await anyone.post("auth/login", {"email": stranger.email, "password": NEW})
    mine = anyone.with_token(signed_in.json()["access_token"])
    assert (await mine.get("purchases")).json()["data"] == []
    assert len((await owner.client.get("orders")).json()["data"]) == 1, "its seller keeps it"


async def test_nobody_can_pay_a_seller_who_is_being_erased(
    shop: Shop, visitor: Client, settings: Settings, database_url: str
) -> None:
    await shop.check_out(visitor)
    await shop.seller.client.post("profile/erasure", {"password": PASSWORD})
    await do_jobs(settings)
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE erasures SET due_at = now()")
        connection.execute(
            "UPDATE procrastinate_jobs SET scheduled_at = now()"
            " WHERE status = 'todo' AND task_name = 'accounts.begin_erasure'"
        )
    await do_jobs(settings)
    await do_jobs(settings)
    assert shop.account.sessions[shop.session()]["status"] == "expired"


async def test_carts_that_became_orders_are_forgotten_a_month_later(
    owner: Member, visitor: Client, database_url: str
) -> None:
    await open_shop(owner)
    await order(visitor, await add(visitor, await stocked(owner)))
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE carts SET touched_at = now() - interval '31 days'")
    async with unit_of_work(process_of(visitor.app)) as unit:
        await unit.carts.forget(unit.now)
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM carts").fetchone() == (0,)
    assert len((await visitor.get("purchases")).json()["data"]) == 1


async def test_what_is_being_paid_as_an_account_is_handed_over_is_paid_to_whose_keys_began_it(
    anyone: Client, shop: Shop, visitor: Client, settings: Settings
) -> None:
    """And its buyer has the order; the next holder of the account sells by none of those keys."""
    await shop.check_out(visitor, 2)
    await choose(anyone, settings, shop.seller.email)
    shop.peer.pay(shop.session())
    await shop.bring_all(anyone)
    [bought] = (await visitor.get("purchases")).json()["data"]
    assert (bought["status"], bought["total"]) == ("paid", 40)
    async with unit_of_work(process_of(anyone.app)) as unit:
        seller = await unit.db.value("SELECT seller_id FROM orders")
        assert await unit.payments.provider(int(str(seller))) is None
