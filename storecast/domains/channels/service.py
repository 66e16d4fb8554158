"""The rules of having a channel. One call is one transaction."""

import hashlib
import hmac
import math
import secrets
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

import msgspec
from msgspec import UNSET
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.exc import IntegrityError

from storecast.contracts.bus import RoomAccessChanged
from storecast.domains.accounts.callers import Caller
from storecast.domains.accounts.models import User
from storecast.domains.billing.limits import Limit
from storecast.domains.billing.service import PlanService
from storecast.domains.channels import slugs
from storecast.domains.channels.errors import ChannelNotFound, SlugTaken, TooManySlugs, WrongPassCode
from storecast.domains.channels.events import ChannelCreated, ChannelDeleted, ChannelUpdated, SimulcastSwitched
from storecast.domains.channels.models import Channel, FreePass, Pass, Privacy
from storecast.domains.channels.repository import ORDERS, ChannelRepository, ChannelStatus
from storecast.domains.channels.schemas import ChannelCreate, ChannelUpdate
from storecast.kit.clock import time_zone
from storecast.kit.database import Database
from storecast.kit.errors import TooManyRequests, Unprocessable
from storecast.kit.events import Events
from storecast.kit.ids import public_id
from storecast.kit.networks import network, wide_network
from storecast.kit.pagination import PageRequest, Slice
from storecast.kit.rate_limits import RateLimits

FORMER_SLUG_KEPT = timedelta(days=30)
OWN_CODE_TRIES = "3/10 minute"  # of one person, whatever right ones others at their network try
CODE_TRIES = "10/minute"  # beyond them, of one person and of one network
WRONG_CODES = "60/minute"  # of one network, be it of however many guests
WIDE_WRONG_CODES = "120/minute"  # of who has many networks; twice that, so that one leaves its neighbours some
SLUG_CHANGES = "5/day"  # of one channel
MOST_FORMER_SLUGS = 20  # kept from others for one channel
SHORTEST_DESCRIPTION = 5
FIRST_YEAR, LAST_YEAR = 1970, 2999  # of shows
MOST_CHANNELS = 1_000

Day = TypeVar("Day", bound=date)


def deleted_before(moment: datetime) -> Select[int]:
    """Ids of the channels, within queries of what they held."""
    return select(Channel.id).where(Channel.deleted_at < moment)


