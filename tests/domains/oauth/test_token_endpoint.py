"""Grants without a person's consent, refreshing, and what the token endpoint says of bad requests."""

import asyncio
import base64

import psycopg
import pytest

from storecast.kit.settings import Settings
from tests.clock import Clock
from tests.factories.accounts import PASSWORD, Member
from tests.factories.oauth import OAuthClient, consent, exchange, first_party_client
from tests.factories.platform import Client


def refreshing(client: OAuthClient, token: str, **more: str) -> dict[str, object]:
    return {"grant_type": "refresh_token", "refresh_token": token, **client.body, **more}


async def test_client_gets_a_token_for_itself(anyone: Client, app: OAuthClient) -> None:
    asked = {"grant_type": "client_credentials", "scope": "stats"}
    answer = await anyone.call("POST", "oauth/token", data=asked, headers=app.basic)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json().keys() == {"token_type", "expires_in", "access_token"}


@pytest.mark.parametrize(("method", "path"), [("GET", "profile"), ("GET", "events"), ("GET", "oauth/tokens")])
async def test_clients_own_token_reaches_no_persons_things(
    anyone: Client, app: OAuthClient, method: str, path: str
) -> None:
    asked = {"grant_type": "client_credentials", "scope": "profile channels chat", **app.body}
    client = anyone.with_token((await anyone.post("oauth/token", asked)).json()["access_token"])
    assert (await client.call(method, path)).status_code in (401, 403)


async def test_clients_own_token_is_nobody_in_realtime(anyone: Client, app: OAuthClient) -> None:
    asked = {"grant_type": "client_credentials", "scope": "chat", **app.body}
    client = anyone.with_token((await anyone.post("oauth/token", asked)).json()["access_token"])
    assert (await client.get("jwt")).json()["data"]["identity"]["guest"] is True


async def test_public_client_gets_no_token_for_itself(anyone: Client, phone_app: OAuthClient) -> None:
    answer = await anyone.post("oauth/token", {"grant_type": "client_credentials", **phone_app.body})
    assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")


async def test_client_cannot_make_itself_an_operator(anyone: Client, app: OAuthClient) -> None:
    asked = {"grant_type": "client_credentials", "scope": "operator", **app.body}
    answer = await anyone.post("oauth/token", asked)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize("confidential", [True, False])
async def test_own_app_signs_people_in_by_password(
    anyone: Client, owner: Member, settings: Settings, confidential: bool
) -> None:
    own = await first_party_client(settings, confidential=confidential)
    asked = {"grant_type": "password", "username": owner.email, "password": PASSWORD, "scope": "*", **own.body}
    answer = await anyone.post("oauth/token", asked)
    assert answer.status_code == 200, answer.text
    assert (await anyone.with_token(answer.json()["access_token"]).get("profile")).status_code == 200
    assert answer.json()["refresh_token"]


async def test_others_apps_may_not_ask_for_passwords(anyone: Client, owner: Member, app: OAuthClient) -> None:
    asked = {"grant_type": "password", "username": owner.email, "password": PASSWORD, **app.body}
    answer = await anyone.post("oauth/token", asked)
    assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")


async def test_wrong_password_and_unknown_person_hear_the_same(
    anyone: Client, owner: Member, own_app: OAuthClient
) -> None:
    answers = [
        await anyone.post(
            "oauth/token", {"grant_type": "password", "username": name, "password": "wrong", **own_app.body}
        )
        for name in (owner.email, "nobody@example.com")
    ]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json() == {
        "error": "invalid_grant",
        "error_description": "The user credentials were incorrect.",
        "message": "The user credentials were incorrect.",
    }


