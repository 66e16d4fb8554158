"""The authorization code grant, and what it must refuse."""

import asyncio

import psycopg
import pytest

from tests.factories.accounts import Member
from tests.factories.oauth import REDIRECT, OAuthClient, asking, consent, exchange, exchanging, oauth_client, told
from tests.factories.platform import Client
from tests.waiting import eventually


async def test_consent_describes_what_is_asked(owner: Member, app: OAuthClient) -> None:
    answer = await owner.client.get("oauth/authorize", params=asking(app))
    asked = answer.json()["data"]
    assert asked["client"] == {"id": app.id, "name": "Shop tool"}
    assert [scope["id"] for scope in asked["scopes"]] == ["channels", "profile"]
    assert all(scope["description"] for scope in asked["scopes"])
    assert (asked["redirect_uri"], asked["remembered"]) == (REDIRECT, False)


async def test_code_brings_tokens_for_the_scopes_and_no_others(anyone: Client, owner: Member, app: OAuthClient) -> None:
    answer = await anyone.post("oauth/token", exchanging(app, await consent(owner.client, app, "channels")))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    tokens = answer.json()
    assert tokens.keys() == {"token_type", "expires_in", "access_token", "refresh_token", "scope"}
    assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == ("Bearer", 3600, "channels")
    client = anyone.with_token(tokens["access_token"])
    assert (await client.get("events")).status_code == 200
    refused = await client.get("profile")
    assert refused.status_code == 403
    assert 'scope="profile"' in refused.headers["WWW-Authenticate"]


async def test_client_that_names_no_scope_gets_the_profile(anyone: Client, owner: Member, app: OAuthClient) -> None:
    tokens = await exchange(anyone, app, await consent(owner.client, app, ""))
    assert tokens["scope"] == "profile"


@pytest.mark.parametrize("form", [True, False])
@pytest.mark.parametrize("basic", [True, False])
async def test_client_says_who_it_is_in_the_header_or_the_body(
    anyone: Client, owner: Member, app: OAuthClient, form: bool, basic: bool
) -> None:
    fields = exchanging(app, await consent(owner.client, app))
    headers = {}
    if basic:
        headers = app.basic
        del fields["client_id"], fields["client_secret"]
    answer = await anyone.call("POST", "oauth/token", headers=headers, **({"data" if form else "json": fields}))
    assert answer.status_code == 200, answer.text


async def test_public_client_needs_no_secret(anyone: Client, owner: Member, phone_app: OAuthClient) -> None:
    assert phone_app.secret is None
    tokens = await exchange(anyone, phone_app, await consent(owner.client, phone_app))
    fresh = await anyone.post(
        "oauth/token",
        {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], "client_id": phone_app.id},
    )
    assert fresh.status_code == 200


async def test_replayed_code_ends_what_it_brought(anyone: Client, owner: Member, app: OAuthClient) -> None:
    code = await consent(owner.client, app)
    tokens = await exchange(anyone, app, code)
    replayed = await anyone.post("oauth/token", exchanging(app, code))
    assert (replayed.status_code, replayed.json()["error"]) == (400, "invalid_grant")
    assert (await anyone.with_token(tokens["access_token"]).get("profile")).status_code == 401
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], **app.body}
    assert (await anyone.post("oauth/token", refresh)).status_code == 400


