"""Facebook Login: the token is shown to Facebook, then the profile is read with it.

https://developers.facebook.com/docs/graph-api/reference/debug_token
https://developers.facebook.com/docs/graph-api/guides/secure-requests
"""

import hashlib
import hmac
from datetime import datetime

from msgspec import Struct

from storecast.adapters.identity.provider import Person, Presented, ProviderUnavailable, TokenRefused, person
from storecast.adapters.identity.web import Answer, Web

GRAPH = "https://graph.facebook.com/v23.0"
BAD_TOKEN = 190  # "Access token has expired", or was withdrawn


class _Inspected(Struct):
    is_valid: bool
    app_id: str | int = ""
    type: str = ""
    user_id: str | int = ""
    expires_at: int = 0  # seconds since the epoch; 0: never


class _Inspection(Struct):
    data: _Inspected


class _Profile(Struct):
    id: str
    name: str = ""
    email: str | None = None


class _Error(Struct):
    code: int = 0


class _Failure(Struct):
    error: _Error


class Facebook:
    """Facebook does not say whether an email is verified, only that it shows none that is not "valid".

    `emails_verified` is the operator's word for it.
    """

    def __init__(self, app_id: str, app_secret: str, web: Web, *, emails_verified: bool) -> None:
        self.client_id = app_id
        self._app_secret = app_secret
        self._web = web
        self._emails_verified = emails_verified

    async def identify(self, presented: Presented, now: datetime) -> Person:
        user_id = await self._inspect(presented.token, now)
        profile = await self._profile(presented.token)
        if profile.id != user_id:
            raise TokenRefused("the profile is somebody else's")
        first, _, last = profile.name.strip().partition(" ")
        verified = self._emails_verified
        return person(user_id, profile.email, email_verified=verified, first_name=first, last_name=last)

    async def _inspect(self, token: str, now: datetime) -> str:
        """Whose token it is. A token of another app proves nothing: anybody can make an app and collect them."""
        ours = f"{self.client_id}|{self._app_secret}"
        answer = await self._web.get(f"{GRAPH}/debug_token", {"input_token": token, "access_token": ours})
        if answer.status != 200:  # a bad token is an answer, too; this is our own token that is refused
            raise ProviderUnavailable(f"debug_token: {_reason(answer)}; check the app's id and secret")
        found = answer.decode(_Inspection).data
        if not found.is_valid or found.type != "USER":
            raise TokenRefused("Facebook does not know it as a person's")
        if str(found.app_id) != self.client_id:
            raise TokenRefused("it was issued for another application")
        if found.expires_at and found.expires_at <= now.timestamp():
            raise TokenRefused("it is over")
        return str(found.user_id)

    async def _profile(self, token: str) -> _Profile:
        proof = hmac.new(self._app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        asked = {"fields": "id,name,email", "access_token": token, "appsecret_proof": proof}
        answer = await self._web.get(f"{GRAPH}/me", asked)
        if answer.status == 200:
            return answer.decode(_Profile)
        if answer.decode(_Failure).error.code == BAD_TOKEN:
            raise TokenRefused("it is over")
        raise ProviderUnavailable(f"me: {_reason(answer)}")


def _reason(answer: Answer) -> str:
    return f"status {answer.status}, code {answer.decode(_Failure).error.code}"
