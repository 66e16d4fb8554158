"""Questions asked of the tables of questions."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Literal

from asyncpg import Record
from msgspec import Struct
from sqlalchemy import select

from storecast.contracts.hooks import ERASED
from storecast.domains.questions.models import Answering, Question
from storecast.domains.questions.schemas import Which
from storecast.kit.database import Database, columns

MOST_OF_A_NETWORK = 10  # guests' votes on one thing

_SHOWN = f"""
    SELECT {columns(Question)}, coalesce(question_votes.direction, 0) AS my_vote, going.at AS answering_since
    FROM questions
    LEFT JOIN question_votes ON question_votes.question_id = questions.id AND question_votes.subject = $2
    LEFT JOIN question_answerings AS going ON going.question_id = questions.id AND going.until IS NULL
"""  # noqa: S608 - made of constants
_POPULAR = "ORDER BY questions.votes DESC, questions.id DESC LIMIT $3"
_AFTER = "AND (questions.votes, questions.id) < ($4, $5)"
_VISIBLE = "(questions.state = 'shown' OR questions.author = $2)"
_WHERE = {
    Which.OPEN: f"questions.status = 'open' AND {_VISIBLE}",
    Which.ANSWERED: f"questions.status = 'answered' AND {_VISIBLE}",
    Which.REMOVED: "questions.status = 'removed'",
    Which.HELD: "questions.status = 'open' AND questions.state <> 'shown'",
}
_STANDING_OUT = f"{_SHOWN} WHERE questions.channel_id = $1 AND (questions.pinned OR going.id IS NOT NULL)"
_ONE = f"{_SHOWN} WHERE questions.id = $1"
_FIND = f"""
    SELECT {columns(Question)} FROM questions JOIN channels ON channels.id = questions.channel_id
    WHERE questions.hash_id = $1 AND channels.deleted_at IS NULL
"""  # noqa: S608
_COUNTS = """
    SELECT channel_id, count(*) FROM questions
    WHERE channel_id = ANY($1) AND status <> 'removed' AND state = 'shown' GROUP BY channel_id
"""

# A vote's row and the sum change together, by what the row itself says it was before: whoever votes at the same time,
# of whatever process, neither is counted twice or lost.
_SUMMED = "UPDATE questions SET votes = votes + changed.delta FROM changed WHERE questions.id = $1 RETURNING votes"
_CHANGE = f"""
    WITH changed AS (
        UPDATE question_votes SET former = direction, direction = $3, voted_at = $4
        WHERE question_id = $1 AND subject = $2 RETURNING direction - former AS delta
    ) {_SUMMED}
"""  # noqa: S608
_CAST = f"""
    WITH changed AS (
        INSERT INTO question_votes (question_id, subject, direction, former, origin, voted_at)
        SELECT $1, $2, $3, 0, $5, $4
        WHERE $5 = '' OR (SELECT count(*) FROM question_votes WHERE question_id = $1 AND origin = $5) < $6
        ON CONFLICT (question_id, subject) DO UPDATE
            SET former = question_votes.direction, direction = excluded.direction, voted_at = excluded.voted_at
        RETURNING direction - former AS delta
    ) {_SUMMED}
"""  # noqa: S608
_WITHDRAW = f"""
    WITH changed AS (
        DELETE FROM question_votes WHERE question_id = $1 AND subject = $2 RETURNING -direction AS delta
    ) {_SUMMED}
"""  # noqa: S608

_END_ANSWERING = """
    UPDATE question_answerings SET until = greatest(at, $2) WHERE channel_id = $1 AND until IS NULL
    RETURNING question_id
"""
_ANSWERED_BETWEEN = """
    SELECT questions.hash_id, questions.question, at, least(coalesce(until, $3), $3)
    FROM question_answerings JOIN questions ON questions.id = question_answerings.question_id
    WHERE question_answerings.channel_id = $1 AND at < $3 AND (until IS NULL OR until > $2)
        AND questions.status <> 'removed' AND questions.state = 'shown'
    ORDER BY at
"""
# The event stays, without its words, so that no reader of the log meets a gap.
_ERASE_EVENTS = """
    UPDATE room_events SET event = $2, data = 'null' FROM channels,
        (SELECT channel_id, seq FROM questions WHERE id = ANY($1)
         UNION ALL SELECT channel_id, seq FROM question_answerings WHERE question_id = ANY($1)) AS said
    WHERE channels.id = said.channel_id AND room_events.room_id = channels.hash_id AND room_events.seq = said.seq
