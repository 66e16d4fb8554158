"""Questions asked of the tables of webhooks."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Text, and_, column, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY

from storecast.adapters.webhooks.courier import Failure
from storecast.domains.webhooks.models import DeliveryState, WebhookDelivery, WebhookEndpoint, WebhookLine
from storecast.kit.database import Database
from storecast.kit.pagination import PageRequest, Slice

_LISTENING = """
    SELECT webhook_endpoints.id, webhook_endpoints.events, channels.slug
    FROM channels JOIN webhook_endpoints ON webhook_endpoints.user_id = channels.owner_id
    WHERE channels.id = $1 AND webhook_endpoints.off IS NULL
"""
_HAS_ENDPOINTS = """
    SELECT 1 FROM channels JOIN webhook_endpoints ON webhook_endpoints.user_id = channels.owner_id
    WHERE channels.id = $1 LIMIT 1
"""
# Endpoints are locked before lines, and lines before deliveries, by everybody; several lines by events alone, in the
# order of the rooms they happen in.
_HOLD = text("SELECT id FROM webhook_endpoints WHERE id = ANY(:ids) AND off IS NULL ORDER BY id FOR KEY SHARE")
# Locked until the transaction ends, in one order, so that what waits in a line waits in the order of commits.
_STAND = text(
    """
    INSERT INTO webhook_lines (endpoint_id, thing) SELECT unnest(CAST(:endpoints AS bigint[])), :thing ORDER BY 1
    ON CONFLICT (endpoint_id, thing) DO UPDATE SET thing = excluded.thing
    RETURNING id, endpoint_id, due_at
    """
)
_TOO_LONG = """
    SELECT endpoint_id FROM webhook_deliveries WHERE state = 'waiting' GROUP BY endpoint_id HAVING count(*) > :most
