"""Questions over HTTP: parse, authorise, call, answer. What happens to them is heard on the realtime socket."""

from litestar import Controller, Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import JSONBody

from storecast.domains.accounts.callers import Scope, Who
from storecast.domains.questions.schemas import (
    NewQuestion,
    QuestionsPage,
    QuestionsRead,
    QuestionView,
    QuestionVote,
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
