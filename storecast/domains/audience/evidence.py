"""What was watched, for who asks what led to a sale."""

from datetime import datetime, timedelta

from msgspec import Struct

from storecast.kit.database import Database

OLDEST = timedelta(days=30)  # a view named by what is bought: carts are kept for less

# The days are written out, so that it is planned for them alone: a plan for any would lock all four hundred.
_ON = """
    SELECT day, started_at, seen_at, media_id, media_at FROM view_days
    WHERE channel_id = $1 AND view_hash = $2 AND day BETWEEN '{first}' AND '{last}' ORDER BY day DESC LIMIT 2
"""


class Seen(Struct, frozen=True):
    """A view: when it began, when it was last heard of, and of a replay which one it is of, and its second then."""

    began_at: datetime
    seen_at: datetime
    media_id: int | None
    media_at: float | None


async def view_of(db: Database, channel_id: int, view_hash: str, now: datetime) -> Seen | None:
    """As it was last heard of. One that goes on for days began a day before that at the earliest."""
    today, day = now.date(), timedelta(days=1)
    for first, last in ((today - day, today + day), (today - OLDEST, today - 2 * day)):
        rows = await db.rows(_ON.format(first=first, last=last), channel_id, view_hash)
        if rows:
            newest, before = rows[0], rows[-1]
            began = before if newest["day"] - before["day"] == day else newest
            return Seen(began["started_at"], newest["seen_at"], newest["media_id"], newest["media_at"])
    return None