"""
_HOLD_BACKLOGS = text(f"SELECT id FROM webhook_endpoints WHERE id IN ({_TOO_LONG}) ORDER BY id FOR NO KEY UPDATE")  # noqa: S608 - a constant
_GIVE_UP = text(
    """
    UPDATE webhook_deliveries SET state = 'failed', failure = :failure WHERE id IN (
        SELECT id FROM (
            SELECT id, row_number() OVER (PARTITION BY endpoint_id ORDER BY id DESC) AS place
            FROM webhook_deliveries WHERE state = 'waiting' AND endpoint_id = ANY(:endpoints)
        ) AS waiting WHERE place > :most
    )
    """
)
# An answer stays, and quotes no more what it answers. What is signed is signed when it is sent.
_UNQUOTE = text(
    """
    UPDATE webhook_deliveries SET carries = carries[1:1], payload = (
        CASE event WHEN 'message.pinned' THEN jsonb_set(payload::jsonb, '{data,message,reply_to}', 'null')
        ELSE jsonb_set(payload::jsonb, '{data,reply_to}', 'null') END
    )::text
    WHERE carries && CAST(:ids AS text[]) AND carries[2] = ANY(:ids)
    """
)
WAITING = WebhookDelivery.state == DeliveryState.WAITING


class WebhookRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    # Endpoints.

    async def lock_owner(self, user_id: int) -> None:
        """Nobody else adds to this person's endpoints until this transaction ends."""
        await self._db.execute(text("SELECT FROM users WHERE id = :id FOR NO KEY UPDATE"), {"id": user_id})

    async def endpoints_of(self, user_id: int) -> list[WebhookEndpoint]:
        query = select(WebhookEndpoint).where(WebhookEndpoint.user_id == user_id).order_by(WebhookEndpoint.id)
        return list((await self._db.execute(query)).scalars())

    async def endpoint(self, user_id: int, hash_id: str, *, lock: bool = False) -> WebhookEndpoint | None:
        query = select(WebhookEndpoint).where(WebhookEndpoint.user_id == user_id, WebhookEndpoint.hash_id == hash_id)
        return (await self._db.execute(query.with_for_update(key_share=True) if lock else query)).scalar_one_or_none()

    async def add(self, endpoint: WebhookEndpoint) -> None:
        self._db.add(endpoint)
        await self._db.flush()

    async def delete(self, endpoint: WebhookEndpoint) -> None:
        await self._db.execute(delete(WebhookEndpoint).where(WebhookEndpoint.id == endpoint.id))

    async def delete_all(self, user_id: int) -> None:
        own = select(WebhookEndpoint.id).where(WebhookEndpoint.user_id == user_id)
        locked = own.order_by(WebhookEndpoint.id).with_for_update()
        await self._db.execute(delete(WebhookEndpoint).where(WebhookEndpoint.id.in_(locked)))

    async def listening(self, channel_id: int) -> list[tuple[int, list[str], str]]:
        """The endpoints that are on, of the channel's owner: id, events they ask for, the channel's slug."""
        return [(row[0], row[1], row[2]) for row in await self._db.rows(_LISTENING, channel_id)]

    async def has_endpoints(self, channel_id: int) -> bool:
        """Whether the channel's owner has any, be they off."""
        return bool(await self._db.rows(_HAS_ENDPOINTS, channel_id))

    async def hold(self, endpoint_ids: Collection[int]) -> list[int]:
        """Those that are still there and on, and stay until this transaction ends."""
        return list((await self._db.execute(_HOLD, {"ids": list(endpoint_ids)})).scalars())

    # Lines.

    async def stand(self, endpoint_ids: Collection[int], thing: str) -> list[tuple[int, int, datetime | None]]:
        """The lines of this thing, made where there are none, and locked: id, endpoint, when somebody looks next."""
        found = await self._db.execute(_STAND, {"endpoints": list(endpoint_ids), "thing": thing})
        return [(row[0], row[1], row[2]) for row in found]

    async def due(self, line_ids: Collection[int], at: datetime) -> None:
        await self._db.execute(update(WebhookLine).where(WebhookLine.id.in_(line_ids)).values(due_at=at))

    async def lock(self, line_id: int) -> tuple[WebhookLine, WebhookEndpoint] | None:
        """Both as they are now, and nobody else changes them until this transaction ends."""
        its = select(WebhookLine.endpoint_id).where(WebhookLine.id == line_id).scalar_subquery()
        query = select(WebhookEndpoint).where(WebhookEndpoint.id == its)
        endpoint = (await self._db.execute(query.with_for_update(key_share=True))).scalar_one_or_none()
        own = select(WebhookLine).where(WebhookLine.id == line_id)
        line = (await self._db.execute(own.with_for_update(key_share=True))).scalar_one_or_none()
        return None if line is None or endpoint is None else (line, endpoint)

    async def taken(self, endpoint_id: int, now: datetime) -> int:
        """How many of its lines somebody sees to right now."""
        query = select(func.count()).where(WebhookLine.endpoint_id == endpoint_id, WebhookLine.taken_until > now)
        return (await self._db.execute(query)).scalar_one()

    async def first_waiting(self, line_id: int) -> WebhookDelivery | None:
        query = select(WebhookDelivery).where(WebhookDelivery.line_id == line_id, WAITING)
        return (await self._db.execute(query.order_by(WebhookDelivery.id).limit(1))).scalar_one_or_none()

    async def put_off(self, endpoint_id: int) -> list[int]:
        """Its lines in which something waits, or is being told of right now."""
        query = select(WebhookLine.id).where(WebhookLine.endpoint_id == endpoint_id, WebhookLine.due_at.is_not(None))
        return list((await self._db.execute(query.order_by(WebhookLine.id))).scalars())

    async def overdue(self, since: datetime, now: datetime, limit: int) -> list[int]:
        """Lines of endpoints that are on, which were due at `since`, and which nobody who is alive sees to."""
        nobody = or_(WebhookLine.taken_until.is_(None), WebhookLine.taken_until <= now)
        query = select(WebhookLine.id).join(WebhookEndpoint, WebhookEndpoint.id == WebhookLine.endpoint_id)
        query = query.where(WebhookEndpoint.off.is_(None), WebhookLine.due_at <= since, nobody)
        return list((await self._db.execute(query.order_by(WebhookLine.due_at).limit(limit))).scalars())

    # Deliveries.

    async def tell(self, deliveries: Sequence[WebhookDelivery]) -> None:
        self._db.add_all(deliveries)
        await self._db.flush()

    async def delivery(self, delivery_id: int) -> WebhookDelivery | None:
        return await self._db.get(WebhookDelivery, delivery_id)

    async def delivery_of(
        self, user_id: int, hash_id: str
    ) -> tuple[WebhookDelivery, WebhookEndpoint, WebhookLine] | None:
        query = (
            select(WebhookDelivery, WebhookEndpoint, WebhookLine)
            .join(WebhookEndpoint, WebhookEndpoint.id == WebhookDelivery.endpoint_id)
            .join(WebhookLine, WebhookLine.id == WebhookDelivery.line_id)
            .where(WebhookEndpoint.user_id == user_id, WebhookDelivery.hash_id == hash_id)
        )
        found = (await self._db.execute(query)).first()
        return None if found is None else (found[0], found[1], found[2])

    async def deliveries(
        self, endpoint: WebhookEndpoint, page: PageRequest
    ) -> tuple[list[tuple[WebhookDelivery, datetime | None]], Slice]:
        """The endpoint's, newest first, each with when somebody looks at its line next."""
        own = WebhookDelivery.endpoint_id == endpoint.id
        total = (await self._db.execute(select(func.count()).select_from(WebhookDelivery).where(own))).scalar_one()
        query = select(WebhookDelivery, WebhookLine.due_at).join(WebhookLine, WebhookLine.id == WebhookDelivery.line_id)
        query = query.where(own).order_by(WebhookDelivery.id.desc()).offset(page.offset).limit(page.size)
        return [(row[0], row[1]) for row in await self._db.execute(query)], Slice(total, page)

    async def give_up_oldest(self, most: int) -> None:
        """Of endpoints for which more than `most` deliveries wait, those that wait longest."""
        endpoints = list((await self._db.execute(_HOLD_BACKLOGS, {"most": most})).scalars())
        if endpoints:
            values = {"most": most, "failure": Failure.BACKLOG.value, "endpoints": endpoints}
            await self._db.execute(_GIVE_UP, values)

    async def forget(self, before: datetime) -> None:
        """Deliveries of then."""
        await self._forget(WebhookDelivery.created_at <= before)

    async def erase(self, hash_id: str) -> None:
        """Deliveries that tell of this person."""
        await self._forget(WebhookDelivery.payload.contains(hash_id, autoescape=True))

    async def forget_words(self, message_ids: Collection[str]) -> None:
        """Deliveries that tell of these messages; those that tell of answers to them lose the quote."""
        ids = list(message_ids)
        carries = column("carries", ARRAY(Text))
        await self._forget(and_(carries.overlap(ids), carries[1].in_(ids)))
        await self._db.execute(_UNQUOTE, {"ids": ids})

    async def _forget(self, which: ColumnElement[bool]) -> None:
        """Nobody sends any of them meanwhile."""
        theirs = select(WebhookDelivery.endpoint_id).where(which)
        query = select(WebhookEndpoint.id).where(WebhookEndpoint.id.in_(theirs)).order_by(WebhookEndpoint.id)
        await self._db.execute(query.with_for_update(key_share=True))
        await self._db.execute(delete(WebhookDelivery).where(which))
