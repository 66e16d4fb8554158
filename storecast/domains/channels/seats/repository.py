"""Questions asked of the seats."""

from collections.abc import Collection
from datetime import datetime

from storecast.domains.accounts.models import User
from storecast.domains.channels.models import Channel
from storecast.domains.channels.repository import behind
from storecast.kit.database import Database, columns

_ROLES = """
    SELECT channels.id, array_agg(role) AS roles FROM channels
    JOIN seats ON seats.owner_id = channels.owner_id AND (channel_id IS NULL OR channel_id = channels.id)
    WHERE channels.id = ANY($1) AND user_id = $2 GROUP BY channels.id
"""


class SeatRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def with_owner(self, ref: str, caller_id: int, now: datetime) -> tuple[Channel, User, list[str]] | None:
        """The channel that `ref` names, its owner, and the roles the caller was given there."""
        where, values = behind(ref, now)
        query = f"""
            SELECT {columns(Channel, "channel_")}, {columns(User, "owner_")}, ARRAY(
                SELECT role FROM seats WHERE user_id = ${len(values) + 1} AND seats.owner_id = channels.owner_id
                AND (channel_id IS NULL OR channel_id = channels.id)
            ) AS roles
            FROM channels JOIN users ON users.id = channels.owner_id WHERE {where} AND deleted_at IS NULL
        """  # noqa: S608 - names of columns and placeholders
        for row in await self._db.rows(query, *values, caller_id):
            channel, owner = self._db.known(Channel, row, "channel_"), self._db.known(User, row, "owner_")
            return channel, owner, row["roles"]
        return None

    async def roles(self, channel_ids: Collection[int], user_id: int) -> dict[int, list[str]]:
        """The roles somebody was given, by channel; channels without any are left out."""
        rows = await self._db.rows(_ROLES, list(channel_ids), user_id)
        return {row["id"]: row["roles"] for row in rows}
