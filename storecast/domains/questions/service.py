"""The rules of asking and of voting on what was asked. One call is one transaction."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from storecast.domains.accounts.callers import Caller, Guest, SignedIn
from storecast.domains.channels.access import Act, ChannelAccess
from storecast.domains.channels.errors import ChannelNotFound, NotAnEditor
from storecast.domains.channels.models import Channel
from storecast.domains.moderation.service import ModerationService
from storecast.domains.moderation.values import Verdict
from storecast.domains.questions.ballots import BallotBox
from storecast.domains.questions.errors import QuestionClosed, QuestionNotFound, QuestionsOff
from storecast.domains.questions.figures import count_votes
from storecast.domains.questions.models import Question
from storecast.domains.questions.news import QuestionNews
from storecast.domains.questions.repository import Answered, QuestionRepository
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
from storecast.domains.questions.shown import Eyes, show_question
from storecast.kit.clock import iso
from storecast.kit.database import Database
from storecast.kit.errors import FieldMessage, Unprocessable
from storecast.kit.ids import public_id
from storecast.kit.networks import network
from storecast.kit.rate_limits import RateLimits
from storecast.kit.tallies import Tallies
from storecast.kit.urls import Urls

PAGE = 50
QUESTIONS = "6/minute"  # of one person
QUESTIONS_FROM_ADDRESS = "60/minute"  # viewers behind one address share it
FOR_MODERATORS = (Which.REMOVED, Which.HELD)
SIGN = {VoteDirection.DOWN: -1, VoteDirection.UP: 1}
STATE = {
    Verdict.SHOWN: QuestionState.SHOWN,
    Verdict.HELD: QuestionState.HELD,
    Verdict.HIDDEN: QuestionState.HIDDEN,
}


class Names(Protocol):
    """What people go by who have no name of their own."""

    async def of_guest(self, channel: Channel, subject: str) -> str: ...


class QuestionService:
    def __init__(
        self,
        db: Database,
        access: ChannelAccess,
        moderation: ModerationService,
        ballots: BallotBox,
        names: Names,
        news: QuestionNews,
        tallies: Tallies,
        limits: RateLimits,
    ) -> None:
        self._db = db
        self._repository = QuestionRepository(db)
        self._access = access
        self._moderation = moderation
        self._ballots = ballots
        self._names = names
        self._news = news
        self._tallies = tallies
        self._limits = limits

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
        cursor = f"{shown[-1].question.votes}.{shown[-1].question.id}" if len(page) > PAGE else None
        pinned, answering = None, None
        for each in await self._repository.standing_out(channel.id, eyes.subject):
            if each.question.pinned:
                pinned = show_question(QuestionView, each, urls, eyes)
            if each.answering_since is not None:
                answering = AnsweringView(each.question.hash_id, each.question.question, iso(each.answering_since))
        listed = [show_question(QuestionView, each, urls, eyes) for each in shown]
        anonymous = (await self._moderation.settings(channel.id)).anonymous_questions
        return QuestionsPage(listed, QuestionsMeta(cursor, pinned, answering, anonymous))

    async def ask(
        self, channel: Channel, new: NewQuestion, by: Caller, address: str, urls: Urls, now: datetime
    ) -> QuestionView:
        """Raises `QuestionsOff`, `TooManyRequests`, and what moderation refuses."""
        if not channel.questions_enabled:
            raise QuestionsOff
        acts = await self._access.acts(channel, by)
        await self._slow_down(by, address, acts)
        question = Question(
            hash_id=public_id(),
            channel_id=channel.id,
            author=by.subject,
            author_name=await self._name(channel, new, by),
            author_avatar=by.user.avatar_key if isinstance(by, SignedIn) else None,
            author_role=_role(channel, by, acts),
            origin=self._moderation.origin(channel, address) if isinstance(by, Guest) else None,
            anonymous=new.anonymous,
            question=new.question,
            status=QuestionStatus.OPEN,
            state=STATE[await self._admitted(channel, new, by, address, now, acts)],
            created_at=now,
        )
        await self._repository.add(question)
        if question.state == QuestionState.SHOWN:
            await self._news.shown(channel, question, now)
        elif question.state == QuestionState.HELD:
            await self._news.held(channel, question, now)
        return await self._show(question, by, acts, urls)

    async def vote(
        self, question_id: str, direction: VoteDirection, by: Caller, address: str, urls: Urls, now: datetime
    ) -> QuestionView:
        """In place of the caller's vote before, if there was one.

        Raises `QuestionNotFound`, `QuestionClosed`, `NetworkHasVoted`, `Banned`, `TooManyRequests`.
        """
        question, channel = await self._seen(question_id, by, now)
        if question.status != QuestionStatus.OPEN:
            raise QuestionClosed
        acts = await self._access.acts(channel, by)
        sign = SIGN.get(direction, 0)
        ballot = await self._ballots.ballot(channel, question.id, sign, by, address, now, acts=acts)
        if direction is VoteDirection.NONE:
            await self._repository.withdraw_vote(question.id, by.subject)
        else:
            await self._ballots.take("a question", ballot, self._repository)
        self._tallies.changed(self._db, count_votes, question.id)
        return await self._show(question, by, acts, urls)

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

    async def _admitted(
        self, channel: Channel, new: NewQuestion, by: Caller, address: str, now: datetime, acts: frozenset[Act]
    ) -> Verdict:
        """What becomes of it. Raises what moderation does, and `Unprocessable` where nobody may ask anonymously."""
        if new.anonymous and not (await self._moderation.settings(channel.id)).anonymous_questions:
            raise Unprocessable.field("anonymous", "is not allowed on this channel")
        try:
            return await self._moderation.admit(channel, by, [new.question], address, now, acts=acts, name=new.name)
        except Unprocessable as error:  # it says of `data` what is wrong: here that is the question
            messages = [
                FieldMessage("question" if each.field == "data" else each.field, each.message)
                for each in error.messages
            ]
            first = f"{messages[0].field}: {messages[0].message}" if messages else error.message
            raise Unprocessable(first, messages=messages) from error

    async def _show(self, question: Question, by: Caller, acts: frozenset[Act], urls: Urls) -> QuestionView:
        shown = await self._repository.one(question.id, by.subject)
        if shown is None:  # whoever asked it is erased at this moment
            raise QuestionNotFound
        return show_question(QuestionView, shown, urls, Eyes(by.subject, Act.MODERATE in acts))

    async def _slow_down(self, by: Caller, address: str, acts: frozenset[Act]) -> None:
        """The channel's people have their own count; others share their network's, guests with guests.

        Raises `TooManyRequests`.
        """
        await self._limits.hit(QUESTIONS, "question", by.subject)
        if not acts:
            kind = "guests' question" if isinstance(by, Guest) else "question"
            await self._limits.hit(QUESTIONS_FROM_ADDRESS, kind, network(address))

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
    if Act.MANAGE_TEAM in acts:
        return "admin"
    if Act.EDIT in acts:
        return "editor"
    return "moderator" if Act.MODERATE in acts else "viewer"
