"""Sales of a show over HTTP."""

from datetime import timedelta

from litestar import get
from litestar.di import NamedDependency

from storecast.domains.accounts.callers import Scope
from storecast.domains.channels.access import Act, Seat
from storecast.domains.orders.sales.schemas import SalesView
from storecast.kit.envelope import Data
from storecast.wiring.unit import Unit

OFF_AIR = timedelta(hours=24)


@get(
    "/events/{channel_ref:str}/sales",
    operation_id="showSales",
    tags=["Orders"],
    opt={"scope": Scope.ORDERS, "may": Act.SEE_ORDERS},
)
async def show_sales(seat: NamedDependency[Seat], unit: NamedDependency[Unit]) -> Data[SalesView]:
    """What the show has sold since it began, its open carts, and what is left; off air, of the last 24 hours."""
    session = (await unit.streams.open_sessions([seat.channel.id])).get(seat.channel.id)
    since = unit.now - OFF_AIR if session is None else session.started_at or session.claimed_at
    return Data(await unit.sales.since(seat.channel, since, unit.now))
