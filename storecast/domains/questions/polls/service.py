"""The rules of polls: prepared, opened one at a time, voted in, closed with a result. One call is one transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import structs

from storecast.domains.accounts.callers import Caller
from storecast.domains.channels.access import Act, ChannelAccess, Seat
from storecast.domains.channels.errors import ChannelNotFound
from storecast.domains.channels.models import Channel
from storecast.domains.channels.service import ChannelService
from storecast.domains.moderation.service import ModerationService
from storecast.domains.moderation.values import Action
from storecast.domains.questions import locks
from storecast.domains.questions.ballots import BallotBox
from storecast.domains.questions.polls.errors import (
    PollBegun,
    PollNotFound,
    PollNotOpen,
    PollOpenAlready,
    TooManyDrafts,
)
from storecast.domains.questions.polls.events import PollClosed, PollOpened
from storecast.domains.questions.polls.figures import count_polls
from storecast.domains.questions.polls.models import Poll
from storecast.domains.questions.polls.repository import PollRepository
from storecast.domains.questions.polls.schemas import NewPoll, PollShown, PollStatus, PollView
from storecast.domains.questions.polls.shown import show_poll, status_of
from storecast.domains.streams.service import StreamService
from storecast.kit.database import Database
from storecast.kit.errors import Unprocessable
from storecast.kit.events import Events
from storecast.kit.ids import public_id
from storecast.kit.pagination import PageRequest, Slice
from storecast.kit.rate_limits import RateLimits
from storecast.kit.tallies import Tallies

POLLS_A_PAGE = 20
MOST_DRAFTS = 50  # of a channel
CHANGES = "120/minute"  # of one person
MOST_CLOSED = 50  # at once, of those whose time is over


class PollService:
    def __init__(
        self,
        db: Database,
        access: ChannelAccess,
        channels: ChannelService,
        streams: StreamService,
        moderation: ModerationService,
        ballots: BallotBox,
        events: Events,
        tallies: Tallies,
        limits: RateLimits,
    ) -> None:
        self._db = db
        self._repository = PollRepository(db)
        self._access = access
        self._channels = channels
        self._streams = streams
        self._moderation = moderation
        self._ballots = ballots
        self._events = events
        self._tallies = tallies
        self._limits = limits

    async def page(
        self, channel: Channel, number: int, by: Caller | None, now: datetime
    ) -> tuple[list[PollView], Slice]:
        """The open one first, then drafts for who may run the show, then what is over, the newest first."""
        runs = Act.RUN_SHOW in await self._access.acts(channel, by)
        polls, cut = await self._repository.page(channel.id, PageRequest(number, POLLS_A_PAGE), drafts=runs)
        return await self.show(polls, by, now), cut

    async def create(self, seat: Seat, new: NewPoll, now: datetime) -> Poll:
        """A draft. Raises `TooManyDrafts`, `TooManyRequests`, `Unprocessable`."""
        await self._limits.hit(CHANGES, "poll", seat.caller.subject)
        _require_different(new)
        await self._alone(seat.channel)
        if await self._repository.drafts(seat.channel.id) >= MOST_DRAFTS:
            raise TooManyDrafts(MOST_DRAFTS)
        poll = Poll(
            hash_id=public_id(),
            channel_id=seat.channel.id,
            question=new.question,
            answers=new.answers,
            seconds=new.seconds,
            created_at=now,
        )
        await self._repository.add(poll)
        return poll

    async def change(self, seat: Seat, poll: Poll, new: NewPoll) -> None:
        """A draft, whole. Raises `PollBegun`, `Unprocessable`."""
        _require_different(new)
        await self._hold_draft(seat, poll)
        poll.question, poll.answers, poll.seconds = new.question, new.answers, new.seconds

    async def delete(self, seat: Seat, poll: Poll, now: datetime) -> None:
        """A draft. Raises `PollBegun`."""
        await self._hold_draft(seat, poll)
        await self._repository.remove(poll)
        await self._moderation.note(seat.channel, seat.caller, Action.POLL_DELETE, now, detail=poll.question)

    async def open(self, seat: Seat, poll: Poll, now: datetime) -> None:
        """Let viewers choose. Raises `PollBegun`, `PollOpenAlready`."""
        await self._hold_draft(seat, poll)
        former = await self._repository.open_on(seat.channel.id)
        if former is not None:
            if status_of(former, now) is PollStatus.OPEN:
                raise PollOpenAlready
            await self._close(seat.channel, former, now)
        poll.opened_at = now
        poll.closes_at = now + timedelta(seconds=poll.seconds) if poll.seconds is not None else None
        poll.session_id = await self._session(seat.channel)
        await self._db.flush()
        await self._events.happened(seat.channel, show_poll(PollOpened, poll, _none(poll), now), now)
        await self._moderation.note(seat.channel, seat.caller, Action.POLL_OPEN, now, detail=poll.question)

    async def close(self, seat: Seat, poll: Poll, now: datetime) -> None:
        """Take no more votes, and keep the result. Safe to repeat. Raises `PollNotOpen` of a draft."""
        await self._hold(seat, poll)
        if poll.opened_at is None:
            raise PollNotOpen
        if poll.closed_at is not None:
            return
        await self._close(seat.channel, poll, now)
        await self._moderation.note(seat.channel, seat.caller, Action.POLL_CLOSE, now, detail=poll.question)

    async def vote(self, poll_id: str, answer: int, by: Caller, address: str, now: datetime) -> PollView:
        """In place of what the caller chose before.

        Raises `PollNotFound`, `PollNotOpen`, `NetworkHasVoted`, `Banned`, `TooManyRequests`, `Unprocessable`.
        """
        poll, channel = await self._seen(poll_id, by, now)
        if answer >= len(poll.answers):
            raise Unprocessable.field("answer", "is not one of the poll's answers")
        acts = await self._access.acts(channel, by)
        ballot = await self._ballots.ballot(channel, poll.id, answer, by, address, now, acts=acts)
        await locks.together(self._db, "votes in poll", poll.id)  # whoever closes it waits for those who vote
        if not await self._repository.renew(poll) or status_of(poll, now) is not PollStatus.OPEN:
            raise PollNotOpen
        await self._ballots.take("a poll", ballot, self._repository)
        self._tallies.changed(self._db, count_polls, poll.id)
        return (await self.show([poll], by, now))[0]

    async def find(self, poll_id: str) -> Poll:
        """Raises `PollNotFound`."""
        poll = await self._repository.find(poll_id)
        if poll is None:
            raise PollNotFound
        return poll

    async def show(self, polls: Sequence[Poll], by: Caller | None, now: datetime) -> list[PollView]:
        await self._db.flush()
        ids = [poll.id for poll in polls]
        votes = await self._repository.votes([poll.id for poll in polls if poll.result is None])
        mine = await self._repository.votes_of(by.subject, ids) if by is not None else {}
        shown = []
        for poll in polls:
            counted = poll.result or [votes.get(poll.id, {}).get(place, 0) for place in range(len(poll.answers))]
            own = mine.get(poll.id)
            if own is not None and not own.counted:
                counted = [number + (place == own.answer) for place, number in enumerate(counted)]
            seen = structs.asdict(show_poll(PollShown, poll, counted, now))
            shown.append(PollView(**seen, my_vote=own.answer if own is not None else None))
        return shown

    async def close_due(self, now: datetime) -> None:
        """Those whose time is over, at the moment it was."""
        due = await self._repository.due(now, MOST_CLOSED)
        channels = await self._channels.by_ids([poll.channel_id for poll in due])
        for poll in due:
            channel = channels[poll.channel_id]
            await self._alone(channel)
            if await self._repository.renew(poll) and poll.closed_at is None:
                await self._close(channel, poll, now)

    async def close_of_show(self, channel: Channel, session_id: str, now: datetime) -> None:
        """What belongs to a show that is over."""
        await self._alone(channel)
        poll = await self._repository.open_on(channel.id)
        if poll is not None and poll.session_id == session_id:
            await self._close(channel, poll, now)

    async def _close(self, channel: Channel, poll: Poll, now: datetime) -> None:
        """For who is alone with the channel's polls."""
        await locks.alone(self._db, "votes in poll", poll.id)
        counted = (await self._repository.votes([poll.id])).get(poll.id, {})
        poll.result = [counted.get(place, 0) for place in range(len(poll.answers))]
        poll.closed_at = now if poll.closes_at is None else min(now, poll.closes_at)
        poll.session_id = poll.session_id or await self._session(channel)
        await self._db.flush()
        await self._events.happened(channel, show_poll(PollClosed, poll, poll.result, now), now)

    async def _seen(self, poll_id: str, by: Caller, now: datetime) -> tuple[Poll, Channel]:
        """A poll that `by` may vote in, and its channel. Raises `PollNotFound`."""
        poll = await self.find(poll_id)
        if poll.opened_at is None:
            raise PollNotFound
        try:
            return poll, await self._access.thread(poll.channel_id, by, now)
        except ChannelNotFound as error:
            raise PollNotFound from error

    async def _hold_draft(self, seat: Seat, poll: Poll) -> None:
        await self._hold(seat, poll)
        if poll.opened_at is not None:
            raise PollBegun

    async def _hold(self, seat: Seat, poll: Poll) -> None:
        """As it is now, nobody else opening or closing any there. Raises `PollNotFound`, `TooManyRequests`."""
        await self._limits.hit(CHANGES, "poll", seat.caller.subject)
        await self._alone(seat.channel)
        if not await self._repository.renew(poll):
            raise PollNotFound

    async def _alone(self, channel: Channel) -> None:
        await locks.alone(self._db, "polls of", channel.id)

    async def _session(self, channel: Channel) -> str | None:
        """The show that is on."""
        session = (await self._streams.open_sessions([channel.id])).get(channel.id)
        return session.id if session is not None and session.started_at is not None else None


def _require_different(new: NewPoll) -> None:
    if len({answer.casefold() for answer in new.answers}) < len(new.answers):
        raise Unprocessable.field("answers", "must be different from each other")


def _none(poll: Poll) -> list[int]:
    return [0] * len(poll.answers)
