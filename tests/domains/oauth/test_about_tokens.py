"""Introspection, revocation, discovery."""

import time
from pathlib import Path

import psycopg
import pytest
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata

from storecast.wiring.assembly import create_process
from storecast.wiring.jobs import create_jobs
from tests.factories.accounts import Member
from tests.factories.oauth import OAuthClient, consent, exchange, oauth_client
from tests.factories.platform import Client, running_app, settings_for


async def test_client_learns_what_its_tokens_are_good_for(anyone: Client, owner: Member, app: OAuthClient) -> None:
    tokens = await exchange(anyone, app, await consent(owner.client, app, "channels"))
    answer = await anyone.call("POST", "oauth/introspect", data={"token": tokens["access_token"]}, headers=app.basic)
    assert answer.status_code == 200
    said = answer.json()
    assert (said["active"], said["scope"], said["client_id"], said["aud"]) == (True, "channels", app.id, app.id)
    assert (said["sub"], said["token_type"], said["iss"]) == (str(owner.user["id"]), "Bearer", "http://shop.test:8000")
    assert said["exp"] - said["iat"] == 3600
    refresh = await anyone.post("oauth/introspect", {"token": tokens["refresh_token"], **app.body})
    assert (refresh.json()["active"], refresh.json()["client_id"]) == (True, app.id)


async def test_of_others_and_of_dead_tokens_it_learns_nothing(
    anyone: Client, owner: Member, stranger: Member, app: OAuthClient, own_app: OAuthClient
) -> None:
    tokens = await exchange(anyone, app, await consent(owner.client, app))
    other = await oauth_client(stranger.client)
    for token in (tokens["access_token"], tokens["refresh_token"], owner.access_token, "nonsense"):
        answer = await anyone.post("oauth/introspect", {"token": token, **other.body})
        assert (answer.status_code, answer.json()) == (200, {"active": False})
    own = await anyone.post("oauth/introspect", {"token": owner.access_token, **own_app.body})
    assert own.json()["active"] is True
    [shown] = (await owner.client.get("oauth/tokens")).json()
    await owner.client.delete(f"oauth/tokens/{shown['id']}")
    for token in (tokens["access_token"], tokens["refresh_token"]):
        answer = await anyone.post("oauth/introspect", {"token": token, **app.body})
        assert answer.json() == {"active": False}


@pytest.mark.parametrize("path", ["introspect", "revoke"])
async def test_who_asks_about_tokens_must_be_a_client(
    anyone: Client, owner: Member, app: OAuthClient, path: str
) -> None:
    for fields in ({"client_id": app.id, "client_secret": "wrong"}, {"client_id": app.id}, {}):
        answer = await anyone.post(f"oauth/{path}", {"token": "t", **fields})
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    answer = await anyone.post(f"oauth/{path}", app.body)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_public_client_learns_nothing_and_can_revoke(
    anyone: Client, owner: Member, phone_app: OAuthClient
) -> None:
    tokens = await exchange(anyone, phone_app, await consent(owner.client, phone_app))
    fields = {"token": tokens["access_token"], **phone_app.body}
    assert (await anyone.post("oauth/introspect", fields)).status_code == 401
    assert (await anyone.post("oauth/revoke", fields)).status_code == 200
    assert (await anyone.with_token(tokens["access_token"]).get("profile")).status_code == 401


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
async def test_revoking_ends_all_of_the_grant(anyone: Client, owner: Member, app: OAuthClient, kind: str) -> None:
    tokens = await exchange(anyone, app, await consent(owner.client, app))
    fields = {"token": tokens[kind], "token_type_hint": "refresh_token"}
    answer = await anyone.call("POST", "oauth/revoke", data=fields, headers=app.basic)
    assert (answer.status_code, answer.content) == (200, b"")
    assert (await anyone.with_token(tokens["access_token"]).get("profile")).status_code == 401
    asked = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], **app.body}
    assert (await anyone.post("oauth/token", asked)).status_code == 400
    again = await anyone.call("POST", "oauth/revoke", data=fields, headers=app.basic)
    assert again.status_code == 200


async def test_client_cannot_revoke_anothers_token(
    anyone: Client, owner: Member, stranger: Member, app: OAuthClient
) -> None:
    tokens = await exchange(anyone, app, await consent(owner.client, app))
    other = await oauth_client(stranger.client)
    for token in (tokens["access_token"], tokens["refresh_token"], owner.access_token):
        answer = await anyone.post("oauth/revoke", {"token": token, **other.body})
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert (await anyone.with_token(tokens["access_token"]).get("profile")).status_code == 200
    assert (await owner.client.get("profile")).status_code == 200


async def test_discovery_is_valid_and_leads_to_what_is_there(tmp_path: Path, database_url: str) -> None:
    settings = settings_for(tmp_path, database_url, public_url="https://shop.example")
    async with running_app(settings) as anyone:
        found = (await anyone.get("/.well-known/oauth-authorization-server")).json()
        AuthorizationServerMetadata(found).validate()  # type: ignore[no-untyped-call]
        assert found["issuer"] == "https://shop.example"
        assert found["code_challenge_methods_supported"] == ["S256"]
        for name in ("token_endpoint", "introspection_endpoint", "revocation_endpoint"):
            answer = await anyone.post(found[name].removeprefix("https://shop.example"), {})
            assert answer.status_code in (400, 401), name
        keys = await anyone.get(found["jwks_uri"].removeprefix("https://shop.example"))
        assert keys.json()["keys"]


async def test_cookie_is_secure_on_https(tmp_path: Path, database_url: str, owner: Member) -> None:
    settings = settings_for(tmp_path, database_url, public_url="https://shop.example")
    async with running_app(settings) as anyone:
        answer = await anyone.with_token(owner.access_token).post("oauth/token/refresh")
        assert "Secure" in answer.headers["Set-Cookie"].split("; ")


async def test_what_is_long_over_is_forgotten(
    anyone: Client, owner: Member, app: OAuthClient, worker_database: str, tmp_path: Path
) -> None:
    await exchange(anyone, app, await consent(owner.client, app))
    settings = settings_for(tmp_path, worker_database)
    with psycopg.connect(worker_database, autocommit=True) as connection:
        connection.execute("UPDATE grants SET expires_at = now() - interval '31 days' WHERE kind = 'client'")
        connection.execute("UPDATE refresh_tokens SET expires_at = now() - interval '31 days'")
        connection.execute("UPDATE authorization_codes SET expires_at = now() - interval '25 hours'")
        services = create_process(settings)
        forget = create_jobs(services).tasks["forget_grants"]
        await forget(timestamp=int(time.time()))
        await services.close()
        left = connection.execute(
            "SELECT (SELECT count(*) FROM authorization_codes), (SELECT count(*) FROM refresh_tokens), "
            "(SELECT count(*) FROM grants WHERE kind = 'client'), (SELECT count(*) FROM grants)"
        ).fetchone()
    assert left == (0, 0, 0, 2)
