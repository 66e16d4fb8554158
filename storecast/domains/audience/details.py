"""A channel's details as one caller sees them."""

from datetime import datetime
from typing import Protocol

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from storecast.domains.accounts.access import Caller
from storecast.domains.audience.cache import DetailsCache, SharedDetails
from storecast.domains.channels.access import ChannelAccess
from storecast.domains.channels.errors import ChannelNotFound
from storecast.domains.channels.followers.service import FollowService
from storecast.domains.channels.models import Channel
from storecast.kit.envelope import Data
from storecast.kit.urls import Urls


class Storefront(Protocol):
    """What the details are composed by, above the domains."""

    async def details(self, channel: Channel, caller: Caller | None) -> msgspec.Struct: ...


class PlaybackDetails:
    def __init__(
        self,
        session: AsyncSession,
        access: ChannelAccess,
        followers: FollowService,
        storefront: Storefront,
        cache: DetailsCache,
        urls: Urls,
        now: datetime,
    ) -> None:
        self._session = session
        self._access = access
        self._followers = followers
        self._storefront = storefront
        self._cache = cache
        self._urls = urls
        self._now = now

    async def seen_by(self, caller: Caller | None, ref: str) -> SharedDetails | bytes:
        """What everybody sees where `caller` sees the same, else bytes made for them. Raises `ChannelNotFound`."""
        shared = await self._shared(ref, caller)
        if shared is not None and shared.fit(caller) and not await self._follows(caller, shared.owner_id):
            return shared
        return await self.made_for(caller, await self._access.find(ref, caller, self._now))

    async def _shared(self, ref: str, caller: Caller | None) -> SharedDetails | None:
        """None where nobody sees anything and `caller` might."""
        try:
            return await self._cache.get(
                f"{self._urls.seen_at} {ref}",
                lambda: self._access.find(ref, None, self._now),
                lambda channel: self.made_for(None, channel),
                waits=not self._session.in_transaction(),
            )
        except ChannelNotFound:
            if caller is None:
                raise
            return None

    async def _follows(self, caller: Caller | None, owner_id: int) -> bool:
        return bool(await self._followers.followed_since(caller, [owner_id]))

    async def made_for(self, caller: Caller | None, channel: Channel) -> bytes:
        return msgspec.json.encode(Data(await self._storefront.details(channel, caller)))
