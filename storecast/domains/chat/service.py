"""The rules of talking in a channel's thread. One call is one transaction."""

from collections.abc import Collection
from datetime import datetime
from typing import TypeVar

from storecast.domains.accounts.callers import Caller, Guest, SignedIn
from storecast.domains.channels.access import ChannelAccess
from storecast.domains.channels.errors import ChannelNotFound
from storecast.domains.channels.models import Channel
from storecast.domains.chat.errors import ChatOff, GuestChatOff, ThreadNotFound
from storecast.domains.chat.events import MessageCreated
from storecast.domains.chat.models import Message
from storecast.domains.chat.reads import GuestReads
from storecast.domains.chat.repository import ChatRepository
from storecast.domains.chat.schemas import (
    AuthorView,
    MessageCreate,
    MessageView,
    ParticipantJoin,
    ParticipantView,
    ThreadRead,
    ThreadView,
)
from storecast.kit.clock import iso
from storecast.kit.database import Database
from storecast.kit.envelope import Data
from storecast.kit.errors import Unprocessable
from storecast.kit.events import Events
from storecast.kit.ids import public_id
from storecast.kit.networks import network
from storecast.kit.rate_limits import RateLimits
from storecast.kit.urls import Urls

PAGE = 50
MESSAGES = "20/10seconds"  # of one person
MESSAGES_FROM_ADDRESS = "300/minute"  # viewers behind one address share it
JOINS = "30/minute"
MOST_AT_ONCE = 1000
MOST_UNREAD = 100
MOST_PARTICIPANTS = 1_000
NAMELESS = "Guest"

Shown = TypeVar("Shown", bound=MessageView)


