"""Who may do what on a channel: its owner, whom the owner gave a seat, and who may watch."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storecast.domains.accounts.callers import Caller, SignedIn
from storecast.domains.accounts.models import User
from storecast.domains.channels.errors import ChannelNotFound, NotAnEditor
from storecast.domains.channels.models import Channel, FreePass, Privacy, Role
from storecast.domains.channels.repository import ChannelRepository
from storecast.domains.channels.seats.repository import SeatRepository
from storecast.kit.database import Database
from storecast.kit.ids import row_id


class Act(StrEnum):
    """What an operation on a channel does; each states its own (`opt={"may": …}`)."""

    EDIT = "edit"
    RUN_SHOW = "run_show"
    SEE_KEY = "see_key"
    MODERATE = "moderate"
    SEE_ORDERS = "see_orders"
    FULFIL = "fulfil"
    SEE_STATS = "see_stats"
    MANAGE_TEAM = "manage_team"
    BILL = "bill"
    DELETE = "delete"


NOTHING: frozenset[Act] = frozenset()
ACTS: Mapping[Role, frozenset[Act]] = {
    Role.OWNER: frozenset(Act),
    Role.ADMIN: frozenset(Act) - {Act.BILL, Act.DELETE},
    Role.EDITOR: frozenset({Act.EDIT, Act.RUN_SHOW, Act.SEE_KEY, Act.MODERATE, Act.SEE_STATS}),
    Role.MODERATOR: frozenset({Act.MODERATE}),
    Role.FULFILMENT: frozenset({Act.SEE_ORDERS, Act.FULFIL}),
}


@dataclass(frozen=True)
class Seat:
    """Somebody at a channel. What the channel has (catalogue, plan, currency, minutes) is its owner's, whoever acts."""

    channel: Channel
    owner: User
    caller: SignedIn
    acts: frozenset[Act]


