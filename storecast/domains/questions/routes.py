"""Questions over HTTP: parse, authorise, call, answer. What happens to them is heard on the realtime socket."""

from litestar import Controller, Request, Response, delete, post, put
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from storecast.domains.accounts.callers import Scope, Who
from storecast.domains.channels.access import Act, Seat
from storecast.domains.channels.errors import ChannelNotFound
from storecast.domains.questions.errors import QuestionNotFound
from storecast.domains.questions.models import Question
from storecast.domains.questions.schemas import (
    ArchivedQuestion,
    NewQuestion,
    QuestionReview,
    QuestionsPage,
    QuestionsRead,
    QuestionStatus,
    QuestionView,
    QuestionVote,
    WrittenAnswer,
)
from storecast.kit.envelope import Data
from storecast.kit.errors import Unprocessable
from storecast.kit.http.openapi import described
from storecast.resources.kept import answer_questions
from storecast.wiring.unit import Unit

PAGE = described(QuestionsPage)


class QuestionController(Controller):
    path = "/questions"
    tags = ("Questions",)
    opt = {"scope": Scope.CHAT}  # noqa: RUF012

    @post("/read", operation_id="readQuestions", status_code=200, opt={"who": Who.ANYONE}, responses=PAGE)
    async def read_questions(
        self, request: Request[None, None, State], data: JSONBody[QuestionsRead], unit: NamedDependency[Unit]
    ) -> Response[bytes]:
        """A channel's questions, the most popular first. What all see alike is kept while nothing changes."""
        ref = data.channel or data.slug
        if ref is None:
            raise Unprocessable.field("eventId", "is required")
        return await answer_questions(request, unit, ref, data.status, data.cursor)

    @post("/create", operation_id="askQuestion", status_code=200, opt={"who": Who.GUEST})
    async def ask_question(self, data: JSONBody[NewQuestion], unit: NamedDependency[Unit]) -> Data[QuestionView]:
        """Ask the host something."""
        channel = await unit.access.watchable(data.channel, unit.participant, unit.now)
        asked = await unit.questions.ask(channel, data, unit.participant, unit.address, unit.urls, unit.now)
        return Data(asked)

    @post("/vote", operation_id="voteQuestion", status_code=200, opt={"who": Who.GUEST})
    async def vote_question(self, data: JSONBody[QuestionVote], unit: NamedDependency[Unit]) -> Data[QuestionView]:
        """Vote a question up or down; a second vote replaces the first."""
        by, voted = unit.participant, data.direction
        return Data(await unit.questions.vote(data.question, voted, by, unit.address, unit.urls, unit.now))

    @post("/archive", operation_id="archiveQuestion", status_code=200, opt={"may": Act.MODERATE})
    async def archive_question(
        self, data: JSONBody[ArchivedQuestion], unit: NamedDependency[Unit]
    ) -> Data[QuestionView]:
        """Put a question among the answered ones, or away. It can be restored."""
        seat = await unit.seat(data.channel, Act.MODERATE)
        question = await unit.questions.find(data.question)
        await unit.desk.archive(seat, question, QuestionStatus(data.status), unit.now)
        return Data(await unit.desk.show(seat, question, unit.urls))


class DeskController(Controller):
    path = "/questions/{question_id:str}"
    tags = ("Questions",)
    opt = {"scope": Scope.CHAT, "may": Act.MODERATE}  # noqa: RUF012

    @put("/", operation_id="answerQuestion")
    async def answer_question(
        self, question_id: FromPath[str], data: JSONBody[WrittenAnswer], unit: NamedDependency[Unit]
    ) -> Data[QuestionView]:
        """Answer a question in writing, by which it is answered; with null take the words back."""
        question, seat = await _at(unit, question_id)
        await unit.desk.answer(seat, question, data.answer, unit.now)
        return Data(await unit.desk.show(seat, question, unit.urls))

    @post("/restore", operation_id="restoreQuestion", status_code=200)
    async def restore_question(self, question_id: FromPath[str], unit: NamedDependency[Unit]) -> Data[QuestionView]:
        """Open a question again that was answered or removed. Safe to repeat."""
        question, seat = await _at(unit, question_id)
        await unit.desk.restore(seat, question, unit.now)
        return Data(await unit.desk.show(seat, question, unit.urls))

    @post("/review", operation_id="reviewQuestion", status_code=200)
    async def review_question(
        self, question_id: FromPath[str], data: JSONBody[QuestionReview], unit: NamedDependency[Unit]
    ) -> Data[QuestionView]:
        """Decide on a question that waits for it. Safe to repeat."""
        question, seat = await _at(unit, question_id)
        await unit.desk.review(seat, question, unit.now, approve=data.decision == "approve")
        return Data(await unit.desk.show(seat, question, unit.urls))

    @post("/pin", operation_id="pinQuestion", status_code=200)
    async def pin_question(self, question_id: FromPath[str], unit: NamedDependency[Unit]) -> Data[QuestionView]:
        """Have a question stand above the others, in place of any that does. Safe to repeat."""
        question, seat = await _at(unit, question_id)
        await unit.desk.pin(seat, question, unit.now)
        return Data(await unit.desk.show(seat, question, unit.urls))

    @delete("/pin", operation_id="unpinQuestion", status_code=200)
    async def unpin_question(self, question_id: FromPath[str], unit: NamedDependency[Unit]) -> Data[QuestionView]:
        """Have it stand where its votes put it. Safe to repeat."""
        question, seat = await _at(unit, question_id)
        await unit.desk.unpin(seat, question, unit.now)
        return Data(await unit.desk.show(seat, question, unit.urls))

    @post("/answering", operation_id="startAnswering", status_code=200)
    async def start_answering(self, question_id: FromPath[str], unit: NamedDependency[Unit]) -> Data[QuestionView]:
        """Say that the host answers this in the show now, and no other. Replays have it as a chapter."""
        question, seat = await _at(unit, question_id)
        await unit.desk.start_answering(seat, question, unit.now)
        return Data(await unit.desk.show(seat, question, unit.urls))


@delete(
    "/events/{channel_ref:str}/questions/answering",
    operation_id="stopAnswering",
    tags=["Questions"],
    status_code=204,
    opt={"scope": Scope.CHAT, "may": Act.MODERATE},
)
async def stop_answering(seat: NamedDependency[Seat], unit: NamedDependency[Unit]) -> None:
    """Say that the host is done with the question they were answering. Safe to repeat."""
    await unit.desk.stop_answering(seat, unit.now)


async def _at(unit: Unit, question_id: str) -> tuple[Question, Seat]:
    """A question, for who may moderate its channel. Raises `QuestionNotFound`, `NotAnEditor`."""
    question = await unit.questions.find(question_id)
    try:
        return question, await unit.seat(str(question.channel_id), Act.MODERATE)
    except ChannelNotFound as error:
        raise QuestionNotFound from error
