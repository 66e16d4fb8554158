"""Which open channel a slug or id names, remembered so that a heartbeat asks the database nothing."""

import time
from collections import OrderedDict
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from storecast.contracts.bus import BusMessage, ChannelChanged, Kind
from storecast.domains.channels.access import ChannelAccess, is_open
from storecast.domains.channels.errors import ChannelNotFound
from storecast.kit.database import DatabaseMaker

MOST_ENTRIES = 10_000
AWAY_SECONDS = 0.5  # that a database which does not answer is not asked again
TRUSTED_SECONDS = 300.0  # that what was known last is gone by while it does not answer


class ChannelDirectory:
    """One a process. It remembers only while the process hears the bus (`listening`).

    While the database does not answer it goes by what it knew before: nobody changes a channel then.
    """

    def __init__(self, databases: DatabaseMaker) -> None:
        self._databases = databases
        self._ids: OrderedDict[str, tuple[int | None, str]] = OrderedDict()
        self._former: OrderedDict[str, tuple[int | None, str]] = OrderedDict()
        self._former_until = 0.0
        self._away_until = 0.0
        self.listening = False
        self._changes = 0  # heard of: what was read before one is not remembered

    def known(self, ref: str) -> int | None:
        """As `find_open`, of what is remembered; None for all else, too."""
        found = self._ids.get(ref) if self.listening else None
        return None if found is None else found[0]

    async def find_open(self, ref: str, now: datetime) -> int | None:
        """The row id of a channel that anyone at all may watch; None for any other."""
        known = self._ids.get(ref) if self.listening else None
        if known is None and self._away_until > time.monotonic():
            known = self._before(ref)
        if known is not None:
            return known[0]
        changes = self._changes
        try:
            async with self._databases() as db:
                channel = await ChannelAccess(db).find(ref, None, now)
        except ChannelNotFound:
            return None
        except (SQLAlchemyError, OSError):
            self._away_until = time.monotonic() + AWAY_SECONDS
            if (known := self._before(ref)) is None:
                raise
            return known[0]
        channel_id = channel.id if is_open(channel) else None
        if self.listening and changes == self._changes:
            self._ids[ref] = (channel_id, channel.hash_id)
            while len(self._ids) > MOST_ENTRIES:
                self._ids.popitem(last=False)
        return channel_id

    def hear(self, message: BusMessage) -> None:
        if isinstance(message, ChannelChanged) and message.concerns(Kind.DETAILS):
            self._changes += 1
            self._ids = OrderedDict((ref, ids) for ref, ids in self._ids.items() if ids[1] != message.channel_id)

    def clear(self) -> None:
        self._changes += 1
        if self._ids:
            self._former, self._former_until = self._ids, time.monotonic() + TRUSTED_SECONDS
        self._ids = OrderedDict()

    def _before(self, ref: str) -> tuple[int | None, str] | None:
        return self._former.get(ref) if self._former_until > time.monotonic() else None
