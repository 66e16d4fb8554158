"""The evidence of an order: what its buyer had seen. Written once; reports apply their rules to it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from storecast.domains.orders.models import Evidence
from storecast.domains.streams.service import StreamService
from storecast.kit.database import Database

_ON_SCREEN = """
    SELECT product_id, at, ended_at FROM promotions
    WHERE channel_id = $1 AND at <= $2 AND (ended_at IS NULL OR ended_at > $3) ORDER BY at DESC LIMIT 50
"""


class Watched(Struct, frozen=True):
    """A view, as it was counted."""

    began_at: datetime
    seen_at: datetime
    media_id: str | None = None  # of a video: its public id
    media_at: float | None = None  # seconds of it, when it was last heard of
    shown: tuple[datetime, datetime] | None = None  # of a video: from when until when what was seen of it was shown


class WatchEvidence(Protocol):
    """Who knows what was watched: the audience, which is beside this domain."""

    async def watched(self, db: Database, channel_id: int, view_hash: str, now: datetime) -> Watched | None: ...


class EvidenceService:
    def __init__(self, db: Database, streams: StreamService, watching: WatchEvidence) -> None:
        self._db = db
        self._streams = streams
        self._watching = watching

    async def of(
        self,
        order_id: int,
        channel_id: int,
        view_hash: str | None,
        referrer: str | None,
        coupon: str | None,
        now: datetime,
    ) -> Evidence:
        view = None if view_hash is None else await self._watching.watched(self._db, channel_id, view_hash, now)
        session = (await self._streams.open_sessions([channel_id])).get(channel_id)
        return Evidence(
            order_id=order_id,
            session_id=session.id if session is not None else None,
            view_hash=view_hash,
            view_began_at=view.began_at if view is not None else None,
            seconds_watched=int((view.seen_at - view.began_at).total_seconds()) if view is not None else 0,
            last_watched_at=view.seen_at if view is not None else None,
            media_id=view.media_id if view is not None else None,
            media_at=view.media_at if view is not None else None,
            pins=await self._pins(channel_id, *_shown(view, now)),
            referrer=referrer,
            coupon=coupon,
            at=now,
        )

    async def _pins(self, channel_id: int, since: datetime, until: datetime) -> list[dict[str, object]]:
        """What was on screen between the two, newest first."""
        rows: Sequence[tuple[int, datetime, datetime | None]] = [
            (row[0], row[1], row[2]) for row in await self._db.rows(_ON_SCREEN, channel_id, until, since)
        ]
        return [
            {"product_id": product_id, "at": at.isoformat(), "until": until.isoformat() if until else None}
            for product_id, at, until in rows
        ]


def _shown(view: Watched | None, now: datetime) -> tuple[datetime, datetime]:
    """From when until when what the buyer saw was on."""
    if view is None:
        return now, now
    if view.media_id is None:
        return view.began_at, now
    return view.shown or (now, now)
