"""Simulcast over HTTP."""

from typing import Annotated

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from storecast.domains.accounts.callers import Scope
from storecast.domains.channels.access import Act, Seat
from storecast.domains.streams.simulcast.schemas import (
    NewTarget,
    SimulcastView,
    TargetChanges,
    TargetView,
    Toggle,
    show_target,
    show_targets,
    show_whole,
)
from storecast.kit.envelope import Data
from storecast.wiring.unit import Unit

TargetId = Annotated[str | None, QueryParameter(max_length=40, description="Which target; else all of them.")]


class SimulcastController(Controller):
    path = "/events/{channel_ref:str}/simulcast"
    tags = ("Streams",)
    opt = {"scope": Scope.STREAMS}  # noqa: RUF012

    @get("/", operation_id="listSimulcast", opt={"may": Act.RUN_SHOW})
    async def list_simulcast(self, seat: NamedDependency[Seat], unit: NamedDependency[Unit]) -> Data[SimulcastView]:
        """Where the channel's shows are passed on to, and how that goes."""
        return Data(show_targets(seat.channel, await unit.simulcast.of_channel(seat.channel)))

    @post("/", operation_id="addSimulcastTarget", status_code=200, opt={"may": Act.SEE_KEY})
    async def add_simulcast_target(
        self, data: JSONBody[NewTarget], seat: NamedDependency[Seat], unit: NamedDependency[Unit]
    ) -> Data[TargetView]:
        """Pass the channel's shows on to another RTMP server, too; one that is on goes there at once."""
        return Data(show_target(seat.channel, await unit.simulcast.add(seat.channel, data, unit.now)))

    @post("/toggle", operation_id="toggleSimulcast", status_code=200, opt={"may": Act.RUN_SHOW})
    async def toggle_simulcast(
        self,
        data: JSONBody[Toggle],
        seat: NamedDependency[Seat],
        unit: NamedDependency[Unit],
        id: TargetId = None,
    ) -> Data[TargetView]:
        """Switch one target on or off, or simulcast as a whole. A show that is on begins or ends there at once."""
        channel, ref = seat.channel, data.id or id
        if ref:
            return Data(show_target(channel, await unit.simulcast.switch(channel, ref, on=data.status, now=unit.now)))
        await unit.simulcast.switch_all(channel, on=data.status, now=unit.now)
        return Data(show_whole(channel))

    @post("/{target_id:str}", operation_id="updateSimulcastTarget", status_code=200, opt={"may": Act.SEE_KEY})
    async def update_simulcast_target(
        self,
        target_id: FromPath[str],
        data: JSONBody[TargetChanges],
        seat: NamedDependency[Seat],
        unit: NamedDependency[Unit],
    ) -> Data[TargetView]:
        """Change a target; a show that is on goes there by what is new."""
        return Data(show_target(seat.channel, await unit.simulcast.change(seat.channel, target_id, data, unit.now)))

    @delete("/{target_id:str}", operation_id="deleteSimulcastTarget", status_code=200, opt={"may": Act.SEE_KEY})
    async def delete_simulcast_target(
        self, target_id: FromPath[str], seat: NamedDependency[Seat], unit: NamedDependency[Unit]
    ) -> None:
        """Forget a target and its key; a show that is on ends there."""
        await unit.simulcast.delete(seat.channel, target_id, unit.now)
