"""Endpoints of webhooks: whose they are, what they take, and their keys."""

from pathlib import Path

import pytest
from standardwebhooks import Webhook

from storecast.domains.accounts.events import AccountHandedOver, DataCollected
from storecast.domains.accounts.repository import AccountRepository
from storecast.domains.webhooks.service import MOST_ENDPOINTS
from storecast.kit.archive import Archive
from storecast.kit.settings import Settings
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.clock import Clock
from tests.factories.accounts import Member, member
from tests.factories.channels import channel
from tests.factories.platform import Client, do_jobs, running_app, settings_for
from tests.factories.products import shelf_product
from tests.factories.webhooks import Receiver, deliveries, webhook, work


async def test_a_key_is_shown_once(owner: Member, receiver: Receiver) -> None:
    made = await webhook(owner, receiver, events=["order.*", "stream.started"], description="The shop")
    assert made["secret"].startswith("whsec_")
    [listed] = (await owner.client.get("webhooks")).json()["data"]
    assert listed == {name: value for name, value in made.items() if name != "secret"}
    assert (listed["url"], listed["events"], listed["enabled"]) == (receiver.url, ["order.*", "stream.started"], True)
    changed = await owner.client.put(f"webhooks/{made['id']}", {"description": "Another"})
    assert "secret" not in changed.json()["data"]


async def test_an_endpoint_changes_only_where_it_is_said(owner: Member, receiver: Receiver) -> None:
    made = await webhook(owner, receiver, events=["order.*"], description="The shop")
    changed = (await owner.client.put(f"webhooks/{made['id']}", {"enabled": False})).json()["data"]
    assert (changed["enabled"], changed["off"]) == (False, "owner")
    assert (changed["events"], changed["description"], changed["url"]) == (["order.*"], "The shop", receiver.url)
    changed = (await owner.client.put(f"webhooks/{made['id']}", {"enabled": True, "events": []})).json()["data"]
    assert (changed["enabled"], changed["off"], changed["events"]) == (True, None, [])


async def test_others_endpoints_are_not_found(anyone: Client, owner: Member, receiver: Receiver) -> None:
    made = await webhook(owner, receiver)
    sent = (await owner.client.post(f"webhooks/{made['id']}/test")).json()["data"]
    for client in ((await member(anyone)).client, anyone):
        answers = [
            await client.put(f"webhooks/{made['id']}", {"enabled": False}),
            await client.delete(f"webhooks/{made['id']}"),
            await client.post(f"webhooks/{made['id']}/test"),
            await client.get(f"webhooks/{made['id']}/deliveries"),
            await client.post(f"webhooks/deliveries/{sent['id']}/replay"),
        ]
        assert [each.status_code for each in answers] == [404 if client is not anyone else 401] * len(answers)
    assert [each["id"] for each in (await owner.client.get("webhooks")).json()["data"]] == [made["id"]]


async def test_a_token_needs_the_scope_of_apps(anyone: Client, owner: Member) -> None:
    for scopes, status in ((["apps"], 200), (["channels", "products"], 403)):
        token = await owner.client.post("oauth/personal-access-tokens", {"name": "Script", "scopes": scopes})
        answer = await anyone.with_token(token.json()["accessToken"]).get("webhooks")
        assert answer.status_code == status


async def test_a_deleted_endpoint_is_gone_with_what_waits(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver
) -> None:
    """svix-webhooks 1511: a message that waits for an endpoint that is gone must fail nothing, again and again."""
    await channel(owner.client, slug="lamps")
    made = await webhook(owner, receiver)
    await shelf_product(owner.client, "lamps")
    assert (await owner.client.delete(f"webhooks/{made['id']}")).status_code == 204
    assert (await owner.client.delete(f"webhooks/{made['id']}")).status_code == 404
    async with receiver.up():
        await work(anyone.app, clock())
    assert receiver.received == []


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("hooks.shop.test/in", "is not a web address"),
        ("ftp://hooks.shop.test/in", "is not a web address"),
        ("https://", "is not a web address"),
        ("https://hooks.shop.test:99999/", "is not a web address"),
        ("javascript:alert(1)", "is not a web address"),
        ("https://hooks..shop.test/", "is not a web address"),
        (f"https://{'h' * 64}.shop.test/", "is not a web address"),
        ("http://hooks.shop.test/in", "must begin with https://"),
        ("https://ana:secret@hooks.shop.test/in", "must not have a name or password in it"),
        ("https://127.0.0.1/in", "must not lead into a private network"),
        ("https://127.0.0.1./in", "must not lead into a private network"),
        ("https://2130706433/in", "must not lead into a private network"),
        ("https://0x7f.1/in", "must not lead into a private network"),
        ("https://localhost./in", "must not lead into a private network"),
        ("https://ex ample.com/in", "is not a web address"),
        ("https://shop.example:0/in", "is not a web address"),
        ("https://[::ffff:169.254.169.254]/", "must not lead into a private network"),
        ("https://localhost/in", "must not lead into a private network"),
    ],
)
async def test_an_address_that_cannot_be_is_refused(tmp_path: Path, database_url: str, url: str, says: str) -> None:
    async with running_app(settings_for(tmp_path, database_url)) as anyone:
        refused = await (await member(anyone)).client.post("webhooks", {"url": url})
    assert refused.status_code == 422
    assert refused.json()["error"]["messages"] == [{"field": "url", "message": says}]


