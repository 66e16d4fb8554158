"""Facebook's Graph API as far as its documentation goes for signing in. A request it would refuse fails the test."""

import hashlib
import hmac
import time
from dataclasses import dataclass

import httpx

APP_ID = "138483919580948"
APP_SECRET = "facebook app secret"


@dataclass
class Token:
    """What Facebook knows of a user's token."""

    user_id: str = "10215241773831025"
    name: str = "Ana Maria Pop"
    email: str | None = "ana@example.com"
    app_id: str = APP_ID
    kind: str = "USER"
    is_valid: bool = True
    expires_at: int = 0
    profile_id: str | None = None  # whom /me speaks of, when not of `user_id`


class FacebookPeer:
    def __init__(self) -> None:
        self.tokens: dict[str, Token] = {}
        self.down = False

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.method == "GET"
        if self.down:
            return httpx.Response(503)
        params = dict(request.url.params)
        match request.url.path.split("/"):
            case ["", version, "debug_token"]:
                assert version.startswith("v")
                return self._debug(params)
            case ["", version, "me"]:
                assert version.startswith("v")
                return self._me(params)
        raise AssertionError(f"Facebook documents no {request.url.path}")

    def _debug(self, params: dict[str, str]) -> httpx.Response:
        assert params.keys() == {"input_token", "access_token"}
        if params["access_token"] != f"{APP_ID}|{APP_SECRET}":
            return _error(190, "Invalid OAuth access token signature.")
        token = self.tokens.get(params["input_token"])
        if token is None:
            why = {"code": 190, "message": "Invalid OAuth access token."}
            return httpx.Response(200, json={"data": {"error": why, "is_valid": False, "scopes": []}})
        data = {
            "app_id": token.app_id,
            "type": token.kind,
            "application": "Shop",
            "data_access_expires_at": int(time.time()) + 7_776_000,
            "expires_at": token.expires_at,
            "is_valid": token.is_valid,
            "scopes": ["email", "public_profile"],
            "user_id": token.user_id,
        }
        return httpx.Response(200, json={"data": data})

    def _me(self, params: dict[str, str]) -> httpx.Response:
        assert params.keys() == {"fields", "access_token", "appsecret_proof"}
        token = self.tokens[params["access_token"]]
        proof = hmac.new(APP_SECRET.encode(), params["access_token"].encode(), hashlib.sha256).hexdigest()
        if params["appsecret_proof"] != proof:
            return _error(100, "Invalid appsecret_proof provided in the API argument")
        everything = {"id": token.profile_id or token.user_id, "name": token.name, "email": token.email}
        asked = params["fields"].split(",")
        return httpx.Response(200, json={name: everything[name] for name in asked if everything[name] is not None})


def _error(code: int, message: str) -> httpx.Response:
    return httpx.Response(400, json={"error": {"message": message, "type": "OAuthException", "code": code}})
