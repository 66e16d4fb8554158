import pytest

from tests.factories.accounts import Member, guest
from tests.factories.channels import channel
from tests.factories.platform import Client


async def test_pass_lets_one_person_into_a_private_channel(owner: Member, anyone: Client, visitor: Client) -> None:
    made = await channel(owner.client, privacy=2, slug="secret")
    await owner.client.post("streams", {"event_id": made["id"]})
    issued = (await owner.client.post(f"events/{made['id']}/generate-code")).json()
    assert issued["id"] == made["id"]
    assert 100_000_000 <= issued["code"] <= 999_999_999

    before = (await visitor.post("events/playback/secret", {})).json()["data"]
    assert (before["iCanSee"], before["stream"]) == (False, {"data": []})
    after = (await visitor.post("events/playback/secret", {"code": issued["code"]})).json()["data"]
    assert after["iCanSee"] is True
    assert "?token=" in after["stream"]["data"]["playback"]["data"]["hls_url"]
    assert (await visitor.get("events/playback/secret")).json()["data"]["iCanSee"] is True

    somebody_else = await guest(anyone)
    assert (await somebody_else.post("events/playback/secret", {"code": issued["code"]})).status_code == 403
    counted = (await owner.client.get(f"events/{made['id']}")).json()["data"]
    assert (counted["tickets"], counted["tickets_checked_in"]) == (1, 1)


async def test_pass_needs_a_holder(owner: Member, anyone: Client) -> None:
    await channel(owner.client, privacy=2, slug="secret")
    assert (await anyone.post("events/playback/secret", {"code": "123456789"})).status_code == 401


async def test_guessing_codes_is_slowed_down(owner: Member, visitor: Client) -> None:
    await channel(owner.client, privacy=2, slug="secret")
    statuses = [
        (await visitor.post("events/playback/secret", {"code": str(100_000_000 + number)})).status_code
        for number in range(11)
    ]
    assert statuses == [403] * 10 + [429]


@pytest.mark.parametrize(("privacy", "free_pass"), [(0, False), (2, True)])
async def test_without_a_pass_nothing_of_the_show_is_seen(
    owner: Member, anyone: Client, visitor: Client, privacy: int, free_pass: bool
) -> None:
    made = await channel(owner.client, privacy=privacy, free_pass=free_pass, slug="secret")
    await owner.client.post("streams", {"event_id": made["id"]})
    for caller in (anyone, visitor):
        assert (await caller.get("events/playback/secret")).json()["data"]["stream"] == {"data": []}
        assert (await caller.get("events/products/secret")).status_code == 404
        assert (await caller.get("events/secret/products")).status_code == 404
    said = await visitor.post("messages/guest", {"data": "hi", "thread_id": made["thread_id"]})
    assert said.status_code == 404
