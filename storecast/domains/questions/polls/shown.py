"""A poll as its viewers see it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from storecast.domains.questions.polls.models import Poll
from storecast.domains.questions.polls.schemas import ChoiceView, PollShown, PollStatus
from storecast.kit.clock import iso

View = TypeVar("View", bound=PollShown)


def status_of(poll: Poll, now: datetime) -> PollStatus:
    """By the clock: one whose time is over takes no votes, whether or not it was closed by then."""
    if poll.opened_at is None:
        return PollStatus.DRAFT
    over = poll.closed_at is not None or (poll.closes_at is not None and poll.closes_at <= now)
    return PollStatus.CLOSED if over else PollStatus.OPEN


def show_poll(view: type[View], poll: Poll, votes: Sequence[int], now: datetime) -> View:
    """`votes` by answer."""
    status = status_of(poll, now)
    closed_at = (poll.closed_at or poll.closes_at) if status is PollStatus.CLOSED else None
    choices = zip(poll.answers, votes, shares(votes), strict=True)
    return view(
        id=poll.hash_id,
        question=poll.question,
        answers=[ChoiceView(text, number, share) for text, number, share in choices],
        votes=sum(votes),
        status=status,
        seconds=poll.seconds,
        opened_at=iso(poll.opened_at) if poll.opened_at else None,
        closes_at=iso(poll.closes_at) if poll.closes_at else None,
        closed_at=iso(closed_at) if closed_at else None,
        session_id=poll.session_id,
    )


def shares(votes: Sequence[int]) -> list[int]:
    """Whole per cents that sum to 100, or to 0 without votes: what is left over goes to the largest remainders.

    Of like remainders the first answer has it (the method of Hamilton).
    """
    total = sum(votes)
    if total == 0:
        return [0] * len(votes)
    whole = [100 * number // total for number in votes]
    by_remainder = sorted(range(len(votes)), key=lambda place: -(100 * votes[place] % total))
    for place in by_remainder[: 100 - sum(whole)]:
        whole[place] += 1
    return whole
