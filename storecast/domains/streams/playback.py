"""Playback tokens: what opens a stream that not everybody may watch (RS256; `sub` playback id, `aud` "v").

Documented answers always have one. While everybody may watch, it is one that opens nothing: else who came by then
could watch what is kept from them later.
"""

from datetime import datetime, timedelta

from storecast.kit.keys import Claim, Keyring

AUDIENCE = "v"
LIFETIME = timedelta(hours=12)  # the longest show


def playback_token(keyring: Keyring, playback_id: str, now: datetime, *, opens: bool) -> str:
    claims: dict[str, Claim] = {"sub": playback_id, "aud": AUDIENCE, "exp": int((now + LIFETIME).timestamp())}
    return keyring.sign(claims if opens else claims | {"opens": False})
