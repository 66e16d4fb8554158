"""What polls take and answer."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from storecast.kit.names import Worded, line

MOST_ANSWERS = 6
Choice = Annotated[str, line(80)]


class PollStatus(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class NewPoll(Worded):
    question: Annotated[str, line(200)]
    """What is asked."""
    answers: Annotated[list[Choice], Meta(min_length=2, max_length=MOST_ANSWERS)]
    """What can be chosen, in order: 2 to 6 different texts."""
    seconds: Annotated[int, Meta(ge=15, le=3600)] | None = None
    """How long it is open; left out, until it is closed."""


class PollVote(Struct):
    answer: Annotated[int, Meta(ge=0, lt=MOST_ANSWERS)]
    """Which answer, the first is 0."""


class ChoiceView(Struct):
    text: str
    """What can be chosen."""
    votes: int
    """How many chose it."""
    share: Annotated[int, Meta(ge=0, le=100)]
    """Per cent of the votes; those of all answers sum to 100, or to 0 before the first vote."""


class PollShown(Struct):
    """A poll as a room hears of it."""

    id: str
    """Names the poll."""
    question: str
    """What is asked."""
    answers: list[ChoiceView]
    """What can be chosen, in order."""
    votes: int
    """How many voted."""
    status: PollStatus
    """`draft`, which viewers do not see, `open` or `closed`."""
    seconds: int | None
    """How long it is open; null until it is closed."""
    opened_at: str | None
    """When it was opened."""
    closes_at: str | None
    """When it closes by itself, ISO 8601; null where somebody has to, and before it is opened."""
    closed_at: str | None
    """When it was closed."""
    session_id: str | None
    """The show it belongs to; null where there was none."""


class PollView(PollShown):
    my_vote: int | None
    """Which answer the caller chose, the first is 0."""
