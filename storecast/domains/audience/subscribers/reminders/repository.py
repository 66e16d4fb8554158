"""Questions asked of schedules, rounds, and who is to be told in them."""

from datetime import datetime, timedelta

from sqlalchemy import any_, delete, literal, or_, select
from sqlalchemy.dialects.postgresql import insert

from storecast.domains.audience.subscribers.models import ReminderRound, Schedule, Subscription
from storecast.kit.database import Database

# One of a schedule that was made, or moved, when the reminder's time was over is not made up for: what moved back and
# forth would be told over and over. One that nobody saw to in time, as no worker was there, is.
_BEGIN = """
    INSERT INTO reminder_rounds (channel_id, starts_at, minutes, begun_at, last_id)
    SELECT schedules.channel_id, schedules.starts_at, times.minutes, $1, 0
    FROM channel_schedules AS schedules
    JOIN reminder_times AS times USING (channel_id)
    JOIN channels ON channels.id = schedules.channel_id
    CROSS JOIN LATERAL (SELECT schedules.starts_at - times.minutes * interval '1 minute' AS at) AS due
    WHERE schedules.announced AND schedules.starts_at > $1 AND schedules.starts_at <= $1 + $2::interval
        AND due.at <= $1 AND schedules.changed_at <= due.at
        AND channels.deleted_at IS NULL AND channels.starts_at_shown AND channels.starts_at = schedules.starts_at
        AND NOT EXISTS (
            SELECT FROM reminder_rounds AS rounds
            WHERE rounds.channel_id = schedules.channel_id AND rounds.starts_at = schedules.starts_at
                AND rounds.minutes = times.minutes
        )
        AND (
            SELECT count(DISTINCT rounds.starts_at) FROM reminder_rounds AS rounds
            WHERE rounds.channel_id = schedules.channel_id AND rounds.starts_at <> schedules.starts_at
                AND rounds.begun_at > $1 - interval '1 day'
        ) < $3
    LIMIT $4
    ON CONFLICT DO NOTHING
    RETURNING channel_id, starts_at, minutes
"""


class ReminderRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def schedule(self, channel_id: int) -> Schedule | None:
        return await self._db.get(Schedule, channel_id)

    async def add_schedule(self, schedule: Schedule) -> None:
        """Unless there is one."""
        names = ("channel_id", "starts_at", "announced", "sequence", "changed_at")
        values = {name: getattr(schedule, name) for name in names}
        await self._db.execute(insert(Schedule).values(values).on_conflict_do_nothing())

    async def begin_rounds(
        self, now: datetime, ahead: timedelta, most_starts: int, most: int
    ) -> list[tuple[int, datetime, int]]:
        """Begin the rounds that are due, of shows at most so far `ahead`: channel, start and minutes of each.

        Of a channel whose show moves on and on there are rounds for `most_starts` of its starts a day.
        """
        rows = await self._db.within(_BEGIN, now, ahead, most_starts, most)
        return [(row[0], row[1], row[2]) for row in rows]

    async def round(self, channel_id: int, starts_at: datetime, minutes: int) -> ReminderRound | None:
        """Locked: one at a time goes on with it."""
        key = (channel_id, starts_at, minutes)
        return await self._db.get(ReminderRound, key, with_for_update=True, populate_existing=True)

    async def due_in(self, round_: ReminderRound, most: int) -> list[int]:
        """The next subscriptions of a round. Who confirmed after its time has missed it."""
        due = round_.starts_at - timedelta(minutes=round_.minutes)
        query = select(Subscription.id).where(
            Subscription.channel_id == round_.channel_id,
            Subscription.id > round_.last_id,
            Subscription.stopped_at.is_(None),
            Subscription.confirmed_at <= due,
            literal(round_.minutes) == any_(Subscription.minutes_before),
        )
        return list((await self._db.execute(query.order_by(Subscription.id).limit(most))).scalars())

    async def untold(self, channel_id: int, since: datetime, most: int) -> list[Subscription]:
        """Whom nobody has told since then that a show begins, and whom nobody tells right now."""
        query = select(Subscription).where(
            Subscription.channel_id == channel_id,
            Subscription.stopped_at.is_(None),
            or_(Subscription.told_at.is_(None), Subscription.told_at <= since),
        )
        query = query.order_by(Subscription.id).limit(most).with_for_update(skip_locked=True)
        return list((await self._db.execute(query)).scalars())

    async def forget_rounds(self, before: datetime) -> None:
        await self._db.execute(delete(ReminderRound).where(ReminderRound.starts_at < before))
