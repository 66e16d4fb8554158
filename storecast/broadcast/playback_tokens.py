"""Playback tokens: RS256 JWTs of the API, audience "v", subject the playback id. Checked once, then remembered.

One whose claim `opens` is false was made while everybody could watch, and is good for nothing else.
"""

import re
from collections import OrderedDict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from storecast.kit.hooks import HookClient

if TYPE_CHECKING:
    from storecast.kit.jwks import RemoteKeys

AUDIENCE = "v"
REMEMBERED = 10_000
LONGEST = 2048  # characters; ours have about 600

_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")  # it is written into playlists as it is


class PlaybackTokens:
    """Raises `HookUnavailable` from `allows` when the API's keys cannot be had."""

    def __init__(self, client: HookClient) -> None:
        self._client = client
        self._keys: RemoteKeys | None = None
        self._expiry: OrderedDict[tuple[str, str], float] = OrderedDict()

    async def allows(self, token: str, playback_id: str, now: float) -> bool:
        """Whether `token` opens `playback_id` at `now`, seconds since the epoch."""
        if len(token) > LONGEST or not _COMPACT.fullmatch(token):
            return False
        known = self._expiry.get((token, playback_id))
        if known is not None:
            return now < known
        from storecast.kit.jwks import RemoteKeys
        from storecast.kit.keys import InvalidToken

        if self._keys is None:  # cryptography is 15 MB that a node without private shows does not need
            self._keys = RemoteKeys(self._client)
        try:
            claims = await self._keys.verify(token, AUDIENCE, datetime.fromtimestamp(now, UTC))
        except InvalidToken:
            return False
        if claims.sub != playback_id or not claims.opens:
            return False
        self._expiry[token, playback_id] = claims.exp
        if len(self._expiry) > REMEMBERED:
            self._expiry.popitem(last=False)
        return now < claims.exp
