"""The realtime gateway's hooks over HTTP: who may enter a room, and what happened in it since."""

from litestar import Controller, post
from litestar.di import NamedDependency

from storecast.contracts import hooks
from storecast.kit import event_log
from storecast.kit.errors import Forbidden
from storecast.wiring.unit import Unit


class RealtimeHooks(Controller):
    include_in_schema = False
    opt = {"signed": True}  # noqa: RUF012

    @post(hooks.ENTER, status_code=200)
    async def enter(self, unit: NamedDependency[Unit]) -> hooks.EnterGrant:
        request = unit.signed.decode(hooks.EnterRequest)
        caller = await unit.accounts.caller_of(request.subject, request.grant_id, unit.now)
        channel = await unit.access.find(request.room, caller, unit.now)
        if not await unit.access.watches(channel, caller):
            raise Forbidden("You may not watch this channel.")
        return hooks.EnterGrant(
            room_id=channel.hash_id,
            seq=await event_log.newest(unit.db, channel.hash_id),
            acts=sorted(await unit.access.acts(channel, caller)),
        )

    @post(hooks.EVENTS, status_code=200)
    async def events(self, unit: NamedDependency[Unit]) -> hooks.EventsPage:
        request = unit.signed.decode(hooks.EventsRequest)
        return await event_log.since(unit.db, request.room_id, request.since, request.limit, unit.now)
