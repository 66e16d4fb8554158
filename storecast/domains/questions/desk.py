"""What a host and their team do with questions, one thing at a time a channel."""

from datetime import datetime, timedelta

from storecast.domains.channels.access import Act, Seat
from storecast.domains.channels.models import Channel
from storecast.domains.moderation.events import BanLifted, PersonBanned
from storecast.domains.moderation.service import CHANGES, ModerationService
from storecast.domains.moderation.values import Action
from storecast.domains.questions import locks
from storecast.domains.questions.errors import QuestionNotFound, QuestionNotShown
from storecast.domains.questions.events import KEPT, QuestionAnswered, QuestionArchived, QuestionPinned
from storecast.domains.questions.models import Question
from storecast.domains.questions.news import QuestionNews
from storecast.domains.questions.repository import QuestionRepository
from storecast.domains.questions.schemas import QuestionState, QuestionStatus, QuestionView
from storecast.domains.questions.shown import Eyes, show_question
from storecast.kit.database import Database
from storecast.kit.events import Events
from storecast.kit.rate_limits import RateLimits
from storecast.kit.urls import Urls

PURGED = timedelta(hours=24)  # as far back as a ban removes what somebody said


class QuestionDesk:
    def __init__(
        self, db: Database, moderation: ModerationService, news: QuestionNews, events: Events, limits: RateLimits
    ) -> None:
        self._db = db
        self._repository = QuestionRepository(db)
        self._moderation = moderation
        self._news = news
        self._events = events
        self._limits = limits

    async def archive(self, seat: Seat, question: Question, status: QuestionStatus, now: datetime) -> None:
        """Put a question among the answered ones, or away. Safe to repeat. Raises `QuestionNotShown`."""
        await self._hold(seat, question)
        if question.status == status:
            return
        if status is QuestionStatus.REMOVED:
            await self._remove(seat.channel, question, now)
            await self._note(seat, question, Action.QUESTION_REMOVE, now)
            return
        _require_shown(question)
        question.status, question.archived_at = status, now
        await self._end_answering(seat.channel, question, now)
        await self._events.happened(seat.channel, QuestionArchived(question.hash_id, status), now)
        await self._note(seat, question, Action.QUESTION_ARCHIVE, now)

    async def restore(self, seat: Seat, question: Question, now: datetime) -> None:
        """Have viewers see and vote on it again. Safe to repeat. Raises `QuestionNotShown` of one that waits."""
        await self._hold(seat, question)
        if question.status == QuestionStatus.OPEN:
            _require_shown(question)
            return
        question.status, question.archived_at = QuestionStatus.OPEN, None
        question.state = QuestionState.SHOWN
        await self._news.shown(seat.channel, question, now, again=True)
        await self._note(seat, question, Action.QUESTION_RESTORE, now)

    async def review(self, seat: Seat, question: Question, now: datetime, *, approve: bool) -> None:
        """Decide on one that waits, or that a silent hide keeps from all. Safe to repeat."""
        await self._hold(seat, question)
        waits = question.state == QuestionState.HELD and question.status == QuestionStatus.OPEN
        if question.state == QuestionState.SHOWN or question.status == QuestionStatus.REMOVED:
            return
        if approve:
            question.state = QuestionState.SHOWN
            await self._news.shown(seat.channel, question, now)
            if waits:
                await self._news.reviewed(seat.channel, question, now, shown=True)
        else:
            await self._remove(seat.channel, question, now)
        await self._note(seat, question, Action.APPROVE if approve else Action.REJECT, now)

    async def pin(self, seat: Seat, question: Question, now: datetime) -> None:
        """Have it stand above the others, in place of any that does. Safe to repeat. Raises `QuestionNotShown`."""
        await self._hold(seat, question)
        _require_shown(question)
        if question.pinned:
            return
        former = await self._repository.pinned(seat.channel.id)
        if former is not None:
            former.pinned = False
            await self._db.flush()
        question.pinned = True
        await self._events.happened(seat.channel, QuestionPinned(question.hash_id), now)
        await self._note(seat, question, Action.QUESTION_PIN, now)

    async def unpin(self, seat: Seat, question: Question, now: datetime) -> None:
        """Safe to repeat."""
        await self._hold(seat, question)
        if not question.pinned:
            return
        question.pinned = False
        await self._events.happened(seat.channel, QuestionPinned(None), now)
        await self._note(seat, question, Action.QUESTION_UNPIN, now)

    async def answer(self, seat: Seat, question: Question, answer: str | None, now: datetime) -> None:
        """Answer in writing, by which it is answered; None takes the words back. Raises `QuestionNotShown`."""
        await self._hold(seat, question)
        _require_shown(question)
        if question.answer == answer:
            return
        question.answer = answer
        if answer is not None and question.status == QuestionStatus.OPEN:
            question.status, question.archived_at = QuestionStatus.ANSWERED, now
            await self._end_answering(seat.channel, question, now)
        told = QuestionAnswered(question.hash_id, answer, QuestionStatus(question.status))
        await self._events.happened(seat.channel, told, now)
        await self._note(seat, question, Action.QUESTION_ANSWER, now)

    async def start_answering(self, seat: Seat, question: Question, now: datetime) -> None:
        """Answer it in the show from now on, and no other. Safe to repeat. Raises `QuestionNotShown`."""
        await self._hold(seat, question)
        _require_shown(question)
        if await self._repository.is_answering(question.id):
            return
        await self._repository.end_answering(seat.channel.id, now)
        await self._news.answering(seat.channel, question, now)
        await self._note(seat, question, Action.QUESTION_ANSWERING, now)

    async def stop_answering(self, seat: Seat, now: datetime) -> None:
        """Safe to repeat. Raises `TooManyRequests`."""
        await self._limits.hit(CHANGES, "moderate", seat.caller.subject)
        await self.end_answering(seat.channel, now)

    async def end_answering(self, channel: Channel, now: datetime, *, begun_before: datetime | None = None) -> None:
        """Of what began later nothing ends."""
        await locks.alone(self._db, "questions of", channel.id)
        if await self._repository.end_answering(channel.id, now, begun_before=begun_before):
            await self._news.answering_nothing(channel, now)

    async def purge(self, channel: Channel, event: PersonBanned, now: datetime) -> None:
        """Remove what somebody who is banned asked of late. Who must not notice goes on seeing it, and nobody else."""
        await locks.alone(self._db, "questions of", channel.id)
        await self._events.hold(channel)  # what is being asked is there then
        for question in await self._repository.asked_by(channel.id, event.subject, now - PURGED):
            if not event.hidden:
                await self._remove(channel, question, now)
            elif question.state == QuestionState.SHOWN and question.status == QuestionStatus.OPEN:
                question.state, question.pinned = QuestionState.HIDDEN, False
                await self._end_answering(channel, question, now)
        await self._db.flush()
        await self._events.stale(channel, *KEPT)

    async def bring_back(self, channel: Channel, event: BanLifted, now: datetime) -> None:
        """What went with a ban is open again, and shown where it was silently hidden; what waited waits."""
        await locks.alone(self._db, "questions of", channel.id)
        for question in await self._repository.gone_with(channel.id, event.subject, event.at):
            question.status, question.archived_at = QuestionStatus.OPEN, None
            if question.state == QuestionState.HELD:
                await self._news.held(channel, question, now)
                continue
            question.state = QuestionState.SHOWN
            await self._news.shown(channel, question, now, again=True)

    async def show(self, seat: Seat, question: Question, urls: Urls) -> QuestionView:
        """As who sits there sees it. Raises `QuestionNotFound`."""
        await self._db.flush()
        shown = await self._repository.one(question.id, seat.caller.subject)
        if shown is None:
            raise QuestionNotFound
        return show_question(QuestionView, shown, urls, Eyes(seat.caller.subject, Act.MODERATE in seat.acts))

    async def _hold(self, seat: Seat, question: Question) -> None:
        """Nobody else is at the desk until this is done; the question is as it is now.

        Raises `QuestionNotFound`, `TooManyRequests`.
        """
        await self._limits.hit(CHANGES, "moderate", seat.caller.subject)
        await locks.alone(self._db, "questions of", seat.channel.id)
        if question.channel_id != seat.channel.id or not await self._repository.hold(question):
            raise QuestionNotFound

    async def _remove(self, channel: Channel, question: Question, now: datetime) -> None:
        """Away from viewers, out of the room's log, too."""
        waited = question.state == QuestionState.HELD
        question.status, question.archived_at, question.pinned = QuestionStatus.REMOVED, now, False
        await self._end_answering(channel, question, now)
        await self._repository.erase_words([question.id])
        if question.state == QuestionState.SHOWN:
            told = QuestionArchived(question.hash_id, QuestionStatus.REMOVED)
            await self._events.happened(channel, told, now)
        elif waited:
            await self._news.reviewed(channel, question, now, shown=False)

    async def _end_answering(self, channel: Channel, question: Question, now: datetime) -> None:
        await self._db.flush()
        if await self._repository.is_answering(question.id):
            await self._repository.end_answering(channel.id, now)
            await self._news.answering_nothing(channel, now)

    async def _note(self, seat: Seat, question: Question, action: Action, now: datetime) -> None:
        await self._moderation.note(
            seat.channel,
            seat.caller,
            action,
            now,
            subject=question.author,
            name=question.author_name,
            message_id=question.hash_id,
        )


def _require_shown(question: Question) -> None:
    if question.state != QuestionState.SHOWN or question.status == QuestionStatus.REMOVED:
        raise QuestionNotShown
