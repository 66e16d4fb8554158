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
from tests.factories.channels import channel
from tests.factories.oauth import REDIRECT, consent, exchange, oauth_client
from tests.factories.platform import Client, running_app, settings_for
from tests.factories.products import catalogue_product, picture, upload


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


async def test_each_kind_of_change_is_done_once(owner: Member) -> None:
    made = await channel(owner.client)
    product = await catalogue_product(owner.client)
    changes = (
        ("POST", f"events/{made['id']}/products/{product['id']}/enable", None),
        ("PUT", f"events/{made['id']}", {"name": "Morning show"}),
        ("PATCH", f"profile/products/{product['id']}", None),
        ("DELETE", f"profile/products/{product['id']}", None),
        ("DELETE", f"events/{made['id']}", None),
    )
    for method, path, body in changes:
        first, again = [
            await owner.client.call(method, path, json=body, headers={"Idempotency-Key": "one"}) for _ in range(2)
        ]
        assert again.headers["idempotency-replayed"] == "true", method
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert first.status_code < 300


async def test_answer_is_the_first_in_its_headers_too(owner: Member) -> None:
    """A token's answer is for no cache, a cookie comes again, and 204 has no length (RFC 9110, 8.6)."""
    product = await catalogue_product(owner.client)
    for method, path, body in (
        ("POST", "oauth/personal-access-tokens", {"name": "ci"}),
        ("POST", "oauth/token/refresh", None),
        ("DELETE", f"profile/products/{product['id']}", None),
    ):
        first, again = [
            await owner.client.call(method, path, json=body, headers={"Idempotency-Key": "one"}) for _ in range(2)
        ]
        assert again.headers.pop("idempotency-replayed") == "true"
        for answer in (first, again):
            del answer.headers["x-request-id"]
        assert again.headers.raw == first.headers.raw


async def test_two_methods_on_one_path_are_two_changes(owner: Member) -> None:
    made = await channel(owner.client)
    headers = {"Idempotency-Key": "one"}
    path = f"events/{made['id']}"
    changed = await owner.client.put(path, {"name": "Morning show"}, headers=headers)
    deleted = await owner.client.delete(path, headers=headers)
    assert (changed.status_code, deleted.status_code) == (200, 200)
    assert "idempotency-replayed" not in deleted.headers
    assert await channels(owner) == 0
    again = await owner.client.put(path, {"name": "Morning show"}, headers=headers)
    assert again.json() == changed.json()


async def test_two_paths_are_two_changes(owner: Member) -> None:
    first, second = [await channel(owner.client) for _ in range(2)]
    for made in (first, second):
        await owner.client.delete(f"events/{made['id']}", headers={"Idempotency-Key": "one"})
    assert await channels(owner) == 0


async def test_same_key_with_another_query_is_a_conflict(owner: Member) -> None:
    headers = {"Idempotency-Key": "one"}
    made = [await owner.client.call("POST", "events?a=1", json={"name": "Show"}, headers=headers) for _ in range(2)]
    assert made[0].json() == made[1].json()
    for query in ("", "?a=2", "?a=1&b="):
        other = await owner.client.call("POST", f"events{query}", json={"name": "Show"}, headers=headers)
        assert other.status_code == 409
    assert await channels(owner) == 1


async def test_change_without_a_body_is_done_once(owner: Member) -> None:
    made = await channel(owner.client)
    path = f"events/{made['id']}/generate-code"
    first, again, other = [
        (await owner.client.post(path, headers={"Idempotency-Key": key})).json()["code"]
        for key in ("one", "one", "two")
    ]
    assert first == again != other
    body = await owner.client.post(path, {"code": 1}, headers={"Idempotency-Key": "one"})
    assert body.status_code == 409


async def test_files_count_by_what_is_in_them(owner: Member) -> None:
    """Each time it is sent, a multipart body has another boundary."""
    made = await channel(owner.client)

    async def add(content: bytes) -> httpx.Response:
        form = {"name": "Lamp", "link": "https://shop.test/lamp", "price": "10"}
        headers = {"Idempotency-Key": "one"}
        path = f"events/{made['id']}/products/add"
        return await owner.client.post(path, data=form, files={"image": upload(content)}, headers=headers)

    first, again = [await add(picture()) for _ in range(2)]
    assert first.status_code == 200
    assert again.json() == first.json()
    assert (await add(picture(colour="red"))).status_code == 409
    assert len((await owner.client.get(f"events/{made['id']}/products")).json()["data"]) == 1


async def test_body_too_large_is_refused_with_a_key_too(owner: Member) -> None:
    assert (await create(owner.client, "one", "a" * 1024 * 1024)).status_code == 413


async def test_secrets_shown_once_are_shown_again_and_kept_sealed(owner: Member, database_url: str) -> None:
    headers = {"Idempotency-Key": "one"}
    program = {"name": "Shop tool", "redirect": REDIRECT}
    clients = [await owner.client.post("oauth/clients", program, headers=headers) for _ in range(2)]
    tokens = [await owner.client.post("api-token/new", headers=headers) for _ in range(2)]
    secrets = {answer.json()["plainSecret"] for answer in clients} | {
        answer.json()["data"]["token"] for answer in tokens
    }
    assert len(secrets) == 2
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("SELECT kept::text, answer FROM idempotent_answers AS kept").fetchall()
    assert len(rows) == 2
    for row, answer in rows:
        assert not any(secret in row for secret in secrets)
        assert not set('{}[]":') & set(answer)


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
