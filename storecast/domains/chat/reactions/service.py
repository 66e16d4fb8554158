"""The rules of reacting to messages. One call is one transaction."""

from collections.abc import Collection, Iterator
from datetime import datetime

from storecast.domains.accounts.callers import Caller
from storecast.domains.chat.errors import AwaitsReview, MessageNotFound, ReactedEnough, TooManyKinds
from storecast.domains.chat.events import ReactionsCounted
from storecast.domains.chat.models import MessageState
from storecast.domains.chat.reactions.emoji import one_emoji
from storecast.domains.chat.reactions.repository import ReactionRepository
from storecast.domains.chat.reactions.schemas import ReactionChange, ReactionChanged
from storecast.domains.chat.threads import ThreadService
from storecast.domains.moderation.service import ModerationService
from storecast.domains.moderation.values import Verdict
from storecast.kit.database import Database
from storecast.kit.events import RoomFigure
from storecast.kit.networks import network
from storecast.kit.rate_limits import RateLimits
from storecast.kit.tallies import Tallies

MOST = 6  # of one person to one message
MOST_KINDS = 20  # of emojis under one message
REACTIONS = "60/minute"  # of one person
REACTIONS_FROM_ADDRESS = "600/minute"  # viewers behind one address share it
LONGEST_FIGURE = 6_000  # bytes of the bus's 7,000, counted generously


class ReactionService:
    def __init__(
        self,
        db: Database,
        threads: ThreadService,
        moderation: ModerationService,
        limits: RateLimits,
        tallies: Tallies,
    ) -> None:
        self._db = db
        self._repository = ReactionRepository(db)
        self._threads = threads
        self._moderation = moderation
        self._limits = limits
        self._tallies = tallies

    async def change(
        self, message_id: str, data: ReactionChange, by: Caller, address: str, now: datetime
    ) -> ReactionChanged:
        """Add one's own to a message, or take it back; twice is once. The room is told the totals a little later.

        Raises `MessageNotFound`, `ChatOff`, `AwaitsReview`, `Banned`, `ReactedEnough`, `TooManyKinds`, `Unprocessable`,
        `TooManyRequests`.
        """
        emoji = one_emoji(data.emoji)
        await self._limits.hit(REACTIONS, "reaction", by.subject)
        await self._limits.hit(REACTIONS_FROM_ADDRESS, "reaction", network(address))
        presence, message = await self._threads.locate(message_id, by, now)
        presence.require_on()
        if message.state == MessageState.HELD:
            raise AwaitsReview
        if message.state == MessageState.DELETED or (message.state == MessageState.HIDDEN and presence.moderates):
            raise MessageNotFound
        verdict = await self._moderation.require_welcome(presence.channel, by, address, now, acts=presence.acts)
        if verdict is Verdict.SHOWN and message.state == MessageState.SHOWN:
            if data.on:
                changed = await self._add(message.id, by.subject, emoji, now)
            else:
                changed = await self._repository.take_back(message.id, by.subject, emoji)
            if changed:
                self._tallies.changed(self._db, count_reactions, message.id)
        return ReactionChanged(message_id, emoji, data.on)

    async def _add(self, message_id: int, subject: str, emoji: str, now: datetime) -> bool:
        if await self._repository.join_in(message_id, subject, emoji, MOST, now):
            return True
        if await self._repository.begin(message_id, subject, emoji, MOST, MOST_KINDS, now):
            return True
        own = await self._repository.of_person(message_id, subject)
        if emoji in own:
            return False
        raise ReactedEnough(MOST) if len(own) >= MOST else TooManyKinds(MOST_KINDS)


async def count_reactions(db: Database, message_ids: Collection[int]) -> Iterator[tuple[str, RoomFigure]]:
    """What to tell which room of these messages."""
    totals: dict[str, dict[str, dict[str, int]]] = {}
    for row in await ReactionRepository(db).totals(message_ids):
        counts = totals.setdefault(row["room"], {}).setdefault(row["message"], {})
        if row["emoji"] is not None:
            counts[row["emoji"]] = row["count"]
    return ((room, ReactionsCounted(part)) for room, counted in totals.items() for part in _parts(counted))


def _parts(counted: dict[str, dict[str, int]]) -> Iterator[dict[str, dict[str, int]]]:
    """Of so many messages each that a figure is short enough for the bus."""
    part: dict[str, dict[str, int]] = {}
    size = 0
    for message, counts in counted.items():
        longer = 40 + sum(len(emoji.encode()) + 15 for emoji in counts)
        if part and size + longer > LONGEST_FIGURE:
            yield part
            part, size = {}, 0
        part[message] = counts
        size += longer
    if part:
        yield part
