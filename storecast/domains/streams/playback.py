"""Playback tokens: what opens a stream that not everybody may watch (RS256; `sub` playback id, `aud` "v").

Documented answers always have one. While everybody may watch, it is one that opens nothing: else who came by then
could watch what is kept from them later.
"""

from datetime import datetime, timedelta
from functools import lru_cache

from storecast.kit.keys import Claim, Keyring

AUDIENCE = "v"
LIFETIME = timedelta(hours=12)  # the longest show
REUSED = timedelta(hours=1)
REMEMBERED = 10_000  # tokens, of about 600 bytes


class PlaybackTokens:
    """Everybody who asks within the same hour is given the same token: a signature costs half a millisecond, and a
    list of streams shows hundreds."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._remembered = lru_cache(REMEMBERED)(self._sign)

    def token(self, playback_id: str, now: datetime, *, opens: bool) -> str:
        """Good for `LIFETIME` at least, and for `REUSED` more at most."""
        return self._remembered(playback_id, int(now.timestamp() // REUSED.total_seconds()), opens, self._keyring.kid)

    def _sign(self, playback_id: str, period: int, opens: bool, kid: str) -> str:
        """`kid` is only to be remembered by: tokens of a key that was replaced are not given out any more."""
        del kid
        ends = (period + 1) * REUSED + LIFETIME
        claims: dict[str, Claim] = {"sub": playback_id, "aud": AUDIENCE, "exp": int(ends.total_seconds())}
        return self._keyring.sign(claims if opens else claims | {"opens": False})
