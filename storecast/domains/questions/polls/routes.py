"""Polls over HTTP. How they go is heard on the realtime socket."""

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from storecast.domains.accounts.callers import Scope, Who
from storecast.domains.channels.access import Act, Seat
from storecast.domains.channels.errors import ChannelNotFound, NotAnEditor
from storecast.domains.questions.polls.errors import PollNotFound
from storecast.domains.questions.polls.models import Poll
from storecast.domains.questions.polls.schemas import NewPoll, PollView, PollVote
from storecast.kit.envelope import Data, Page
from storecast.kit.http.openapi import described
from storecast.kit.http.paging import PageNumber
from storecast.resources.kept import answer_polls
from storecast.wiring.unit import Unit

PAGE = described(Page[PollView])


class ChannelPollController(Controller):
    path = "/events/{channel_ref:str}/polls"
    tags = ("Questions",)
    opt = {"scope": Scope.CHAT}  # noqa: RUF012

    @get("/", operation_id="listPolls", opt={"who": Who.ANYONE}, responses=PAGE)
    async def list_polls(
        self,
        request: Request[None, None, State],
        channel_ref: FromPath[str],
        unit: NamedDependency[Unit],
        page: PageNumber = 1,
    ) -> Response[bytes]:
        """A channel's polls: the open one, drafts for who may run the show, and what is over, the newest first."""
        return await answer_polls(request, unit, channel_ref, page)

    @post("/", operation_id="createPoll", status_code=200, opt={"may": Act.RUN_SHOW})
    async def create_poll(
        self, data: JSONBody[NewPoll], seat: NamedDependency[Seat], unit: NamedDependency[Unit]
    ) -> Data[PollView]:
        """Prepare a poll. Viewers see it once it is opened."""
        return await _shown(unit, await unit.polls.create(seat, data, unit.now))


class PollController(Controller):
    path = "/polls/{poll_id:str}"
    tags = ("Questions",)
    opt = {"scope": Scope.CHAT, "may": Act.RUN_SHOW}  # noqa: RUF012

    @put("/", operation_id="updatePoll")
    async def update_poll(
        self, poll_id: FromPath[str], data: JSONBody[NewPoll], unit: NamedDependency[Unit]
    ) -> Data[PollView]:
        """Change a poll that was not opened yet, whole."""
        poll, seat = await _at(unit, poll_id)
        await unit.polls.change(seat, poll, data)
        return await _shown(unit, poll)

    @delete("/", operation_id="deletePoll", status_code=204)
    async def delete_poll(self, poll_id: FromPath[str], unit: NamedDependency[Unit]) -> None:
        """Delete a poll that was not opened yet."""
        poll, seat = await _at(unit, poll_id)
        await unit.polls.delete(seat, poll, unit.now)

    @post("/open", operation_id="openPoll", status_code=200)
    async def open_poll(self, poll_id: FromPath[str], unit: NamedDependency[Unit]) -> Data[PollView]:
        """Let viewers choose, for as long as the poll says or until it is closed. One is open at a time."""
        poll, seat = await _at(unit, poll_id)
        await unit.polls.open(seat, poll, unit.now)
        return await _shown(unit, poll)

    @post("/close", operation_id="closePoll", status_code=200)
    async def close_poll(self, poll_id: FromPath[str], unit: NamedDependency[Unit]) -> Data[PollView]:
        """Take no more votes. The result is kept with the show. Safe to repeat."""
        poll, seat = await _at(unit, poll_id)
        await unit.polls.close(seat, poll, unit.now)
        return await _shown(unit, poll)


@post(
    "/polls/{poll_id:str}/vote",
    operation_id="votePoll",
    tags=["Questions"],
    status_code=200,
    opt={"scope": Scope.CHAT, "who": Who.GUEST},
)
async def vote_poll(poll_id: FromPath[str], data: JSONBody[PollVote], unit: NamedDependency[Unit]) -> Data[PollView]:
    """Choose an answer; a second vote replaces the first while the poll is open."""
    return Data(await unit.polls.vote(poll_id, data.answer, unit.participant, unit.address, unit.now))


async def _at(unit: Unit, poll_id: str) -> tuple[Poll, Seat]:
    """A poll, for who may run the shows of its channel. Raises `PollNotFound`, `NotAnEditor`.

    Who may not hears nothing of a draft.
    """
    poll = await unit.polls.find(poll_id)
    try:
        return poll, await unit.seat(str(poll.channel_id), Act.RUN_SHOW)
    except ChannelNotFound as error:
        raise PollNotFound from error
    except NotAnEditor as error:
        if poll.opened_at is None:
            raise PollNotFound from error
        raise


async def _shown(unit: Unit, poll: Poll) -> Data[PollView]:
    return Data((await unit.polls.show([poll], unit.caller, unit.now))[0])
