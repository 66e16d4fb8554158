"""A question as its readers see it."""

from typing import TypeVar, cast

from msgspec import Struct

from storecast.domains.questions.models import Question
from storecast.domains.questions.repository import ShownQuestion
from storecast.domains.questions.schemas import AskerView, QuestionState, QuestionStatus, QuestionView, Role
from storecast.kit.clock import iso
from storecast.kit.envelope import Data
from storecast.kit.urls import Urls

View = TypeVar("View", bound=QuestionView)


class Eyes(Struct, frozen=True):
    """By whose eyes a question is seen."""

    subject: str | None = None
    moderates: bool = False


EVERYBODYS = Eyes()
MODERATORS = Eyes(moderates=True)


def show_question(view: type[View], shown: ShownQuestion, urls: Urls, eyes: Eyes) -> View:
    question = shown.question
    mine = eyes.subject == question.author
    told = not question.anonymous or mine or eyes.moderates
    return view(
        id=question.hash_id,
        question=question.question,
        votes=shown.votes,
        my_vote=shown.my_vote,
        mine=mine,
        status=QuestionStatus(question.status),
        state=_state(question, mine=mine, moderates=eyes.moderates),
        pinned=question.pinned,
        answering=shown.answering_since is not None,
        answer=question.answer,
        anonymous=question.anonymous,
        author=Data(_asker(question, urls) if told else []),
        created_at=iso(question.created_at),
    )


def _state(question: Question, *, mine: bool, moderates: bool) -> QuestionState:
    state = QuestionState(question.state)
    if moderates or (mine and state is QuestionState.HELD):
        return state
    return QuestionState.SHOWN


def _asker(question: Question, urls: Urls) -> AskerView:
    kind, _, author_id = question.author.partition(":")
    return AskerView(
        id=author_id,
        name=question.author_name,
        avatar=urls.file(question.author_avatar) if question.author_avatar else None,
        guest=kind == "guest",
        role=cast("Role", question.author_role),
    )
