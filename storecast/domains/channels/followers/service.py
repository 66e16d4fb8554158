"""The rules of following. One call is one transaction."""

import hashlib
import hmac
from collections.abc import Collection
from datetime import datetime

from storecast.domains.accounts.callers import Caller, SignedIn
from storecast.domains.channels.access import ChannelAccess
from storecast.domains.channels.errors import ChannelNotFound
from storecast.domains.channels.followers.repository import FollowRepository
from storecast.domains.channels.followers.schemas import FollowRequest, FollowView
from storecast.domains.channels.models import Channel, Privacy
from storecast.kit.database import Database
from storecast.kit.errors import NotFound, Unprocessable
from storecast.kit.networks import network
from storecast.kit.rate_limits import RateLimits

CHANGES = "60/hour"  # of one person
WRONG_OPT_OUTS = "60/hour"  # from one network; right ones are never refused: mail programs send them by the thousand


class FollowService:
    def __init__(self, db: Database, access: ChannelAccess, limits: RateLimits, secret: bytes) -> None:
        self._repository = FollowRepository(db)
        self._access = access
        self._limits = limits
        self._secret = secret

    async def change(self, caller: SignedIn, data: FollowRequest, now: datetime) -> FollowView:
        """Follow the channel's streamer, or no longer. Raises `ChannelNotFound` for a channel not theirs to see."""
        await self._limits.hit(CHANGES, "follow", caller.user.hash_id)
        channel = await self._access.find(str(data.channel), caller, now)
        if not await self._sees(channel, caller):
            raise ChannelNotFound
        if channel.owner_id == caller.id:
            raise Unprocessable.field("channelId", "is your own channel")
        if data.following:
            await self._repository.add(caller.id, channel.owner_id, now)
        else:
            await self._repository.remove(caller.id, channel.owner_id)
        return FollowView(data.following, await self._repository.count(channel.owner_id))

    async def followed_since(self, caller: Caller | None, streamer_ids: Collection[int]) -> dict[int, datetime]:
        """By streamer, of those whom the caller follows; one query at most, however many."""
        if not isinstance(caller, SignedIn):
            return {}
        others = set(streamer_ids) - {caller.id}
        return await self._repository.followed_since(caller.id, others) if others else {}

    async def opt_out(self, follower: str, streamer: str, proof: str, address: str) -> None:
        """Follow no longer, by a mailed link. Doing it twice is fine. Raises `NotFound` for a link we never mailed."""
        if not hmac.compare_digest(opt_out_proof(self._secret, follower, streamer).encode(), proof.encode()):
            await self._limits.hit(WRONG_OPT_OUTS, "follow-opt-out", network(address))
            raise NotFound
        await self._repository.remove_by_hash_ids(follower, streamer)

    async def tell_instead(self, streamer_id: int, emails: Collection[str], since: datetime, now: datetime) -> set[str]:
        """Of these addresses, those whom the mail to followers has told since then that a show begins.

        The others of them that follow are told by the caller, and have no such mail.
        """
        told = set()
        for follow, email in await self._repository.by_emails(streamer_id, emails) if emails else ():
            if follow.told_at is not None and follow.told_at >= since:
                told.add(email)
            else:
                follow.told_at = now
        return told

    async def _sees(self, channel: Channel, caller: SignedIn) -> bool:
        return channel.privacy != Privacy.PRIVATE or await self._access.watches(channel, caller)


def opt_out_proof(secret: bytes, follower: str, streamer: str) -> str:
    """Proof that a mail to `follower` about `streamer` was read: HMAC-SHA256 of their hash ids, in hex."""
    return hmac.new(secret, f"{follower}:{streamer}".encode(), hashlib.sha256).hexdigest()
