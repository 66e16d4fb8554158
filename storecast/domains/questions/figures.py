"""Votes as rooms are told them: counted each half second, however many vote (`kit/tallies.py`)."""

from collections.abc import Collection
from itertools import islice

from storecast.domains.questions.events import QuestionsCounted
from storecast.kit.database import Database
from storecast.kit.events import RoomFigure

MOST_TOLD = 100  # questions a figure, which is then 5,000 bytes

_VOTES = """
    SELECT channels.hash_id, questions.hash_id, questions.votes
    FROM questions JOIN channels ON channels.id = questions.channel_id
    WHERE questions.id = ANY($1) AND questions.state = 'shown' AND questions.status <> 'removed'
    ORDER BY questions.channel_id
"""


async def count_votes(db: Database, question_ids: Collection[int]) -> list[tuple[str, RoomFigure]]:
    """Of those that viewers see, by room."""
    rooms: dict[str, dict[str, int]] = {}
    for room, question, votes in await db.rows(_VOTES, list(question_ids)):
        rooms.setdefault(room, {})[question] = votes
    told: list[tuple[str, RoomFigure]] = []
    for room, votes in rooms.items():
        left = iter(votes.items())
        while some := dict(islice(left, MOST_TOLD)):
            told.append((room, QuestionsCounted(some)))
    return told
