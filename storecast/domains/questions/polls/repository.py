"""Questions asked of the tables of polls."""

from collections.abc import Collection, Mapping
from datetime import datetime

from msgspec import Struct
from sqlalchemy import func, select

from storecast.domains.questions.ballots import MOST_OF_A_NETWORK, Ballot
from storecast.domains.questions.polls.models import Poll
from storecast.kit.database import Database, columns
from storecast.kit.pagination import PageRequest, Slice

_SEEN = "channel_id = $1 AND ($2 OR opened_at IS NOT NULL)"
_COUNT = f"SELECT count(*) FROM polls WHERE {_SEEN}"  # noqa: S608 - made of constants
# The one that is open, then drafts in the order they were made, then what is over, the newest first.
_PAGE = f"""
    SELECT {columns(Poll)} FROM polls WHERE {_SEEN}
    ORDER BY opened_at IS NOT NULL AND closed_at IS NULL DESC, opened_at IS NULL DESC, opened_at DESC, id
    LIMIT $3 OFFSET $4
"""  # noqa: S608
_FIND = f"""
    SELECT {columns(Poll)} FROM polls JOIN channels ON channels.id = polls.channel_id
    WHERE polls.hash_id = $1 AND channels.deleted_at IS NULL
"""  # noqa: S608
_VOTES = """
    SELECT poll_id, answer, count(*) FROM poll_votes WHERE poll_id = ANY($1) AND counted GROUP BY poll_id, answer
"""
_MINE = "SELECT poll_id, answer, counted FROM poll_votes WHERE poll_id = ANY($1) AND subject = $2"
_CHANGE = """
    UPDATE poll_votes SET answer = $3, voted_at = $4, counted = $5
    WHERE poll_id = $1 AND subject = $2 AND (counted OR NOT $5) RETURNING answer
"""
_CAST = """
    INSERT INTO poll_votes AS vote (poll_id, subject, answer, voted_at, counted, origin)
    SELECT $1::bigint, $2::text, $3::smallint, $4, $5::boolean, CASE WHEN $5 THEN $6::text END
    WHERE $6 IS NULL OR NOT $5 OR $7 > (
        SELECT count(*) FROM poll_votes WHERE poll_id = $1 AND origin = $6 AND counted
    )
    ON CONFLICT (poll_id, subject) DO UPDATE
        SET answer = excluded.answer, voted_at = excluded.voted_at, counted = excluded.counted,
            origin = CASE WHEN vote.counted THEN vote.origin ELSE excluded.origin END
    RETURNING answer
"""
_DUE = f"""
    SELECT {columns(Poll)} FROM polls JOIN channels ON channels.id = polls.channel_id
    WHERE closed_at IS NULL AND closes_at <= $1 AND channels.deleted_at IS NULL ORDER BY channel_id, polls.id LIMIT $2
"""  # noqa: S608


class OwnVote(Struct, frozen=True):
    """What somebody chose, and whether it is in the sums."""

    answer: int
    counted: bool


class PollRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def find(self, hash_id: str) -> Poll | None:
        """On a channel that is there."""
        found = await self._db.load(Poll, _FIND, hash_id)
        return found[0] if found else None

    async def page(self, channel_id: int, page: PageRequest, *, drafts: bool) -> tuple[list[Poll], Slice]:
        """With those that viewers do not see, where `drafts`."""
        total = await self._db.value(_COUNT, channel_id, drafts)
        found = await self._db.load(Poll, _PAGE, channel_id, drafts, page.size, page.offset)
        return found, Slice(int(str(total)), page)

    async def add(self, poll: Poll) -> None:
        self._db.add(poll)
        await self._db.flush()

    async def remove(self, poll: Poll) -> None:
        await self._db.delete(poll)
        await self._db.flush()

    async def drafts(self, channel_id: int) -> int:
        """How many wait to be opened."""
        query = select(func.count()).where(Poll.channel_id == channel_id, Poll.opened_at.is_(None))
        return (await self._db.execute(query)).scalar_one()

    async def open_on(self, channel_id: int) -> Poll | None:
        """The one that nobody has closed, though its time may be over."""
        query = select(Poll).where(Poll.channel_id == channel_id, Poll.opened_at.is_not(None), Poll.closed_at.is_(None))
        return (await self._db.execute(query)).scalar_one_or_none()

    async def due(self, now: datetime, most: int) -> list[Poll]:
        """Those that are open though their time is over, in an order that all go by."""
        return await self._db.load(Poll, _DUE, now, most)

    async def renew(self, poll: Poll) -> bool:
        """Have it be as it is by now; whether it is there."""
        return await self._db.get(Poll, poll.id, populate_existing=True) is not None

    async def votes(self, poll_ids: Collection[int]) -> dict[int, dict[int, int]]:
        """By poll and answer; an answer that nobody chose is left out."""
        found: dict[int, dict[int, int]] = {}
        for poll_id, answer, votes in await self._db.rows(_VOTES, list(poll_ids)):
            found.setdefault(poll_id, {})[answer] = votes
        return found

    async def votes_of(self, subject: str, poll_ids: Collection[int]) -> Mapping[int, OwnVote]:
        rows = await self._db.rows(_MINE, list(poll_ids), subject)
        return {row[0]: OwnVote(row[1], row[2]) for row in rows}

    async def change_vote(self, ballot: Ballot) -> bool:
        """Whether they have voted before, and that was counted where this is to be."""
        return bool(await self._db.within(_CHANGE, *ballot.row))

    async def cast_vote(self, ballot: Ballot) -> bool:
        """Whether it could be taken: of one origin so many may vote. Exact for who has the lock of it."""
        return bool(await self._db.within(_CAST, *ballot.row, ballot.origin, MOST_OF_A_NETWORK))