class ChannelService:
    def __init__(
        self, db: Database, plans: PlanService, events: Events, limits: RateLimits, pass_secret: bytes
    ) -> None:
        self._db = db
        self._repository = ChannelRepository(db)
        self._plans = plans
        self._events = events
        self._limits = limits
        self._pass_secret = pass_secret

    async def page_of(
        self, user: User, status: int | None, order_by: str, sorted_by: str, page: PageRequest, now: datetime
    ) -> tuple[list[Channel], Slice]:
        """The user's own channels and those at which they have a seat."""
        order = _order(order_by, sorted_by)
        if status is not None and status not in list(ChannelStatus):
            raise Unprocessable.field("status", "must be 0 (active), 1 (past) or 2 (deleted)")
        wanted = None if status is None else ChannelStatus(status)
        return await self._repository.page_of(user.id, wanted, order, page, now)

    async def all_of(self, owner: User) -> list[Channel]:
        """The newest of the owner's channels, at most `MOST_CHANNELS`."""
        return await self._repository.newest_of(owner.id, MOST_CHANNELS)

    async def all_reached(self, user: User) -> list[Channel]:
        """As `all_of`, with those at which the user has a seat."""
        return await self._repository.newest_reached(user.id, MOST_CHANNELS)

    async def every_of(self, owner: User) -> list[Channel]:
        """All the owner ever made, deleted ones included."""
        return await self._repository.every_of(owner.id)

    async def by_ids(self, ids: Collection[int]) -> dict[int, Channel]:
        return {channel.id: channel for channel in await self._repository.by_ids(ids)}

    async def pass_counts(self, ids: Collection[int]) -> dict[int, tuple[int, int]]:
        return await self._repository.pass_counts(ids)

    async def create(self, data: ChannelCreate, owner: User, now: datetime) -> Channel:
        """A private channel whose slug is made of its name. Raises `PaymentRequired` at the plan's limit."""
        starts_at = _parse_start(data.starts_at) if data.starts_at else None
        await self._plans.take(owner, Limit.CHANNELS, now)
        hash_id = public_id()
        channel = Channel(
            hash_id=hash_id,
            owner_id=owner.id,
            name=data.name,
            slug=slugs.slug_of(data.name, hash_id, owner.locale),
            starts_at=starts_at,
            starts_at_shown=starts_at is not None,
            created_at=now,
            updated_at=now,
        )
        await self._repository.add(channel)
        await self._events.happened(channel, ChannelCreated(channel.id), now)
        return channel

    async def update(self, channel: Channel, data: ChannelUpdate, now: datetime) -> Channel:
        """Of two at once, each changes what it names. Raises `SlugTaken`, `TooManySlugs`, `Unprocessable`."""
        if not await self._repository.hold(channel):
            raise ChannelNotFound
        plain = {
            "name": data.name,
            "chat_enabled": data.chat_enabled,
            "show_viewers": data.show_viewers,
            "guest_chat_enabled": data.guest_chat_enabled,
            "shop_enabled": data.shop_enabled,
            "hold_policy": data.hold_policy,
            "hold_minutes": data.hold_minutes,
            "stream_type": data.stream_type,
            "privacy": data.privacy,
            "questions_enabled": data.questions_enabled,
            "starts_at_shown": data.starts_at_shown,
            "timezone": _known_timezone(data.timezone),
            "add_step": data.add_step,
            "locale": data.locale,
            "notifications": data.notifications,
            "notifications_message": data.notifications_message,
        }
        for name, value in plain.items():
            if value is not None:
                setattr(channel, name, value)
        if data.simulcast is not None and data.simulcast != channel.simulcast_enabled:
            await self.change_simulcast(channel, enabled=data.simulcast)
            await self._events.happened(channel, SimulcastSwitched(channel.id), now)
        if data.description is not UNSET:
            channel.description = _described(data.description)
        self._open(channel, data)
        if data.attributes is not None:
            channel.attributes = {**channel.attributes, **msgspec.to_builtins(data.attributes)}
        self._reschedule(channel, data)
        if data.slug is not None and data.slug != channel.slug:
            await self._rename(channel, data.slug, now)
        elif data.privacy is not None and not channel.slug_chosen:
            await self._readdress(channel, now)
        await self._changed(channel, now)
        if (data.privacy, data.free_pass, data.sign_in_needed) != (None, None, None):
            await self._events.tell(RoomAccessChanged(channel.hash_id))
        return channel

    async def change_simulcast(self, channel: Channel, *, enabled: bool | None = None) -> None:
        """Where its shows are passed on to is changed, by one at a time. Raises `ChannelNotFound`."""
        if not await self._repository.hold(channel):
            raise ChannelNotFound
        channel.simulcast_revision += 1
        if enabled is not None:
            channel.simulcast_enabled = enabled
        await self._db.flush()

    async def delete(self, channel: Channel, now: datetime) -> None:
        if not await self._repository.hold(channel):
            return  # somebody else was faster
        channel.deleted_at = now
        await self._repository.forget_slugs(channel.id)
        await self._events.happened(channel, ChannelDeleted(channel.id), now)
        await self._changed(channel, now)
        await self._events.tell(RoomAccessChanged(channel.hash_id))

    async def clear_cache(self, channel: Channel) -> None:
        await self._events.stale(channel)

    async def owner_changed(self, owner: User) -> None:
        """Viewers see the owner, and how they sell, with the channel."""
        for channel in await self.all_of(owner):
            await self.clear_cache(channel)

    async def issue_pass(self, channel: Channel, now: datetime) -> int:
        """A new pass's nine-digit code."""
        code = 100_000_000 + secrets.randbelow(900_000_000)
        await self._repository.add(
            Pass(channel_id=channel.id, code_digest=self._code_digest(channel, str(code)), created_at=now)
        )
        return code

    async def end_passes(self, channels: Collection[Channel]) -> None:
        """No code given out for these is good any more, and nobody's pass."""
        hash_ids = {channel.id: channel.hash_id for channel in channels}
        for channel_id in await self._repository.delete_passes(hash_ids):
            await self._events.tell(RoomAccessChanged(hash_ids[channel_id]))

    async def redeem_pass(self, channel: Channel, code: str, caller: Caller, address: str, now: datetime) -> None:
        """Make `caller` a holder, who stays one whatever they send. Raises `WrongPassCode`, `TooManyRequests`."""
        if await self._repository.holds_pass([channel.id], caller.subject):
            return
        await self._limits.hit(CODE_TRIES, "pass-code-of", channel.hash_id, caller.subject)
        try:
            await self._limits.hit(OWN_CODE_TRIES, "own-pass-code", channel.hash_id, caller.subject)
        except TooManyRequests:
            await self._limits.hit(CODE_TRIES, "pass-code", channel.hash_id, network(address))
        wide = wide_network(address)
        async with self._limits.in_turn("wrong-pass-code", channel.hash_id, wide):
            bounds = ((WRONG_CODES, network(address)), (WIDE_WRONG_CODES, wide))
            for most, where in bounds:
                await self._limits.check(most, "wrong-pass-code", channel.hash_id, where)
            if await self._repository.redeem(self._code_digest(channel, code.strip()), caller.subject, now):
                return
            for most, where in bounds:
                await self._limits.count(most, "wrong-pass-code", channel.hash_id, where)
        raise WrongPassCode

    def _code_digest(self, channel: Channel, code: str) -> str:
        return hmac.new(self._pass_secret, f"{channel.id}:{code}".encode(), hashlib.sha256).hexdigest()

    async def _rename(self, channel: Channel, slug: str, now: datetime) -> None:
        """Take a slug that somebody chose."""
        if len(slug) > slugs.LONGEST:
            raise Unprocessable.field("slug", f"must be at most {slugs.LONGEST} characters")
        if not slugs.can_be(slug):
            raise Unprocessable.field("slug", "is reserved; choose another")
        kept = await self._repository.former_slugs(channel.id, now)
        if len(kept) >= MOST_FORMER_SLUGS:
            raise TooManySlugs(math.ceil((kept[-MOST_FORMER_SLUGS] - now).total_seconds()))
        if await self._repository.slug_taken(slug, now, but_for=channel.id):
            raise SlugTaken
        try:
            await self._limits.hit(SLUG_CHANGES, "slug", channel.hash_id)
        except TooManyRequests as error:
            raise TooManySlugs(error.retry_after) from error
        channel.slug_chosen = True
        await self._take(channel, slug, now)

    async def _readdress(self, channel: Channel, now: datetime) -> None:
        """Give a slug made of a name its tail, or take it away, as the channel's privacy has become."""
        if channel.privacy != Privacy.PUBLIC:
            slug: str | None = slugs.hidden(channel.slug, channel.hash_id)
        else:
            slug = slugs.open_to_all(channel.slug, channel.hash_id)
        if slug is None or slug == channel.slug or await self._repository.slug_taken(slug, now, but_for=channel.id):
            return  # another has the name: the tail stays
        await self._take(channel, slug, now)

    async def _take(self, channel: Channel, slug: str, now: datetime) -> None:
        """Leave the slug there was, which still leads to the channel for a while."""
        former, channel.slug = channel.slug, slug
        try:
            await self._db.flush()
        except IntegrityError as error:
            raise SlugTaken from error
        await self._repository.remember_slug(former, channel.id, now + FORMER_SLUG_KEPT)

    def _open(self, channel: Channel, data: ChannelUpdate) -> None:
        if data.free_pass is not None:
            channel.free_pass = FreePass.FREE if data.free_pass else FreePass.PASS_NEEDED
        if data.sign_in_needed and channel.free_pass == FreePass.PASS_NEEDED:
            raise Unprocessable.field("sign_in_needed", "goes with free_pass: a pass is needed already")
        if data.sign_in_needed is not None and channel.free_pass != FreePass.PASS_NEEDED:
            channel.free_pass = FreePass.SIGN_IN_NEEDED if data.sign_in_needed else FreePass.FREE

    def _reschedule(self, channel: Channel, data: ChannelUpdate) -> None:
        zone = time_zone(channel.timezone)
        if data.starts_at is None:
            channel.starts_at = None
        elif data.starts_at is not UNSET:
            given = _foreseeable("starts_at", data.starts_at)
            channel.starts_at = given if given.tzinfo else given.replace(tzinfo=UTC)
        if data.starts_at_date is None and data.starts_at_time is None:
            return
        local = channel.starts_at.astimezone(zone) if channel.starts_at else None
        chosen = _foreseeable("starts_at_date", data.starts_at_date) if data.starts_at_date is not None else None
        day = chosen or (local.date() if local else None)
        if day is None:
            raise Unprocessable.field("starts_at_date", "is required with starts_at_time")
        hour = data.starts_at_time or (local.time() if local else time())
        channel.starts_at = datetime.combine(day, hour.replace(tzinfo=None), zone).astimezone(UTC)

    async def _changed(self, channel: Channel, now: datetime) -> None:
        channel.updated_at = now
        await self._db.flush()
        await self._events.happened(channel, ChannelUpdated(), now)


