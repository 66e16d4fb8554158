from pathlib import Path

from sqlalchemy import text

from storecast.kit.database import create_databases, create_engine, transaction
from tests.factories.accounts import Member
from tests.factories.channels import channel
from tests.factories.platform import Client, settings_for


async def test_there_is_none_at_first(owner: Member) -> None:
    answer = (await owner.client.get("api-token")).json()["data"]
    assert (answer["id"], answer["token"], answer["event_access"], answer["owner"]) == ("", "", [], {"data": []})


async def test_new_shows_it_once_and_it_works(anyone: Client, owner: Member) -> None:
    made = await channel(owner.client)
    fresh = (await owner.client.post("api-token/new")).json()["data"]
    assert fresh["token"].startswith("sc_")
    assert [entry["id"] for entry in fresh["event_access"]] == [made["id"]]
    assert fresh["owner"]["data"]["hash_id"] == owner.user["hash_id"]

    holder = anyone.with_token(fresh["token"])
    assert (await holder.get("profile")).json()["data"]["email"] == owner.email
    assert (await holder.get("events")).json()["data"][0]["id"] == made["id"]
    later = (await holder.get("api-token")).json()["data"]
    assert later["token"] == f"sc_…{fresh['token'][-4:]}"
    assert later["id"] == fresh["id"]
    assert later["last_used_at"] is not None


async def test_rotating_ends_the_one_before(anyone: Client, owner: Member) -> None:
    first, second = [(await owner.client.post("api-token/new")).json()["data"]["token"] for _ in range(2)]
    assert (await anyone.with_token(first).get("profile")).status_code == 401
    assert (await anyone.with_token(second).get("profile")).status_code == 200


async def test_it_cannot_make_another(anyone: Client, owner: Member) -> None:
    token = (await owner.client.post("api-token/new")).json()["data"]["token"]
    assert (await anyone.with_token(token).post("api-token/new")).status_code == 403


async def test_everybody_has_their_own(anyone: Client, owner: Member, stranger: Member) -> None:
    token = (await owner.client.post("api-token/new")).json()["data"]["token"]
    made = await channel(stranger.client, privacy=2)
    assert (await stranger.client.get("api-token")).json()["data"]["id"] == ""
    assert (await anyone.with_token(token).get(f"events/{made['id']}")).status_code == 404


async def test_a_users_token_is_needed(anyone: Client, visitor: Client) -> None:
    for caller in (anyone, visitor, anyone.with_token("sc_made-up"), anyone.with_token("sc_")):
        assert (await caller.get("api-token")).status_code == 401
        assert (await caller.post("api-token/new")).status_code == 401


async def test_only_its_digest_is_kept(owner: Member, tmp_path: Path, database_url: str) -> None:
    token = (await owner.client.post("api-token/new")).json()["data"]["token"]
    engine = create_engine(settings_for(tmp_path, database_url))
    async with transaction(create_databases(engine)) as db:
        rows = (await db.execute(text("SELECT api_tokens::text FROM api_tokens"))).scalars().all()
        scopes = (await db.execute(text("SELECT scopes FROM grants WHERE kind = 'api_token'"))).scalar_one()
    await engine.dispose()
    assert len(rows) == 1
    assert token.removeprefix("sc_")[:-4] not in rows[0]
    assert "profile" in scopes
    assert "operator" not in scopes
