"""The rules of banning. One call is one transaction."""

from datetime import datetime, timedelta

from storecast.domains.accounts.callers import SignedIn
from storecast.domains.channels.access import Act
from storecast.domains.channels.models import Channel
from storecast.domains.moderation.bans.repository import BanRepository
from storecast.domains.moderation.bans.schemas import NewBan
from storecast.domains.moderation.errors import BanNotFound, OfTheTeam, TooManyBans, Yourself
from storecast.domains.moderation.events import BanLifted, BanTold, BanUndone, ModerationChanged, PersonBanned
from storecast.domains.moderation.models import Ban
from storecast.domains.moderation.service import CHANGES, ModerationService
from storecast.domains.moderation.values import Action, Author
from storecast.kit.clock import iso
from storecast.kit.database import Database
from storecast.kit.events import Events
from storecast.kit.ids import public_id
from storecast.kit.pagination import PageRequest, Slice
from storecast.kit.rate_limits import RateLimits

MOST = 20_000  # of a channel
PURGED_FROM = timedelta(hours=1)  # a shorter time-out leaves what was said
LONGEST_OF_NETWORK = timedelta(hours=24)  # whoever has the address tomorrow is another
SLIP = timedelta(minutes=10)  # a ban undone sooner brings back what went with it
BANS_A_PAGE = 50


class BanService:
    def __init__(self, db: Database, moderation: ModerationService, events: Events, limits: RateLimits) -> None:
        self._repository = BanRepository(db)
        self._moderation = moderation
        self._events = events
        self._limits = limits

    async def page_of(self, channel: Channel, page: int, now: datetime) -> tuple[list[Ban], Slice]:
        """The bans that hold on a channel, newest first."""
        return await self._repository.page(channel.id, PageRequest(page, BANS_A_PAGE), now)

    async def ban(self, channel: Channel, data: NewBan, by: SignedIn, now: datetime) -> Ban:
        """Let somebody say nothing there from now on, in the place of a ban they have.

        Raises `PersonNotFound`, `WordsNotFound`, `OfTheTeam`, `Yourself`, `TooManyBans`.
        """
        await self._limits.hit(CHANGES, "moderate", by.subject)
        whom = await self._moderation.person(channel, data.subject, data.message_id, data.question_id)
        await self._require_bannable(channel, whom, by)
        await self._repository.hold_channel(channel.id)
        before = await self._repository.of(channel.id, whom.subject)
        was_told = before is not None and not before.hidden and (before.until is None or before.until > now)
        if before is None and await self._repository.count(channel.id) >= MOST:
            raise TooManyBans(MOST)
        ban = await self._repository.put(self._values(channel, data, whom, by, now))
        await self._tell(channel, ban, data, was_told=was_told, now=now)
        thing = data.message_id or data.question_id
        about = {"subject": whom.subject, "name": whom.name, "message_id": thing}
        await self._moderation.note(channel, by, Action.BAN, now, **about, detail=_detail(ban, data))
        return ban

    async def undo(self, channel: Channel, hash_id: str, by: SignedIn, now: datetime) -> None:
        """Let them speak again; soon after the ban, what it took away comes back. Raises `BanNotFound`."""
        await self._limits.hit(CHANGES, "moderate", by.subject)
        await self._repository.hold_channel(channel.id)
        ban = await self._repository.find(channel.id, hash_id)
        if ban is None:
            raise BanNotFound
        await self._repository.remove(ban)
        if now - ban.created_at <= SLIP:
            await self._events.happened(channel, BanLifted(ban.subject, ban.created_at), now)
        if not ban.hidden:
            await self._events.happened(channel, BanUndone(), now, to=ban.subject)
        await self._events.happened(channel, ModerationChanged(bans=True), now)
        await self._moderation.note(channel, by, Action.UNBAN, now, subject=ban.subject, name=ban.name)

    async def _require_bannable(self, channel: Channel, whom: Author, by: SignedIn) -> None:
        if whom.subject == by.subject:
            raise Yourself
        if Act.MODERATE in await self._moderation.acts_of(channel, whom.subject):
            raise OfTheTeam

    def _values(self, channel: Channel, data: NewBan, whom: Author, by: SignedIn, now: datetime) -> dict[str, object]:
        until = now + timedelta(seconds=data.seconds) if data.seconds is not None else None
        of_network = whom.subject.startswith("guest:") if data.network is None else data.network
        origin = whom.origin if of_network else None
        latest = now + LONGEST_OF_NETWORK
        return {
            "hash_id": public_id(),
            "channel_id": channel.id,
            "subject": whom.subject,
            "name": whom.name,
            "origin": origin,
            "origin_until": None if origin is None else latest if until is None else min(until, latest),
            "hidden": data.hidden,
            "reason": data.reason,
            "until": until,
            "by_id": by.id,
            "created_at": now,
        }

    async def _tell(self, channel: Channel, ban: Ban, data: NewBan, *, was_told: bool, now: datetime) -> None:
        lasting = data.seconds is None or timedelta(seconds=data.seconds) >= PURGED_FROM
        purge = lasting if data.purge is None else data.purge
        # Before anything is told: who purges waits for what else they need, and then for the room.
        happened = PersonBanned(ban.subject, ban.origin, purge=purge, hidden=ban.hidden, until=ban.until)
        await self._events.happened(channel, happened, now)
        await self._events.happened(channel, ModerationChanged(bans=True), now)
        if not ban.hidden:
            told = BanTold(iso(ban.until) if ban.until is not None else None, ban.reason)
            await self._events.happened(channel, told, now, to=ban.subject)
        elif was_told:  # they are to believe that it is over
            await self._events.happened(channel, BanUndone(), now, to=ban.subject)


def _detail(ban: Ban, data: NewBan) -> str | None:
    """`seconds=600 hidden network: why`; None of one for good that says nothing."""
    said = [f"seconds={data.seconds}"] if data.seconds is not None else []
    said += ["hidden"] if ban.hidden else []
    said += ["network"] if ban.origin is not None else []
    return ": ".join(filter(None, (" ".join(said), ban.reason))) or None
