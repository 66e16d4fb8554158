"""What else is seen of a message than the message."""

from collections.abc import Sequence
from datetime import datetime

from storecast.domains.channels.models import Channel
from storecast.domains.chat.events import MessageUnpinned, WordsGone
from storecast.domains.chat.models import Message
from storecast.domains.chat.pins.repository import PinRepository
from storecast.domains.chat.reports.repository import ReportRepository
from storecast.domains.chat.repository import ChatRepository
from storecast.kit.database import Database
from storecast.kit.events import Events


class Traces:
    def __init__(self, db: Database, events: Events) -> None:
        self._messages = ChatRepository(db)
        self._pins = PinRepository(db)
        self._reports = ReportRepository(db)
        self._events = events

    async def remove(self, channel: Channel, messages: Sequence[Message], now: datetime) -> bool:
        """Take down what is pinned of these, forget what the log says of them and quotes, and close their reports.

        The room is to be locked (`Events.reserve`): whoever answers one of them then has done so, and is quoted no
        more, or comes later and sees that it is gone. Whether any were reported.
        """
        ids = [message.id for message in messages]
        if (pinned := await self._pins.unpin(channel.id, ids)) is not None:
            await self._events.happened(channel, MessageUnpinned(pinned), now)
        await self._messages.unquote(ids)
        told = [seq for message in messages for seq in (message.seq, *(message.told or ()))]
        await self._events.forget(channel, told)
        await self._events.happened(channel, WordsGone([message.hash_id for message in messages]), now)
        return await self._reports.close(ids, now)
