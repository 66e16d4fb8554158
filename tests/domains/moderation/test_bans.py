import pytest

from storecast.domains.moderation.errors import Banned
from tests.factories.accounts import Member
from tests.factories.channels import channel
from tests.factories.speaking import say, subject_of


async def test_banned_person_says_nothing_until_it_is_undone(owner: Member, stranger: Member) -> None:
    made = await channel(owner.client)
    subject = await subject_of(stranger.client)
    banned = await owner.client.post(f"events/{made['id']}/chat/bans", {"subject": subject, "reason": "Spam"})
    assert banned.status_code == 200, banned.text
    with pytest.raises(Banned) as refused:
        await say(stranger.client, made)
    assert refused.value.body().reason == "Spam"
    listed = (await owner.client.get(f"events/{made['id']}/chat/bans")).json()
    assert listed["data"] == [banned.json()["data"]]
    undone = await owner.client.delete(f"events/{made['id']}/chat/bans/{banned.json()['data']['id']}")
    assert undone.status_code == 204
    await say(stranger.client, made)
    audit = (await owner.client.get(f"events/{made['id']}/chat/audit")).json()
    assert [note["action"] for note in audit["data"]] == ["unban", "ban"]
