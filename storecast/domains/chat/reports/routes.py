"""Reports and the moderators' queue over HTTP."""

from litestar import Controller, Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from storecast.domains.accounts.callers import Scope, Who
from storecast.domains.channels.access import Act, Seat
from storecast.domains.chat.reports.schemas import NewReport, QueueEntry, ReportView, Review
from storecast.domains.chat.reports.service import QueuedMessage
from storecast.domains.chat.schemas import MessageView
from storecast.domains.chat.showing import show
from storecast.kit.clock import iso
from storecast.kit.envelope import Data, Page
from storecast.kit.http.paging import PageNumber
from storecast.kit.pagination import paged
from storecast.kit.urls import Urls
from storecast.wiring.unit import Unit


@post(
    "/messages/{message_id:str}/reports",
    operation_id="reportMessage",
    status_code=200,
    tags=["Chat"],
    opt={"scope": Scope.CHAT, "who": Who.GUEST},
)
async def report_message(
    message_id: FromPath[str], data: JSONBody[NewReport], unit: NamedDependency[Unit]
) -> Data[ReportView]:
    """Have a moderator look at a message. Once is enough."""
    return Data(await unit.reports.report(message_id, data, unit.participant, unit.address, unit.now))


class QueueController(Controller):
    path = "/events/{channel_ref:str}/chat/reports"
    tags = ("Moderation",)
    opt = {"scope": Scope.CHAT, "may": Act.MODERATE}  # noqa: RUF012

    @get("/", operation_id="listReports")
    async def list_reports(
        self,
        request: Request[object, object, State],
        seat: NamedDependency[Seat],
        unit: NamedDependency[Unit],
        page: PageNumber = 1,
    ) -> Page[QueueEntry]:
        """What waits for a decision, the longest first: messages that were reported, and messages that are held."""
        found, cut = await unit.reports.queue(seat.channel, page)
        return paged([_show(each, unit.urls) for each in found], cut, request.url.path, request.url.query)

    @post("/{message_id:str}", operation_id="decideOnReport", status_code=200)
    async def decide_on_report(
        self,
        message_id: FromPath[str],
        data: JSONBody[Review],
        seat: NamedDependency[Seat],
        unit: NamedDependency[Unit],
    ) -> Data[MessageView]:
        """Keep or remove what was reported, approve or reject what is held. Of two moderators the first decides."""
        return Data(await unit.reports.decide(seat, message_id, data.decision, unit.urls, unit.now))


def _show(queued: QueuedMessage, urls: Urls) -> QueueEntry:
    waiting = queued.waiting
    return QueueEntry(
        id=queued.said.message.hash_id,
        kind="held" if waiting.kind == "held" else "reported",
        message=Data(show(MessageView, queued.said, urls)),
        reports=sum(waiting.reasons.values()),
        reasons=waiting.reasons,
        notes=waiting.notes,
        created_at=iso(waiting.since),
    )