class ChannelAccess:
    def __init__(self, db: Database) -> None:
        self._repository = ChannelRepository(db)
        self._seats = SeatRepository(db)

    async def seat(self, ref: str, act: Act, caller: SignedIn, now: datetime) -> Seat:
        """The caller at the channel behind `ref`, for who may do `act` there.

        Others get 403 (`NotAnEditor`) where they could see the channel anyway, else `ChannelNotFound`.
        """
        found = await self._seats.with_owner(ref, caller.id, now)
        if found is None:
            raise ChannelNotFound
        channel, owner, roles = found
        acts = acts_of(roles) if owner.id != caller.id else ACTS[Role.OWNER]
        if act not in acts:
            hidden = channel.privacy == Privacy.PRIVATE or is_counted_to(ref, channel)
            raise NotAnEditor if acts or not hidden else ChannelNotFound
        return Seat(channel, owner, caller, acts)

    async def acts_on(self, channels: Collection[Channel], caller: Caller | None) -> dict[int, frozenset[Act]]:
        """What the caller may do on each channel, by its id; one query at most, however many."""
        return {number: acts_of(roles) for number, roles in (await self._roles_on(channels, caller)).items()}

    async def acts(self, channel: Channel, caller: Caller | None) -> frozenset[Act]:
        return (await self.acts_on([channel], caller))[channel.id]

    async def roles(self, channel: Channel, caller: Caller | None) -> frozenset[Role]:
        """What the caller is on the channel; `acts_of` says what they may do there."""
        return frozenset(map(Role, (await self._roles_on([channel], caller))[channel.id]))

    async def acts_of_user(self, channel: Channel, user_id: int) -> frozenset[Act]:
        """What somebody who does not call may do on the channel."""
        if channel.owner_id == user_id:
            return ACTS[Role.OWNER]
        return acts_of((await self._seats.roles([channel.id], user_id)).get(channel.id, ()))

    async def find(self, ref: str, caller: Caller | None, now: datetime) -> Channel:
        """The channel behind a slug or hash id, for whoever has that: its gate says what the show is.

        Numbers can be counted through, so one leads to a public channel alone, but for who belongs to another.
        Raises `ChannelNotFound`.
        """
        channel = await self._behind(ref, now)
        if is_counted_to(ref, channel) and not await self._belongs(channel, caller):
            raise ChannelNotFound
        return channel

    async def watchable(self, ref: str, caller: Caller | None, now: datetime) -> Channel:
        """As `find`, for who may watch the channel. Raises `ChannelNotFound`."""
        channel = await self.find(ref, caller, now)
        if not await self.watches(channel, caller):
            raise ChannelNotFound
        return channel

    async def seen_by_number(self, channels: Collection[Channel], caller: Caller | None) -> bool:
        """Whether the caller may watch one of these, knowing no more than a number that leads there (see `find`)."""
        listed = [channel for channel in channels if channel.privacy == Privacy.PUBLIC]
        if any(is_open(channel) for channel in listed):
            return True
        if isinstance(caller, SignedIn) and any(not needs_pass(channel) for channel in listed):
            return True
        if caller is None:
            return False
        if any((await self.acts_on(channels, caller)).values()):
            return True
        return await self._repository.holds_pass([channel.id for channel in channels], caller.subject)

    async def known(self, ref: str, now: datetime) -> Channel:
        """The channel behind any kind of `ref`, for the installation itself. Raises `ChannelNotFound`."""
        return await self._behind(ref, now)

    async def thread(self, number: int, caller: Caller, now: datetime) -> Channel:
        """The channel with this number, for who may watch it and say something there, which tells them no more of it.

        Raises `ChannelNotFound`.
        """
        channel = await self._behind(str(number), now)
        if not await self.watches(channel, caller):
            raise ChannelNotFound
        return channel

    async def watches(self, channel: Channel, caller: Caller | None) -> bool:
        """Whether this caller may watch now (`iCanSee`)."""
        if is_open(channel):
            return True
        if not needs_pass(channel) and isinstance(caller, SignedIn):
            return True
        if await self.acts(channel, caller):
            return True
        return needs_pass(channel) and caller is not None and await self.holds_pass(channel, caller)

    async def holds_pass(self, channel: Channel, caller: Caller) -> bool:
        return await self._repository.holds_pass([channel.id], caller.subject)

    async def _roles_on(self, channels: Collection[Channel], caller: Caller | None) -> dict[int, Collection[str]]:
        if not isinstance(caller, SignedIn):
            return {channel.id: () for channel in channels}
        others = [channel.id for channel in channels if channel.owner_id != caller.id]
        roles = await self._seats.roles(others, caller.id) if others else {}
        return {
            channel.id: [Role.OWNER] if channel.owner_id == caller.id else roles.get(channel.id, ())
            for channel in channels
        }

    async def _belongs(self, channel: Channel, caller: Caller | None) -> bool:
        """Whether somebody let them in, be it for a seat or to watch."""
        return bool(await self.acts(channel, caller)) or (caller is not None and await self.holds_pass(channel, caller))

    async def _behind(self, ref: str, now: datetime) -> Channel:
        channel = await self._repository.find(ref, now)
        if channel is None:
            raise ChannelNotFound
        return channel


def acts_of(roles: Collection[str]) -> frozenset[Act]:
    """What several seats together allow."""
    return NOTHING.union(*(ACTS[Role(role)] for role in roles))


def is_counted_to(ref: str, channel: Channel) -> bool:
    """Whether `ref` is the number of a channel that only who has its link is to find."""
    return channel.privacy != Privacy.PUBLIC and row_id(ref) is not None


def needs_pass(channel: Channel) -> bool:
    return channel.privacy == Privacy.PRIVATE or channel.free_pass == FreePass.PASS_NEEDED


def is_open(channel: Channel) -> bool:
    """Whether anyone at all may watch, so that playback needs no token."""
    return not needs_pass(channel) and channel.free_pass == FreePass.FREE