async def test_of_two_exchanges_at_once_one_fails(anyone: Client, owner: Member, app: OAuthClient) -> None:
    code = await consent(owner.client, app)
    answers = await asyncio.gather(*(anyone.post("oauth/token", exchanging(app, code)) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 400]


async def test_code_of_another_client_is_refused_and_stays_good(
    anyone: Client, owner: Member, stranger: Member, app: OAuthClient
) -> None:
    other = await oauth_client(stranger.client)
    code = await consent(owner.client, app)
    answer = await anyone.post("oauth/token", exchanging(other, code))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    await exchange(anyone, app, code)


async def test_code_is_over_after_a_minute(
    anyone: Client, owner: Member, app: OAuthClient, worker_database: str
) -> None:
    code = await consent(owner.client, app)
    with psycopg.connect(worker_database) as connection:
        connection.execute("UPDATE authorization_codes SET expires_at = expires_at - interval '61 seconds'")
    answer = await anyone.post("oauth/token", exchanging(app, code))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


async def test_code_and_secret_are_not_stored_as_they_are(
    owner: Member, app: OAuthClient, worker_database: str
) -> None:
    code = await consent(owner.client, app)
    with psycopg.connect(worker_database) as connection:
        rows = connection.execute("SELECT * FROM authorization_codes").fetchall()
        rows += connection.execute("SELECT * FROM oauth_clients").fetchall()
    assert code not in str(rows)
    assert str(app.secret) not in str(rows)


@pytest.mark.parametrize(
    "change",
    [
        {"redirect_uri": "https://app.example/callback/"},
        {"redirect_uri": None},
        {"code_verifier": "another-verifier-of-43-characters-0123456789"},
        {"code_verifier": "short"},
        {"code_verifier": None},
        {"code": "unknown"},
    ],
)
async def test_exchange_that_does_not_match_is_refused(
    anyone: Client, owner: Member, app: OAuthClient, change: dict[str, str | None]
) -> None:
    code = await consent(owner.client, app)
    fields = {**exchanging(app, code), **change}
    answer = await anyone.post("oauth/token", {name: value for name, value in fields.items() if value is not None})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


async def test_verifier_without_a_challenge_is_refused(anyone: Client, owner: Member, app: OAuthClient) -> None:
    """Somebody took the challenge out of the person's address."""
    code = await consent(owner.client, app, code_challenge=None, code_challenge_method=None)
    answer = await anyone.post("oauth/token", exchanging(app, code))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert (await anyone.post("oauth/token", exchanging(app, code, code_verifier=None))).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"code_challenge_method": "plain"},
        {"code_challenge_method": None},
        {"code_challenge": None},
        {"code_challenge": "short"},
        {"code_challenge": None, "code_challenge_method": None},
    ],
)
async def test_public_client_cannot_do_with_less_than_s256(
    owner: Member, phone_app: OAuthClient, change: dict[str, str | None]
) -> None:
    for asked in (
        await owner.client.get("oauth/authorize", params=asking(phone_app, **change)),
        await owner.client.post("oauth/authorize", {**asking(phone_app, **change), "approve": True}),
    ):
        answer = told(asked.json()["data"]["redirect"])
        assert (answer["error"], answer["state"]) == ("invalid_request", "s t&te")
        assert "code" not in answer


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"scope": "channels everything"}, "invalid_scope"),
        ({"scope": "*"}, "invalid_scope"),
    ],
)
async def test_client_hears_what_is_wrong(
    owner: Member, app: OAuthClient, change: dict[str, str | None], error: str
) -> None:
    answer = await owner.client.get("oauth/authorize", params=asking(app, **change))
    redirect = answer.json()["data"]["redirect"]
    assert redirect.startswith(REDIRECT + "?")
    assert (told(redirect)["error"], told(redirect)["state"]) == (error, "s t&te")


async def test_denial_is_told_to_the_client(owner: Member, app: OAuthClient) -> None:
    answer = await owner.client.post("oauth/authorize", {**asking(app), "approve": False})
    said = told(answer.json()["data"]["redirect"])
    assert (said["error"], said["state"], said["iss"]) == ("access_denied", "s t&te", "http://shop.test:8000")
    assert "code" not in said


@pytest.mark.parametrize(
    "uri",
    [
        "https://app.example/callback/",
        "https://app.example/callback?next=https://evil.example",
        "https://app.example/callback#x",
        "https://app.example.evil.example/callback",
        "https://app.example@evil.example/callback",
        "https://APP.example/callback",
        "http://app.example/callback",
        "https://app.example/callback/../elsewhere",
        "//evil.example",
        "javascript:alert(1)",
        "",
        "https://app.example/callback https://evil.example",
    ],
)
async def test_nobody_is_sent_where_the_client_did_not_register(owner: Member, app: OAuthClient, uri: str) -> None:
    for answer in (
        await owner.client.get("oauth/authorize", params=asking(app, redirect_uri=uri)),
        await owner.client.post("oauth/authorize", {**asking(app, redirect_uri=uri), "approve": True}),
    ):
        assert answer.status_code == 422
        assert [entry["field"] for entry in answer.json()["error"]["messages"]] == ["redirect_uri"]


async def test_only_redirect_uri_need_not_be_sent(anyone: Client, owner: Member, app: OAuthClient) -> None:
    code = await consent(owner.client, app, redirect_uri=None)
    await exchange(anyone, app, code, redirect_uri=None)


async def test_one_of_several_redirect_uris_must_be_sent(owner: Member, stranger: Member) -> None:
    client = await oauth_client(stranger.client, redirect=f"{REDIRECT},https://app.example/other")
    answer = await owner.client.get("oauth/authorize", params=asking(client, redirect_uri=None))
    assert answer.status_code == 422


async def test_query_of_a_redirect_uri_is_kept(owner: Member, stranger: Member) -> None:
    uri = "http://127.0.0.1:4567/back?shop=a%20b"
    client = await oauth_client(stranger.client, redirect=uri)
    answer = await owner.client.post("oauth/authorize", {**asking(client, redirect_uri=uri), "approve": True})
    redirect = answer.json()["data"]["redirect"]
    assert redirect.startswith("http://127.0.0.1:4567/back?")
    assert told(redirect)["shop"] == "a b"


