"""Who may be in which room: asked of the API, kept for a moment, asked once however many ask at once.

Questions of many who come at the same time are asked together.
"""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import msgspec

from storecast.contracts.hooks import (
    ENTER,
    QUESTIONS_A_CALL,
    EnterAnswer,
    EnterAnswers,
    EnterGrant,
    EnterQuestion,
    EnterRequest,
)
from storecast.kit.hooks import HookClient, HookRefused, HookUnavailable
from storecast.kit.tasks import watch
from storecast.realtime.metrics import Metrics

GRANT_SECONDS = 5.0
REFUSAL_SECONDS = 2.0
KEPT_ANSWERS = 10_000
CALLS_AT_ONCE = 4
ASKED_AGAIN = 5  # times an answer that may be outdated on arrival is asked for again


class Question(NamedTuple):
    """May this subject, by this sign-in, enter the room called this?"""

    room: str
    subject: str
    grant_id: str


@dataclass(frozen=True, slots=True)
class Answer:
    grant: EnterGrant | None
    refusal: HookRefused | None
    until: float  # monotonic seconds

    def read(self) -> EnterGrant:
        if self.grant is None:
            raise self.refusal or HookUnavailable("no answer")
        return self.grant


@dataclass(slots=True)
class Asking:
    task: asyncio.Task[Answer]
    outdated: bool = False


class Doorkeeper:
    def __init__(self, client: HookClient, metrics: Metrics) -> None:
        self._client = client
        self._metrics = metrics
        self._answers: OrderedDict[Question, Answer] = OrderedDict()
        self._asking: dict[Question, Asking] = {}
        self._questions: dict[Question, asyncio.Future[EnterAnswer]] = {}
        self._calls: set[asyncio.Task[None]] = set()

    async def enter(self, question: Question) -> EnterGrant:
        """The grant to enter the room. Raises `HookRefused` (403, 404), `HookUnavailable`."""
        answer = self._answers.get(question)
        if answer and answer.until > time.monotonic():
            return answer.read()
        asking = self._asking.get(question)
        if asking is None:
            asking = self._asking[question] = Asking(asyncio.create_task(self._ask(question)))
            asking.task.add_done_callback(lambda task: self._answered(question, task))
        return (await asyncio.shield(asking.task)).read()

    def forget(self, room_id: str | None = None, subject: str | None = None) -> None:
        """Answers about a room (None: all rooms) and a subject (None: everyone) may have changed.

        A refusal does not say which room a name meant, so refusals of the subject go with any room.
        """
        for asked, asking in self._asking.items():
            asking.outdated = asking.outdated or subject in (None, asked.subject)
        for question, answer in list(self._answers.items()):
            here = room_id is None or answer.grant is None or answer.grant.room_id == room_id
            if here and subject in (None, question.subject):
                del self._answers[question]

    def forget_grants(self, grant_ids: set[str]) -> None:
        """Nobody enters by these sign-ins any more."""
        for asked, asking in self._asking.items():
            asking.outdated = asking.outdated or asked.grant_id in grant_ids
        for question in [question for question in self._answers if question.grant_id in grant_ids]:
            del self._answers[question]

    def close(self) -> None:
        for asking in list(self._asking.values()):
            asking.task.cancel()
        for call in self._calls:
            call.cancel()

    def _answered(self, question: Question, task: asyncio.Task[Answer]) -> None:
        del self._asking[question]
        if not task.cancelled():
            task.exception()  # told to whoever waits, if anybody still does

    async def _ask(self, question: Question) -> Answer:
        for _ in range(ASKED_AGAIN):
            self._asking[question].outdated = False
            answer = await self._answer(question)
            if not self._asking[question].outdated:
                self._keep(question, answer)
                return answer
        raise HookUnavailable("access to the room keeps changing")

    async def _answer(self, question: Question) -> Answer:
        self._metrics.entries.inc()
        answering = self._questions[question] = asyncio.get_running_loop().create_future()
        if len(self._calls) < CALLS_AT_ONCE:
            call = watch(self._call(), "asking who may enter rooms")
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)
        answer = await answering
        if answer.grant is None:
            return Answer(None, HookRefused(answer.status, answer.message), time.monotonic() + REFUSAL_SECONDS)
        return Answer(answer.grant, None, time.monotonic() + GRANT_SECONDS)

    async def _call(self) -> None:
        """Ask what waits to be asked, until nothing does."""
        await asyncio.sleep(0)  # who comes within the same moment is asked about together
        while self._questions:
            asked = dict(islice(self._questions.items(), QUESTIONS_A_CALL))
            for question in asked:
                del self._questions[question]
            try:
                answers = await self._ask_all(list(asked))
            except BaseException as error:
                failure = error if isinstance(error, HookUnavailable) else HookUnavailable("the gateway stops")
                for answering in asked.values():
                    if not answering.done():
                        answering.set_exception(failure)
                if failure is not error:
                    raise
            else:
                for answering, answer in zip(asked.values(), answers, strict=True):
                    if not answering.done():
                        answering.set_result(answer)

    async def _ask_all(self, questions: list[Question]) -> list[EnterAnswer]:
        """Raises `HookUnavailable`."""
        request = EnterRequest([EnterQuestion(*question) for question in questions])
        try:
            answers = (await self._client.call(ENTER, request, EnterAnswers)).answers
        except HookRefused as refusal:
            raise HookUnavailable(f"the API refuses to be asked: {refusal}") from refusal
        except msgspec.DecodeError as error:
            raise HookUnavailable(f"not a grant: {error}") from error
        if len(answers) != len(questions):
            raise HookUnavailable("the API has not answered all that was asked")
        return answers

    def _keep(self, question: Question, answer: Answer) -> None:
        self._answers[question] = answer
        self._answers.move_to_end(question)
        while len(self._answers) > KEPT_ANSWERS:
            self._answers.popitem(last=False)
