"""Hearts over HTTP."""

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from storecast.domains.accounts.callers import Scope, Who
from storecast.domains.chat.hearts.schemas import Hearts
from storecast.kit.envelope import Data
from storecast.wiring.unit import Unit


@post(
    "/events/{channel_ref:str}/chat/hearts",
    operation_id="sendHearts",
    status_code=200,
    tags=["Chat"],
    opt={"scope": Scope.CHAT, "who": Who.GUEST},
)
async def send_hearts(channel_ref: FromPath[str], data: JSONBody[Hearts], unit: NamedDependency[Unit]) -> Data[Hearts]:
    """Send hearts up over the picture; the room hears their sum each half second."""
    await unit.hearts.send(channel_ref, data, unit.participant, unit.address, unit.now)
    return Data(data)
