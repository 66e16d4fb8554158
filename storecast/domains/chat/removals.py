"""The rules of taking messages away, and of bringing them back. One call is one transaction."""

from datetime import datetime, timedelta

from storecast.domains.accounts.callers import Caller
from storecast.domains.channels.errors import NotAnEditor
from storecast.domains.channels.models import Channel
from storecast.domains.chat.errors import DeletedByAuthor, MessageNotFound, NotYoursToDelete
from storecast.domains.chat.events import (
    MessageDeleted,
    MessageHeld,
    MessagePurged,
    MessageRestored,
    MessageReviewed,
)
from storecast.domains.chat.jobs import PurgeAgain
from storecast.domains.chat.models import Message, MessageState
from storecast.domains.chat.reactions.repository import ReactionRepository
from storecast.domains.chat.reactions.service import count_reactions
from storecast.domains.chat.repository import ChatRepository
from storecast.domains.chat.schemas import MessageDeletion, MessageView
from storecast.domains.chat.showing import SaidMessage, author_of, show
from storecast.domains.chat.threads import ThreadService
from storecast.domains.chat.traces import Traces
from storecast.domains.moderation.events import BanLifted, ModerationChanged, PersonBanned
from storecast.domains.moderation.service import ModerationService
from storecast.domains.moderation.values import Action
from storecast.kit.database import Database
from storecast.kit.events import Events
from storecast.kit.jobs import defer
from storecast.kit.rate_limits import RateLimits
from storecast.kit.tallies import Tallies
from storecast.kit.urls import Urls

DELETIONS = "120/minute"  # of one person
BY_BAN = "ban"  # stands for whoever banned, where what somebody said went with them
PURGED_FOR = timedelta(hours=24)  # how far back
SAID_BY_THEN = timedelta(seconds=5)  # after which no message waits any more that was admitted before a ban
MOST_BACK = 500  # messages that come back with a ban that is undone; a moderator brings back what is older


