"""Addresses of channels: made of names, hidden where the channel is, and not for one to hoard."""

import asyncio
from typing import Any

import pytest

from storecast.domains.channels import service
from storecast.domains.channels.service import FORMER_SLUG_KEPT
from storecast.domains.channels.slugs import slug_of
from tests.clock import Clock
from tests.factories.accounts import PASSWORD, Member, member
from tests.factories.channels import channel
from tests.factories.platform import Client

PUBLIC, UNLISTED, PRIVATE = 0, 1, 2
HASH_ID = "X7k2P9qaBBBBBBBBBBBBBBBBBBBBBBBB"


async def change(owner: Client, ref: str, **changes: object) -> dict[str, Any]:
    answer = await owner.put(f"events/{ref}", changes)
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


@pytest.mark.parametrize(
    ("name", "locale", "slug"),
    [
        ("Müller & Söhne", "en", "mueller-soehne"),
        ("Gül Söğüt", "tr", "gul-sogut"),
        ("Pingüino", "es", "pinguino"),
        ("Mara's lamps", "en", "maras-lamps"),
        ("Black Friday: 20% off!", "en", "black-friday-20"),
        ("Donaudampfschifffahrt", "en", "donaudampfschif"),
        ("灯具", "zh", "dengju"),
        ("Лампы", "en", "lampy"),
        ("हिन्दी", "en", "hindi"),
        ("🎉 Lamps 3D ❤️", "en", "lamps-3d"),
        ("!!!", "en", ""),
    ],
)
def test_slug_reads_as_the_name_does(name: str, locale: str, slug: str) -> None:
    assert slug_of(name, HASH_ID, locale) == f"{slug}-x7k2p9qa".lstrip("-")


async def test_a_channel_for_everybody_has_its_name_and_a_hidden_one_a_tail(
    clock: Clock, anyone: Client, owner: Member
) -> None:
    made = (await owner.client.post("events", {"name": "Müller & Söhne"})).json()["data"]
    hidden = made["slug"]
    assert hidden.startswith("mueller-soehne-")
    assert len(hidden) == len("mueller-soehne-") + 8
    assert (await change(owner.client, hidden, privacy=PUBLIC))["slug"] == "mueller-soehne"
    for ref in ("mueller-soehne", hidden):
        assert (await anyone.get(f"events/playback/{ref}")).status_code == 200
    for privacy in (UNLISTED, PRIVATE):
        assert (await change(owner.client, made["id"], privacy=privacy))["slug"] == hidden
    await change(owner.client, hidden, privacy=UNLISTED)
    assert (await anyone.get("events/playback/mueller-soehne")).status_code == 200, "who has the link keeps it"
    clock.move(seconds=FORMER_SLUG_KEPT.total_seconds())
    # By another door: what was answered at the first is kept a minute, by a clock that was not moved.
    assert (await anyone.get("events/products/mueller-soehne")).status_code == 404, "names can be guessed"
    assert (await anyone.get(f"events/playback/{hidden}")).status_code == 200


async def test_two_of_one_name(owner: Member, stranger: Member, anyone: Client) -> None:
    mine, theirs = await channel(owner.client, "Evening show"), await channel(stranger.client, "Evening show")
    assert mine["slug"] == "evening-show"
    assert theirs["slug"].startswith("evening-show-")
    await change(owner.client, mine["id"], privacy=UNLISTED)
    assert (await change(stranger.client, theirs["id"], privacy=PUBLIC))["slug"] == theirs["slug"], "it may come back"
    assert (await change(owner.client, mine["id"], privacy=PUBLIC))["slug"] == "evening-show"


@pytest.mark.parametrize("name", ["2024", "Playback", "abc", "!!!"])
async def test_names_that_can_be_no_slug_keep_the_tail(owner: Member, anyone: Client, name: str) -> None:
    made = await channel(owner.client, name)
    assert len(made["slug"]) >= 8
    assert (await anyone.get(f"events/playback/{made['slug']}")).json()["data"]["id"] == made["id"]


async def test_a_chosen_slug_stays_whatever_the_privacy(owner: Member) -> None:
    made = (await owner.client.post("events", {"name": "Evening show"})).json()["data"]
    assert (await change(owner.client, made["id"], slug="maras-vip"))["slug"] == "maras-vip"
    for privacy in (PUBLIC, UNLISTED, PRIVATE):
        assert (await change(owner.client, made["id"], privacy=privacy, name="Other"))["slug"] == "maras-vip"


