"""The rules of being in a thread: who is let in, and what they read there. One call is one transaction."""

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct, structs

from storecast.domains.accounts.callers import Caller, Guest, SignedIn
from storecast.domains.channels.access import Act, ChannelAccess, acts_of
from storecast.domains.channels.errors import ChannelNotFound
from storecast.domains.channels.models import Channel
from storecast.domains.chat.errors import ChatOff, GuestChatOff, MessageNotFound, ThreadNotFound
from storecast.domains.chat.models import Message, MessageState
from storecast.domains.chat.reads import GuestReads
from storecast.domains.chat.repository import ChatRepository
from storecast.domains.chat.schemas import (
    MessageView,
    ParticipantJoin,
    ParticipantView,
    ReaderView,
    Role,
    ThreadRead,
    ThreadSettings,
    ThreadView,
)
from storecast.domains.chat.showing import NAMELESS, ROLES, SaidMessage, author_of, show, show_to_author
from storecast.domains.moderation.service import ModerationService
from storecast.domains.moderation.values import show_settings
from storecast.kit.clock import iso
from storecast.kit.database import Database
from storecast.kit.envelope import Data
from storecast.kit.networks import network
from storecast.kit.rate_limits import RateLimits
from storecast.kit.urls import Urls

PAGE = 50
JOINS = "30/minute"  # of one person
JOINS_FROM_ADDRESS = "600/minute"  # viewers behind one address share it
MOST_AT_ONCE = 1000
MOST_UNREAD = 100
MOST_PARTICIPANTS = 1_000


class Presence(Struct, frozen=True):
    """Somebody in a thread."""

    channel: Channel
    by: Caller
    role: Role
    acts: frozenset[Act]

    @property
    def moderates(self) -> bool:
        return Act.MODERATE in self.acts

    def require_on(self) -> None:
        """Raises `ChatOff`."""
        if not self.channel.chat_enabled:
            raise ChatOff

    def require_open(self) -> None:
        """Raises `ChatOff`, `GuestChatOff`."""
        self.require_on()
        if isinstance(self.by, Guest) and not self.channel.guest_chat_enabled:
            raise GuestChatOff

    def sees(self, message: Message) -> bool:
        own = message.author == self.by.subject and message.state in (MessageState.HELD, MessageState.HIDDEN)
        return message.state == MessageState.SHOWN or own or self.moderates


