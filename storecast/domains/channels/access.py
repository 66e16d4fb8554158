"""Who may edit and who may watch a channel."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from storecast.domains.accounts.access import Caller, SignedIn
from storecast.domains.channels.errors import ChannelNotFound, NotAnEditor
from storecast.domains.channels.models import Channel, FreePass, Privacy
from storecast.domains.channels.repository import ChannelRepository
from storecast.kit.ids import row_id

FindWatchable = Callable[[str, datetime], Awaitable[Channel]]


class ChannelAccess:
    def __init__(self, session: AsyncSession) -> None:
        self._repository = ChannelRepository(session)

    async def find(self, ref: str, caller: Caller | None, now: datetime) -> Channel:
        """The channel behind a slug or hash id, for whoever has that: its gate says what the show is.

        Numbers can be counted through, so one leads to no private channel but for who may watch it.
        Raises `ChannelNotFound`.
        """
        channel = await self._behind(ref, now)
        if channel.privacy == Privacy.PRIVATE and row_id(ref) is not None and not await self.watches(channel, caller):
            raise ChannelNotFound
        return channel

    async def watchable(self, ref: str, caller: Caller | None, now: datetime) -> Channel:
        """The channel, for who may watch it. Raises `ChannelNotFound`."""
        channel = await self._behind(ref, now)
        if not await self.watches(channel, caller):
            raise ChannelNotFound
        return channel

    async def editable(self, ref: str, caller: SignedIn, now: datetime) -> Channel:
        """The channel, for an editor. Others get 403 where they could see it anyway, else 404."""
        channel = await self._behind(ref, now)
        if not self.edits(channel, caller):
            raise NotAnEditor if channel.privacy != Privacy.PRIVATE else ChannelNotFound
        return channel

    async def owned(self, ref: str, caller: SignedIn, now: datetime) -> Channel:
        channel = await self.editable(ref, caller, now)
        if channel.owner_id != caller.id:
            raise NotAnEditor
        return channel

    async def _behind(self, ref: str, now: datetime) -> Channel:
        channel = await self._repository.find(ref, now)
        if channel is None:
            raise ChannelNotFound
        return channel

    def edits(self, channel: Channel, caller: Caller | None) -> bool:
        return isinstance(caller, SignedIn) and channel.owner_id == caller.id

    async def watches(self, channel: Channel, caller: Caller | None) -> bool:
        """Whether this caller may watch now (`iCanSee`)."""
        if self.edits(channel, caller):
            return True
        if needs_pass(channel):
            return caller is not None and await self._repository.holds_pass(channel.id, caller.subject)
        return channel.free_pass == FreePass.FREE or isinstance(caller, SignedIn)


def needs_pass(channel: Channel) -> bool:
    return channel.privacy == Privacy.PRIVATE or channel.free_pass == FreePass.PASS_NEEDED


def is_open(channel: Channel) -> bool:
    """Whether anyone at all may watch, so that playback needs no token."""
    return not needs_pass(channel) and channel.free_pass == FreePass.FREE
