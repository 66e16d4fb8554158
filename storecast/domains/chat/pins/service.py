"""The rules of pinning a message. One call is one transaction."""

from datetime import datetime

from storecast.domains.channels.access import Seat
from storecast.domains.chat.errors import MessageNotFound, NotPinned
from storecast.domains.chat.events import MessagePinned, MessageUnpinned
from storecast.domains.chat.models import MessageState
from storecast.domains.chat.pins.repository import PinRepository
from storecast.domains.chat.repository import ChatRepository
from storecast.domains.chat.schemas import MessageView
from storecast.domains.chat.showing import show
from storecast.domains.moderation.service import ModerationService
from storecast.domains.moderation.values import Action
from storecast.kit.database import Database
from storecast.kit.events import Events
from storecast.kit.urls import Urls


class PinService:
    def __init__(self, db: Database, moderation: ModerationService, events: Events, event_urls: Urls) -> None:
        self._pins = PinRepository(db)
        self._messages = ChatRepository(db)
        self._moderation = moderation
        self._events = events
        self._event_urls = event_urls

    async def pin(self, seat: Seat, message_id: str, urls: Urls, now: datetime) -> MessageView:
        """Have a message stand above the chat, in place of what stands there. Raises `MessageNotFound`."""
        channel = seat.channel
        await self._events.hold(channel)
        message = await self._messages.hold(message_id)
        if message is None or message.thread_id != channel.id or message.state != MessageState.SHOWN:
            raise MessageNotFound
        said = await self._messages.find(message_id)
        if said is None:
            raise MessageNotFound
        if await self._pins.pin(channel.id, message.id, seat.caller.subject, now):
            seq = await self._events.reserve(channel)
            message.told = [*(message.told or ()), seq]
            pinned = MessagePinned(show(MessageView, said, self._event_urls))
            await self._events.happened(channel, pinned, now, seq=seq)
            about = {"subject": message.author, "name": message.author_name, "message_id": message_id}
            await self._moderation.note(channel, seat.caller, Action.PIN, now, **about)
        return show(MessageView, said, urls)

    async def unpin(self, seat: Seat, message_id: str, now: datetime) -> None:
        """Raises `MessageNotFound`, `NotPinned`."""
        await self._events.hold(seat.channel)
        said = await self._messages.find(message_id)
        if said is None or said.message.thread_id != seat.channel.id:
            raise MessageNotFound
        if await self._pins.unpin(seat.channel.id, [said.message.id]) is None:
            raise NotPinned
        await self._events.happened(seat.channel, MessageUnpinned(message_id), now)
        await self._moderation.note(seat.channel, seat.caller, Action.UNPIN, now, message_id=message_id)
