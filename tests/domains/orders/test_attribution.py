"""What led to an order: evidence written once, and judged by whichever rule a report chooses."""

import pytest

from storecast.wiring.process import process_of
from tests.clock import Clock
from tests.factories.accounts import Member, guest, member
from tests.factories.platform import Client
from tests.factories.selling import Json, add, order, shop, stocked


async def watch(anyone: Client, channel: Json, view: str, clock: Clock) -> None:
    """A beat of the player, at the clock's time: over HTTP it is a moment of its own."""
    heartbeats = process_of(anyone.app).heartbeats
    await heartbeats.beat(channel["thread_id"], view, f"viewer-{view}", "192.0.2.1", clock())
    await heartbeats.flush(clock())


async def test_another_rule_judges_the_same_orders_anew(clock: Clock, anyone: Client) -> None:
    owner = await member(anyone)
    made = await shop(owner)
    lamp = await stocked(owner, None, price="10")
    await owner.client.post(f"events/lamps/products/{lamp['id']}/promote")
    watcher, passer_by = await guest(anyone), await guest(anyone)
    await watch(anyone, made, "view-of-the-watcher", clock)
    clock.move(seconds=60)
    await watch(anyone, made, "view-of-the-watcher", clock)
    await order(watcher, await add(watcher, lamp, 2, viewHash="view-of-the-watcher", referrer="https://blog.test/x"))
    await order(passer_by, await add(passer_by, lamp, 1))
    shown = (await owner.client.get("orders")).json()["data"]
    evidence = shown[1]["attribution"]
    assert (evidence["channel"], evidence["pins"], evidence["referrer"]) == (
        made["id"],
        [lamp["id"]],
        "https://blog.test/x",
    )
    assert evidence["seconds_watched"] == 60
    clock.move(seconds=1)

    async def judged(**rule: int) -> list[tuple[str | None, int, float]]:
        report = (await owner.client.get("orders/attribution", params=rule)).json()["data"]
        return [(share["event"], share["orders"], share["revenue"]) for share in report["shares"]]

    assert await judged() == [(made["id"], 1, 20), (None, 1, 10)]
    assert await judged(seconds=61) == [(None, 2, 30)]


async def test_what_was_sold_on_no_channel_is_in_the_report_too(owner: Member) -> None:
    await shop(owner)
    lamp = await stocked(owner, None, price="10")
    sold = await owner.client.put("products/transaction", {"productId": lamp["id"], "json": "{}"})
    assert sold.status_code == 200, sold.text
    report = (await owner.client.get("orders/attribution")).json()["data"]
    assert [(share["event"], share["orders"], share["revenue"]) for share in report["shares"]] == [(None, 1, 10)]
    on_channel = (await owner.client.get("orders/attribution", params={"eventId": "lamps"})).json()["data"]
    assert on_channel["shares"] == []


@pytest.mark.parametrize("path", ["orders", "orders/download", "orders/attribution"])
@pytest.mark.parametrize(
    ("end", "moment"), [("from", "0001-01-01T00:00:00+14:00"), ("to", "9999-12-31T23:00:00-02:00")]
)
async def test_moments_past_the_calendar_name_their_end(owner: Member, path: str, end: str, moment: str) -> None:
    refused = await owner.client.get(path, params={end: moment})
    assert (refused.status_code, refused.json()["error"]["messages"][0]["field"]) == (422, end)
    began = await owner.client.get("orders/attribution", params={"to": "0001-01-01T00:00:00Z"})
    assert began.status_code == 422
    coupon = {"code": "LATE", "percent": 10, "ends_at": "9999-12-31T23:00:00-02:00"}
    refused = await owner.client.post("coupons", coupon)
    assert refused.json()["error"]["messages"][0]["field"] == "ends_at"


async def test_attribution_is_for_the_seller(anyone: Client) -> None:
    owner, stranger = await member(anyone), await member(anyone)
    await shop(owner)
    assert (await anyone.get("orders/attribution")).status_code == 401
    assert (await stranger.client.get("orders/attribution", params={"eventId": "lamps"})).status_code in (403, 404)
    wrong = await owner.client.get("orders/attribution", params={"days": -1})
    assert (wrong.status_code, wrong.json()["error"]["messages"][0]["field"]) == (422, "days")


@pytest.mark.parametrize("path", ["orders", "orders/download", "orders/attribution"])
@pytest.mark.parametrize("parameter", ["from", "to"])
async def test_a_parameter_is_named_as_its_caller_wrote_it(owner: Member, path: str, parameter: str) -> None:
    refused = await owner.client.get(path, params={parameter: "yesterday"})
    assert [each["field"] for each in refused.json()["error"]["messages"]] == [parameter]


async def test_a_body_that_is_too_large_is_told_how_large_it_may_be(owner: Member) -> None:
    refused = await owner.client.post("coupons", {"code": "A" * 1024 * 1024})
    assert (refused.status_code, refused.json()["error"]["message"]) == (413, "The body must be at most 1048575 bytes.")
    refused = await owner.client.post("products/import", {"text": "A" * 1024 * 1024})
    assert (refused.status_code, refused.json()["error"]["message"]) == (413, "The body must be at most 1048576 bytes.")