class ChatService:
    def __init__(
        self,
        db: Database,
        access: ChannelAccess,
        events: Events,
        limits: RateLimits,
        guest_reads: GuestReads,
        event_urls: Urls,
    ) -> None:
        self._repository = ChatRepository(db)
        self._access = access
        self._events = events
        self._limits = limits
        self._guest_reads = guest_reads
        self._event_urls = event_urls

    async def post(self, data: MessageCreate, by: Caller, address: str, urls: Urls, now: datetime) -> MessageView:
        """Say something to everyone in the channel. Raises `ChatOff`, `GuestChatOff`, `TooManyRequests`."""
        channel = await self._thread(data.thread_id, by, now)
        self._require_open(channel, by)
        await self._slow_down(channel, by, address)
        if data.reply_for is not None and not await self._repository.exists(channel.id, data.reply_for):
            raise Unprocessable.field("reply_for", "is not a message of this thread")
        message = Message(
            hash_id=public_id(),
            thread_id=channel.id,
            author=by.subject,
            author_name=await self._name(channel, by),
            author_avatar=by.user.avatar_key if isinstance(by, SignedIn) else None,
            author_role="owner" if isinstance(by, SignedIn) and by.id == channel.owner_id else "viewer",
            data=data.data,
            locale=data.locale,
            reply_for=data.reply_for,
            created_at=now,
        )
        message.seq = await self._events.reserve(channel)
        await self._repository.add(message)
        heard = _show(MessageCreated, message, self._event_urls)
        await self._events.happened(channel, heard, now, seq=message.seq)
        return _show(MessageView, message, urls)

    async def read(self, data: ThreadRead, by: Caller, urls: Urls, now: datetime) -> ThreadView:
        """A page of the thread, the newest unless a cursor leads back. Marks what it shows as read."""
        channel = await self._thread(data.slug, by, now)
        before = int(data.cursor) if data.cursor is not None else None
        page = await self._repository.page(channel.id, before, PAGE + 1)
        shown = list(reversed(page[:PAGE]))
        read_until = await self._read_until(channel, by)
        unread = await self._repository.unread(channel.id, by.subject, read_until, MOST_UNREAD)
        if shown and shown[-1].seq > read_until:
            await self._mark_read(channel, by, shown[-1].seq, now)
        return ThreadView(
            id=channel.id,
            slug=channel.slug,
            unread=unread,
            participants=await self._repository.participants(channel.id, MOST_PARTICIPANTS),
            messages=Data([_show(MessageView, message, urls) for message in shown]),
            cursor=str(shown[0].seq) if len(page) > PAGE else None,
        )

    async def during(
        self, channel: Channel, times: Collection[tuple[datetime, datetime]], urls: Urls
    ) -> list[tuple[datetime, MessageView]]:
        """What was said at these times and when, oldest first and `MOST_AT_ONCE` at most."""
        said = await self._repository.during(channel.id, times, MOST_AT_ONCE)
        return [(message.created_at, _show(MessageView, message, urls)) for message in said]

    async def join(self, data: ParticipantJoin, by: Caller, now: datetime) -> ParticipantView:
        """Take part under a display name; a user goes by their own."""
        channel = await self._thread(data.slug, by, now)
        self._require_open(channel, by)
        await self._limits.hit(JOINS, "join", by.subject)
        name = data.name if data.name is not None else NAMELESS
        await self._repository.join(channel.id, by.subject, name if isinstance(by, Guest) else None, now)
        return ParticipantView(
            thread_id=channel.id,
            slug=channel.slug,
            id=by.subject.partition(":")[2],
            name=by.name if isinstance(by, SignedIn) else name,
            guest=isinstance(by, Guest),
        )

    async def counts(self, thread_ids: Collection[int]) -> dict[int, int]:
        """Messages in each thread; threads without any are left out."""
        return await self._repository.counts(thread_ids)

    async def _thread(self, ref: str | int, by: Caller, now: datetime) -> Channel:
        """The channel whose thread it is, if `by` may be there; its number, to speak. Raises `ThreadNotFound`."""
        try:
            if isinstance(ref, int):
                return await self._access.thread(ref, by, now)
            return await self._access.watchable(ref, by, now)
        except ChannelNotFound as error:
            raise ThreadNotFound from error

    async def _slow_down(self, channel: Channel, by: Caller, address: str) -> None:
        """The channel's people have their own count; others share their network's, guests with guests.

        Raises `TooManyRequests`.
        """
        await self._limits.hit(MESSAGES, "message", by.subject)
        if not await self._access.acts(channel, by):
            kind = "guests' messages" if isinstance(by, Guest) else "messages"
            await self._limits.hit(MESSAGES_FROM_ADDRESS, kind, network(address))

    async def _read_until(self, channel: Channel, by: Caller) -> int:
        if isinstance(by, Guest):
            return self._guest_reads.until(channel.id, by.subject)
        participant = await self._repository.participant(channel.id, by.subject)
        return participant.read_seq if participant else 0

    async def _mark_read(self, channel: Channel, by: Caller, seq: int, now: datetime) -> None:
        if isinstance(by, Guest):
            self._guest_reads.mark(channel.id, by.subject, seq)
        else:
            await self._repository.mark_read(channel.id, by.subject, seq, now)

    def _require_open(self, channel: Channel, by: Caller) -> None:
        if not channel.chat_enabled:
            raise ChatOff
        if isinstance(by, Guest) and not channel.guest_chat_enabled:
            raise GuestChatOff

    async def _name(self, channel: Channel, by: Caller) -> str:
        if isinstance(by, SignedIn):
            return by.name
        participant = await self._repository.participant(channel.id, by.subject)
        return participant.name if participant and participant.name else NAMELESS


def _show(view: type[Shown], message: Message, urls: Urls) -> Shown:
    kind, _, author_id = message.author.partition(":")
    author = AuthorView(
        id=author_id,
        name=message.author_name,
        avatar=urls.file(message.author_avatar) if message.author_avatar else None,
        guest=kind == "guest",
        role="owner" if message.author_role == "owner" else "viewer",
    )
    return view(
        id=message.hash_id,
        thread_id=message.thread_id,
        data=message.data,
        locale=message.locale,
        reply_for=message.reply_for,
        author=Data(author),
        created_at=iso(message.created_at),
        seq=message.seq,
    )
