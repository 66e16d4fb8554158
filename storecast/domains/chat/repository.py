"""Questions asked of the chat tables."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import asyncpg
import msgspec
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from storecast.domains.chat.mentions import folded
from storecast.domains.chat.models import Message, MessageState, Participant
from storecast.domains.chat.schemas import ReactionView, ReplyView
from storecast.domains.chat.showing import SaidMessage, author_of, quoted
from storecast.domains.moderation.values import Author
from storecast.kit.database import Database, columns
from storecast.kit.events import RESERVING
from storecast.kit.ids import MAX_ROW_ID

NEWEST_SPEAKERS = 300  # messages whose authors can be named without having joined
BEGINNING = 400  # characters of a message that are looked at to quote it


def _said(reader: str = "NULL") -> str:
    """What is answered stands beside it, while it is shown, or is the reader's, who believes that."""
    return f"""
        SELECT {columns(Message, "m_")}, reply.author_name AS reply_name, left(reply.data, {BEGINNING}) AS reply_data
        FROM messages LEFT JOIN messages AS reply
            ON reply.hash_id = messages.reply_for AND reply.thread_id = messages.thread_id
            AND (reply.state = 'shown' OR (reply.state = 'hidden' AND reply.author = {reader}))
    """  # noqa: S608 - names of columns


