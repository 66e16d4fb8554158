"""The rules of taking a thread along. Each batch is a transaction, so that a slow reader holds no connection."""

from storecast.domains.channels.models import Channel
from storecast.domains.chat.repository import ChatRepository
from storecast.domains.chat.schemas import MessageView
from storecast.domains.chat.showing import show
from storecast.kit.database import Database
from storecast.kit.urls import Urls

AT_ONCE = 500
EXPORTS = "20/hour"  # of one person


class ExportService:
    def __init__(self, db: Database) -> None:
        self._repository = ChatRepository(db)

    async def newest(self, channel: Channel) -> int:
        """The place of the newest message, which is the last that an export begun now has. 0 before any."""
        return await self._repository.newest(channel.id)

    async def batch(
        self, channel: Channel, after: int, until: int, urls: Urls, *, everything: bool
    ) -> list[MessageView]:
        """The next messages, oldest first, `AT_ONCE` at most; `everything` is what is not shown any more, too."""
        said = await self._repository.after(channel.id, after, until, AT_ONCE, everything=everything)
        return [show(MessageView, each, urls) for each in said]
