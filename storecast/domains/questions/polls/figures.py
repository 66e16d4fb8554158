"""Votes in polls as rooms are told them: counted each half second, however many vote (`kit/tallies.py`)."""

from collections.abc import Collection

from storecast.domains.questions.polls.events import PollCounted
from storecast.domains.questions.polls.repository import PollRepository
from storecast.kit.database import Database
from storecast.kit.events import RoomFigure

_OPEN = """
    SELECT polls.id, channels.hash_id, polls.hash_id, jsonb_array_length(answers)
    FROM polls JOIN channels ON channels.id = polls.channel_id
    WHERE polls.id = ANY($1) AND polls.closed_at IS NULL
"""


async def count_polls(db: Database, poll_ids: Collection[int]) -> list[tuple[str, RoomFigure]]:
    """Of those that are not closed, whose result is told besides."""
    votes = await PollRepository(db).votes(poll_ids)
    told: list[tuple[str, RoomFigure]] = []
    for number, room, poll_id, answers in await db.rows(_OPEN, list(poll_ids)):
        counted = votes.get(number, {})
        told.append((room, PollCounted(poll_id, [counted.get(answer, 0) for answer in range(answers)])))
    return told
