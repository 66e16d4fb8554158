"""The event log: what happened in each room, in one order for everybody.

An event takes its room's next `seq` in the transaction that causes it. The room's row stays locked until that
transaction ends, so `seq` order is commit order, and a reader that has seen `seq` n has seen all before it.
`kit/events.py` writes what is read here.
"""

from datetime import datetime

import msgspec
from sqlalchemy import BigInteger, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from storecast.contracts.hooks import EventsPage, RoomEvent
from storecast.kit.clock import iso
from storecast.kit.database import Base, Database

KEPT_EVENTS = 1_000  # how far back a client can recover
KEPT_SECONDS = 300


class Room(Base):
    __tablename__ = "rooms"

    room_id: Mapped[str] = mapped_column(Text, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)


class RoomEventRow(Base):
    __tablename__ = "room_events"

    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.room_id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    event: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    data: Mapped[str] = mapped_column(Text)  # JSON as it is sent
    audience: Mapped[str] = mapped_column(Text)


_NEWEST = "SELECT seq FROM rooms WHERE room_id = $1"
_EVENTS = """
    SELECT seq, event, at, data, audience FROM room_events WHERE room_id = $1 AND seq > $2 ORDER BY seq LIMIT $3
"""


async def newest(db: Database, room_id: str) -> int:
    """The room's newest `seq`, 0 before the first event."""
    found = await db.rows(_NEWEST, room_id)
    return int(found[0][0]) if found else 0


async def since(db: Database, room_id: str, seq: int, limit: int, now: datetime) -> EventsPage:
    """Events after `seq`, oldest first; `complete` is False when the client has been away too long to catch up."""
    newest_seq = await newest(db, room_id)
    limit = min(limit, KEPT_EVENTS)
    rows = await db.rows(_EVENTS, room_id, seq, limit)
    events = [
        RoomEvent(row["seq"], row["event"], iso(row["at"]), msgspec.Raw(row["data"].encode()), row["audience"])
        for row in rows
    ]
    behind = newest_seq - seq
    too_old = bool(rows) and (now - rows[0]["at"]).total_seconds() > KEPT_SECONDS
    complete = 0 <= behind <= KEPT_EVENTS and not too_old and (not rows or rows[0]["seq"] == seq + 1)
    return EventsPage(seq=newest_seq, complete=complete, events=events)
