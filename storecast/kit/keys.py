"""RS256 keys and the tokens signed with them (RFC 7519). Keys are made on first start, in `DATA/keys/<kid>.pem`."""

import fcntl
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey
from msgspec import Struct

Claim = str | int | list[str]


class InvalidToken(Exception):
    """The token is malformed, of a foreign key, of another audience, or over."""


class Claims(Struct, frozen=True):
    """A verified token's claims. Unknown ones are left out."""

    sub: str
    aud: str | list[str]
    exp: int
    jti: str = ""
    sid: str = ""
    name: str = ""
    scopes: list[str] = []

    @property
    def audiences(self) -> list[str]:
        return [self.aud] if isinstance(self.aud, str) else self.aud


class Keyring:
    """Signs with the newest key, verifies with any."""

    def __init__(self, folder: Path) -> None:
        self._keys = _load_or_create(folder)
        self._set = KeySet(list(self._keys))

    def sign(self, claims: Mapping[str, Claim]) -> str:
        """A compact RS256 JWS whose header names the key."""
        key = self._keys[-1]
        return jwt.encode({"alg": "RS256", "kid": key.kid, "typ": "JWT"}, dict(claims), key, algorithms=["RS256"])

    def verify(self, token: str, audience: str | None, now: datetime, *, leeway: timedelta = timedelta()) -> Claims:
        """The token's claims, over for no longer than `leeway`. Raises `InvalidToken`.

        With `audience` None the asker must itself look for whom the token is.
        """
        return verify(token, self._set, audience, now, leeway=leeway)

    def public_set(self) -> dict[str, list[dict[str, str | list[str]]]]:
        """The JSON Web Key Set (RFC 7517) others verify with."""
        return {"keys": [{**key.as_dict(private=False), "use": "sig", "alg": "RS256"} for key in self._keys]}


def verify(token: str, keys: KeySet, audience: str | None, now: datetime, *, leeway: timedelta = timedelta()) -> Claims:
    """The claims of a token signed with one of `keys`, over for no longer than `leeway`. Raises `InvalidToken`."""
    try:
        decoded = jwt.decode(token, keys, algorithms=["RS256"])
        registry = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=int(leeway.total_seconds()),
            aud={"essential": True} if audience is None else {"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        registry.validate(decoded.claims)
        return _claims(decoded.claims)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise InvalidToken(str(error)) from error


def _claims(found: Mapping[str, object]) -> Claims:
    return msgspec.convert({name: found[name] for name in Claims.__struct_fields__ if name in found}, Claims)


def _load_or_create(folder: Path) -> list[RSAKey]:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # processes that start at once must agree on one key
        return _load(folder) or [_create(folder)]


def _load(folder: Path) -> list[RSAKey]:
    paths = sorted(folder.glob("*.pem"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    return [RSAKey.import_key(path.read_bytes(), {"kid": path.stem}) for path in paths]


def _create(folder: Path) -> RSAKey:
    key = RSAKey.generate_key(2048, auto_kid=True)
    draft = folder / "draft"
    draft.touch(mode=0o600)
    draft.write_bytes(key.as_pem(private=True))
    draft.rename(folder / f"{key.kid}.pem")
    return key
