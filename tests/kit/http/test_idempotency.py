"""`Idempotency-Key`: sent again, done once. Shown on creating a channel and on a guest's chat message."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import psycopg
import pytest

from storecast.kit.clock import utcnow
from storecast.kit.database import create_databases, create_engine, transaction
from storecast.kit.http.idempotency import KEPT, forget_answers
from tests.factories.accounts import Member, member
from tests.factories.oauth import consent, exchange, oauth_client
from tests.factories.platform import Client, running_app, settings_for


@pytest.fixture
async def owner(tmp_path: Path, database_url: str):  # type: ignore[no-untyped-def]
    async with running_app(settings_for(tmp_path, database_url)) as client:
        yield await member(client)


async def create(client: Client, key: str, name: str = "Evening show", **how: object) -> httpx.Response:
    return await client.post("events", {"name": name}, headers={"Idempotency-Key": key}, **how)


async def channels(owner: Member) -> int:
    answer = (await owner.client.get("events")).json()
    return int(answer["meta"]["pagination"]["total"])


async def test_same_key_and_body_answers_the_first_result_again(owner: Member) -> None:
    first, again = await create(owner.client, "one"), await create(owner.client, "one")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert await channels(owner) == 1


async def test_body_counts_by_its_meaning(owner: Member) -> None:
    first = await create(owner.client, "one")
    headers = {"Idempotency-Key": "one"}
    form = await owner.client.call("POST", "events", data={"name": "Evening show"}, headers=headers)
    assert form.json() == first.json()


async def test_same_key_with_another_body_is_a_conflict(owner: Member) -> None:
    await create(owner.client, "one")
    answer = await create(owner.client, "one", "Morning show")
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == 409
    assert await channels(owner) == 1


async def test_tokens_given_away_are_told_nothing_their_giver_was(owner: Member) -> None:
    """A client that guesses the key and the body must not read an answer it may not ask for."""
    client = await oauth_client(owner.client)
    given = await exchange(owner.client, client, await consent(owner.client, client, "profile"))
    asked = {"name": "ci", "scopes": ["channels"]}
    headers = {"Idempotency-Key": "1"}
    made = await owner.client.post("oauth/personal-access-tokens", asked, headers=headers)
    assert made.status_code == 200
    app = owner.client.with_token(given["access_token"])
    assert (await app.post("oauth/personal-access-tokens", asked, headers=headers)).status_code == 403
    program = owner.client.with_token(made.json()["accessToken"])
    first, again = await create(program, "one"), await create(program, "one")
    assert again.json() == first.json()


async def test_keys_are_each_callers_own(owner: Member) -> None:
    stranger = await member(owner.client.with_token(None), full_name="Somebody Else")
    first, other = await create(owner.client, "one"), await create(stranger.client, "one")
    assert other.json()["data"]["id"] != first.json()["data"]["id"]


async def test_several_at_once_are_done_once(owner: Member) -> None:
    answers = await asyncio.gather(*(create(owner.client, "one") for _ in range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["data"]["id"] for answer in answers}) == 1
    assert await channels(owner) == 1


async def test_failed_request_keeps_nothing(owner: Member) -> None:
    assert (await create(owner.client, "one", "")).status_code == 422
    assert (await create(owner.client, "one", "")).status_code == 422
    assert (await create(owner.client, "one")).status_code == 200


async def test_bad_token_is_refused_and_learns_nothing(owner: Member) -> None:
    await create(owner.client, "one")
    for token in ("nonsense", None):
        assert (await create(owner.client.with_token(token), "one")).status_code == 401


@pytest.mark.parametrize("key", ["", "x" * 256])
async def test_key_has_bounds(owner: Member, key: str) -> None:
    answer = await create(owner.client, key)
    assert answer.status_code == 422
    assert answer.json()["error"]["messages"][0]["field"] == "Idempotency-Key"


async def test_answers_are_kept_a_day_and_encrypted(owner: Member, tmp_path: Path, database_url: str) -> None:
    await create(owner.client, "one")
    with psycopg.connect(database_url) as connection:
        [(answer,)] = connection.execute("SELECT answer FROM idempotent_answers").fetchall()
        assert "Evening" not in answer
        assert await kept(tmp_path, database_url, utcnow() + KEPT - timedelta(minutes=1)) == 1
        connection.execute("UPDATE idempotent_answers SET created_at = now() - interval '25 hours'")
    await create(owner.client, "one")
    assert await channels(owner) == 2
    assert await kept(tmp_path, database_url, utcnow() + KEPT) == 0


async def kept(folder: Path, database_url: str, now: datetime) -> int:
    """How many answers are left after tidying at `now`."""
    engine = create_engine(settings_for(folder, database_url))
    async with transaction(create_databases(engine)) as db:
        await forget_answers(db, now)
    await engine.dispose()
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT count(*) FROM idempotent_answers").fetchone()
        assert row
        return int(row[0])
