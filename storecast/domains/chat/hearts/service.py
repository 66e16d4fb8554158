"""The rules of sending hearts. They are told, and kept nowhere."""

from datetime import datetime

from storecast.domains.accounts.callers import Caller
from storecast.domains.chat.hearts.schemas import Hearts
from storecast.domains.chat.hearts.sums import HeartSums
from storecast.domains.chat.threads import ThreadService
from storecast.domains.moderation.service import ModerationService
from storecast.domains.moderation.values import Verdict
from storecast.kit.networks import network
from storecast.kit.rate_limits import RateLimits
from storecast.kit.tallies import Tallies

HEARTS = "40/10seconds"  # calls of one person
HEARTS_FROM_ADDRESS = "2400/minute"  # viewers behind one address share it


class HeartService:
    def __init__(
        self,
        threads: ThreadService,
        moderation: ModerationService,
        limits: RateLimits,
        sums: HeartSums,
        tallies: Tallies,
    ) -> None:
        self._threads = threads
        self._moderation = moderation
        self._limits = limits
        self._sums = sums
        self._tallies = tallies

    async def send(self, ref: str, data: Hearts, by: Caller, address: str, now: datetime) -> None:
        """Raises `ThreadNotFound`, `ChatOff`, `Banned`, `TooManyRequests`."""
        await self._limits.hit(HEARTS, "hearts", by.subject)
        await self._limits.hit(HEARTS_FROM_ADDRESS, "hearts", network(address))
        presence = await self._threads.enter(ref, by, now)
        presence.require_on()
        channel = presence.channel
        welcome = await self._moderation.require_welcome(channel, by, address, now, acts=presence.acts)
        if welcome is Verdict.SHOWN:
            self._sums.add(channel.id, channel.hash_id, data.emoji, data.count)
            self._tallies.note(self._sums.count, channel.id)
