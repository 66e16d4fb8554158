"""Telling a room of a question, whose words lie in its log from then on."""

from datetime import datetime

from storecast.domains.channels.models import Channel
from storecast.domains.questions.errors import QuestionNotFound
from storecast.domains.questions.events import (
    QuestionAnswering,
    QuestionCreated,
    QuestionHeld,
    QuestionRestored,
    QuestionReviewed,
)
from storecast.domains.questions.models import Answering, Question
from storecast.domains.questions.repository import QuestionRepository, ShownQuestion
from storecast.domains.questions.shown import EVERYBODYS, MODERATORS, show_question
from storecast.kit.clock import iso
from storecast.kit.database import Database
from storecast.kit.events import Events, RoomEvent
from storecast.kit.urls import Urls


class QuestionNews:
    def __init__(self, db: Database, events: Events, urls: Urls) -> None:
        """`urls` are those of no request: what a room hears goes to people on any host."""
        self._db = db
        self._repository = QuestionRepository(db)
        self._events = events
        self._urls = urls

    async def shown(self, channel: Channel, question: Question, now: datetime, *, again: bool = False) -> None:
        """Viewers see it, be it for the first time or `again`."""
        question.seq = await self._events.reserve(channel)
        asked = await self._by_nobody(question)
        event: RoomEvent = (
            show_question(QuestionRestored, asked, self._urls, EVERYBODYS)
            if again
            else show_question(QuestionCreated, asked, self._urls, EVERYBODYS)
        )
        await self._events.happened(channel, event, now, seq=question.seq)

    async def held(self, channel: Channel, question: Question, now: datetime) -> None:
        """Whoever moderates is to decide on it."""
        event = show_question(QuestionHeld, await self._by_nobody(question), self._urls, MODERATORS)
        await self._events.happened(channel, event, now)

    async def reviewed(self, channel: Channel, question: Question, now: datetime, *, shown: bool) -> None:
        """Who asked hears what was decided."""
        await self._events.happened(channel, QuestionReviewed(question.hash_id, shown), now, to=question.author)

    async def answering(self, channel: Channel, question: Question, now: datetime) -> None:
        seq = await self._events.reserve(channel)
        await self._repository.add(Answering(channel_id=channel.id, question_id=question.id, seq=seq, at=now))
        event = QuestionAnswering(question.hash_id, question.question, iso(now))
        await self._events.happened(channel, event, now, seq=seq)

    async def answering_nothing(self, channel: Channel, now: datetime) -> None:
        await self._events.happened(channel, QuestionAnswering(None, None, iso(now)), now)

    async def _by_nobody(self, question: Question) -> ShownQuestion:
        """As it is now, with nobody's vote. Raises `QuestionNotFound`."""
        await self._db.flush()
        shown = await self._repository.one(question.id, None)
        if shown is None:
            raise QuestionNotFound
        return shown