async def test_app_of_its_own_scheme_is_sent_back_to(owner: Member, stranger: Member) -> None:
    uri = "com.example.app:/back"
    client = await oauth_client(stranger.client, redirect=uri, confidential=False)
    answer = await owner.client.post("oauth/authorize", {**asking(client, redirect_uri=uri), "approve": True})
    assert answer.json()["data"]["redirect"].startswith("com.example.app:/back?code=")


async def test_unknown_and_deleted_clients_are_told_to_the_person(
    owner: Member, stranger: Member, app: OAuthClient
) -> None:
    await stranger.client.delete(f"oauth/clients/{app.id}")
    for client in (app, OAuthClient("unknown", None)):
        answer = await owner.client.get("oauth/authorize", params=asking(client))
        assert answer.status_code == 422
        assert [entry["field"] for entry in answer.json()["error"]["messages"]] == ["client_id"]


async def test_yes_is_remembered_for_as_much_or_less_until_taken_back(
    anyone: Client, owner: Member, stranger: Member, app: OAuthClient, phone_app: OAuthClient
) -> None:
    async def remembered(person: Member, client: OAuthClient, scope: str) -> bool:
        answer = await person.client.get("oauth/authorize", params=asking(client, scope))
        return bool(answer.json()["data"]["remembered"])

    for client in (app, phone_app):
        await exchange(anyone, client, await consent(owner.client, client, "channels profile"))
    assert await remembered(owner, app, "channels")
    assert await remembered(owner, app, "channels profile")
    assert not await remembered(owner, app, "channels stats")
    assert not await remembered(stranger, app, "channels")
    assert not await remembered(owner, phone_app, "channels")  # any program could say it is this one
    [token] = [token for token in (await owner.client.get("oauth/tokens")).json() if token["client_id"] == app.id]
    await owner.client.delete(f"oauth/tokens/{token['id']}")
    assert not await remembered(owner, app, "channels")


async def test_only_the_person_signed_in_may_consent(
    anyone: Client, visitor: Client, owner: Member, app: OAuthClient
) -> None:
    tokens = await exchange(anyone, app, await consent(owner.client, app, "profile"))
    personal = await owner.client.post("oauth/personal-access-tokens", {"name": "mine", "scopes": ["profile"]})
    for caller, status in (
        (anyone, 401),
        (visitor, 401),
        (anyone.with_token(tokens["access_token"]), 403),
        (anyone.with_token(personal.json()["accessToken"]), 403),
    ):
        assert (await caller.get("oauth/authorize", params=asking(app))).status_code == status
        decision = {**asking(app), "approve": True}
        assert (await caller.post("oauth/authorize", decision)).status_code == status


@pytest.mark.parametrize(
    "change", [{"approve": None}, {"approve": "perhaps"}, {"client_id": None}, {"state": "x" * 2001}]
)
async def test_bad_input_names_the_field(owner: Member, app: OAuthClient, change: dict[str, object]) -> None:
    answer = await owner.client.post("oauth/authorize", {**asking(app), "approve": True, **change})
    assert answer.status_code == 422
    assert [entry["field"] for entry in answer.json()["error"]["messages"]] == list(change)


@pytest.mark.parametrize("end", ["auth/logout", "auth/revoke"])
async def test_code_ends_with_the_sign_in_that_said_yes(
    anyone: Client, owner: Member, app: OAuthClient, end: str
) -> None:
    """Whoever ends every token of an account that was broken into must not find one more a minute later."""
    code = await consent(owner.client, app)
    assert (await owner.client.post(end)).status_code == 204
    answer = await anyone.post("oauth/token", exchanging(app, code))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


async def test_ending_every_token_and_spending_a_code_at_once_leaves_none(
    anyone: Client, owner: Member, app: OAuthClient, database_url: str
) -> None:
    code = await consent(owner.client, app)
    with psycopg.connect(database_url) as holding:  # so that both are under way before either is done
        holding.execute("SELECT FROM users WHERE id = %s FOR UPDATE", (owner.user["id"],))
        ending = asyncio.create_task(owner.client.post("auth/revoke"))
        spending = asyncio.create_task(anyone.post("oauth/token", exchanging(app, code)))
        await eventually(lambda: waiting(database_url, 2))
        holding.rollback()
        await asyncio.gather(ending, spending)
    with psycopg.connect(database_url) as connection:
        live = "SELECT count(*) FROM grants WHERE user_id = %s AND revoked_at IS NULL"
        assert connection.execute(live, (owner.user["id"],)).fetchall() == [(0,)]


async def waiting(database_url: str, many: int) -> bool:
    """Whether so many of this database's connections wait for a lock."""
    with psycopg.connect(database_url) as connection:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        return connection.execute(query).fetchall() == [(many,)]
