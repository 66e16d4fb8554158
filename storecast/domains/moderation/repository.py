"""Questions asked of the rules, of who spoke when, and of the audit."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from storecast.domains.moderation.models import ChannelRules, ModerationNote, Speaker
from storecast.domains.moderation.values import ChatSettings, Hold, LinkPolicy
from storecast.kit.database import Database
from storecast.kit.pagination import PageRequest, Slice

NOTES_KEPT = timedelta(days=180)
SPEAKERS_KEPT = timedelta(hours=1)  # no slow mode is slower

_SETTINGS = """
    SELECT channels.hash_id, chat_settings.* FROM channels
    LEFT JOIN chat_settings ON chat_settings.channel_id = channels.id WHERE channels.id = $1
"""
# One who spoke at a time to come did so before the clock was set back.
_SPEAK = """
    INSERT INTO speakers (channel_id, subject, spoken_at) VALUES ($1, $2, $3)
    ON CONFLICT (channel_id, subject) DO UPDATE SET spoken_at = excluded.spoken_at
        WHERE speakers.spoken_at <= $3 - $4::interval OR speakers.spoken_at > $3 + $4::interval
    RETURNING 1
"""
_NOTED = """
    SELECT 1 FROM moderation_notes WHERE channel_id = $1 AND action = $2 AND by_id IS NOT DISTINCT FROM $3
        AND detail IS NOT DISTINCT FROM $4 AND created_at > $5 LIMIT 1
"""
_SPOKEN = "SELECT spoken_at FROM speakers WHERE channel_id = $1 AND subject = $2"


class ModerationRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def settings(self, channel_id: int) -> tuple[str, ChatSettings]:
        """A channel's public id and its rules."""
        rows = await self._db.rows(_SETTINGS, channel_id)
        if not rows:
            return "", ChatSettings()
        row = rows[0]
        if row["channel_id"] is None:
            return row["hash_id"], ChatSettings()
        values = {name: row[name] for name in ChatSettings.__struct_fields__}
        return row["hash_id"], _settings(values)

    async def change_settings(self, channel_id: int, changes: Mapping[str, object], now: datetime) -> ChatSettings:
        """The rules as they are then. Of two who change others at once, neither undoes the other's."""
        values = {**changes, "updated_at": now}
        row = insert(ChannelRules).values(channel_id=channel_id, **values)
        row = row.on_conflict_do_update(index_elements=["channel_id"], set_=values)
        changed = (await self._db.execute(row.returning(*ChannelRules.__table__.columns))).one()._mapping
        return _settings({name: changed[name] for name in ChatSettings.__struct_fields__})

    async def hold_settings(self, channel_id: int) -> ChatSettings:
        """The rules as they are; until this transaction ends nobody changes them."""
        query = select(*ChannelRules.__table__.columns).where(ChannelRules.channel_id == channel_id).with_for_update()
        row = (await self._db.execute(query)).one_or_none()
        if row is None:
            return ChatSettings()
        return _settings({name: row._mapping[name] for name in ChatSettings.__struct_fields__})

    async def speak(self, channel_id: int, subject: str, pause: timedelta, now: datetime) -> bool:
        """Note that somebody speaks, unless they did less than `pause` ago. Who tries at once waits for the first."""
        return bool(await self._db.within(_SPEAK, channel_id, subject, now, pause))

    async def spoken_at(self, channel_id: int, subject: str) -> datetime | None:
        found = await self._db.rows(_SPOKEN, channel_id, subject)
        return found[0][0] if found else None

    async def note(self, note: ModerationNote) -> None:
        self._db.add(note)
        await self._db.flush()

    async def is_noted(
        self, channel_id: int, action: str, by_id: int | None, detail: str | None, since: datetime
    ) -> bool:
        """Whether somebody did the same since then."""
        return bool(await self._db.rows(_NOTED, channel_id, action, by_id, detail, since))

    async def notes(self, channel_id: int, page: PageRequest) -> tuple[list[ModerationNote], Slice]:
        """What was done on a channel, newest first."""
        here = ModerationNote.channel_id == channel_id
        total = (await self._db.execute(select(func.count()).select_from(ModerationNote).where(here))).scalar_one()
        query = select(ModerationNote).where(here).order_by(ModerationNote.id.desc())
        rows = await self._db.execute(query.offset(page.offset).limit(page.size))
        return list(rows.scalars()), Slice(total, page)

    async def notes_by(self, user_id: int) -> list[ModerationNote]:
        query = select(ModerationNote).where(ModerationNote.by_id == user_id).order_by(ModerationNote.id)
        return list((await self._db.execute(query)).scalars())

    async def notes_of(self, subject: str) -> list[ModerationNote]:
        query = select(ModerationNote).where(ModerationNote.subject == subject).order_by(ModerationNote.id)
        return list((await self._db.execute(query)).scalars())

    async def erase(self, subject: str) -> None:
        await self._db.execute(delete(ModerationNote).where(ModerationNote.subject == subject))


async def forget_notes(db: Database, now: datetime) -> None:
    """Delete what was done too long ago, and when people spoke who may long speak again."""
    await db.execute(delete(ModerationNote).where(ModerationNote.created_at <= now - NOTES_KEPT))
    await db.execute(delete(Speaker).where(Speaker.spoken_at <= now - SPEAKERS_KEPT))


def _settings(values: Mapping[str, object]) -> ChatSettings:
    words = values["blocked_words"]
    known = {**values, "blocked_words": tuple(words) if isinstance(words, list) else ()}
    return ChatSettings(**{**known, "links": LinkPolicy(known["links"]), "hold": Hold(known["hold"])})  # type: ignore[arg-type]
