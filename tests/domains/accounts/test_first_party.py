"""Devices and second factors are their owner's alone, signed in: no token given away reaches them."""

from pathlib import Path

import pytest

from storecast.domains.accounts.callers import ALL_SCOPES, Scope
from tests.factories.accounts import PASSWORD, Member
from tests.factories.oauth import consent, exchange, first_party_client, oauth_client
from tests.factories.platform import Client, settings_for
from tests.factories.second_factors import with_app

OPERATIONS = [
    ("GET", "profile/sessions", None),
    ("DELETE", "profile/sessions", None),
    ("DELETE", "profile/sessions/some", None),
    ("GET", "profile/security-events", None),
    ("GET", "profile/second-factors", None),
    ("POST", "profile/second-factors/totp", {"password": PASSWORD}),
    ("POST", "profile/second-factors/totp/confirm", {"code": "123456"}),
    ("POST", "profile/second-factors/totp/remove", {"password": PASSWORD}),
    ("POST", "profile/second-factors/recovery-codes", {"password": PASSWORD}),
    ("GET", "profile/passkeys", None),
    ("POST", "profile/passkeys/options", {"password": PASSWORD}),
    ("PUT", "profile/passkeys/some", {"name": "Phone"}),
    ("POST", "profile/passkeys/some/remove", {"password": PASSWORD}),
]
EVERY_SCOPE = " ".join(ALL_SCOPES)


async def personal(owner: Member) -> str:
    body = {"name": "Script", "scopes": [scope for scope in ALL_SCOPES if scope != Scope.OPERATOR]}
    token: str = (await owner.client.post("oauth/personal-access-tokens", body)).json()["accessToken"]
    return token


async def of_a_client(anyone: Client, owner: Member, stranger: Member) -> str:
    app = await oauth_client(stranger.client)
    tokens = await exchange(anyone, app, await consent(owner.client, app, EVERY_SCOPE))
    token: str = tokens["access_token"]
    return token


async def test_tokens_given_away_are_refused_whatever_their_scopes(
    anyone: Client, owner: Member, stranger: Member
) -> None:
    for token in (await personal(owner), await of_a_client(anyone, owner, stranger)):
        caller = anyone.with_token(token)
        assert (await caller.get("profile")).status_code == 200
        for method, path, body in OPERATIONS:
            answer = await caller.call(method, path, json=body)
            assert answer.status_code == 403, (method, path, answer.text)
    shown = (await owner.client.get("profile/second-factors")).json()["data"]
    assert shown["enabled"] is False


@pytest.mark.parametrize("password", [PASSWORD, "not this one"])
async def test_password_grant_asks_for_the_second_factor(
    anyone: Client, owner: Member, tmp_path: Path, database_url: str, password: str
) -> None:
    authenticator = await with_app(owner)
    app = await first_party_client(settings_for(tmp_path, database_url))
    body = {"grant_type": "password", "username": owner.email, "password": password, **app.body}
    refused = await anyone.post("oauth/token", body)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    code = authenticator.recovery_codes[0]
    answer = await anyone.post("oauth/token", {**body, "second_factor": code})
    assert answer.status_code == (200 if password == PASSWORD else 400)
    left = (await owner.client.get("profile/second-factors")).json()["data"]["recovery_codes_left"]
    assert left == (9 if password == PASSWORD else 10)
