"""Two changes of one thing at the same moment: each is made on what the other left, and none is lost."""

import asyncio
from collections.abc import Awaitable
from pathlib import Path

import httpx
import pytest

from tests.factories.accounts import PASSWORD, Member
from tests.factories.channels import channel
from tests.factories.platform import Client, settings_for
from tests.factories.products import catalogue_product, shelf_product, upload
from tests.factories.rooms import heard

TIMES = 10


@pytest.fixture
async def lamps(owner: Member) -> Member:
    await channel(owner.client, slug="lamps")
    return owner


async def at_once(*asked: Awaitable[httpx.Response]) -> list[httpx.Response]:
    return await asyncio.gather(*asked)


async def test_attributes_set_by_two_are_both_kept(lamps: Member) -> None:
    for turn in range(TIMES):
        one, other = {"productAtcLabel": f"Buy {turn}"}, {"channelMainColor": f"#00000{turn}"}
        answers = await at_once(
            *(lamps.client.put("events/lamps", {"attributes": attributes}) for attributes in (one, other))
        )
        assert [answer.status_code for answer in answers] == [200, 200]
        kept = (await lamps.client.get("events/lamps")).json()["data"]["attributes"]
        assert kept == one | other


async def test_day_and_hour_of_a_show_set_by_two_are_both_kept(lamps: Member) -> None:
    for turn in range(TIMES):
        await lamps.client.put("events/lamps", {"starts_at": "2030-01-01T08:00:00Z"})
        await at_once(
            lamps.client.put("events/lamps", {"starts_at_date": f"2030-02-{turn + 10}"}),
            lamps.client.put("events/lamps", {"starts_at_time": "21:30:00"}),
        )
        shown = (await lamps.client.get("events/lamps")).json()["data"]
        assert shown["starts_at_notz"] == f"2030-02-{turn + 10} 21:30:00"


async def test_every_slug_given_up_leads_on_however_many_rename_at_once(lamps: Member, anyone: Client) -> None:
    slugs = [f"vases-{number}" for number in range(4)]
    await at_once(*(lamps.client.put("events/lamps", {"slug": slug}) for slug in slugs))
    for slug in ("lamps", *slugs):
        assert (await anyone.get(f"events/playback/{slug}")).status_code == 200


async def test_product_is_told_with_what_both_changed(
    lamps: Member, anyone: Client, tmp_path: Path, database_url: str
) -> None:
    product = await shelf_product(lamps.client, "lamps", "Lamp", "10")
    for turn in range(TIMES):
        price, picture = {"price": str(20 + turn)}, {"image": upload()}
        fields = {"name": "Lamp", "link": "https://shop.test/lamp"}
        path = f"profile/products/{product['id']}"
        before = (await anyone.get("events/lamps/products")).json()["data"][0]["image"]
        await at_once(lamps.client.post(path, data=fields | price), lamps.client.post(path, data=fields, files=picture))
        [shown] = (await anyone.get("events/lamps/products")).json()["data"]
        assert (shown["price"], shown["image"] != before) == (20 + turn, True)
        made = (await lamps.client.get("events/lamps")).json()["data"]
        events = await heard(anyone, settings_for(tmp_path, database_url), made["id"])
        assert f'"price":{20 + turn}' in bytes(events[-1].data).decode()


async def test_product_deleted_while_it_is_put_on_a_shelf_stands_on_none(lamps: Member) -> None:
    for _ in range(TIMES):
        product = await catalogue_product(lamps.client)
        path = f"events/lamps/products/{product['id']}"
        answers = await at_once(
            lamps.client.post(f"{path}/enable"),
            lamps.client.delete(f"profile/products/{product['id']}"),
            lamps.client.post(f"{path}/enable", files={"image": upload()}),
        )
        assert {answer.status_code for answer in answers} <= {200, 204, 404}
        assert (await lamps.client.post(f"{path}/disable")).status_code == 404


async def test_new_picture_of_what_is_taken_off_at_once_is_no_error(lamps: Member) -> None:
    product = await shelf_product(lamps.client, "lamps")
    path = f"events/lamps/products/{product['id']}"
    for _ in range(TIMES):
        answers = await at_once(
            lamps.client.post(f"{path}/disable"), lamps.client.post(f"{path}/enable", files={"image": upload()})
        )
        assert {answer.status_code for answer in answers} <= {200, 404}
        await lamps.client.post(f"{path}/enable")


async def test_stream_changed_while_it_is_deleted_is_no_error(lamps: Member) -> None:
    for turn in range(TIMES):
        stream = (await lamps.client.post("streams", {"event_id": "lamps"})).json()["data"]["id"]
        change = {"autojoin": turn % 2 == 0, "is_live_manual": True}
        answers = await at_once(lamps.client.put(f"streams/{stream}", change), lamps.client.delete(f"streams/{stream}"))
        assert {answer.status_code for answer in answers} <= {200, 404, 409}


async def test_channel_changed_while_it_is_deleted_stays_deleted(owner: Member) -> None:
    for _ in range(TIMES):
        made = await channel(owner.client)
        answers = await at_once(
            owner.client.put(f"events/{made['id']}", {"name": "Night show"}),
            owner.client.delete(f"events/{made['id']}"),
            owner.client.delete(f"events/{made['id']}"),
        )
        assert {answer.status_code for answer in answers} <= {200, 404}
        assert (await owner.client.get(f"events/{made['id']}")).status_code == 404


async def test_of_two_new_passwords_by_one_old_one_the_second_is_refused(owner: Member) -> None:
    chosen = ["first of the two passwords", "second of the two passwords"]
    answers = await at_once(
        *(
            owner.client.post("auth/password/change-password", {"old_password": PASSWORD, "password": new})
            for new in chosen
        )
    )
    assert sorted(answer.status_code for answer in answers)[1] == 422, [answer.text for answer in answers]