"""


Vote = Literal[-1, 0, 1]


class ShownQuestion(Struct, frozen=True):
    """A question as somebody sees it."""

    question: Question
    votes: int  # as of this reading
    my_vote: Vote
    answering_since: datetime | None


class Answered(Struct, frozen=True):
    """That a question was answered in a show, and from when until when."""

    question_id: str
    question: str
    since: datetime
    until: datetime


class QuestionRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def find(self, hash_id: str) -> Question | None:
        """On a channel that is there."""
        found = await self._db.load(Question, _FIND, hash_id)
        return found[0] if found else None

    async def locked(self, question_id: int) -> Question:
        """As it is now, nobody else changing it."""
        return await self._db.get_one(Question, question_id, with_for_update=True, populate_existing=True)

    async def page(
        self, channel_id: int, which: Which, subject: str | None, after: tuple[int, int] | None, size: int
    ) -> list[ShownQuestion]:
        """The most popular after the one with these votes and this number, by `subject`'s eyes."""
        where = f"{_SHOWN} WHERE questions.channel_id = $1 AND {_WHERE[which]}"
        if after is None:
            return self._shown(await self._db.rows(f"{where} {_POPULAR}", channel_id, subject, size))
        return self._shown(await self._db.rows(f"{where} {_AFTER} {_POPULAR}", channel_id, subject, size, *after))

    async def standing_out(self, channel_id: int, subject: str | None) -> list[ShownQuestion]:
        """The pinned one, and the one that is being answered."""
        return self._shown(await self._db.rows(_STANDING_OUT, channel_id, subject))

    async def one(self, question_id: int, subject: str | None) -> ShownQuestion:
        [shown] = self._shown(await self._db.rows(_ONE, question_id, subject))
        return shown

    async def add(self, row: Question | Answering) -> None:
        self._db.add(row)
        await self._db.flush()

    async def counts(self, channel_ids: Collection[int]) -> dict[int, int]:
        return {row[0]: row[1] for row in await self._db.rows(_COUNTS, list(channel_ids))}

    async def change_vote(self, question_id: int, subject: str, direction: int, now: datetime) -> int | None:
        """The question's votes now; None where this subject has not voted."""
        return _first(await self._db.within(_CHANGE, question_id, subject, direction, now))

    async def cast_vote(self, question_id: int, subject: str, direction: int, origin: str, now: datetime) -> int | None:
        """Likewise; None where as many of this origin have voted as may.

        Exact for who has the lock of question and origin.
        """
        values = (question_id, subject, direction, now, origin, MOST_OF_A_NETWORK)
        return _first(await self._db.within(_CAST, *values))

    async def withdraw_vote(self, question_id: int, subject: str) -> None:
        await self._db.within(_WITHDRAW, question_id, subject)

    async def pinned(self, channel_id: int) -> Question | None:
        query = select(Question).where(Question.channel_id == channel_id, Question.pinned)
        return (await self._db.execute(query)).scalar_one_or_none()

    async def end_answering(self, channel_id: int, now: datetime) -> bool:
        """Whether there was a question that was being answered."""
        return bool(await self._db.within(_END_ANSWERING, channel_id, now))

    async def is_answering(self, question_id: int) -> bool:
        query = select(Answering.id).where(Answering.question_id == question_id, Answering.until.is_(None))
        return (await self._db.execute(query)).first() is not None

    async def answered_between(self, channel_id: int, since: datetime, until: datetime) -> list[Answered]:
        """What was being answered at any time between the two, the first first."""
        return [Answered(*row) for row in await self._db.rows(_ANSWERED_BETWEEN, channel_id, since, until)]

    async def erase_words(self, question_ids: Collection[int]) -> None:
        """Take what was asked out of the rooms' logs."""
        await self._db.within(_ERASE_EVENTS, list(question_ids), ERASED)

    def _shown(self, rows: Sequence[Record]) -> list[ShownQuestion]:
        return [
            ShownQuestion(self._db.known(Question, row), row["votes"], row["my_vote"], row["answering_since"])
            for row in rows
        ]


def _first(rows: Sequence[Record]) -> int | None:
    return rows[0][0] if rows else None
