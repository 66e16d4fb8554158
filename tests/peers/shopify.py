"""A Shopify shop as far as its documentation goes for session tokens and their exchange."""

import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx
from joserfc import jwt
from joserfc.jwk import OctKey

API_KEY = "shopify-api-key"
API_SECRET = "shopify app secret"
SHOP = "ana-lamps.myshopify.com"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"


@dataclass
class ShopPeer:
    staff: dict[str, Any] = field(
        default_factory=lambda: {
            "id": 902541635,
            "first_name": "Ana",
            "last_name": "Pop",
            "email": "ana@example.com",
            "email_verified": True,
            "account_owner": True,
            "locale": "en",
            "collaborator": False,
        }
    )
    status: int = 200

    def session_token(self, *, secret: str = API_SECRET, algorithm: str = "HS256", **changes: object) -> str:
        now = int(time.time())
        claims = {
            "iss": f"https://{SHOP}/admin",
            "dest": f"https://{SHOP}",
            "aud": API_KEY,
            "sub": str(self.staff["id"]),
            "exp": now + 60,
            "nbf": now,
            "iat": now,
            "jti": secrets.token_hex(16),
            "sid": secrets.token_hex(32),
            **changes,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": algorithm}, claims, OctKey.import_key(secret), algorithms=[algorithm])

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        assert (request.method, request.url.path, request.url.query) == ("POST", "/admin/oauth/access_token", b"")
        form = dict(parse_qsl((await request.aread()).decode(), strict_parsing=True))
        token = form.pop("subject_token")
        assert form == {
            "client_id": API_KEY,
            "client_secret": API_SECRET,
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token_type": ID_TOKEN,
            "requested_token_type": "urn:shopify:params:oauth:token-type:online-access-token",
        }
        jwt.decode(token, OctKey.import_key(API_SECRET), algorithms=["HS256"])
        if self.status != 200:
            return httpx.Response(self.status, json={"error": "invalid_subject_token"})
        answer = {
            "access_token": secrets.token_hex(16),
            "scope": "read_products",
            "expires_in": 86399,
            "associated_user_scope": "read_products",
            "associated_user": self.staff,
        }
        return httpx.Response(200, json=answer)
