"""Tokens nobody issued for this: each is refused."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.factories.accounts import Member
from tests.factories.oauth import OAuthClient, consent, exchange
from tests.factories.platform import Client

Json = dict[str, Any]


def decoded(part: str) -> Json:
    found: Json = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def encoded(value: Json | bytes) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def own_key(folder: Path) -> RSAKey:
    [path] = (folder / "keys").glob("*.pem")
    return RSAKey.import_key(path.read_bytes(), {"kid": path.stem})


def signed(claims: Json, key: RSAKey, kid: str | None = None) -> str:
    return jwt.encode({"alg": "RS256", "kid": kid or key.kid}, claims, key, algorithms=["RS256"])


def without_signature(token: str, _: RSAKey) -> str:
    header, claims, _signature = token.split(".")
    return f"{encoded({**decoded(header), 'alg': 'none'})}.{claims}."


def signed_with_the_public_key(token: str, key: RSAKey) -> str:
    """HS256, with what everybody knows for a secret."""
    header, claims, _ = token.split(".")
    body = f"{encoded({**decoded(header), 'alg': 'HS256'})}.{claims}"
    return f"{body}.{encoded(hmac.new(key.as_pem(private=False), body.encode(), hashlib.sha256).digest())}"


def signed_with_a_foreign_key(token: str, key: RSAKey) -> str:
    return signed(decoded(token.split(".")[1]), RSAKey.generate_key(2048), key.kid)


def with_a_key_of_its_own(token: str, key: RSAKey) -> str:
    foreign = RSAKey.generate_key(2048)
    header = {"alg": "RS256", "kid": key.kid, "jwk": foreign.as_dict(private=False)}
    return jwt.encode(header, decoded(token.split(".")[1]), foreign, algorithms=["RS256"])


def with_more_scopes(token: str, _: RSAKey) -> str:
    header, claims, signature = token.split(".")
    return f"{header}.{encoded({**decoded(claims), 'scopes': ['operator', 'profile']})}.{signature}"


def changed(**changes: object) -> Callable[[str, RSAKey], str]:
    """Signed with the right key, so that only the claim can be what is refused."""

    def change(token: str, key: RSAKey) -> str:
        claims = decoded(token.split(".")[1])
        moved = {name: claims[name] + by for name, by in changes.items() if isinstance(by, int)}
        return signed({**claims, **changes, **moved}, key)

    return change


FORGERIES = [
    without_signature,
    signed_with_the_public_key,
    signed_with_a_foreign_key,
    with_a_key_of_its_own,
    with_more_scopes,
    pytest.param(changed(exp=-3601), id="expired"),
    pytest.param(changed(aud="another client"), id="of_another_audience"),
    pytest.param(changed(aud="storecast"), id="as_if_signed_in"),
    pytest.param(changed(aud=["realtime"]), id="for_realtime"),
    pytest.param(changed(sub="1000000"), id="of_another_person"),
    pytest.param(changed(sid="0" * 32), id="of_no_grant"),
    pytest.param(changed(sid=""), id="without_a_grant"),
]


@pytest.mark.parametrize("forge", FORGERIES)
async def test_forged_token_is_refused(
    anyone: Client, owner: Member, app: OAuthClient, tmp_path: Path, forge: Callable[[str, RSAKey], str]
) -> None:
    token = (await exchange(anyone, app, await consent(owner.client, app)))["access_token"]
    key = own_key(tmp_path)
    assert (await anyone.with_token(signed(decoded(token.split(".")[1]), key)).get("profile")).status_code == 200
    forged = forge(token, key)
    answer = await anyone.with_token(forged).get("profile")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, 401)
    introspected = await anyone.post("oauth/introspect", {"token": forged, **app.body})
    assert introspected.json() == {"active": False}


async def test_claims_are_passports(anyone: Client, owner: Member, app: OAuthClient) -> None:
    token = (await exchange(anyone, app, await consent(owner.client, app, "channels")))["access_token"]
    claims = decoded(token.split(".")[1])
    assert (claims["aud"], claims["sub"], claims["scopes"]) == (app.id, str(owner.user["id"]), ["channels"])
    assert {"jti", "iat", "nbf", "exp"} <= claims.keys()


async def test_refresh_token_and_code_are_no_access_tokens(anyone: Client, owner: Member, app: OAuthClient) -> None:
    code = await consent(owner.client, app)
    assert (await anyone.with_token(code).get("profile")).status_code == 401
    tokens = await exchange(anyone, app, code)
    assert (await anyone.with_token(tokens["refresh_token"]).get("profile")).status_code == 401


async def test_token_of_a_revoked_grant_is_refused_though_it_is_not_over(
    anyone: Client, owner: Member, app: OAuthClient, worker_database: str
) -> None:
    token = (await exchange(anyone, app, await consent(owner.client, app)))["access_token"]
    with psycopg.connect(worker_database) as connection:
        connection.execute("UPDATE grants SET revoked_at = now() WHERE kind = 'client'")
    assert (await anyone.with_token(token).get("profile")).status_code == 401
    assert (await owner.client.get("profile")).status_code == 200
