"""Roles at channels: who sits where may do what there, with what is the owner's."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import httpx
import pytest

from storecast.domains.channels.access import ACTS, Act
from storecast.domains.channels.models import Role
from tests.factories.accounts import Member, member
from tests.factories.channels import Json, channel
from tests.factories.platform import Client, running_app, settings_for
from tests.factories.products import catalogue_product, shelf_product
from tests.factories.seats import give_seat

Counting = Callable[[], AbstractContextManager[list[str]]]
GIVEN = [role for role in Role if role is not Role.OWNER]


@dataclass
class Shop:
    database_url: str
    owner: Member
    channel: Json
    on_shelf: int

    def seat(self, somebody: Member, role: Role, everywhere: bool = False) -> None:
        give_seat(self.database_url, self.owner, somebody, role, None if everywhere else self.channel)


@pytest.fixture
async def shop(owner: Member, database_url: str) -> Shop:
    made = await channel(owner.client, slug="lamps", privacy=2)
    on_shelf = await shelf_product(owner.client, made["id"])
    await owner.client.post("streams", {"event_id": made["id"]})
    return Shop(database_url, owner, made, on_shelf["id"])


async def asked(act: Act, caller: Client, shop: Shop) -> httpx.Response:
    """Something that only who may do `act` can do, of what is built."""
    match act:
        case Act.EDIT:
            return await caller.put("events/lamps", {"description": "Lamps of all kinds"})
        case Act.RUN_SHOW:
            return await caller.post(f"events/lamps/products/{shop.on_shelf}/promote")
        case Act.SEE_KEY:
            return await caller.post("streams", {"event_id": "lamps"})
        case Act.DELETE:
            return await caller.delete("events/lamps")
    raise AssertionError(f"nothing is built that asks for {act}")


@pytest.mark.parametrize("role", GIVEN)
@pytest.mark.parametrize("act", [Act.EDIT, Act.RUN_SHOW, Act.SEE_KEY, Act.DELETE])
async def test_a_role_may_do_its_acts_and_no_others(role: Role, act: Act, shop: Shop, stranger: Member) -> None:
    shop.seat(stranger, role)
    answer = await asked(act, stranger.client, shop)
    assert answer.status_code == (200 if act in ACTS[role] else 403), answer.text


async def test_a_seat_at_one_channel_is_none_at_another(shop: Shop, stranger: Member) -> None:
    await channel(shop.owner.client, slug="vases", privacy=2)
    shop.seat(stranger, Role.ADMIN)
    assert (await stranger.client.get("events/lamps")).status_code == 200
    assert (await stranger.client.get("events/vases")).status_code == 404


async def test_a_seat_at_all_of_an_owners_channels_is_one_at_those_to_come(shop: Shop, stranger: Member) -> None:
    shop.seat(stranger, Role.EDITOR, everywhere=True)
    await channel(shop.owner.client, slug="vases", privacy=2)
    assert (await stranger.client.get("events/vases")).status_code == 200
    mine = await channel(stranger.client, slug="mine")
    assert (await shop.owner.client.get(f"events/{mine['id']}")).status_code == 403


async def test_several_roles_add_up(shop: Shop, stranger: Member) -> None:
    shop.seat(stranger, Role.MODERATOR)
    assert (await stranger.client.get("events/lamps")).status_code == 403
    shop.seat(stranger, Role.EDITOR, everywhere=True)
    assert (await stranger.client.get("events/lamps")).status_code == 200


async def test_who_has_a_seat_watches_a_private_show(shop: Shop, stranger: Member) -> None:
    assert not (await stranger.client.get("events/playback/lamps")).json()["data"]["iCanSee"]
    shop.seat(stranger, Role.FULFILMENT)
    assert (await stranger.client.get("events/playback/lamps")).json()["data"]["iCanSee"]


async def test_the_key_is_shown_to_whom_it_may_be(shop: Shop, stranger: Member, anyone: Client) -> None:
    editor = await member(anyone)
    shop.seat(stranger, Role.MODERATOR)
    shop.seat(editor, Role.EDITOR)
    own = (await shop.owner.client.get("streams")).json()["data"][0]
    assert own["stream_key"]
    assert (await editor.client.get("streams")).json()["data"][0]["stream_key"] == own["stream_key"]
    seen = (await stranger.client.get("streams")).json()["data"][0]
    assert (seen["stream_key"], seen["ingest"]) == ("", {"rtmp_url": "", "browser_url": None})
    assert (await stranger.client.get(f"streams/{own['id']}")).status_code == 404


async def test_what_an_editor_puts_on_a_shelf_is_the_owners(shop: Shop, stranger: Member) -> None:
    shop.seat(stranger, Role.EDITOR)
    theirs, own = await catalogue_product(shop.owner.client), await catalogue_product(stranger.client)
    found = await stranger.client.post("profile/products/products-wo-event", {"eventId": "lamps"})
    assert [product["id"] for product in found.json()["data"]] == [theirs["id"]]
    assert (await stranger.client.post(f"events/lamps/products/{theirs['id']}/enable")).status_code == 200
    assert (await stranger.client.post(f"events/lamps/products/{own['id']}/enable")).status_code == 404


async def test_the_plan_that_bounds_an_editor_is_the_owners(
    tmp_path_factory: pytest.TempPathFactory, database_url: str
) -> None:
    """Products of the smallest plan are few: an editor with none of their own finds the owner's used up."""
    plans = tmp_path_factory.mktemp("plans") / "plans.toml"
    plans.write_text(
        '[[plans]]\nidentifier = "free"\nname = "Free"\nprice = 0\ndefault = true\n'
        'features = [{ identifier = "products", name = "{value} products", value = 1 }]\n'
    )
    settings = settings_for(tmp_path_factory.mktemp("data"), database_url, plans="enforced", plans_file=plans)
    async with running_app(settings) as anyone:
        owner, editor = await member(anyone), await member(anyone)
        made = await channel(owner.client, slug="lamps")
        give_seat(database_url, owner, editor, Role.EDITOR, made)
        await shelf_product(editor.client, "lamps")
        full = await editor.client.post("profile/can", {"can": "add_products"})
        assert full.json()["can"] is True
        mine = (await editor.client.get("events/lamps")).json()["data"]
        assert (mine["canAddMoreProducts"], mine["isOwner"], mine["isShared"]) == (False, False, True)


