"""Attribution over HTTP."""

from datetime import datetime, timedelta
from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from storecast.domains.accounts.callers import Scope
from storecast.domains.channels.access import Act
from storecast.domains.orders.attribution.repository import AttributionRepository
from storecast.domains.orders.attribution.schemas import AttributionReport, RuleView
from storecast.kit.clock import in_utc
from storecast.kit.envelope import Data
from storecast.wiring.unit import Unit

MONTH = timedelta(days=30)

EventId = Annotated[
    str | None, QueryParameter(name="eventId", max_length=40, description="Of this channel: its id, slug or number.")
]
Days = Annotated[int, QueryParameter(ge=0, le=365, description="The view was watched so many days before at most.")]
Seconds = Annotated[int, QueryParameter(ge=0, le=86_400, description="And had been watched so long at least.")]
From = Annotated[datetime | None, QueryParameter(name="from", description="Placed since then; the last 30 days.")]
To = Annotated[datetime | None, QueryParameter(name="to", description="Placed before then, ISO 8601.")]


@get("/orders/attribution", operation_id="reportAttribution", tags=["Orders"], opt={"scope": Scope.ORDERS})
async def report_attribution(
    unit: NamedDependency[Unit],
    event_id: EventId = None,
    days: Days = 7,
    seconds: Seconds = 0,
    since: From = None,
    until: To = None,
) -> Data[AttributionReport]:
    """Which shows led to the caller's orders, by a rule that can be another the next time.

    An order is put down to the show its buyer watched last: within `days` before it, and for `seconds` at least.
    """
    end = unit.now if until is None else in_utc("to", until)
    begin = end - MONTH if since is None else in_utc("from", since)
    seller, channel = unit.user.id, None
    if event_id is not None:
        seat = await unit.seat(event_id, Act.SEE_ORDERS)
        seller, channel = seat.owner.id, seat.channel.id
    shares = await AttributionRepository(unit.db).shares(seller, channel, days, seconds, begin, end)
    return Data(AttributionReport(RuleView(days, seconds), shares))
