"""The rules of asking and of voting on what was asked. One call is one transaction."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from storecast.domains.accounts.callers import Caller, Guest, SignedIn
from storecast.domains.channels.access import Act, ChannelAccess
from storecast.domains.channels.errors import ChannelNotFound, NotAnEditor
from storecast.domains.channels.models import Channel
from storecast.domains.questions import locks
from storecast.domains.questions.errors import NetworkHasVoted, QuestionClosed, QuestionNotFound, QuestionsOff
from storecast.domains.questions.events import QuestionCreated
from storecast.domains.questions.figures import count_votes
from storecast.domains.questions.models import Question
from storecast.domains.questions.repository import MOST_OF_A_NETWORK, Answered, QuestionRepository, ShownQuestion
from storecast.domains.questions.schemas import (
    AnsweringView,
    NewQuestion,
    QuestionsMeta,
    QuestionsPage,
    QuestionState,
    QuestionStatus,
    QuestionView,
    Role,
    VoteDirection,
    Which,
)
from storecast.domains.questions.shown import EVERYBODYS, Eyes, show_question
from storecast.kit.clock import iso
from storecast.kit.database import Database
from storecast.kit.events import Events
from storecast.kit.ids import public_id
from storecast.kit.networks import network
from storecast.kit.rate_limits import RateLimits
from storecast.kit.tallies import Tallies
from storecast.kit.urls import Urls

PAGE = 50
QUESTIONS = "6/minute"  # of one person
QUESTIONS_FROM_ADDRESS = "60/minute"  # viewers behind one address share it
VOTES = "60/minute"  # of one person
VOTES_FROM_ADDRESS = "3000/minute"
FOR_MODERATORS = (Which.REMOVED, Which.HELD)
SIGN = {VoteDirection.DOWN: -1, VoteDirection.UP: 1}


class Names(Protocol):
    """What people go by who have no name of their own."""

    async def of_guest(self, channel: Channel, subject: str) -> str: ...


class QuestionService:
    def __init__(
        self,
        db: Database,
        access: ChannelAccess,
        names: Names,
        events: Events,
        tallies: Tallies,
        limits: RateLimits,
        event_urls: Urls,
    ) -> None:
        self._db = db
        self._repository = QuestionRepository(db)
        self._access = access
        self._names = names
        self._events = events
        self._tallies = tallies
        self._limits = limits
        self._event_urls = event_urls

    async def read(
        self, channel: Channel, which: Which, cursor: str | None, by: Caller | None, urls: Urls
    ) -> QuestionsPage:
        """A page, the most popular unless a cursor leads on. Raises `NotAnEditor` for what is for moderators alone."""
        moderates = Act.MODERATE in await self._access.acts(channel, by)
        if which in FOR_MODERATORS and not moderates:
            raise NotAnEditor
        eyes = Eyes(by.subject if by is not None else None, moderates)
        page = await self._repository.page(channel.id, which, eyes.subject, _place(cursor), PAGE + 1)
        shown = page[:PAGE]
        cursor = f"{shown[-1].votes}.{shown[-1].question.id}" if len(page) > PAGE else None
        pinned, answering = None, None
        for each in await self._repository.standing_out(channel.id, eyes.subject):
            if each.question.pinned:
                pinned = show_question(QuestionView, each, urls, eyes)
            if each.answering_since is not None:
                answering = AnsweringView(each.question.hash_id, each.question.question, iso(each.answering_since))
        listed = [show_question(QuestionView, each, urls, eyes) for each in shown]
        return QuestionsPage(listed, QuestionsMeta(cursor, pinned, answering))

    async def ask(
        self, channel: Channel, new: NewQuestion, by: Caller, address: str, urls: Urls, now: datetime
    ) -> QuestionView:
        """Raises `QuestionsOff`, `TooManyRequests`, and what moderation refuses."""
        if not channel.questions_enabled:
            raise QuestionsOff
        acts = await self._access.acts(channel, by)
        await self._slow_down(QUESTIONS, QUESTIONS_FROM_ADDRESS, "question", by, address, acts)
        question = Question(
            hash_id=public_id(),
            channel_id=channel.id,
            author=by.subject,
            author_name=await self._name(channel, new, by),
            author_avatar=by.user.avatar_key if isinstance(by, SignedIn) else None,
            author_role=_role(channel, by, acts),
            anonymous=new.anonymous,
            question=new.question,
            status=QuestionStatus.OPEN,
            state=QuestionState.SHOWN,
            pinned=False,
            votes=0,
            created_at=now,
        )
        question.seq = await self._events.reserve(channel)
        await self._repository.add(question)
        asked = ShownQuestion(question, 0, 0, None)
        heard = show_question(QuestionCreated, asked, self._event_urls, EVERYBODYS)
        await self._events.happened(channel, heard, now, seq=question.seq)
        return show_question(QuestionView, asked, urls, Eyes(by.subject, Act.MODERATE in acts))

    async def vote(
        self, question_id: str, direction: VoteDirection, by: Caller, address: str, urls: Urls, now: datetime
    ) -> QuestionView:
        """In place of the caller's vote before, if there was one.

        Raises `QuestionNotFound`, `QuestionClosed`, `NetworkHasVoted`, `TooManyRequests`.
        """
        question, channel = await self._seen(question_id, by, now)
        if question.status != QuestionStatus.OPEN:
            raise QuestionClosed
        acts = await self._access.acts(channel, by)
        await self._slow_down(VOTES, VOTES_FROM_ADDRESS, "vote", by, address, acts)
        await self._cast(question, direction, by, network(address), now)
        self._tallies.changed(self._db, count_votes, question.id)
        counted = await self._repository.one(question.id, by.subject)
        return show_question(QuestionView, counted, urls, Eyes(by.subject, Act.MODERATE in acts))

    async def find(self, question_id: str) -> Question:
        """Raises `QuestionNotFound`."""
        question = await self._repository.find(question_id)
        if question is None:
            raise QuestionNotFound
        return question

    async def counts(self, channel_ids: Collection[int]) -> dict[int, int]:
        """Questions that viewers see of each channel; channels without any are left out."""
        return await self._repository.counts(channel_ids)

    async def answered_between(self, channel: Channel, since: datetime, until: datetime) -> list[Answered]:
        """What the host was answering at any time between the two, the first first."""
        return await self._repository.answered_between(channel.id, since, until)

    async def _seen(self, question_id: str, by: Caller, now: datetime) -> tuple[Question, Channel]:
        """A question that `by` may see, and its channel. Raises `QuestionNotFound`."""
        question = await self.find(question_id)
        if question.status == QuestionStatus.REMOVED:
            raise QuestionNotFound
        if question.state != QuestionState.SHOWN and question.author != by.subject:
            raise QuestionNotFound
        try:
            return question, await self._access.thread(question.channel_id, by, now)
        except ChannelNotFound as error:
            raise QuestionNotFound from error

    async def _cast(self, question: Question, direction: VoteDirection, by: Caller, origin: str, now: datetime) -> None:
        if direction is VoteDirection.NONE:
            await self._repository.withdraw_vote(question.id, by.subject)
            return
        sign = SIGN[direction]
        if await self._repository.change_vote(question.id, by.subject, sign, now) is not None:
            return
        if not isinstance(by, Guest):
            origin = ""
        else:
            await locks.alone(self._db, "votes on question", question.id, origin)
        if await self._repository.cast_vote(question.id, by.subject, sign, origin, now) is None:
            raise NetworkHasVoted(MOST_OF_A_NETWORK)

    async def _slow_down(
        self, person: str, place: str, what: str, by: Caller, address: str, acts: frozenset[Act]
    ) -> None:
        """The channel's people have their own count; others share their network's, guests with guests.

        Raises `TooManyRequests`.
        """
        await self._limits.hit(person, what, by.subject)
        if not acts:
            await self._limits.hit(place, f"guests' {what}" if isinstance(by, Guest) else what, network(address))

    async def _name(self, channel: Channel, new: NewQuestion, by: Caller) -> str:
        if isinstance(by, SignedIn):
            return by.name
        return new.name or await self._names.of_guest(channel, by.subject)


def _place(cursor: str | None) -> tuple[int, int] | None:
    """Votes and number of the last question of the page before."""
    if cursor is None:
        return None
    votes, _, number = cursor.partition(".")
    return int(votes), int(number)


def _role(channel: Channel, by: Caller, acts: frozenset[Act]) -> Role:
    if isinstance(by, SignedIn) and by.id == channel.owner_id:
        return "owner"
    for act, role in ((Act.MANAGE_TEAM, "admin"), (Act.EDIT, "editor"), (Act.MODERATE, "moderator")):
        if act in acts:
            return role
    return "viewer"