async def test_a_list_of_many_costs_the_queries_of_a_list_of_one(
    anyone: Client, owner: Member, stranger: Member, database_url: str, count_queries: Counting
) -> None:
    """50 channels of 20 owners, some the caller's own, some shared by a seat at one, some by a seat at all."""
    one = await channel(owner.client)
    await shelf_product(owner.client, one["id"])
    await owner.client.post("streams", {"event_id": one["id"]})
    give_seat(database_url, owner, stranger, Role.EDITOR, one)
    with count_queries() as of_one:
        listed = await stranger.client.get("events")
    assert listed.json()["meta"]["pagination"]["total"] == 1
    for number in range(19):
        other = await member(anyone.at(f"10.0.0.{number}"))
        for _ in range(2 if number else 6):
            made = await channel(other.client)
            await other.client.post("streams", {"event_id": made["id"]})
            if number % 2:
                give_seat(database_url, other, stranger, Role.MODERATOR, made)
        if not number % 2:
            give_seat(database_url, other, stranger, Role.ADMIN)
    for _ in range(7):
        await channel(stranger.client)
    with count_queries() as of_many:
        listed = await stranger.client.get("events", params={"page": 1})
    assert listed.json()["meta"]["pagination"]["total"] == 50
    assert len(of_many) <= len(of_one)


async def test_a_list_shows_whoever_does_not_edit_no_figures_and_nothing_deleted(shop: Shop, stranger: Member) -> None:
    shop.seat(stranger, Role.FULFILMENT, everywhere=True)
    await shop.owner.client.put("events/lamps", {"privacy": 0, "free_pass": True})
    [shown] = (await shop.owner.client.get("events")).json()["data"]
    assert shown["minutes"] > 0
    [shown] = (await stranger.client.get("events")).json()["data"]
    figures = ("minutes", "tickets", "tickets_checked_in", "canAddMoreProducts")
    assert [shown[figure] for figure in figures] == [0, 0, 0, False]
    await shop.owner.client.delete("events/lamps")
    assert len((await shop.owner.client.get("events?status=2")).json()["data"]) == 1
    assert (await stranger.client.get("events?status=2")).json()["data"] == []


async def test_a_stream_key_is_shown_to_tokens_meant_for_streams_alone(shop: Shop) -> None:
    shown = []
    for scopes in (["channels"], ["channels", "streams"]):
        asked = {"name": "an app", "scopes": scopes}
        token = (await shop.owner.client.post("oauth/personal-access-tokens", asked)).json()["accessToken"]
        [channel] = (await shop.owner.client.with_token(token).get("events")).json()["data"]
        shown.append(channel["stream"]["data"]["stream_key"])
    assert shown[0] == ""
    assert shown[1] != ""
