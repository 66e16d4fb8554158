"""Each channel's rules, remembered by this process so that a message asks the database nothing for them."""

import time
from collections import OrderedDict
from functools import lru_cache

from msgspec import Struct

from storecast.contracts.bus import BusMessage, ChannelChanged, Kind
from storecast.domains.moderation.repository import ModerationRepository
from storecast.domains.moderation.values import ChatSettings
from storecast.domains.moderation.words import BlockedWords
from storecast.kit.database import Database
from storecast.kit.shared.changes import Changes

MOST_CHANNELS = 2_000
MOST_LISTS = 100
GOOD_SECONDS = 10.0  # should a message of the bus be lost, which nobody would notice


class Rules(Struct, frozen=True):
    room_id: str  # the channel's hash id
    force: ChatSettings
    good_until: float
    known: int  # what `Changes` knew before they were read
    place: int  # where they note a change


class Rulebook:
    """One a process. It remembers only while the process hears the bus (`listening`), and what nobody has changed."""

    def __init__(self, changed: Changes) -> None:
        self._changed = changed
        self.listening = False
        self.blocked = lru_cache(MOST_LISTS)(BlockedWords)
        """A channel's blocked words, ready to be looked for. To make 500 ready takes 20 ms, and some 1 MB."""
        self._rules: OrderedDict[int, Rules] = OrderedDict()
        self._changes = 0  # heard of: what was read before one is not remembered

    async def of(self, db: Database, channel_id: int) -> Rules:
        """What a channel that is not there has are the defaults."""
        known = self._rules.get(channel_id) if self.listening else None
        fresh = known is not None and not self._changed.since(known.known, known.place)
        if known is not None and fresh and known.good_until > time.monotonic():
            self._rules.move_to_end(channel_id)
            return known
        changes, moment = self._changes, self._changed.now()
        room_id, kept = await ModerationRepository(db).settings(channel_id)
        place = self._changed.place(Kind.MODERATION, room_id)
        rules = Rules(room_id, kept.in_force(), time.monotonic() + GOOD_SECONDS, moment, place)
        if self.listening and changes == self._changes:
            self._rules[channel_id] = rules
            self._rules.move_to_end(channel_id)
            while len(self._rules) > MOST_CHANNELS:
                self._rules.popitem(last=False)
        return rules

    def hear(self, message: BusMessage) -> None:
        if isinstance(message, ChannelChanged) and message.concerns(Kind.MODERATION):
            self._changes += 1
            room_id = message.channel_id
            for channel_id in [number for number, rules in self._rules.items() if rules.room_id == room_id]:
                del self._rules[channel_id]

    def clear(self) -> None:
        self._changes += 1
        self._rules.clear()