async def test_password_failures_are_limited(anyone: Client, owner: Member, own_app: OAuthClient) -> None:
    asked = {"grant_type": "password", "username": owner.email, "password": "wrong", **own_app.body}
    for _ in range(5):
        assert (await anyone.post("oauth/token", asked)).status_code == 400
    answer = await anyone.post("oauth/token", {**asked, "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.json()["error"] == "temporarily_unavailable"


async def test_refresh_rotates_and_can_narrow(anyone: Client, owner: Member, app: OAuthClient) -> None:
    tokens = await exchange(anyone, app, await consent(owner.client, app, "channels profile"))
    narrowed = await anyone.post("oauth/token", refreshing(app, tokens["refresh_token"], scope="channels"))
    assert narrowed.status_code == 200
    client = anyone.with_token(narrowed.json()["access_token"])
    assert [(await client.get(path)).status_code for path in ("events", "profile")] == [200, 403]
    whole = await anyone.post("oauth/token", refreshing(app, narrowed.json()["refresh_token"]))
    assert (await anyone.with_token(whole.json()["access_token"]).get("profile")).status_code == 200
    assert whole.json()["refresh_token"] != tokens["refresh_token"]


async def test_refresh_cannot_widen_and_the_token_stays_good(anyone: Client, owner: Member, app: OAuthClient) -> None:
    tokens = await exchange(anyone, app, await consent(owner.client, app, "channels"))
    wider = await anyone.post("oauth/token", refreshing(app, tokens["refresh_token"], scope="channels stats"))
    assert (wider.status_code, wider.json()["error"]) == (400, "invalid_scope")
    assert (await anyone.post("oauth/token", refreshing(app, tokens["refresh_token"]))).status_code == 200


async def test_replayed_refresh_token_ends_its_family(
    clock: Clock, anyone: Client, owner: Member, app: OAuthClient, worker_database: str
) -> None:
    tokens = await exchange(anyone, app, await consent(owner.client, app))
    fresh = (await anyone.post("oauth/token", refreshing(app, tokens["refresh_token"]))).json()
    clock.move(seconds=11)
    replayed = await anyone.post("oauth/token", refreshing(app, tokens["refresh_token"]))
    assert (replayed.status_code, replayed.json()["error"]) == (400, "invalid_grant")
    assert "WWW-Authenticate" not in replayed.headers
    assert (await anyone.post("oauth/token", refreshing(app, fresh["refresh_token"]))).status_code == 400
    assert (await anyone.with_token(fresh["access_token"]).get("profile")).status_code == 401
    with psycopg.connect(worker_database) as connection:
        events = connection.execute("SELECT user_id FROM security_events WHERE kind = 'refresh_token_replayed'")
        assert events.fetchall() == [(owner.user["id"],)]


async def test_refreshes_at_once_bring_one_pair(anyone: Client, owner: Member, app: OAuthClient) -> None:
    tokens = await exchange(anyone, app, await consent(owner.client, app))
    asked = refreshing(app, tokens["refresh_token"])
    answers = await asyncio.gather(*(anyone.post("oauth/token", asked) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.content for answer in answers}) == 1
    assert (await anyone.with_token(answers[0].json()["access_token"]).get("profile")).status_code == 200


async def test_refresh_that_comes_twice_for_other_scopes_gets_those_and_no_second_descendant(
    anyone: Client, owner: Member, app: OAuthClient
) -> None:
    tokens = await exchange(anyone, app, await consent(owner.client, app, "channels profile"))
    whole = (await anyone.post("oauth/token", refreshing(app, tokens["refresh_token"]))).json()
    narrow = (await anyone.post("oauth/token", refreshing(app, tokens["refresh_token"], scope="channels"))).json()
    assert narrow["refresh_token"] == whole["refresh_token"]
    client = anyone.with_token(narrow["access_token"])
    assert [(await client.get(path)).status_code for path in ("events", "profile")] == [200, 403]
    wider = await anyone.post("oauth/token", refreshing(app, tokens["refresh_token"], scope="channels stats"))
    assert (wider.status_code, wider.json()["error"]) == (400, "invalid_scope")


async def test_refresh_is_answered_again_to_its_own_client_alone(
    anyone: Client, owner: Member, app: OAuthClient, phone_app: OAuthClient
) -> None:
    tokens = await exchange(anyone, app, await consent(owner.client, app))
    await anyone.post("oauth/token", refreshing(app, tokens["refresh_token"]))
    assert (await anyone.post("oauth/token", refreshing(phone_app, tokens["refresh_token"]))).status_code == 400
    assert (await anyone.post("auth/login/refresh", {"refresh_token": tokens["refresh_token"]})).status_code == 401


async def test_who_revokes_a_used_refresh_token_ends_what_it_brought(
    anyone: Client, owner: Member, app: OAuthClient
) -> None:
    """A client that never got the answer knows no newer one."""
    tokens = await exchange(anyone, app, await consent(owner.client, app))
    fresh = (await anyone.post("oauth/token", refreshing(app, tokens["refresh_token"]))).json()
    assert (await anyone.post("oauth/revoke", {"token": tokens["refresh_token"], **app.body})).status_code == 200
    assert (await anyone.with_token(fresh["access_token"]).get("profile")).status_code == 401


async def test_refresh_tokens_are_their_clients_own(
    anyone: Client, owner: Member, app: OAuthClient, phone_app: OAuthClient
) -> None:
    tokens = await exchange(anyone, app, await consent(owner.client, app))
    for client, token in ((phone_app, tokens["refresh_token"]), (app, owner.refresh_token), (app, "unknown")):
        answer = await anyone.post("oauth/token", refreshing(client, token))
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    login = await anyone.post("auth/login/refresh", {"refresh_token": tokens["refresh_token"]})
    assert login.status_code == 401
    assert (await anyone.post("oauth/token", refreshing(app, tokens["refresh_token"]))).status_code == 200


@pytest.mark.parametrize("secret", ["wrong", "", None])
async def test_wrong_secret_is_refused_in_header_and_body(anyone: Client, app: OAuthClient, secret: str | None) -> None:
    asked = {"grant_type": "client_credentials", "client_id": app.id, "client_secret": secret}
    refused = await anyone.post("oauth/token", asked)
    header = "Basic " + base64.b64encode(f"{app.id}:{secret or ''}".encode()).decode()
    by_header = await anyone.post(
        "oauth/token", {"grant_type": "client_credentials"}, headers={"Authorization": header}
    )
    for answer in (refused, by_header):
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
        assert answer.headers["Cache-Control"] == "no-store"


async def test_unknown_client_hears_what_a_wrong_secret_hears(anyone: Client, app: OAuthClient) -> None:
    answers = [
        await anyone.post(
            "oauth/token", {"grant_type": "client_credentials", "client_id": client, "client_secret": "wrong"}
        )
        for client in (app.id, "unknown")
    ]
    assert answers[0].json() == answers[1].json()


async def test_public_client_cannot_pass_for_having_a_secret(anyone: Client, phone_app: OAuthClient) -> None:
    asked = {"grant_type": "client_credentials", "client_id": phone_app.id, "client_secret": "made up"}
    assert (await anyone.post("oauth/token", asked)).status_code == 401


async def test_guessing_secrets_is_limited_and_locks_out_nobody(anyone: Client, app: OAuthClient) -> None:
    """Two programs in one cloud's network: one that has a wrong secret must not stop the other."""
    asked = {"grant_type": "client_credentials", "client_id": app.id, "client_secret": "wrong"}
    guesser = [anyone.at(f"2001:db8::{number}") for number in range(1, 23)]
    statuses = [(await client.post("oauth/token", asked)).status_code for client in guesser]
    assert statuses == [401] * 20 + [429] * 2
    right = {**asked, "client_secret": app.secret}
    assert (await anyone.at("2001:db8::1").post("oauth/token", right)).status_code == 200


@pytest.mark.parametrize(
    "header",
    ["Basic", "Basic !!!", "Basic " + base64.b64encode(b"no colon").decode(), "Basic /w==", "Basic " + "A" * 4000],
)
async def test_broken_basic_header_is_a_failed_authentication(anyone: Client, header: str) -> None:
    asked = {"grant_type": "client_credentials"}
    answer = await anyone.post("oauth/token", asked, headers={"Authorization": header})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_credentials_both_ways_are_refused(anyone: Client, app: OAuthClient) -> None:
    asked = {"grant_type": "client_credentials", **app.body}
    answer = await anyone.post("oauth/token", asked, headers=app.basic)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"grant_type": None}, "invalid_request"),
        ({"grant_type": "implicit"}, "unsupported_grant_type"),
        ({"grant_type": 7}, "invalid_request"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"scope": "s" * 501}, "invalid_request"),
    ],
)
async def test_bad_requests_are_answered_as_rfc_6749_says(
    anyone: Client, app: OAuthClient, change: dict[str, object], error: str
) -> None:
    asked = {"grant_type": "client_credentials", **app.body, **change}
    answer = await anyone.post("oauth/token", {name: value for name, value in asked.items() if value is not None})
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert answer.json()["message"] == answer.json()["error_description"]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'{"grant_type": "a", "grant_type": "b"}', b"a=1&a=2"])
async def test_broken_bodies_are_invalid_requests(anyone: Client, body: bytes) -> None:
    kind = "application/json" if body[:1] in b"{[" else "application/x-www-form-urlencoded"
    answer = await anyone.call("POST", "oauth/token", content=body, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
