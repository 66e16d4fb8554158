"""The rules of bringing messages from elsewhere. One call is one transaction."""

from collections.abc import Sequence
from datetime import datetime

from storecast.domains.accounts.callers import Caller, ClientCaller, SignedIn
from storecast.domains.channels.access import NOTHING, Act, ChannelAccess
from storecast.domains.channels.errors import ChannelNotFound, NotAnEditor
from storecast.domains.channels.models import Channel, Privacy
from storecast.domains.chat.errors import ChatOff, ThreadNotFound
from storecast.domains.chat.events import MessageCreated, MessageHeld
from storecast.domains.chat.imports.schemas import OutsideMessage, OutsideMessages, StoredMessages
from storecast.domains.chat.models import Message, MessageState
from storecast.domains.chat.repository import ChatRepository
from storecast.domains.chat.showing import OUTSIDE, STATES, SaidMessage, quote_of, show
from storecast.domains.moderation.events import ModerationChanged
from storecast.domains.moderation.service import ModerationService
from storecast.domains.moderation.values import Action, Verdict
from storecast.domains.oauth.clients.service import ClientService
from storecast.kit.clock import in_utc
from storecast.kit.database import Database
from storecast.kit.events import Events
from storecast.kit.ids import public_id
from storecast.kit.rate_limits import RateLimits
from storecast.kit.urls import Urls

IMPORTS = "120/minute"  # of one client or person


class ImportService:
    def __init__(
        self,
        db: Database,
        access: ChannelAccess,
        clients: ClientService,
        moderation: ModerationService,
        events: Events,
        limits: RateLimits,
        event_urls: Urls,
    ) -> None:
        self._repository = ChatRepository(db)
        self._clients = clients
        self._access = access
        self._moderation = moderation
        self._events = events
        self._limits = limits
        self._event_urls = event_urls

    async def store(self, data: OutsideMessages, by: Caller, now: datetime) -> StoredMessages:
        """Have what was said elsewhere said here, each message once, in one go and for everybody.

        Raises `ThreadNotFound`, `NotAnEditor`, `ChatOff`, `TooManyRequests`, `Unprocessable`.
        """
        await self._limits.hit(IMPORTS, "import", by.subject)
        channel = await self._thread(data.slug, by, now)
        if not channel.chat_enabled:
            raise ChatOff
        given: dict[str, OutsideMessage] = {}
        times: dict[str, datetime] = {}
        for place, message in enumerate(data.messages):
            if message.id not in given:
                given[message.id] = message
                times[message.id] = _said_at(place, message, now)
        await self._repository.hold_imports(channel.id)
        answered = {message.reply_for for message in given.values() if message.reply_for is not None}
        known = await self._repository.known_outside(channel.id, [*given, *answered])
        fresh = [message for id, message in given.items() if id not in known]
        verdicts = await self._moderation.judge(channel, [(each.author.name, each.data) for each in fresh])
        taken = [(each, verdict) for each, verdict in zip(fresh, verdicts, strict=True) if verdict is not None]
        here = {id: message.hash_id for id, message in known.items()}
        here |= {message.id: public_id() for message, _ in taken}
        messages = [self._message(channel, each, here, times[each.id], verdict) for each, verdict in taken]
        if messages:
            await self._say(channel, messages, {message.hash_id: message for message in known.values()}, now)
            whose = f"client={by.client_id}" if isinstance(by, ClientCaller) else None
            await self._moderation.note_now_and_then(channel, by, Action.IMPORT, now, detail=whose)
        return StoredMessages(
            stored=len(messages),
            known=len(data.messages) - len(fresh),
            held=verdicts.count(Verdict.HELD),
            refused=[each.id for each, verdict in zip(fresh, verdicts, strict=True) if verdict is None],
        )

    async def _thread(self, ref: str, by: Caller, now: datetime) -> Channel:
        """The channel whose thread it is, for who may edit it, or runs the installation."""
        try:
            channel = await self._access.known(ref, now)
        except ChannelNotFound as error:
            raise ThreadNotFound from error
        acts = await self._acts(channel, by)
        if Act.EDIT not in acts:
            raise NotAnEditor if acts or channel.privacy == Privacy.PUBLIC else ThreadNotFound
        return channel

    async def _acts(self, channel: Channel, by: Caller) -> frozenset[Act]:
        if isinstance(by, SignedIn):
            return frozenset(Act) if by.user.is_operator else await self._access.acts(channel, by)
        client = await self._clients.known(by.client_id) if isinstance(by, ClientCaller) else None
        if client is None:
            return NOTHING
        if client.user_id is None:  # the installation's own
            return frozenset(Act)
        return await self._access.acts_of_user(channel, client.user_id)

    def _message(
        self, channel: Channel, given: OutsideMessage, here: dict[str, str], at: datetime, verdict: Verdict
    ) -> Message:
        answered = here.get(given.reply_for) if given.reply_for is not None else None
        return Message(
            hash_id=here[given.id],
            thread_id=channel.id,
            author=f"{OUTSIDE}:{given.author.id}",
            author_name=given.author.name,
            author_role="viewer",
            data=given.data,
            locale=given.locale,
            reply_for=answered if answered != here[given.id] else None,
            created_at=at,
            state=STATES[verdict],
            outside_id=given.id,
        )

    async def _say(
        self, channel: Channel, messages: Sequence[Message], known: dict[str, Message], now: datetime
    ) -> None:
        """The room is locked only once everything is ready. What is held stands behind what is shown."""
        quotable = known | {message.hash_id: message for message in messages}
        messages = sorted(messages, key=lambda message: message.state != MessageState.SHOWN)
        first = await self._events.reserve(channel, len(messages))
        for seq, message in enumerate(messages, first):
            message.seq = seq
        await self._repository.add_all(messages)
        said = [SaidMessage(each, quote_of(quotable.get(each.reply_for or ""))) for each in messages]
        shown = [show(MessageCreated, each, self._event_urls) for each in said if each.is_shown]
        held = [show(MessageHeld, each, self._event_urls) for each in said if not each.is_shown]
        await self._events.all_happened(channel, shown, now, first=first)
        await self._events.all_happened(channel, held, now, first=first + len(shown))
        if held:
            await self._events.happened(channel, ModerationChanged(reports=True), now)


def _said_at(place: int, message: OutsideMessage, now: datetime) -> datetime:
    """What is to come is now: clocks differ. Raises `Unprocessable`."""
    if message.created_at is None:
        return now
    return min(now, in_utc(f"messages.{place}.created_at", message.created_at))
