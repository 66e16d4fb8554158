"""Questions asked of the chat tables."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from storecast.contracts.hooks import ERASED
from storecast.domains.chat.models import Message, Participant
from storecast.domains.moderation.values import Author
from storecast.kit.database import Database

_AUTHOR = "SELECT author, author_name FROM messages WHERE thread_id = $1 AND hash_id = $2"
_TAKES_PART = "SELECT name FROM participants WHERE thread_id = $1 AND subject = $2"
_COUNTS = "SELECT thread_id, count(*) FROM messages WHERE thread_id = ANY($1) GROUP BY thread_id"

# The event stays, without its content, so that no reader of the log meets a gap.
_ERASE_EVENTS = text(
    """
    UPDATE room_events SET event = :erased, data = 'null'
    FROM messages JOIN channels ON channels.id = messages.thread_id
    WHERE messages.author = :subject AND room_events.room_id = channels.hash_id AND room_events.seq = messages.seq
    """
)


class ChatRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def page(self, thread_id: int, before: int | None, size: int) -> list[Message]:
        """The newest messages before `before`, newest first."""
        query = select(Message).where(Message.thread_id == thread_id)
        if before is not None:
            query = query.where(Message.seq < before)
        return list((await self._db.execute(query.order_by(Message.seq.desc()).limit(size))).scalars())

    async def during(self, thread_id: int, times: Collection[tuple[datetime, datetime]], most: int) -> list[Message]:
        """What was said at these times, oldest first; of each the end is not part."""
        if not times:
            return []
        query = select(Message).where(Message.thread_id == thread_id)
        query = query.where(or_(*(and_(Message.created_at >= since, Message.created_at < to) for since, to in times)))
        return list((await self._db.execute(query.order_by(Message.seq).limit(most))).scalars())

    async def exists(self, thread_id: int, hash_id: str) -> bool:
        query = select(Message.id).where(Message.thread_id == thread_id, Message.hash_id == hash_id)
        return (await self._db.execute(query)).first() is not None

    async def author_of(self, thread_id: int, hash_id: str) -> Author | None:
        """Who wrote a message."""
        rows = await self._db.rows(_AUTHOR, thread_id, hash_id)
        return Author(rows[0]["author"], rows[0]["author_name"], None) if rows else None

    async def known_as(self, thread_id: int, subject: str) -> Author | None:
        """Somebody who takes part under a name of their own."""
        rows = await self._db.rows(_TAKES_PART, thread_id, subject)
        return Author(subject, rows[0]["name"], None) if rows and rows[0]["name"] else None

    async def add(self, message: Message) -> None:
        self._db.add(message)
        await self._db.flush()

    async def counts(self, thread_ids: Collection[int]) -> dict[int, int]:
        return {row[0]: row[1] for row in await self._db.rows(_COUNTS, list(thread_ids))}

    async def participant(self, thread_id: int, subject: str) -> Participant | None:
        return await self._db.get(Participant, (thread_id, subject))

    async def participants(self, thread_id: int, most: int) -> int:
        """How many take part, counted up to `most`."""
        some = select(Participant.subject).where(Participant.thread_id == thread_id).limit(most).subquery()
        return (await self._db.execute(select(func.count()).select_from(some))).scalar_one()

    async def join(self, thread_id: int, subject: str, name: str | None, now: datetime) -> None:
        """Take part; coming again only changes the name."""
        upsert = insert(Participant).values(thread_id=thread_id, subject=subject, name=name, read_seq=0, joined_at=now)
        await self._db.execute(
            upsert.on_conflict_do_update(index_elements=["thread_id", "subject"], set_={"name": name})
        )

    async def unread(self, thread_id: int, subject: str, since: int, most: int) -> int:
        """How many of the newest `most` messages came after `since` and are others'."""
        newest = select(Message.author).where(Message.thread_id == thread_id, Message.seq > since)
        authors = newest.order_by(Message.seq.desc()).limit(most).subquery()
        query = select(func.count()).select_from(authors).where(authors.c.author != subject)
        return (await self._db.execute(query)).scalar_one()

    async def mark_read(self, thread_id: int, subject: str, seq: int, now: datetime) -> None:
        upsert = insert(Participant).values(
            thread_id=thread_id, subject=subject, name=None, read_seq=seq, joined_at=now
        )
        read = {"read_seq": func.greatest(Participant.read_seq, seq)}
        await self._db.execute(upsert.on_conflict_do_update(index_elements=["thread_id", "subject"], set_=read))

    async def messages_of(self, subject: str) -> list[Message]:
        query = select(Message).where(Message.author == subject).order_by(Message.id)
        return list((await self._db.execute(query)).scalars())

    async def threads_of(self, subject: str) -> list[Participant]:
        return list((await self._db.execute(select(Participant).where(Participant.subject == subject))).scalars())

    async def replace_avatar(self, former: str, key: str | None) -> None:
        await self._db.execute(update(Message).where(Message.author_avatar == former).values(author_avatar=key))

    async def erase(self, subject: str) -> None:
        """Delete what `subject` wrote, from the rooms' logs too, and that they took part."""
        await self._db.execute(_ERASE_EVENTS, {"subject": subject, "erased": ERASED})
        await self._db.execute(delete(Message).where(Message.author == subject))
        await self._db.execute(delete(Participant).where(Participant.subject == subject))
