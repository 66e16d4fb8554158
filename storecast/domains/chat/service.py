"""The rules of saying something in a channel's thread. One call is one transaction."""

from datetime import datetime, timedelta

from storecast.domains.accounts.callers import Caller, Guest, SignedIn
from storecast.domains.chat import mentions
from storecast.domains.chat.errors import MessageNotFound, NotYourMessage, TooLateToEdit
from storecast.domains.chat.events import MessageCreated, MessageDeleted, MessageHeld, MessageUpdated
from storecast.domains.chat.models import Message, MessageState
from storecast.domains.chat.repository import ChatRepository
from storecast.domains.chat.schemas import MessageCreate, MessageEdit, MessageView
from storecast.domains.chat.showing import NAMELESS, STATES, SaidMessage, show, show_to_author
from storecast.domains.chat.threads import Presence, ThreadService
from storecast.domains.chat.traces import Traces
from storecast.domains.moderation.events import ModerationChanged
from storecast.domains.moderation.service import ModerationService
from storecast.domains.moderation.values import Verdict
from storecast.kit.database import Database
from storecast.kit.errors import Unprocessable
from storecast.kit.events import Events
from storecast.kit.ids import public_id
from storecast.kit.networks import network
from storecast.kit.rate_limits import RateLimits
from storecast.kit.urls import Urls

MESSAGES = "20/10seconds"  # of one person, edits among them
MESSAGES_FROM_ADDRESS = "300/minute"  # viewers behind one address share it
EDITED_FOR = timedelta(minutes=1)


class ChatService:
    def __init__(
        self,
        db: Database,
        threads: ThreadService,
        moderation: ModerationService,
        events: Events,
        limits: RateLimits,
        event_urls: Urls,
    ) -> None:
        self._repository = ChatRepository(db)
        self._threads = threads
        self._moderation = moderation
        self._traces = Traces(db, events)
        self._events = events
        self._limits = limits
        self._event_urls = event_urls

    async def post(self, data: MessageCreate, by: Caller, address: str, urls: Urls, now: datetime) -> MessageView:
        """Say something to everyone in the channel.

        Raises `ChatOff`, `GuestChatOff`, `TooManyRequests`, and what `ModerationService.admit` raises.
        """
        presence = await self._threads.enter(data.thread_id, by, now)
        presence.require_open()
        await self._slow_down(presence, address)
        channel, name = presence.channel, by.name if isinstance(by, SignedIn) else None
        if name is None or data.reply_for is not None:
            called, answerable = await self._repository.before_saying(channel.id, by.subject, data.reply_for)
            if data.reply_for is not None and not answerable:
                raise Unprocessable.field("reply_for", "is not a message of this thread")
            name = name or called or NAMELESS
        named = await self._mentions(channel.id, data.data)
        chosen = name if isinstance(by, Guest) else None
        verdict = await self._moderation.admit(channel, by, [data.data], address, now, acts=presence.acts, name=chosen)
        message = Message(
            hash_id=public_id(),
            thread_id=channel.id,
            author=by.subject,
            author_name=name,
            author_avatar=by.user.avatar_key if isinstance(by, SignedIn) else None,
            author_role=presence.role,
            data=data.data,
            locale=data.locale,
            reply_for=data.reply_for,
            mentions=named,
            created_at=now,
            state=STATES[verdict],
            origin=self._moderation.origin(channel, address),
        )
        # From here on the room is locked: whoever speaks next waits for the rest.
        message = await self._repository.say(channel.hash_id, message)
        said = SaidMessage(message, await self._repository.quoted_by(message))
        await self._tell(presence, said, MessageCreated, now, seq=said.message.seq)
        return show_to_author(said, urls)

    async def edit(
        self, message_id: str, data: MessageEdit, by: Caller, address: str, urls: Urls, now: datetime
    ) -> MessageView:
        """Change what one has just said. What is no longer admitted is taken out of everybody's sight.

        Raises `MessageNotFound`, `NotYourMessage`, `TooLateToEdit`, and what `post` raises.
        """
        presence, said = await self._threads.find(message_id, by, now)
        presence.require_open()
        if said.message.author != by.subject:
            raise NotYourMessage
        if now - said.message.created_at > EDITED_FOR:
            raise TooLateToEdit
        await self._slow_down(presence, address)
        channel = presence.channel
        named = await self._mentions(channel.id, data.data)
        verdict = await self._moderation.admit(channel, by, [data.data], address, now, acts=presence.acts, paced=False)
        await self._events.hold(channel)
        message = await self._repository.hold(message_id)
        if message is None or message.state == MessageState.DELETED:
            raise MessageNotFound
        if message.data == data.data:
            return show_to_author(said, urls)
        message.data, message.mentions, message.edited_at = data.data, named, now
        if message.state == MessageState.SHOWN and verdict is not Verdict.SHOWN:
            message.state = STATES[verdict]
            seq = await self._events.reserve(channel)
            await self._traces.remove(channel, [message], now)
            unaware = [message.author] if verdict is Verdict.HIDDEN else []
            deleted = MessageDeleted(message.hash_id, channel.id)
            await self._events.happened(channel, deleted, now, but=unaware, seq=seq)
        seq = await self._events.reserve(channel)
        message.told = [*(message.told or ()), seq]
        said = SaidMessage(message, await self._repository.quoted_by(message), said.reactions)
        await self._tell(presence, said, MessageUpdated, now, seq=seq)
        return show_to_author(said, urls)

    async def _tell(
        self,
        presence: Presence,
        said: SaidMessage,
        happened: type[MessageCreated] | type[MessageUpdated],
        now: datetime,
        *,
        seq: int,
    ) -> None:
        """Tell the room of a message in whatever state: all of it, its moderators, or its author alone."""
        channel, message, said = presence.channel, said.message, said.as_heard()
        match message.state:
            case MessageState.HELD:
                await self._events.happened(channel, show(MessageHeld, said, self._event_urls), now, seq=seq)
                await self._events.happened(channel, ModerationChanged(reports=True), now)
            case MessageState.HIDDEN:
                shown = show(happened, said, self._event_urls, state="shown")
                await self._events.pretended(channel, shown, now, to=message.author, seq=seq)
            case _:
                await self._events.happened(channel, show(happened, said, self._event_urls), now, seq=seq)

    async def _slow_down(self, presence: Presence, address: str) -> None:
        """The channel's people have their own count; others share their network's, guests with guests.

        Raises `TooManyRequests`.
        """
        await self._limits.hit(MESSAGES, "message", presence.by.subject)
        if not presence.acts:
            kind = "guests' messages" if isinstance(presence.by, Guest) else "messages"
            await self._limits.hit(MESSAGES_FROM_ADDRESS, kind, network(address))

    async def _mentions(self, thread_id: int, text: str) -> list[dict[str, str]] | None:
        """Whom of the thread `text` names."""
        if not (candidates := mentions.named(text)):
            return None
        known = await self._repository.called(thread_id, {name for names in candidates for name in names})
        return mentions.resolved(candidates, known) or None
