"""Questions asked of the tables of questions."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Literal

from asyncpg import Record
from msgspec import Struct
from sqlalchemy import and_, or_, select

from storecast.contracts.hooks import ERASED
from storecast.domains.moderation.values import Author
from storecast.domains.questions.ballots import MOST_OF_A_NETWORK, Ballot
from storecast.domains.questions.models import Answering, Question
from storecast.domains.questions.schemas import QuestionState, QuestionStatus, Which
from storecast.kit.database import Database, columns

_SHOWN = f"""
    SELECT {columns(Question)}, coalesce(question_votes.direction, 0) AS my_vote, going.at AS answering_since,
        questions.votes + CASE WHEN question_votes.counted THEN 0 ELSE coalesce(question_votes.direction, 0) END AS sum
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

# A vote's row and the sum change together, by what the row itself says it added before: whoever votes at the same time,
# of whatever process, neither is counted twice or lost. Those that are not counted add 0.
_ADDS = "CASE WHEN counted THEN direction ELSE 0 END"
_SUMMED = "UPDATE questions SET votes = votes + changed.delta FROM changed WHERE questions.id = $1 RETURNING votes"
_CHANGE = f"""
    WITH changed AS (
        UPDATE question_votes SET former = {_ADDS}, direction = $3, voted_at = $4, counted = $5
        WHERE question_id = $1 AND subject = $2 AND (counted OR NOT $5) RETURNING {_ADDS} - former AS delta
    ) {_SUMMED}
"""  # noqa: S608
_CAST = f"""
    WITH changed AS (
        INSERT INTO question_votes AS vote (question_id, subject, direction, former, voted_at, counted, origin)
        SELECT $1::bigint, $2::text, $3::smallint, 0, $4, $5::boolean, CASE WHEN $5 THEN $6::text END
        WHERE $6 IS NULL OR NOT $5 OR $7 > (
            SELECT count(*) FROM question_votes WHERE question_id = $1 AND origin = $6 AND counted
        )
        ON CONFLICT (question_id, subject) DO UPDATE
            SET former = CASE WHEN vote.counted THEN vote.direction ELSE 0 END, direction = excluded.direction,
                voted_at = excluded.voted_at, counted = excluded.counted,
                origin = CASE WHEN vote.counted THEN vote.origin ELSE excluded.origin END
        RETURNING {_ADDS} - former AS delta
    ) {_SUMMED}
"""  # noqa: S608
_WITHDRAW = f"""
    WITH changed AS (
        DELETE FROM question_votes WHERE question_id = $1 AND subject = $2 RETURNING -{_ADDS} AS delta
    ) {_SUMMED}
"""  # noqa: S608

