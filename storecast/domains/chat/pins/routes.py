"""The pinned message over HTTP."""

from litestar import Controller, delete, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from storecast.domains.accounts.callers import Scope
from storecast.domains.channels.access import Act, Seat
from storecast.domains.chat.pins.schemas import PinChange
from storecast.domains.chat.schemas import MessageView, NamedMessage
from storecast.kit.envelope import Data
from storecast.wiring.unit import Unit


class PinController(Controller):
    path = "/events/{channel_ref:str}/chat/pin"
    tags = ("Moderation",)
    opt = {"scope": Scope.CHAT, "may": Act.MODERATE}  # noqa: RUF012

    @post("/", operation_id="pinMessage", status_code=200)
    async def pin_message(
        self, data: JSONBody[PinChange], seat: NamedDependency[Seat], unit: NamedDependency[Unit]
    ) -> Data[MessageView]:
        """Pin a message above the chat, in place of the one that is there."""
        return Data(await unit.pins.pin(seat, data.message_id, unit.urls, unit.now))

    @delete("/", operation_id="unpinMessage", status_code=200)
    async def unpin_message(
        self, data: JSONBody[PinChange], seat: NamedDependency[Seat], unit: NamedDependency[Unit]
    ) -> Data[NamedMessage]:
        """Take the pinned message down."""
        await unit.pins.unpin(seat, data.message_id, unit.now)
        return Data(NamedMessage(data.message_id))