async def test_the_slug_there_is_can_be_sent_along(owner: Member) -> None:
    made = (await owner.client.post("events", {"name": "Black Friday: 20% off!"})).json()["data"]
    assert (await change(owner.client, made["id"], slug=made["slug"]))["slug"] == made["slug"]
    answer = await owner.client.put(f"events/{made['id']}", {"slug": "sixteen-letters-"})
    assert [entry["field"] for entry in answer.json()["error"]["messages"]] == ["slug"]


async def test_a_channel_takes_so_many_slugs_a_day(owner: Member) -> None:
    made = await channel(owner.client, slug="lamps")
    ways = [owner.client.put(f"events/{made['id']}", {"slug": f"lamps-{number}"}) for number in range(30)]
    statuses = [answer.status_code for answer in await asyncio.gather(*ways)]
    assert sorted(statuses) == [200] * 4 + [429] * 26, "one was taken when the channel was made"
    refused = await owner.client.put(f"events/{made['id']}", {"slug": "again"})
    assert (refused.status_code, 0 < int(refused.headers["Retry-After"]) <= 86_400) == (429, True)
    mine = (await owner.client.get(f"events/{made['id']}")).json()["data"]["slug"]
    assert (await change(owner.client, made["id"], slug=mine, name="Lamp night"))["name"] == "Lamp night"


async def test_going_to_and_fro_between_two_slugs_takes_as_many(owner: Member) -> None:
    made = await channel(owner.client, slug="lamps")
    ways = [await owner.client.put(f"events/{made['id']}", {"slug": ("lights", "lamps")[way % 2]}) for way in range(5)]
    assert [answer.status_code for answer in ways] == [200] * 4 + [429]


async def test_slugs_others_have_cost_no_change(owner: Member, stranger: Member) -> None:
    await channel(stranger.client, slug="vases")
    made = await channel(owner.client)
    for _ in range(6):
        assert (await owner.client.put(f"events/{made['id']}", {"slug": "vases"})).status_code == 409
    await change(owner.client, made["id"], slug="lamps")


async def test_a_channel_keeps_so_many_slugs_from_others_until_the_first_is_over(
    clock: Clock, anyone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_FORMER_SLUGS", 2)
    owner = await member(anyone)
    made = (await owner.client.post("events", {"name": "Lamps"})).json()["data"]
    for slug in ("lamp-1", "lamp-2"):
        await change(owner.client, made["id"], slug=slug)
        clock.move(seconds=60)
    refused = await owner.client.put(f"events/{made['id']}", {"slug": "lamp-3"})
    left = FORMER_SLUG_KEPT.total_seconds() - 120
    assert (refused.status_code, left <= int(refused.headers["Retry-After"]) <= left + 10) == (429, True)
    clock.move(seconds=int(refused.headers["Retry-After"]))
    signed_in = (await anyone.post("auth/login", {"email": owner.email, "password": PASSWORD})).json()
    await change(anyone.with_token(signed_in["access_token"]), made["id"], slug="lamp-3")


async def test_slugs_of_a_deleted_channel_are_anybody_s(owner: Member, stranger: Member) -> None:
    made = await channel(owner.client, slug="lamps")
    await change(owner.client, made["id"], slug="lights")
    other = await channel(stranger.client)
    assert (await stranger.client.put(f"events/{other['id']}", {"slug": "lamps"})).status_code == 409
    await owner.client.delete(f"events/{made['id']}")
    for slug in ("lamps", "lights"):
        assert (await change(stranger.client, other["id"], slug=slug))["slug"] == slug


async def test_a_former_slug_is_anybody_s_after_30_days(clock: Clock, anyone: Client) -> None:
    owner, stranger = await member(anyone), await member(anyone)
    made, other = await channel(owner.client, slug="lamps"), await channel(stranger.client)
    await change(owner.client, made["id"], slug="lights")
    clock.move(seconds=FORMER_SLUG_KEPT.total_seconds())
    signed_in = (await anyone.post("auth/login", {"email": stranger.email, "password": PASSWORD})).json()
    stranger_now = anyone.with_token(signed_in["access_token"])
    assert (await change(stranger_now, other["id"], slug="lamps"))["slug"] == "lamps"
    assert (await anyone.get("events/playback/lamps")).json()["data"]["id"] == other["id"]