_END_ANSWERING = """
    UPDATE question_answerings SET until = greatest(at, $2)
    WHERE channel_id = $1 AND until IS NULL AND ($3::timestamptz IS NULL OR at < $3)
    RETURNING question_id
"""
_ANSWERED_BETWEEN = """
    SELECT questions.hash_id, questions.question, at, least(coalesce(until, $3), $3)
    FROM question_answerings JOIN questions ON questions.id = question_answerings.question_id
    WHERE question_answerings.channel_id = $1 AND at < $3 AND (until IS NULL OR until > $2)
        AND questions.status <> 'removed' AND questions.state = 'shown'
    ORDER BY at, question_answerings.id LIMIT 1000
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

    async def hold(self, question: Question) -> bool:
        """Have it be as it is by now, nobody else changing or deleting it; whether it is there."""
        held = await self._db.get(Question, question.id, populate_existing=True, with_for_update={"key_share": True})
        return held is not None

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

    async def one(self, question_id: int, subject: str | None) -> ShownQuestion | None:
        found = self._shown(await self._db.rows(_ONE, question_id, subject))
        return found[0] if found else None

    async def add(self, row: Question | Answering) -> None:
        self._db.add(row)
        await self._db.flush()

    async def counts(self, channel_ids: Collection[int]) -> dict[int, int]:
        return {row[0]: row[1] for row in await self._db.rows(_COUNTS, list(channel_ids))}

    async def change_vote(self, ballot: Ballot) -> bool:
        """Whether they have voted before, and that was counted where this is to be."""
        return bool(await self._db.within(_CHANGE, *ballot.row))

    async def cast_vote(self, ballot: Ballot) -> bool:
        """Whether it could be taken: of one origin so many may vote. Exact for who has the lock of it."""
        return bool(await self._db.within(_CAST, *ballot.row, ballot.origin, MOST_OF_A_NETWORK))

    async def withdraw_vote(self, question_id: int, subject: str) -> None:
        await self._db.within(_WITHDRAW, question_id, subject)

    async def pinned(self, channel_id: int) -> Question | None:
        query = select(Question).where(Question.channel_id == channel_id, Question.pinned)
        return (await self._db.execute(query)).scalar_one_or_none()

    async def end_answering(self, channel_id: int, now: datetime, *, begun_before: datetime | None = None) -> bool:
        """Whether there was a question that was being answered."""
        return bool(await self._db.within(_END_ANSWERING, channel_id, now, begun_before))

    async def is_answering(self, question_id: int) -> bool:
        query = select(Answering.id).where(Answering.question_id == question_id, Answering.until.is_(None))
        return (await self._db.execute(query)).first() is not None

    async def asked_by(self, channel_id: int, subject: str, since: datetime) -> list[Question]:
        """What is not removed of what somebody asked since then, held so that nobody else changes it."""
        query = select(Question).where(Question.channel_id == channel_id, Question.author == subject)
        query = query.where(Question.created_at >= since, Question.status != QuestionStatus.REMOVED)
        return list((await self._db.execute(query.order_by(Question.id).with_for_update())).scalars())

    async def gone_with(self, channel_id: int, subject: str, at: datetime) -> list[Question]:
        """What was removed just then, or is hidden and was asked before, of what somebody asked; held likewise."""
        removed = and_(Question.status == QuestionStatus.REMOVED, Question.archived_at == at)
        hidden = and_(Question.state == QuestionState.HIDDEN, Question.created_at < at)
        query = select(Question).where(Question.channel_id == channel_id, Question.author == subject)
        query = query.where(Question.status != QuestionStatus.ANSWERED, or_(removed, hidden))
        return list((await self._db.execute(query.order_by(Question.id).with_for_update())).scalars())

    async def author_of(self, channel_id: int, hash_id: str) -> Author | None:
        """As moderation asks."""
        query = select(Question).where(Question.channel_id == channel_id, Question.hash_id == hash_id)
        return _author((await self._db.execute(query)).scalar_one_or_none())

    async def known_as(self, channel_id: int, subject: str) -> Author | None:
        """Likewise."""
        query = select(Question).where(Question.channel_id == channel_id, Question.author == subject)
        return _author((await self._db.execute(query.order_by(Question.id.desc()).limit(1))).scalar_one_or_none())

    async def answered_between(self, channel_id: int, since: datetime, until: datetime) -> list[Answered]:
        """What was being answered at any time between the two, the first first."""
        return [Answered(*row) for row in await self._db.rows(_ANSWERED_BETWEEN, channel_id, since, until)]

    async def erase_words(self, question_ids: Collection[int]) -> None:
        """Take what was asked out of the rooms' logs."""
        await self._db.within(_ERASE_EVENTS, list(question_ids), ERASED)

    def _shown(self, rows: Sequence[Record]) -> list[ShownQuestion]:
        return [
            ShownQuestion(self._db.known(Question, row), row["sum"], row["my_vote"], row["answering_since"])
            for row in rows
        ]


def _author(question: Question | None) -> Author | None:
    return None if question is None else Author(question.author, question.author_name, question.origin)
