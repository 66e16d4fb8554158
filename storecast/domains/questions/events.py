"""What a room hears of questions. Of who asked an anonymous one it hears nothing."""

from storecast.contracts.bus import Kind
from storecast.domains.channels.access import Act
from storecast.domains.questions.schemas import QuestionStatus, QuestionView
from storecast.kit.events import EVERYBODY, ONE_PERSON, RoomEvent, RoomFigure

KEPT = (Kind.QUESTIONS,)


class QuestionCreated(QuestionView, RoomEvent, name="question.created", to=EVERYBODY, stale=KEPT):
    """The question as its readers see it."""


class QuestionHeld(QuestionView, RoomEvent, name="question.held", to=Act.MODERATE):
    """A question waits for review, with who asked."""


class QuestionReviewed(RoomEvent, name="question.reviewed", to=ONE_PERSON):
    """A question that waited was decided on. Told to who asked."""

    id: str
    shown: bool


class QuestionArchived(RoomEvent, name="question.archived", to=EVERYBODY, stale=KEPT):
    """A question is not open any more: it is among the answered ones, or away."""

    id: str
    status: QuestionStatus


class QuestionRestored(QuestionView, RoomEvent, name="question.restored", to=EVERYBODY, stale=KEPT):
    """A question is open again."""


class QuestionPinned(RoomEvent, name="question.pinned", to=EVERYBODY, stale=KEPT):
    """A question stands above the others, in place of any that did; none with `id` null."""

    id: str | None


class QuestionAnswering(RoomEvent, name="question.answering", to=EVERYBODY, stale=KEPT):
    """What the host answers from `at` on, ISO 8601; with `id` null nothing."""

    id: str | None
    question: str | None
    at: str


class QuestionAnswered(RoomEvent, name="question.answered", to=EVERYBODY, stale=KEPT):
    """The host has written an answer, or with null taken it back."""

    id: str
    answer: str | None
    status: QuestionStatus


class QuestionsCounted(RoomFigure, name="questions.counted", to=EVERYBODY, stale=KEPT):
    """Up-votes less down-votes of questions, by their ids."""

    votes: dict[str, int]
