"""Playback tokens: what opens a stream that not everybody may watch (RS256; `sub` playback id, `aud` "v")."""

from datetime import datetime, timedelta

from storecast.kit.keys import Keyring

AUDIENCE = "v"
LIFETIME = timedelta(hours=12)  # the longest show


def playback_token(keyring: Keyring, playback_id: str, now: datetime) -> str:
    return keyring.sign({"sub": playback_id, "aud": AUDIENCE, "exp": int((now + LIFETIME).timestamp())})