_MESSAGE = "SELECT * FROM messages WHERE hash_id = $1"
_BY_IDS = f"{_said()} WHERE messages.id = ANY($1)"
_BY_HASH_ID = f"{_said()} WHERE messages.hash_id = $1"
# The newest before some, found in the index alone, and what is pinned: one question for both.
_PAGE = f"""
    WITH page AS (
        (
            SELECT seq FROM messages WHERE thread_id = $1 AND seq < $2 AND (state = 'shown' OR $4)
            ORDER BY seq DESC LIMIT $5
        ) UNION (
            SELECT seq FROM messages WHERE thread_id = $1 AND seq < $2 AND author = $3 AND state IN ('held', 'hidden')
            ORDER BY seq DESC LIMIT $5
        ) ORDER BY seq DESC LIMIT $5
    )
    SELECT said.*, pinned FROM (
        SELECT id, false AS pinned FROM page JOIN messages ON thread_id = $1 AND messages.seq = page.seq
        UNION ALL SELECT message_id, true FROM pinned_messages JOIN messages ON messages.id = message_id
        WHERE pinned_messages.thread_id = $1 AND state = 'shown'
    ) AS wanted JOIN ({_said("$3")}) AS said ON said.m_id = wanted.id ORDER BY pinned, m_seq DESC
"""  # noqa: S608 - constants
_AUTHOR = "SELECT author, author_name, origin FROM messages WHERE thread_id = $1 AND hash_id = $2"
_LATEST = """
    SELECT author_name, origin FROM messages WHERE thread_id = $1 AND author = $2 ORDER BY seq DESC LIMIT 1
"""
_IDS_OF = "SELECT hash_id FROM messages WHERE author = $1"
_NAME = "SELECT name FROM participants WHERE thread_id = $1 AND subject = $2"
# How somebody is called in a thread, and what they answer.
_BEFORE_SAYING = """
    SELECT (SELECT name FROM participants WHERE thread_id = $1 AND subject = $2) AS name, EXISTS (
        SELECT FROM messages WHERE hash_id = $3 AND thread_id = $1
            AND (state = 'shown' OR (state = 'hidden' AND author = $2))
    ) AS answerable
"""
_QUOTE = f"""
    SELECT author_name AS reply_name, left(data, {BEGINNING}) AS reply_data FROM messages
    WHERE thread_id = $1 AND hash_id = $2 AND (state = 'shown' OR (state = 'hidden' AND author = $3))
"""  # noqa: S608
# Who takes part under one of these names, and whoever spoke of late under whichever.
_CALLED = """
    (SELECT subject, name FROM participants WHERE thread_id = $1 AND called = ANY($2) ORDER BY joined_at, subject)
    UNION ALL (
        SELECT author, author_name FROM (
            SELECT author, author_name, seq FROM messages WHERE thread_id = $1 AND state = 'shown'
            ORDER BY seq DESC LIMIT $3
        ) AS newest GROUP BY author, author_name ORDER BY max(seq) DESC
    )
"""
_SAY = f"""
    WITH place AS ({RESERVING})
    INSERT INTO messages (
        hash_id, thread_id, author, author_name, author_avatar, author_role, data, locale, reply_for, mentions,
        created_at, state, origin, seq
    ) SELECT $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, place.seq FROM place
    RETURNING {columns(Message)}
"""  # noqa: S608
_COUNTS = "SELECT thread_id, count(*) FROM messages WHERE thread_id = ANY($1) AND state = 'shown' GROUP BY thread_id"
# Of the newest ones, how many came after what somebody has read and are others'; how many take part; both so far.
_READING = """
    SELECT until AS read_until, takes_part,
        (SELECT count(*) FROM (
            SELECT author FROM messages WHERE thread_id = $1 AND seq > until AND state = 'shown'
            ORDER BY seq DESC LIMIT $4
        ) AS newest WHERE author <> $2) AS unread,
        (SELECT count(*) FROM (SELECT FROM participants WHERE thread_id = $1 LIMIT $5) AS taking_part) AS participants
    FROM (
        SELECT greatest($3::bigint, max(read_seq)) AS until, count(*) > 0 AS takes_part FROM participants
        WHERE thread_id = $1 AND subject = $2
    ) AS mine
"""
_MARK_READ = """
    INSERT INTO participants (thread_id, subject, name, called, read_seq, joined_at) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (thread_id, subject) DO UPDATE SET
        read_seq = greatest(participants.read_seq, excluded.read_seq), name = excluded.name, called = excluded.called
"""
_DURING = f"""
    {_said()} WHERE messages.id IN (
        SELECT id FROM messages JOIN unnest($2::timestamptz[], $3::timestamptz[]) AS times (since, until)
            ON created_at >= since AND created_at < until
        WHERE thread_id = $1 AND state = 'shown' ORDER BY created_at, seq LIMIT $4
    ) ORDER BY messages.created_at, messages.seq
"""  # noqa: S608
_AFTER = f"""
    {_said()} WHERE messages.thread_id = $1 AND messages.seq > $2 AND messages.seq <= $3
        AND (messages.state = 'shown' OR $4) ORDER BY messages.seq LIMIT $5
"""
_NEWEST = "SELECT coalesce(max(seq), 0) FROM messages WHERE thread_id = $1"
_HOLD_IMPORTS = "SELECT pg_advisory_xact_lock(hashtext('chat imports'), $1)"
_KNOWN_OUTSIDE = "SELECT * FROM messages WHERE thread_id = $1 AND (outside_id = ANY($2) OR hash_id = ANY($2))"
_REACTIONS = """
    SELECT message_id, emoji, count(*) AS count, bool_or(subject = $2) AS mine FROM reactions
    WHERE message_id = ANY($1) GROUP BY message_id, emoji ORDER BY count(*) DESC, min(created_at), emoji
"""
# In the order of their ids, so that two who do so at once wait for each other.
_PURGE = f"""
    UPDATE messages SET state = $5, removed_from = state, removed_at = $7, removed_by = $6 WHERE id IN (
        SELECT id FROM messages WHERE thread_id = $1 AND created_at >= $4 AND state IN ('shown', 'held')
            AND (author = $2 OR (origin = $3 AND author LIKE 'guest:%')) ORDER BY id FOR NO KEY UPDATE
    ) RETURNING {columns(Message)}
"""  # noqa: S608
# What went at that moment, of the newest of it.
_UNPURGE = """
    UPDATE messages SET state = removed_from, removed_from = NULL, removed_at = NULL, removed_by = NULL WHERE id IN (
        SELECT id FROM messages
        WHERE thread_id = $1 AND removed_at = $2 AND removed_by = $3 AND removed_from IS NOT NULL
        ORDER BY seq DESC LIMIT $4 FOR NO KEY UPDATE
    ) RETURNING id
"""
# Whoever answered these is quoted no more with what they answered: the log tells it to who comes back.
_UNQUOTE = """
    UPDATE room_events SET data = (CASE event
        WHEN 'message.pinned' THEN jsonb_set(room_events.data::jsonb, '{message,reply_to}', 'null')
        ELSE jsonb_set(room_events.data::jsonb, '{reply_to}', 'null')
    END)::text
    FROM messages AS original
    JOIN messages AS answer ON answer.reply_for = original.hash_id AND answer.thread_id = original.thread_id
    JOIN channels ON channels.id = answer.thread_id
    WHERE original.id = ANY($1) AND room_events.room_id = channels.hash_id
        AND room_events.seq = ANY(answer.seq || coalesce(answer.told, '{}'))
        AND event IN ('message.created', 'message.updated', 'message.restored', 'message.held', 'message.pinned')
"""


class Reading(Struct, frozen=True):
    """How somebody stands in a thread, and how the thread stands with them."""

    until: int  # the newest message they have read
    takes_part: bool  # whether that is kept of them
    unread: int  # others' messages after it
    participants: int


class ChatRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    # Messages.

    async def page(
        self, thread_id: int, subject: str, before: int | None, size: int, *, everything: bool
    ) -> tuple[list[SaidMessage], SaidMessage | None]:
        """The newest messages before `before` that `subject` is to see, newest first, and the one that is pinned.

        `everything` is what nobody else sees any more, too.
        """
        rows = await self._db.rows(_PAGE, thread_id, before or MAX_ROW_ID, subject, everything, size)
        ids = [row["m_id"] for row in rows]
        reactions = await self._reactions(ids, subject) if ids else {}
        said = [self._said(row, reactions) for row in rows]
        split = sum(not row["pinned"] for row in rows)
        return said[:split], next(iter(said[split:]), None)

    async def during(
        self, thread_id: int, times: Collection[tuple[datetime, datetime]], most: int
    ) -> list[SaidMessage]:
        """What was said at these times and is shown, oldest first; of each the end is not part."""
        if not times:
            return []
        since, until = zip(*times, strict=True)
        rows = await self._db.rows(_DURING, thread_id, list(since), list(until), most)
        reactions = await self._reactions([row["m_id"] for row in rows], "")
        return [self._said(row, reactions) for row in rows]

    async def message(self, hash_id: str) -> Message | None:
        """In whatever state, and nothing of others."""
        return next(iter(await self._db.load(Message, _MESSAGE, hash_id)), None)

    async def by_ids(self, ids: Sequence[int]) -> dict[int, SaidMessage]:
        """Messages in whatever state by their numbers."""
        reactions = await self._reactions(ids, "")
        said = [self._said(row, reactions) for row in await self._db.rows(_BY_IDS, list(ids))]
        return {each.message.id: each for each in said}

    async def find(self, hash_id: str, subject: str = "") -> SaidMessage | None:
        """A message in whatever state, with the reactions as `subject` sees them."""
        rows = await self._db.rows(_BY_HASH_ID, hash_id)
        reactions = await self._reactions([rows[0]["m_id"]], subject) if rows else {}
        return self._said(rows[0], reactions) if rows else None

    async def hold(self, hash_id: str) -> Message | None:
        """A message as it is now; until this transaction ends nobody changes it."""
        query = select(Message).where(Message.hash_id == hash_id).with_for_update(key_share=True)
        query = query.execution_options(populate_existing=True)
        return (await self._db.execute(query)).scalar_one_or_none()

    async def say(self, room_id: str, message: Message) -> Message:
        """The message with its place in the room, which stays locked until the transaction ends."""
        mentions = msgspec.json.encode(message.mentions).decode() if message.mentions else None
        rows = await self._db.within(
            _SAY,
            room_id,
            message.hash_id,
            message.thread_id,
            message.author,
            message.author_name,
            message.author_avatar,
            message.author_role,
            message.data,
            message.locale,
            message.reply_for,
            mentions,
            message.created_at,
            message.state,
            message.origin,
        )
        return self._db.known(Message, rows[0])

    async def ids_of(self, subject: str) -> list[str]:
        """Of all that somebody said, wherever."""
        return [row["hash_id"] for row in await self._db.rows(_IDS_OF, subject)]

    async def purge(
        self, thread_id: int, subject: str, origin: str | None, since: datetime, to: str, by: str, at: datetime
    ) -> list[Message]:
        """Have what somebody said since then in the state `to`, and what guests said from `origin`. All that it was."""
        rows = await self._db.within(_PURGE, thread_id, subject, origin, since, to, by, at)
        return [self._db.known(Message, row) for row in rows]

    async def unpurge(self, thread_id: int, at: datetime, by: str, most: int) -> list[SaidMessage]:
        """Have the newest of what `by` took away just then as it was before. All that it is, oldest first."""
        rows = await self._db.within(_UNPURGE, thread_id, at, by, most)
        found = await self.by_ids([row["id"] for row in rows])
        return sorted(found.values(), key=lambda said: said.message.seq)

    async def unquote(self, ids: Sequence[int]) -> None:
        """Take these messages out of what the log says of their answers."""
        await self._db.within(_UNQUOTE, list(ids))

    # As moderation asks.

    async def author_of(self, channel_id: int, hash_id: str) -> Author | None:
        """Who wrote a message."""
        rows = await self._db.rows(_AUTHOR, channel_id, hash_id)
        return Author(rows[0]["author"], rows[0]["author_name"], rows[0]["origin"]) if rows else None

    async def known_as(self, channel_id: int, subject: str) -> Author | None:
        """Somebody by what they said last, or the name they take part under."""
        if said := await self._db.rows(_LATEST, channel_id, subject):
            return Author(subject, said[0]["author_name"], said[0]["origin"])
        name = await self._db.value(_NAME, channel_id, subject)
        return Author(subject, str(name), None) if name else None

    # To and from elsewhere.

    async def newest(self, thread_id: int) -> int:
        """The place of the newest message, 0 before any."""
        return int(str(await self._db.value(_NEWEST, thread_id)))

    async def after(self, thread_id: int, after: int, until: int, size: int, *, everything: bool) -> list[SaidMessage]:
        """Messages behind `after` as far as `until`, oldest first; `everything` is what is not shown, too."""
        rows = await self._db.rows(_AFTER, thread_id, after, until, everything, size)
        reactions = await self._reactions([row["m_id"] for row in rows], "")
        return [self._said(row, reactions) for row in rows]

    async def hold_imports(self, thread_id: int) -> None:
        """Nobody else brings messages into the thread until this transaction ends; people go on talking."""
        await self._db.within(_HOLD_IMPORTS, thread_id % 2**31)

    async def known_outside(self, thread_id: int, ids: Collection[str]) -> dict[str, Message]:
        """Messages of the thread that have one of these ids elsewhere, or here, by that."""
        found = await self._db.load(Message, _KNOWN_OUTSIDE, thread_id, list(ids))
        return {id: message for message in found for id in (message.hash_id, message.outside_id) if id is not None}

    async def add_all(self, messages: Sequence[Message]) -> None:
        self._db.add_all(messages)
        await self._db.flush()

    async def counts(self, thread_ids: Collection[int]) -> dict[int, int]:
        return {row[0]: row[1] for row in await self._db.rows(_COUNTS, list(thread_ids))}

    # Who takes part.

    async def before_saying(self, thread_id: int, subject: str, reply_for: str | None) -> tuple[str | None, bool]:
        """The name a guest took, and whether they see what they answer."""
        row = (await self._db.rows(_BEFORE_SAYING, thread_id, subject, reply_for))[0]
        return row["name"], row["answerable"]

    async def quoted_by(self, message: Message) -> ReplyView | None:
        """What it answers, if whoever sees the message may see that: it may have been deleted meanwhile."""
        if message.reply_for is None:
            return None
        alone = message.author if message.state == MessageState.HIDDEN else None
        rows = await self._db.rows(_QUOTE, message.thread_id, message.reply_for, alone)
        return _reply(message.reply_for, rows[0]) if rows else None

    async def called(self, thread_id: int, names: Collection[str]) -> dict[str, tuple[str, str]]:
        """Who takes part under these names, folded: an author's id and their name as they write it.

        Of two the one with an account, then who was there first.
        """
        rows = await self._db.rows(_CALLED, thread_id, list(names), NEWEST_SPEAKERS)
        found: dict[str, tuple[str, str]] = {}
        for row in sorted(rows, key=lambda row: not row["subject"].startswith("user:")):
            found.setdefault(folded(row["name"]), (author_of(row["subject"])[1], row["name"]))
        return found

    async def join(self, thread_id: int, subject: str, name: str, now: datetime) -> None:
        """Take part; coming again only changes the name."""
        values = {"thread_id": thread_id, "subject": subject, "read_seq": 0, "joined_at": now}
        names = {"name": name, "called": folded(name)}
        upsert = insert(Participant).values(**values, **names)
        await self._db.execute(upsert.on_conflict_do_update(index_elements=["thread_id", "subject"], set_=names))

    async def reading(
        self, thread_id: int, subject: str, known: int, most_unread: int, most_participants: int
    ) -> Reading:
        """`known` is how far somebody has read as far as it is not kept."""
        [row] = await self._db.rows(_READING, thread_id, subject, known, most_unread, most_participants)
        return Reading(row["read_until"], row["takes_part"], row["unread"], row["participants"])

    async def mark_read(self, thread_id: int, subject: str, name: str, seq: int, now: datetime) -> None:
        await self._db.within(_MARK_READ, thread_id, subject, name, folded(name), seq, now)

    async def _reactions(self, ids: Sequence[int], subject: str) -> dict[int, list[ReactionView]]:
        found: dict[int, list[ReactionView]] = {}
        for row in await self._db.rows(_REACTIONS, list(ids), subject):
            found.setdefault(row["message_id"], []).append(ReactionView(row["emoji"], row["count"], row["mine"]))
        return found

    def _said(self, row: asyncpg.Record, reactions: Mapping[int, Sequence[ReactionView]]) -> SaidMessage:
        message = self._db.known(Message, row, "m_")
        return SaidMessage(message, _reply(message.reply_for, row), reactions.get(message.id, ()))


def _reply(reply_for: str | None, row: asyncpg.Record) -> ReplyView | None:
    if reply_for is None or row["reply_name"] is None:
        return None
    return ReplyView(reply_for, row["reply_name"], quoted(row["reply_data"]))
