"""RS256 keys and the tokens signed with them (RFC 7519). Keys are made on first start, in `DATA/keys/<kid>.pem`.

`rotate` makes a new key to sign with. The others go on verifying until every token signed with them is over.
"""

import fcntl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey
from msgspec import Struct

LONGEST_LIFETIME = timedelta(days=366)  # of any token: a personal one is good for a year
LOOK_EVERY = 5.0  # seconds in which a process notices that another one rotated the keys

Claim = str | int | bool | list[str]


class InvalidToken(Exception):
    """The token is malformed, of a foreign key, of another audience, or over."""


class Claims(Struct, frozen=True):
    """A verified token's claims. Unknown ones are left out."""

    sub: str
    aud: str | list[str]
    exp: int
    iat: int = 0
    nbf: int = 0
    jti: str = ""
    sid: str = ""
    name: str = ""
    scopes: list[str] = []
    opens: bool = True  # False: of a playback token that nothing opens to

    @property
    def audiences(self) -> list[str]:
        return [self.aud] if isinstance(self.aud, str) else self.aud


class _Registry(jwt.JWTClaimsRegistry):
    """Tokens are our own: one of a time to come was signed before the clock was set back, and is no less good."""

    def validate_iat(self, value: object) -> None:
        pass

    def validate_nbf(self, value: object) -> None:
        pass


class Keyring:
    """Signs with the newest key, verifies with any. Follows what happens in the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._looked_at = 0.0
        self._changed_at = 0
        with _locked(folder):
            if not _paths(folder):
                _create(folder)
        self._load()

    @property
    def kid(self) -> str:
        """Id of the key that signs now."""
        self._follow()
        return str(self._keys[-1].kid)

    def sign(self, claims: Mapping[str, Claim]) -> str:
        """A compact RS256 JWS whose header names the key."""
        self._follow()
        key = self._keys[-1]
        return jwt.encode({"alg": "RS256", "kid": key.kid, "typ": "JWT"}, dict(claims), key, algorithms=["RS256"])

    def verify(self, token: str, audience: str | None, now: datetime, *, leeway: timedelta = timedelta()) -> Claims:
        """The token's claims, over for no longer than `leeway`. Raises `InvalidToken`.

        With `audience` None the asker must itself look for whom the token is.
        """
        try:
            return verify(token, self._set, audience, now, leeway=leeway)
        except InvalidToken:
            if not self._follow(soon=True):
                raise
            return verify(token, self._set, audience, now, leeway=leeway)

    def public_set(self) -> dict[str, list[dict[str, str | list[str]]]]:
        """The JSON Web Key Set (RFC 7517) others verify with."""
        self._follow(soon=True)
        return {"keys": [{**key.as_dict(private=False), "use": "sig", "alg": "RS256"} for key in self._keys]}

    def _follow(self, *, soon: bool = False) -> bool:
        """Whether the keys are others than before; `soon` looks even if it just did."""
        if not soon and time.monotonic() - self._looked_at < LOOK_EVERY:
            return False
        self._looked_at = time.monotonic()
        if self._folder.stat().st_mtime_ns == self._changed_at:
            return False
        self._load()
        return True

    def _load(self) -> None:
        self._looked_at = time.monotonic()
        with _locked(self._folder):
            self._changed_at = self._folder.stat().st_mtime_ns
            self._keys = [_read(path.read_bytes(), path.stem) for path in _paths(self._folder)]
        self._set = KeySet(list(self._keys))


def rotate(folder: Path, now: datetime) -> str:
    """Make a new key to sign with, and remove those that are over. Answers the new key's id."""
    with _locked(folder):
        key = _create(folder)
    remove_retired(folder, now)
    return str(key.kid)


def remove_retired(folder: Path, now: datetime) -> None:
    """Remove each key whose last token is over: its successor has signed for longer than any token lasts."""
    with _locked(folder):
        paths = _paths(folder)
        for path, successor in pairwise(paths):
            if datetime.fromtimestamp(successor.stat().st_mtime, UTC) + LONGEST_LIFETIME <= now:
                path.unlink()


def verify(token: str, keys: KeySet, audience: str | None, now: datetime, *, leeway: timedelta = timedelta()) -> Claims:
    """The claims of a token signed with one of `keys`, over for no longer than `leeway`. Raises `InvalidToken`."""
    try:
        decoded = jwt.decode(token, keys, algorithms=["RS256"])
        registry = _Registry(
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


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Alone in the folder: processes that start at once must agree on one key."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _paths(folder: Path) -> list[Path]:
    """The oldest first."""
    return sorted(folder.glob("*.pem"), key=lambda path: (path.stat().st_mtime_ns, path.name))


@lru_cache(maxsize=16)
def _read(pem: bytes, kid: str) -> RSAKey:
    """Kept, as OpenSSL's check of a private key takes tens of milliseconds."""
    return RSAKey.import_key(pem, {"kid": kid})


def _create(folder: Path) -> RSAKey:
    key = RSAKey.generate_key(2048, auto_kid=True)
    draft = folder / "draft"
    draft.touch(mode=0o600)
    draft.write_bytes(key.as_pem(private=True))
    draft.rename(folder / f"{key.kid}.pem")
    return key
