from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from storecast.domains.channels.followers import jobs
from storecast.domains.channels.followers.jobs import TellFollowers
from storecast.kit.clock import utcnow
from storecast.kit.database import create_databases, create_engine, transaction
from storecast.kit.jobs import defer
from storecast.kit.settings import Settings
from tests.domains.streams.test_ingest import Node
from tests.factories.accounts import Member, member
from tests.factories.channels import Json, channel
from tests.factories.mails import mails_in, text_of
from tests.factories.platform import Client, do_jobs, settings_for


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url)


@pytest.fixture
async def show(owner: Member) -> Json:
    return await channel(owner.client, name="Lamp night", slug="lamps")


async def follow(follower: Member, show: Json, following: bool = True) -> Json:
    answer = await follower.client.post("profile/follow", {"channelId": show["id"], "following": following})
    assert answer.status_code == 200, answer.text
    data: Json = answer.json()["data"]
    return data


async def verify_everybody(settings: Settings) -> None:
    engine = create_engine(settings)
    async with transaction(create_databases(engine)) as db:
        await db.execute(text("UPDATE users SET verified_at = now()"))
    await engine.dispose()


async def go_live(anyone: Client, owner: Member, show: Json, settings: Settings) -> Json:
    """Answers the publisher's grant."""
    stream = (await owner.client.post("streams", {"event_id": show["id"]})).json()["data"]
    node = Node(anyone, settings)
    grant: Json = (await node.publish(str(stream["stream_key"]))).json()
    await node.start(grant)
    await do_jobs(settings)
    return grant


def live_mails(settings: Settings, to: str | None = None) -> list[str]:
    return [text_of(mail) for mail in mails_in(settings.data_dir, to) if "is live" in mail["Subject"]]


async def test_channel_says_whether_the_caller_follows(
    owner: Member, stranger: Member, anyone: Client, visitor: Client, show: Json
) -> None:
    async def following(caller: Client) -> list[object]:
        answers = [await caller.get(f"events/{path}/lamps") for path in ("playback", "products")]
        answers.append(await caller.post("events/playback/lamps", {}))
        return [answer.json()["data"]["following"]["data"] for answer in answers]

    assert await following(stranger.client) == [[], [], []]
    await follow(stranger, show)
    [once, *more] = await following(stranger.client)
    assert isinstance(once, dict)
    assert once["since"]
    assert more == [once, once]
    for caller in (owner.client, anyone, visitor):
        assert await following(caller) == [[], [], []]
    await follow(stranger, show, following=False)
    assert await following(stranger.client) == [[], [], []]


async def test_following_is_counted_once_a_person(owner: Member, stranger: Member, show: Json) -> None:
    assert await follow(stranger, show) == {"following": True, "followers": 1}
    assert await follow(stranger, show) == {"following": True, "followers": 1}
    assert await follow(stranger, show, False) == {"following": False, "followers": 0}


@pytest.mark.parametrize("ref", ["id", "slug", "thread_id"])
async def test_channel_goes_by_any_of_its_names(stranger: Member, show: Json, ref: str) -> None:
    answer = await stranger.client.post("profile/follow", {"channelId": show[ref], "following": True})
    assert answer.status_code == 200


async def test_who_may_follow(anyone: Client, visitor: Client, owner: Member, stranger: Member, show: Json) -> None:
    body = {"channelId": show["id"], "following": True}
    assert (await anyone.post("profile/follow", body)).status_code == 401
    assert (await visitor.post("profile/follow", body)).status_code == 401
    own = await owner.client.post("profile/follow", body)
    assert [entry["field"] for entry in own.json()["error"]["messages"]] == ["channelId"]
    hidden = await channel(owner.client, privacy=2)
    body = {"channelId": hidden["id"], "following": True}
    assert (await stranger.client.post("profile/follow", body)).status_code == 404
    for bad in ({"channelId": show["id"]}, {"channelId": [], "following": True}, {"channelId": 8, "following": "x"}):
        assert (await stranger.client.post("profile/follow", bad)).status_code == 422


async def test_followers_with_a_verified_address_hear_that_the_show_begins(
    anyone: Client, owner: Member, stranger: Member, show: Json, settings: Settings
) -> None:
    await follow(stranger, show)
    await verify_everybody(settings)
    await follow(await member(anyone), show)  # not verified
    await go_live(anyone, owner, show, settings)
    [body] = live_mails(settings)
    assert live_mails(settings, stranger.email) == [body]
    assert "Mara Ionescu is live" in body
    assert "/watch/lamps" in body


async def test_a_show_that_starts_over_is_told_once(
    anyone: Client, owner: Member, stranger: Member, show: Json, settings: Settings
) -> None:
    await follow(stranger, show)
    await verify_everybody(settings)
    for _ in range(2):
        await Node(anyone, settings).end(await go_live(anyone, owner, show, settings))
    assert len(live_mails(settings)) == 1


async def test_nobody_hears_of_a_show_that_is_not_public(
    anyone: Client, owner: Member, stranger: Member, show: Json, settings: Settings
) -> None:
    await follow(stranger, show)
    await verify_everybody(settings)
    await owner.client.put(f"events/{show['id']}", {"privacy": 1})
    await go_live(anyone, owner, show, settings)
    assert live_mails(settings) == []


async def test_link_in_the_mail_ends_it(
    anyone: Client, owner: Member, stranger: Member, show: Json, settings: Settings
) -> None:
    await follow(stranger, show)
    await verify_everybody(settings)
    await go_live(anyone, owner, show, settings)
    [mail] = [mail for mail in mails_in(settings.data_dir) if mail["List-Unsubscribe"]]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = urlsplit(str(mail["List-Unsubscribe"]).strip("<>"))
    address = f"{link.path}?{link.query}"

    page = await anyone.get(address, headers={"Accept-Language": "ar"})
    assert page.headers["Content-Type"].startswith("text/html")
    assert 'dir="rtl"' in page.text
    assert await follow(await member(anyone), show) == {"following": True, "followers": 2}  # looking ends nothing

    forged = address[:-64] + "0" * 64
    assert (await anyone.post(forged)).status_code == 404
    form = {"content": "List-Unsubscribe=One-Click", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}
    for _ in range(2):
        assert (await anyone.post(address, **form)).status_code == 200
    assert (await follow(stranger, show))["followers"] == 2  # and they may come back


async def test_many_followers_are_told_in_batches(
    anyone: Client, owner: Member, show: Json, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BATCH", 2)
    followers = [await member(anyone) for _ in range(5)]
    for each in followers:
        await follow(each, show)
    await verify_everybody(settings)
    await go_live(anyone, owner, show, settings)
    assert [len(live_mails(settings, each.email)) for each in followers] == [1] * 5


async def test_two_jobs_at_once_tell_nobody_twice(
    anyone: Client, owner: Member, stranger: Member, show: Json, settings: Settings
) -> None:
    await follow(stranger, show)
    await verify_everybody(settings)
    engine = create_engine(settings)
    sessions, telling = create_databases(engine), TellFollowers(int(show["thread_id"]))
    async with transaction(sessions) as one, transaction(sessions) as other:
        for db in (one, other):
            await jobs.tell_followers(telling, db, settings, b"secret", utcnow())
    async with transaction(sessions) as db:
        await defer(db, telling)
    await engine.dispose()
    await do_jobs(settings)
    assert len(live_mails(settings)) == 1
