"""An issuer of ID tokens that also makes the bad ones no honest issuer makes."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

Claims = dict[str, Any]


class Issuer:
    """Signs with its newest key; shows those in `shown`."""

    def __init__(self, name: str, audience: str, keys_path: str) -> None:
        self._name = name
        self._audience = audience
        self._keys_path = keys_path
        self.key = RSAKey.generate_key(2048, auto_kid=True)
        self.shown = [self.key]
        self.answer: httpx.Response | None = None  # in place of its keys
        self.asked = 0

    def rotate(self, *, show: bool = True) -> None:
        self.key = RSAKey.generate_key(2048, auto_kid=True)
        if show:
            self.shown.append(self.key)

    def claims(self, **changes: object) -> Claims:
        """A good token's claims; a change to None leaves one out."""
        now = int(time.time())
        claims: Claims = {
            "iss": self._name,
            "aud": self._audience,
            "sub": "110169484474386276334",
            "iat": now,
            "exp": now + 3600,
            "email": "ana@example.com",
            "email_verified": True,
            **changes,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, **changes: object) -> str:
        header = {"alg": "RS256", "kid": self.key.kid}
        return jwt.encode(header, self.claims(**changes), self.key, algorithms=["RS256"])

    def unsigned(self) -> str:
        return _compact({"alg": "none", "kid": self.key.kid}, self.claims(), lambda _: b"")

    def signed_with_the_public_key(self) -> str:
        """HS256 with what everybody can read: a verifier that lets the token choose takes it (RFC 8725, 2.1)."""
        public = self.key.as_pem(private=False)
        header = {"alg": "HS256", "kid": self.key.kid}
        return _compact(header, self.claims(), lambda text: hmac.digest(public, text, hashlib.sha256))

    def signed_with(self, algorithm: str) -> str:
        header = {"alg": algorithm, "kid": self.key.kid}
        return jwt.encode(header, self.claims(), self.key, algorithms=[algorithm])

    def forged(self) -> str:
        """By somebody else's key under the name of this one's."""
        other = RSAKey.generate_key(2048)
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, self.claims(), other, algorithms=["RS256"])

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        assert (request.method, request.url.path) == ("GET", self._keys_path)
        self.asked += 1
        if self.answer is not None:
            return self.answer
        return httpx.Response(200, json={"keys": [key.as_dict(private=False) | {"use": "sig"} for key in self.shown]})


def _compact(header: Claims, claims: Claims, sign: Callable[[bytes], bytes]) -> str:
    """A JWS as no library would make it."""
    text = b".".join(_base64url(json.dumps(part).encode()) for part in (header, claims))
    return (text + b"." + _base64url(sign(text))).decode()


def _base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def google_issuer(audience: str) -> Issuer:
    return Issuer("https://accounts.google.com", audience, "/oauth2/v3/certs")


def apple_issuer(audience: str) -> Issuer:
    return Issuer("https://appleid.apple.com", audience, "/auth/keys")