class ThreadService:
    def __init__(
        self,
        db: Database,
        access: ChannelAccess,
        moderation: ModerationService,
        limits: RateLimits,
        guest_reads: GuestReads,
    ) -> None:
        self._repository = ChatRepository(db)
        self._access = access
        self._moderation = moderation
        self._limits = limits
        self._guest_reads = guest_reads

    # Being there.

    async def enter(self, ref: str | int, by: Caller, now: datetime) -> Presence:
        """`by` in the thread of the channel behind `ref`, where they may watch it; by its number, to speak.

        Raises `ThreadNotFound`.
        """
        try:
            if isinstance(ref, int):
                channel = await self._access.thread(ref, by, now)
            else:
                channel = await self._access.watchable(ref, by, now)
        except ChannelNotFound as error:
            raise ThreadNotFound from error
        roles = await self._access.roles(channel, by)
        role: Role = next((shown for shown in ROLES if shown in roles), "viewer")
        return Presence(channel, by, role, acts_of(roles))

    async def locate(self, message_id: str, by: Caller, now: datetime) -> tuple[Presence, Message]:
        """A message that `by` is to see, and them in its thread. Raises `MessageNotFound`."""
        message = await self._repository.message(message_id)
        if message is None:
            raise MessageNotFound
        try:
            presence = await self.enter(message.thread_id, by, now)
        except ThreadNotFound as error:
            raise MessageNotFound from error
        if not presence.sees(message):
            raise MessageNotFound
        return presence, message

    async def find(self, message_id: str, by: Caller, now: datetime) -> tuple[Presence, SaidMessage]:
        """As `locate`, with what is shown beside the message."""
        presence, _ = await self.locate(message_id, by, now)
        said = await self._repository.find(message_id, by.subject)
        if said is None:
            raise MessageNotFound
        return presence, said

    async def join(self, data: ParticipantJoin, by: Caller, address: str, now: datetime) -> ParticipantView:
        """Take part under a display name; a user goes by their own. Raises `ChatOff`, `GuestChatOff`, `Banned`."""
        presence = await self.enter(data.slug, by, now)
        presence.require_open()
        await self._limits.hit(JOINS, "join", by.subject)
        await self._limits.hit(JOINS_FROM_ADDRESS, "join", network(address))
        await self._moderation.require_welcome(presence.channel, by, address, now, acts=presence.acts)
        channel, name = presence.channel, by.name if isinstance(by, SignedIn) else data.name or NAMELESS
        await self._repository.join(channel.id, by.subject, name, now)
        author_id = author_of(by.subject)[1]
        return ParticipantView(channel.id, channel.slug, author_id, name, guest=isinstance(by, Guest))

    # Reading.

    async def read(self, data: ThreadRead, by: Caller, address: str, urls: Urls, now: datetime) -> ThreadView:
        """A page of the thread, the newest unless a cursor leads back. Marks what it shows as read."""
        presence = await self.enter(data.slug, by, now)
        channel = presence.channel
        everything = data.include == "all" and presence.moderates
        before = int(data.cursor) if data.cursor is not None else None
        page, pinned = await self._repository.page(channel.id, by.subject, before, PAGE + 1, everything=everything)
        shown = list(reversed(page[:PAGE]))
        known = self._guest_reads.until(channel.id, by.subject) if isinstance(by, Guest) else 0
        bounds = (MOST_UNREAD, MOST_PARTICIPANTS)
        reading = await self._repository.reading(channel.id, by.subject, known, *bounds)
        newest = shown[-1].message.seq if shown else 0
        if newest > reading.until or (isinstance(by, SignedIn) and not reading.takes_part):
            await self._mark_read(channel, by, newest, now)
        as_seen = show_to_moderator if everything else show_to_author
        return ThreadView(
            id=channel.id,
            slug=channel.slug,
            unread=reading.unread,
            participants=reading.participants,
            messages=Data([as_seen(said, urls) for said in shown]),
            pinned=Data([] if pinned is None else show(MessageView, pinned, urls)),
            settings=await self._settings(channel),
            me=await self._reader(presence, address, now),
            cursor=str(shown[0].message.seq) if len(page) > PAGE else None,
        )

    async def during(
        self, channel: Channel, times: Collection[tuple[datetime, datetime]], urls: Urls
    ) -> list[tuple[datetime, MessageView]]:
        """What was said at these times and when, as far as it is shown, oldest first and `MOST_AT_ONCE` at most."""
        found = await self._repository.during(channel.id, times, MOST_AT_ONCE)
        return [(said.message.created_at, show(MessageView, said, urls)) for said in found]

    async def counts(self, thread_ids: Collection[int]) -> dict[int, int]:
        """Messages shown in each thread; threads without any are left out."""
        return await self._repository.counts(thread_ids)

    async def ids_of(self, subject: str) -> list[str]:
        """The ids of all that somebody said, wherever."""
        return await self._repository.ids_of(subject)

    async def _mark_read(self, channel: Channel, by: Caller, seq: int, now: datetime) -> None:
        if isinstance(by, SignedIn):
            await self._repository.mark_read(channel.id, by.subject, by.name, seq, now)
        else:
            self._guest_reads.mark(channel.id, by.subject, seq)

    async def _settings(self, channel: Channel) -> ThreadSettings:
        rules = structs.asdict(show_settings(await self._moderation.settings(channel.id)))
        return ThreadSettings(**rules, enabled=channel.chat_enabled, guest_chat=channel.guest_chat_enabled)

    async def _reader(self, presence: Presence, address: str, now: datetime) -> ReaderView:
        standing = await self._moderation.standing(presence.channel, presence.by, address, now, acts=presence.acts)
        return ReaderView(
            id=author_of(presence.by.subject)[1],
            role=presence.role,
            may_moderate=presence.moderates,
            banned=standing.banned,
            banned_until=iso(standing.banned_until) if standing.banned_until else None,
            slow_until=iso(standing.slow_until) if standing.slow_until else None,
        )


def show_to_moderator(said: SaidMessage, urls: Urls) -> MessageView:
    return show(MessageView, said, urls)