class RemovalService:
    def __init__(
        self,
        db: Database,
        threads: ThreadService,
        moderation: ModerationService,
        events: Events,
        limits: RateLimits,
        tallies: Tallies,
        event_urls: Urls,
    ) -> None:
        self._db = db
        self._reactions = ReactionRepository(db)
        self._tallies = tallies
        self._messages = ChatRepository(db)
        self._traces = Traces(db, events)
        self._threads = threads
        self._moderation = moderation
        self._events = events
        self._limits = limits
        self._event_urls = event_urls

    async def delete(self, data: MessageDeletion, by: Caller, now: datetime) -> None:
        """Take a message away from everybody at once: one's own, or anybody's for who may moderate. Twice is once.

        Raises `ThreadNotFound`, `MessageNotFound`, `NotYoursToDelete`, `TooManyRequests`.
        """
        await self._limits.hit(DELETIONS, "deletion", by.subject)
        presence = await self._threads.enter(data.slug, by, now)
        await self._events.hold(presence.channel)
        message = await self._messages.hold(data.message_id)
        if message is None or message.thread_id != presence.channel.id:
            raise MessageNotFound
        if message.author != by.subject and not presence.moderates:
            raise NotYoursToDelete if presence.sees(message) else MessageNotFound
        if message.state != MessageState.DELETED:
            action = Action.DELETE if message.author != by.subject else None
            await self.remove(presence.channel, message, by, action, now)
        elif message.author == by.subject:
            message.removed_by = by.subject  # whoever took it away before brings it back no more

    async def remove(
        self, channel: Channel, message: Message, by: Caller, action: Action | None, now: datetime
    ) -> None:
        """Take away a message that is held for this transaction. `action` is what the audit says, if anything."""
        state = message.state
        message.removed_from, message.removed_at, message.removed_by = state, now, by.subject
        message.state = MessageState.DELETED
        seq = await self._events.reserve(channel)
        waited = await self._traces.remove(channel, [message], now)
        deleted = MessageDeleted(message.hash_id, channel.id)
        match state:
            case MessageState.HELD:
                reviewed = MessageReviewed(message.hash_id, shown=False)
                await self._events.happened(channel, reviewed, now, to=message.author, seq=seq)
            case MessageState.HIDDEN:
                await self._events.pretended(channel, deleted, now, to=message.author, seq=seq)
            case _:
                await self._events.happened(channel, deleted, now, seq=seq)
        if state == MessageState.HELD or waited:
            await self._events.happened(channel, ModerationChanged(reports=True), now)
        if action is not None:
            await self._note(channel, message, by, action, now)

    async def restore(self, message_id: str, by: Caller, urls: Urls, now: datetime) -> MessageView:
        """Undo a deletion: the message is again what it was. Twice is once.

        Raises `MessageNotFound`, `NotAnEditor`, `DeletedByAuthor`.
        """
        await self._limits.hit(DELETIONS, "deletion", by.subject)
        presence, said = await self._threads.find(message_id, by, now)
        if not presence.moderates:
            raise NotAnEditor
        channel = presence.channel
        await self._events.hold(channel)
        message = await self._messages.hold(message_id)
        if message is None:
            raise MessageNotFound
        if message.removed_from is None:
            return show(MessageView, said, urls)
        if message.removed_by == message.author != by.subject:
            raise DeletedByAuthor
        message.state = message.removed_from
        message.removed_from = message.removed_at = message.removed_by = None
        said = SaidMessage(message, await self._messages.quoted_by(message), said.reactions)
        await self._tell_back(channel, said, now)
        if message.state == MessageState.HELD:
            await self._events.happened(channel, ModerationChanged(reports=True), now)
        await self._note(channel, message, by, Action.RESTORE, now)
        return show(MessageView, said, urls)

    async def purge(self, channel: Channel, ban: PersonBanned, now: datetime) -> None:
        """Take away what somebody who is banned said of late, and guests of their network if it is banned, too.

        Their reactions go as well; but who must not notice goes on seeing their own, of both.
        """
        if not ban.purge:
            return
        await self._purge(channel, ban.subject, ban.origin, now - PURGED_FOR, now, now, hidden=ban.hidden)
        again = PurgeAgain(channel.id, ban.subject, ban.origin, ban.hidden, now)
        await defer(self._db, again, at=now + SAID_BY_THEN)

    async def purge_again(self, channel: Channel, job: PurgeAgain, now: datetime) -> None:
        """What they were saying when they were banned, unless they may speak again by now."""
        if await self._moderation.is_banned(channel, job.subject, now):
            since = job.banned_at - SAID_BY_THEN
            await self._purge(channel, job.subject, job.origin, since, job.banned_at, now, hidden=job.hidden)

    async def _purge(
        self,
        channel: Channel,
        subject: str,
        origin: str | None,
        since: datetime,
        at: datetime,
        now: datetime,
        *,
        hidden: bool,
    ) -> None:
        """`at` is when the ban was made, by which what went with it is found should it be undone."""
        await self._events.hold(channel)  # what is being said is there then
        to = MessageState.HIDDEN if hidden else MessageState.DELETED
        gone = await self._messages.purge(channel.id, subject, origin, since, to, BY_BAN, at)
        if not hidden:
            people = {subject, *(message.author for message in gone)}
            for message_id in await self._reactions.take_back_all(channel.id, people, since):
                self._tallies.changed(self._db, count_reactions, message_id)
        if not gone:
            return
        seq = await self._events.reserve(channel)
        waited = await self._traces.remove(channel, gone, now)
        shown = [message for message in gone if message.removed_from == MessageState.SHOWN]
        authors = sorted({message.author for message in gone})
        purged = MessagePurged([author_of(author)[1] for author in authors])
        await self._events.happened(channel, purged, now, but=authors if hidden else (), seq=seq)
        if waited or len(shown) < len(gone):
            await self._events.happened(channel, ModerationChanged(reports=True), now)

    async def bring_back(self, channel: Channel, lifted: BanLifted, now: datetime) -> None:
        """What went with a ban is again what it was, the newest of it."""
        await self._events.hold(channel)
        back = await self._messages.unpurge(channel.id, lifted.at, BY_BAN, MOST_BACK)
        for said in back:
            await self._tell_back(channel, said, now)
        if any(said.message.state == MessageState.HELD for said in back):
            await self._events.happened(channel, ModerationChanged(reports=True), now)

    async def _tell_back(self, channel: Channel, said: SaidMessage, now: datetime) -> None:
        """The room sees again what was taken away."""
        message = said.message
        seq = await self._events.reserve(channel)
        message.told = [*(message.told or ()), seq]
        if message.state == MessageState.HELD:
            await self._events.happened(channel, show(MessageHeld, said.as_heard(), self._event_urls), now, seq=seq)
        elif message.state == MessageState.SHOWN:
            await self._events.happened(channel, show(MessageRestored, said.as_heard(), self._event_urls), now, seq=seq)

    async def _note(self, channel: Channel, message: Message, by: Caller, action: Action, now: datetime) -> None:
        about = {"subject": message.author, "name": message.author_name, "message_id": message.hash_id}
        await self._moderation.note(channel, by, action, now, **about)
