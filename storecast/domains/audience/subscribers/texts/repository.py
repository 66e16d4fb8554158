"""Questions asked of the SMS."""

from collections.abc import Collection
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import delete, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from storecast.domains.audience.subscribers.models import HeardText, StoppedNumber, TextMessage, TextPurpose
from storecast.domains.audience.subscribers.texts.numbers import Hashes
from storecast.kit.database import Database

DAY = timedelta(days=1)

_LOCK = text("SELECT pg_advisory_xact_lock(7405104)")  # any number of our own
_OF_NUMBER = """
    SELECT
        count(*) FILTER (WHERE purpose = 'code'),
        count(*) FILTER (WHERE purpose <> 'code')
    FROM text_messages WHERE number = $1 AND created_at > $2
"""
_OF_DAY = """
    SELECT
        count(*),
        count(*) FILTER (WHERE purpose = 'code'),
        count(*) FILTER (WHERE owner_id = $2),
        count(*) FILTER (WHERE owner_id = $2 AND purpose = 'code'),
        count(*) FILTER (WHERE block = $3 AND purpose = 'code' AND answered_at IS NULL),
        count(*) FILTER (WHERE network = $4 AND purpose = 'code' AND answered_at IS NULL),
        count(*) FILTER (WHERE wide_network = $5 AND purpose = 'code' AND answered_at IS NULL)
    FROM text_messages WHERE created_at > $1
"""
_OF_MONTH = """
    SELECT owner_id, count(*) FROM text_messages
    WHERE owner_id = ANY($1) AND created_at >= $2 AND failure IS NULL GROUP BY owner_id
"""


class Sent(Struct, frozen=True):
    """How many SMS went out in the last 24 hours, or are about to."""

    codes_to_number: int
    others_to_number: int
    all: int
    codes: int
    of_account: int
    codes_of_account: int
    unanswered_of_block: int
    unanswered_of_network: int
    unanswered_of_wide_network: int


class TextRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def lock(self) -> None:
        """Until this transaction ends nobody else counts: many at once are no way round a cap."""
        await self._db.execute(_LOCK)

    async def sent(self, hashes: Hashes, owner_id: int, now: datetime) -> Sent:
        since = now - DAY
        [number] = await self._db.rows(_OF_NUMBER, hashes.number, since)
        day = (since, owner_id, hashes.block, hashes.network, hashes.wide_network)
        [rest] = await self._db.rows(_OF_DAY, *day)
        return Sent(*number, *rest)

    async def add(self, message: TextMessage) -> None:
        self._db.add(message)
        await self._db.flush()

    async def by_key(self, key: str) -> TextMessage | None:
        query = select(TextMessage).where(TextMessage.key == key)
        return (await self._db.execute(query, execution_options={"populate_existing": True})).scalar_one_or_none()

    async def by_id(self, message_id: int) -> TextMessage | None:
        return await self._db.get(TextMessage, message_id)

    async def by_carrier_id(self, carrier_id: str) -> TextMessage | None:
        query = select(TextMessage).where(TextMessage.carrier_id == carrier_id).with_for_update()
        return (await self._db.execute(query)).scalar_one_or_none()

    async def answered(self, number: str, since: datetime, now: datetime) -> None:
        """The codes sent to this number since were good."""
        codes = update(TextMessage).where(
            TextMessage.number == number, TextMessage.purpose == TextPurpose.CODE, TextMessage.created_at > since
        )
        await self._db.execute(codes.values(answered_at=now))

    async def is_stopped(self, number: str) -> bool:
        return await self._db.get(StoppedNumber, number, populate_existing=True) is not None

    async def stop(self, number: str, now: datetime) -> None:
        row = insert(StoppedNumber).values(number=number, stopped_at=now)
        await self._db.execute(row.on_conflict_do_nothing())

    async def restart(self, number: str) -> None:
        await self._db.execute(delete(StoppedNumber).where(StoppedNumber.number == number))

    async def hear(self, carrier_id: str, now: datetime) -> bool:
        """Note that it was heard; False where it was before."""
        row = insert(HeardText).values(carrier_id=carrier_id, heard_at=now).on_conflict_do_nothing()
        return (await self._db.execute(row.returning(HeardText.carrier_id))).first() is not None

    async def forget(self, numbers_before: datetime, messages_before: datetime, heard_before: datetime) -> None:
        old = or_(TextMessage.number != "", TextMessage.network != "")
        blank = update(TextMessage).where(TextMessage.created_at < numbers_before, old)
        await self._db.execute(blank.values(number="", block="", network="", wide_network=""))
        await self._db.execute(delete(TextMessage).where(TextMessage.created_at < messages_before))
        await self._db.execute(delete(HeardText).where(HeardText.heard_at < heard_before))


async def texts_used(db: Database, owner_ids: Collection[int], now: datetime) -> dict[int, int]:
    """How many SMS went out this month for the channels of each of these owners."""
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return {row[0]: row[1] for row in await db.rows(_OF_MONTH, list(owner_ids), month)}
