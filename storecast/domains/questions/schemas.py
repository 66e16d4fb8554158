"""What questions take and answer."""

from enum import IntEnum, StrEnum
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from storecast.kit.envelope import Data
from storecast.kit.names import Worded, line, paragraphs

Ref = Annotated[str, Meta(min_length=1, max_length=40)]
QuestionId = Annotated[str, Meta(min_length=1, max_length=40)]
Role = Literal["owner", "admin", "editor", "moderator", "viewer"]


class QuestionStatus(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    REMOVED = "removed"


class QuestionState(StrEnum):
    """Who sees a question that is not removed."""

    SHOWN = "shown"
    HELD = "held"  # waits for a moderator; its author is told so
    HIDDEN = "hidden"  # its author believes it shown


class VoteDirection(IntEnum):
    NONE = 0
    DOWN = 1
    UP = 2


class Which(StrEnum):
    """Which questions are read."""

    OPEN = "open"
    ANSWERED = "answered"
    REMOVED = "removed"
    HELD = "held"


class QuestionsRead(Struct):
    channel: Ref | None = field(name="eventId", default=None)
    """The channel's id, slug or number."""
    slug: Ref | None = field(name="eventSlug", default=None)
    """The same by its slug; one of the two is needed."""
    status: Which = Which.OPEN
    """Which questions: `open`, `answered`, or, for moderators, `removed` and `held`, those that wait for review."""
    cursor: Annotated[str, Meta(max_length=40, pattern=r"^-?\d{1,9}\.\d{1,18}(?!\n)$")] | None = None
    """From the answer before; left out, the most popular come."""


class NewQuestion(Worded):
    question: Annotated[str, line(300)]
    """What is asked, as plain text."""
    channel: Ref = field(name="eventId")
    """The channel's id, slug or number."""
    anonymous: bool = False
    """Whether viewers are not to see who asks; moderators do. For channels that allow it."""
    name: Annotated[str, line(40)] | None = None
    """The display name of a guest; left out, they go by their name in the chat."""


class QuestionVote(Struct):
    question: QuestionId = field(name="questionId")
    """The question's id."""
    direction: VoteDirection
    """2 up, 1 down, 0 takes the vote back."""


class ArchivedQuestion(Struct):
    channel: Ref = field(name="eventSlug")
    """The channel's slug, id or number."""
    question: QuestionId = field(name="questionId")
    """The question's id."""
    status: Literal["answered", "removed"] = "answered"
    """Where it goes: among the answered ones, or away."""


class QuestionReview(Struct):
    decision: Literal["approve", "reject"]
    """Whether viewers are to see it."""


class WrittenAnswer(Worded):
    answer: Annotated[str, paragraphs(1000, 30)] | None
    """What the host says to it, in writing; null takes it back."""


class AskerView(Struct):
    id: str
    """The user's `hash_id`, or the guest's id."""
    name: str
    """As shown beside what they ask."""
    avatar: str | None
    """Address of a picture; null for who has none."""
    guest: bool
    """Whether they have no account."""
    role: Role
    """What they are at the channel; `viewer` for who has no seat there."""


class QuestionView(Struct):
    id: str
    """Names the question."""
    question: str
    """What is asked, as plain text."""
    votes: Annotated[int, Meta(description="Up-votes less down-votes.")]
    my_vote: Literal[-1, 0, 1]
    """The caller's own vote; 0 in events, and without a token."""
    mine: bool
    """Whether the caller asked it; false in events, and without a token."""
    status: QuestionStatus
    """`open`, `answered` or `removed`."""
    state: QuestionState
    """`shown`; to moderators and, while it waits for them, its author also `held`; to moderators alone `hidden`."""
    pinned: bool
    """Whether the host has it stand above the others."""
    answering: bool
    """Whether the host is answering it in the show now."""
    answer: str | None
    """What the host wrote to it, as plain text with line breaks."""
    anonymous: bool
    """Whether only moderators are shown who asked."""
    author: Data[AskerView | list[str]]
    """Who asked; `[]` of an anonymous question."""
    created_at: str
    """When it was asked."""


class AnsweringView(Struct):
    """The question that the host is answering."""

    id: str
    """Names the question."""
    question: str
    """What is asked."""
    at: str
    """Since when, ISO 8601: a page behind the show has it when its own picture comes there."""


class QuestionsMeta(Struct):
    cursor: str | None
    """Leads to the questions that follow; null with the last ones."""
    pinned: QuestionView | None
    """The pinned question, wherever in the list it stands."""
    answering: AnsweringView | None
    """What the host is answering now."""
    anonymous: bool
    """Whether one may ask without viewers seeing who does."""


class QuestionsPage(Struct):
    """The most popular first, of those with as many votes the newest; 50 at once."""

    data: list[QuestionView]
    """A page of questions."""
    meta: QuestionsMeta
    """What follows, and what stands out."""
