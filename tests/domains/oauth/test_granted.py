"""What people see of their grants, personal tokens, and the transient cookie."""

import pytest

from tests.factories.accounts import Member
from tests.factories.oauth import REDIRECT, OAuthClient, consent, exchange, oauth_client
from tests.factories.platform import Client

KEYS = {"id", "user_id", "client_id", "name", "scopes", "revoked", "created_at", "updated_at", "expires_at", "client"}


async def test_person_sees_what_clients_hold_and_takes_it_back(
    anyone: Client, owner: Member, stranger: Member, app: OAuthClient
) -> None:
    tokens = await exchange(anyone, app, await consent(owner.client, app, "channels"))
    await owner.client.post("oauth/personal-access-tokens", {"name": "mine"})
    [shown] = (await owner.client.get("oauth/tokens")).json()
    assert shown.keys() == KEYS
    assert (shown["client_id"], shown["scopes"], shown["revoked"]) == (app.id, ["channels"], False)
    assert (shown["client"]["name"], shown["client"]["redirect"]) == ("Shop tool", REDIRECT)
    assert "plainSecret" not in shown["client"]
    assert (await stranger.client.get("oauth/tokens")).json() == []

    foreign = await stranger.client.delete(f"oauth/tokens/{shown['id']}")
    assert (foreign.status_code, foreign.content) == (404, b"")
    assert (await anyone.with_token(tokens["access_token"]).get("events")).status_code == 200
    answer = await owner.client.delete(f"oauth/tokens/{shown['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await owner.client.get("oauth/tokens")).json() == []
    assert (await anyone.with_token(tokens["access_token"]).get("events")).status_code == 401
    asked = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], **app.body}
    assert (await anyone.post("oauth/token", asked)).status_code == 400


async def test_personal_token_works_until_it_is_deleted(anyone: Client, owner: Member, stranger: Member) -> None:
    made = await owner.client.post("oauth/personal-access-tokens", {"name": "reports", "scopes": ["profile", "stats"]})
    assert made.json().keys() == {"accessToken", "token"}
    token = made.json()["token"]
    assert token.keys() == KEYS
    assert (token["name"], token["scopes"]) == ("reports", ["stats", "profile"])
    client = anyone.with_token(made.json()["accessToken"])
    assert (await client.get("profile")).status_code == 200
    [shown] = (await owner.client.get("oauth/personal-access-tokens")).json()
    assert shown["id"] == token["id"]
    assert (await stranger.client.delete(f"oauth/personal-access-tokens/{token['id']}")).status_code == 404
    assert (await owner.client.delete(f"oauth/tokens/{token['id']}")).status_code == 404
    assert (await owner.client.delete(f"oauth/personal-access-tokens/{token['id']}")).status_code == 204
    assert (await client.get("profile")).status_code == 401


async def test_what_could_outlast_a_stolen_sign_in_is_in_the_log(anyone: Client, owner: Member) -> None:
    await owner.client.post("oauth/personal-access-tokens", {"name": "reports"})
    app = await oauth_client(owner.client)
    await owner.client.put(f"oauth/clients/{app.id}", {"name": "New name", "redirect": REDIRECT})
    await consent(owner.client, app, "profile")
    await owner.client.delete(f"oauth/clients/{app.id}")
    events = (await owner.client.get("profile/security-events")).json()["data"]
    assert [(event["kind"], event["detail"]) for event in events[:5]] == [
        ("client_deleted", "New name"),
        ("client_allowed", "New name"),
        ("client_changed", "New name"),
        ("client_made", "Shop tool"),
        ("personal_token_made", "reports"),
    ]


async def test_token_to_operate_the_installation_is_for_operators_alone(owner: Member) -> None:
    answer = await owner.client.post("oauth/personal-access-tokens", {"name": "t", "scopes": ["operator"]})
    assert answer.status_code == 422
    assert [message["field"] for message in answer.json()["error"]["messages"]] == ["scopes"]


async def test_token_gives_no_further_tokens(anyone: Client, owner: Member) -> None:
    made = await owner.client.post("oauth/personal-access-tokens", {"name": "t", "scopes": ["profile"]})
    client = anyone.with_token(made.json()["accessToken"])
    answer = await client.post("oauth/personal-access-tokens", {"name": "more", "scopes": ["billing"]})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "n" * 192}, "name"),
        ({}, "name"),
        ({"name": "t", "scopes": ["everything"]}, "scopes"),
        ({"name": "t", "scopes": "stats"}, "scopes"),
    ],
)
async def test_bad_input_names_the_field(owner: Member, body: dict[str, object], field: str) -> None:
    answer = await owner.client.post("oauth/personal-access-tokens", body)
    assert answer.status_code == 422
    assert [entry["field"] for entry in answer.json()["error"]["messages"]] == [field]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "tokens"), ("DELETE", "tokens/x"), ("POST", "token/refresh"), ("GET", "personal-access-tokens"),
        ("POST", "personal-access-tokens"), ("DELETE", "personal-access-tokens/x"),
    ],
)  # fmt: skip
async def test_nobody_and_guests_are_refused(anyone: Client, visitor: Client, method: str, path: str) -> None:
    for caller in (anyone, visitor):
        answer = await caller.call(method, f"oauth/{path}", json={"name": "t"} if method == "POST" else None)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, 401)


async def test_cookie_speaks_for_a_person_on_our_own_pages_alone(anyone: Client, owner: Member) -> None:
    answer = await owner.client.post("oauth/token/refresh")
    assert (answer.status_code, answer.text) == (200, "Refreshed.")
    cookie = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "Path=/api", "SameSite=lax", "Max-Age=900"} <= set(cookie.split("; "))
    assert "Secure" not in cookie  # the page was asked for by http
    sent = {"Cookie": cookie.partition(";")[0]}
    own = {**sent, "Sec-Fetch-Site": "same-origin"}
    assert (await anyone.get("profile", headers=own)).status_code == 200
    assert (await anyone.get("profile", headers={**sent, "Sec-Fetch-Site": "cross-site"})).status_code == 401
    assert (await anyone.get("profile", headers=sent)).status_code == 401
    await owner.client.post("auth/logout")
    assert (await anyone.get("profile", headers=own)).status_code == 401
    assert (await anyone.get("jwt", headers=own)).status_code == 200


async def test_clients_and_personal_tokens_get_no_cookie(anyone: Client, owner: Member, app: OAuthClient) -> None:
    granted = await exchange(anyone, app, await consent(owner.client, app))
    personal = await owner.client.post("oauth/personal-access-tokens", {"name": "mine"})
    for token in (granted["access_token"], personal.json()["accessToken"]):
        answer = await anyone.with_token(token).post("oauth/token/refresh")
        assert (answer.status_code, answer.content) == (204, b"")
        assert "Set-Cookie" not in answer.headers
