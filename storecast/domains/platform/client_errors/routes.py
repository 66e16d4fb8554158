"""Pages say what went wrong in them."""

from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from storecast.domains.accounts.callers import Unscoped
from storecast.domains.platform.client_errors.reports import report_of
from storecast.domains.platform.client_errors.schemas import ClientReport, ReportTaken
from storecast.kit.browsers import device_name
from storecast.kit.envelope import Data
from storecast.wiring.unit import Unit

LARGEST = 64 * 1024  # bytes


@post(
    "/log",
    operation_id="reportError",
    status_code=200,
    tags=["Platform"],
    opt={"scope": Unscoped.PUBLIC},
    request_max_body_size=LARGEST,
)
async def report_error(data: JSONBody[ClientReport], unit: NamedDependency[Unit]) -> Data[ReportTaken]:
    """Say that something went wrong in a page or another program. Who reports is not kept, and of what is sent nothing
    that looks like a password, a token or somebody's address; the same error is kept once, for 30 days.
    """
    report = report_of(data.message, data.stack, data.url, data.version, device_name(unit.origin.user_agent))
    await unit.process.client_errors.take(report, unit.network, unit.db)
    return Data(ReportTaken(True))
