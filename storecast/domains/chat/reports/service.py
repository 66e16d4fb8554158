"""The rules of reporting messages, and of deciding on what was reported or held. One call is one transaction."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from storecast.domains.accounts.callers import Caller, Guest
from storecast.domains.channels.access import Seat
from storecast.domains.channels.models import Channel
from storecast.domains.chat.errors import MessageNotFound, NothingToDecide, OwnMessage
from storecast.domains.chat.events import MessageCreated, MessageReviewed
from storecast.domains.chat.models import Message, MessageState
from storecast.domains.chat.removals import RemovalService
from storecast.domains.chat.reports.repository import ReportRepository, Waiting
from storecast.domains.chat.reports.schemas import Decision, NewReport, ReportView
from storecast.domains.chat.repository import ChatRepository
from storecast.domains.chat.schemas import MessageView
from storecast.domains.chat.showing import SaidMessage, show
from storecast.domains.chat.threads import ThreadService
from storecast.domains.moderation.events import ModerationChanged
from storecast.domains.moderation.service import ModerationService
from storecast.domains.moderation.values import Action, Verdict
from storecast.kit.database import Database
from storecast.kit.events import Events
from storecast.kit.networks import network
from storecast.kit.pagination import PageRequest, Slice
from storecast.kit.rate_limits import RateLimits
from storecast.kit.urls import Urls

REPORTS = "20/minute"  # of one person
REPORTS_FROM_ADDRESS = "120/minute"  # viewers behind one address share it
GUESTS_OF_NETWORK = "10/day"  # guests' reports of one message that one network's guests are counted with
A_PAGE = 20


class QueuedMessage(Struct, frozen=True):
    waiting: Waiting
    said: SaidMessage


class ReportService:
    def __init__(
        self,
        db: Database,
        threads: ThreadService,
        removals: RemovalService,
        moderation: ModerationService,
        events: Events,
        limits: RateLimits,
        event_urls: Urls,
    ) -> None:
        self._reports = ReportRepository(db)
        self._messages = ChatRepository(db)
        self._threads = threads
        self._removals = removals
        self._moderation = moderation
        self._events = events
        self._limits = limits
        self._event_urls = event_urls

    async def report(self, message_id: str, data: NewReport, by: Caller, address: str, now: datetime) -> ReportView:
        """Have a moderator look at a message; who does so twice has done so once.

        Raises `MessageNotFound`, `OwnMessage`, `Banned`, `TooManyRequests`.
        """
        await self._limits.hit(REPORTS, "report", by.subject)
        await self._limits.hit(REPORTS_FROM_ADDRESS, "report", network(address))
        presence, message = await self._threads.locate(message_id, by, now)
        if message.author == by.subject:
            raise OwnMessage
        if message.state != MessageState.SHOWN:
            raise MessageNotFound
        channel = presence.channel
        welcome = await self._moderation.require_welcome(channel, by, address, now, acts=presence.acts)
        if welcome is Verdict.SHOWN:
            if isinstance(by, Guest):
                await self._limits.hit(GUESTS_OF_NETWORK, "reports of a message", message_id, network(address))
            others = await self._reports.add(message.id, by.subject, channel.id, data.reason, data.note, now)
            if others == 0:
                await self._events.happened(channel, ModerationChanged(reports=True), now)
        return ReportView(message_id, data.reason)

    async def queue(self, channel: Channel, page: int) -> tuple[Sequence[QueuedMessage], Slice]:
        """What waits for a decision, the longest first."""
        waiting, cut = await self._reports.page(channel.id, PageRequest(page, A_PAGE))
        said = await self._messages.by_ids([each.message_id for each in waiting])
        return [QueuedMessage(each, said[each.message_id]) for each in waiting if each.message_id in said], cut

    async def decide(self, seat: Seat, message_id: str, decision: Decision, urls: Urls, now: datetime) -> MessageView:
        """Raises `MessageNotFound`, and `NothingToDecide` where it does not wait for such a decision (any more)."""
        channel = seat.channel
        await self._events.hold(channel)
        message = await self._messages.hold(message_id)
        if message is None or message.thread_id != channel.id:
            raise MessageNotFound
        if decision in ("approve", "reject"):
            if message.state != MessageState.HELD:
                raise NothingToDecide
        elif message.state != MessageState.SHOWN or not await self._reports.waits(message.id):
            raise NothingToDecide
        match decision:
            case "keep":
                await self._reports.close([message.id], now)
                await self._note(seat, message, Action.KEEP, now)
            case "remove":
                await self._removals.remove(channel, message, seat.caller, Action.DELETE, now)
            case "reject":
                await self._removals.remove(channel, message, seat.caller, Action.REJECT, now)
            case "approve":
                await self._approve(channel, message, now)
                await self._note(seat, message, Action.APPROVE, now)
        if decision in ("keep", "approve"):
            await self._events.happened(channel, ModerationChanged(reports=True), now)
        return show(MessageView, await self._said(message_id), urls)

    async def _approve(self, channel: Channel, message: Message, now: datetime) -> None:
        """It is said now, as far as the room is concerned."""
        held_as, message.seq = message.seq, await self._events.reserve(channel)
        message.told = [*(message.told or ()), held_as]
        message.state = MessageState.SHOWN
        said = await self._said(message.hash_id)
        await self._events.happened(channel, show(MessageCreated, said, self._event_urls), now, seq=message.seq)
        reviewed = MessageReviewed(message.hash_id, shown=True)
        await self._events.happened(channel, reviewed, now, to=message.author)

    async def _note(self, seat: Seat, message: Message, action: Action, now: datetime) -> None:
        about = {"subject": message.author, "name": message.author_name, "message_id": message.hash_id}
        await self._moderation.note(seat.channel, seat.caller, action, now, **about)

    async def _said(self, message_id: str) -> SaidMessage:
        said = await self._messages.find(message_id)
        if said is None:
            raise MessageNotFound
        return said