@pytest.mark.parametrize("events", [["cart.changed"], ["*"], ["order"], ["stream.bygone"], ["viewers.counted"]])
async def test_events_that_nobody_tells_are_refused(owner: Member, receiver: Receiver, events: list[str]) -> None:
    """An endpoint that waits for a misspelt event would wait for ever."""
    refused = await owner.client.post("webhooks", {"url": receiver.url, "events": events})
    assert refused.status_code == 422
    assert refused.json()["error"]["messages"][0]["field"] == "events"


async def test_one_person_has_so_many_endpoints(owner: Member, receiver: Receiver) -> None:
    for _ in range(MOST_ENDPOINTS):
        await webhook(owner, receiver)
    refused = await owner.client.post("webhooks", {"url": receiver.url})
    assert refused.status_code == 409


async def test_for_a_day_both_keys_sign(clock: Clock, anyone: Client, owner: Member, receiver: Receiver) -> None:
    """liwala/ay-framework 407: who has put in the new key verifies, and who has not yet does, too."""
    made = await webhook(owner, receiver)
    rotated = (await owner.client.put(f"webhooks/{made['id']}", {"rotate": True})).json()["data"]
    assert rotated["secret"] != made["secret"]
    assert rotated["former_secret_until"] is not None
    async with receiver.up():
        await owner.client.post(f"webhooks/{made['id']}/test")
        await work(anyone.app, clock())
        [first] = receiver.received
        for secret in (made["secret"], rotated["secret"]):
            assert Webhook(secret).verify(first.body, first.headers)["type"] == "webhook.test"

        await owner.client.post(f"webhooks/{made['id']}/test")
        clock.move(hours=24)
        await work(anyone.app, clock())
        second = receiver.received[1]
        assert len(second.headers["webhook-signature"].split(" ")) == 1
        assert Webhook(rotated["secret"]).verify(second.body, second.headers)


async def test_what_endpoints_are_made_and_changed_is_in_the_owners_log(owner: Member, receiver: Receiver) -> None:
    made = await webhook(owner, receiver)
    await owner.client.put(f"webhooks/{made['id']}", {"rotate": True})
    await owner.client.delete(f"webhooks/{made['id']}")
    log = (await owner.client.get("profile/security-events")).json()["data"]
    assert [event["kind"] for event in log if event["kind"].startswith("webhook")] == [
        "webhook_deleted", "webhook_changed", "webhook_made",
    ]  # fmt: skip


async def test_a_person_is_given_their_webhooks_without_the_keys(
    owner: Member, receiver: Receiver, anyone: Client
) -> None:
    await webhook(owner, receiver)
    archive = Archive()
    async with unit_of_work(process_of(anyone.app)) as unit:
        user = await AccountRepository(unit.db).by_email(owner.email)
        assert user is not None
        await unit.events.happened(None, DataCollected(user, archive), unit.now)
    [row] = archive.tables["webhooks"]
    assert row["url"] == receiver.url
    assert not any("seal" in column for column in row)


async def test_what_the_worker_takes_from_the_queue_arrives(
    owner: Member, receiver: Receiver, settings: Settings
) -> None:
    """By its own jobs and its own clock."""
    await channel(owner.client, slug="lamps")
    made = await webhook(owner, receiver)
    product = await shelf_product(owner.client, "lamps")
    await owner.client.post(f"events/lamps/products/{product['id']}/promote")
    async with receiver.up():
        await do_jobs(settings)
    for each in receiver.received:
        Webhook(made["secret"]).verify(each.body, each.headers)
    assert [each.type for each in receiver.received] == ["product.enabled", "product.promoted"]
    assert {each["state"] for each in await deliveries(owner, made)} == {"delivered"}


async def test_an_account_that_is_handed_over_tells_its_maker_nothing_more(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver
) -> None:
    await channel(owner.client, slug="lamps")
    await webhook(owner, receiver)
    async with unit_of_work(process_of(anyone.app), clock()) as unit:
        user = await AccountRepository(unit.db).by_email(owner.email)
        assert user is not None
        await unit.events.happened(None, AccountHandedOver(user), unit.now)
    await shelf_product(owner.client, "lamps")
    async with receiver.up():
        await work(anyone.app, clock())
    assert receiver.received == []
    assert (await owner.client.get("webhooks")).json()["data"] == []