def _order(order_by: str, sorted_by: str) -> list[ColumnElement[object]]:
    names = [name.strip() for name in order_by.split(";") if name.strip()]
    ways = [way.strip().lower() for way in sorted_by.split(";") if way.strip()]
    for name in names:
        if name not in ORDERS:
            raise Unprocessable.field("orderBy", f"must be of {', '.join(ORDERS)}")
    for way in ways:
        if way not in ("asc", "desc"):
            raise Unprocessable.field("sortedBy", "must be of asc, desc")
    ways += ["asc"] * (len(names) - len(ways))
    columns = [ORDERS[name] for name in names]
    return [column.desc() if way == "desc" else column.asc() for column, way in zip(columns, ways, strict=False)]


def _described(text: str | None) -> str | None:
    if text and len(text) < SHORTEST_DESCRIPTION:
        raise Unprocessable.field("description", f"must be at least {SHORTEST_DESCRIPTION} characters, or none")
    return text or None


def _parse_start(text: str) -> datetime:
    try:
        return _foreseeable("starts_at", datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC))
    except ValueError as error:
        raise Unprocessable.field("starts_at", "must be like 2023-04-10 09:59:47") from error


def _foreseeable(field: str, day: Day) -> Day:
    """`day`, unless it is at an end of the calendar, past which another time zone leads. Raises `Unprocessable`."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Unprocessable.field(field, f"must be between {FIRST_YEAR} and {LAST_YEAR}")
    return day


def _known_timezone(name: str | None) -> str | None:
    if name is None:
        return None
    try:
        return time_zone(name).key
    except (KeyError, ValueError, OSError) as error:
        raise Unprocessable.field("timezone", "must be an IANA time zone") from error
