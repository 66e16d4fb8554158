"""What people left in questions and polls: looked for by person, and let go of."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from storecast.domains.questions.models import Question, QuestionVoteRow
from storecast.domains.questions.polls.models import PollVoteRow
from storecast.kit.database import Database

ASKED_FROM = timedelta(hours=24)  # from which network something was asked is known that long, for bans
VOTED_FROM = timedelta(days=30)  # and for votes, unless what was voted on is over for a day

_FORGET_ASKED = "UPDATE questions SET origin = NULL WHERE origin IS NOT NULL AND created_at < $1"
_FORGET_VOTED = """
    UPDATE question_votes SET origin = NULL FROM questions
    WHERE questions.id = question_votes.question_id AND question_votes.origin IS NOT NULL AND question_votes.counted
        AND (questions.archived_at < $2 OR (questions.created_at < $1 AND question_votes.voted_at < $1))
"""
_FORGET_CHOSEN = """
    UPDATE poll_votes SET origin = NULL FROM polls
    WHERE polls.id = poll_votes.poll_id AND origin IS NOT NULL AND poll_votes.counted
        AND (polls.closed_at < $2 OR (polls.opened_at < $1 AND poll_votes.voted_at < $1))
"""


class TraceRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def questions_of(self, subject: str) -> list[Question]:
        query = select(Question).where(Question.author == subject).order_by(Question.id)
        return list((await self._db.execute(query)).scalars())

    async def votes_of(self, subject: str) -> list[QuestionVoteRow]:
        query = select(QuestionVoteRow).where(QuestionVoteRow.subject == subject)
        return list((await self._db.execute(query.order_by(QuestionVoteRow.question_id))).scalars())

    async def poll_votes_of(self, subject: str) -> list[PollVoteRow]:
        query = select(PollVoteRow).where(PollVoteRow.subject == subject)
        return list((await self._db.execute(query.order_by(PollVoteRow.poll_id))).scalars())

    async def replace_avatar(self, former: str, key: str | None) -> None:
        await self._db.execute(update(Question).where(Question.author_avatar == former).values(author_avatar=key))

    async def delete_questions(self, subject: str) -> None:
        """With the votes on them, which go first: whoever votes meanwhile holds their vote, then the question."""
        theirs = select(Question.id).where(Question.author == subject)
        await self._db.execute(delete(QuestionVoteRow).where(QuestionVoteRow.question_id.in_(theirs)))
        await self._db.execute(delete(Question).where(Question.author == subject))

    async def replace_author(self, subject: str, nobody: str) -> None:
        await self._db.execute(update(Question).where(Question.author == subject).values(author=nobody))

    async def replace_voter(self, subject: str, nobody: str) -> None:
        for row in (QuestionVoteRow, PollVoteRow):
            await self._db.execute(update(row).where(row.subject == subject).values(subject=nobody))


async def forget_networks(db: Database, now: datetime) -> None:
    """From where was asked and voted, once nothing depends on it."""
    await db.within(_FORGET_ASKED, now - ASKED_FROM)
    await db.within(_FORGET_VOTED, now - VOTED_FROM, now - ASKED_FROM)
    await db.within(_FORGET_CHOSEN, now - VOTED_FROM, now - ASKED_FROM)
