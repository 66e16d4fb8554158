"""OAuth clients, and people's consent to them."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from storecast.entrypoints.commands.clients import create_client
from storecast.kit.settings import Settings
from tests.factories.platform import Client

Json = dict[str, Any]
REDIRECT = "https://app.example/callback"
VERIFIER = "a-verifier-of-43-characters-or-more-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@dataclass
class OAuthClient:
    id: str
    secret: str | None

    @property
    def basic(self) -> dict[str, str]:
        return {"Authorization": "Basic " + base64.b64encode(f"{self.id}:{self.secret}".encode()).decode()}

    @property
    def body(self) -> Json:
        return {"client_id": self.id} | ({"client_secret": self.secret} if self.secret else {})


async def oauth_client(owner: Client, **fields: object) -> OAuthClient:
    """A client of a user's."""
    answer = await owner.post("oauth/clients", {"name": "Shop tool", "redirect": REDIRECT, **fields})
    assert answer.status_code == 200, answer.text
    made = answer.json()
    return OAuthClient(made["id"], made.get("plainSecret"))


async def first_party_client(settings: Settings, *, confidential: bool = True) -> OAuthClient:
    made = await create_client(settings, "Own app", REDIRECT, confidential=confidential)
    return OAuthClient(made.client.id, made.secret)


def asking(client: OAuthClient, scope: str | None = "channels profile", **changes: object) -> Json:
    """The parameters of an authorization request; None leaves one out."""
    parameters = {
        "response_type": "code",
        "client_id": client.id,
        "redirect_uri": REDIRECT,
        "scope": scope,
        "state": "s t&te",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **changes,
    }
    return {name: value for name, value in parameters.items() if value is not None}


def told(redirect: str) -> dict[str, str]:
    """What a redirect tells the client."""
    return dict(parse_qsl(urlsplit(redirect).query))


async def consent(person: Client, client: OAuthClient, scope: str = "channels profile", **changes: object) -> str:
    """The code a person's yes brings."""
    answer = await person.post("oauth/authorize", {**asking(client, scope, **changes), "approve": True})
    assert answer.status_code == 200, answer.text
    return told(answer.json()["data"]["redirect"])["code"]


async def exchange(anyone: Client, client: OAuthClient, code: str, **changes: object) -> Json:
    """The tokens a code is worth."""
    answer = await anyone.post("oauth/token", exchanging(client, code, **changes))
    assert answer.status_code == 200, answer.text
    tokens: Json = answer.json()
    return tokens


def exchanging(client: OAuthClient, code: str, **changes: object) -> Json:
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
        **client.body,
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}
