"""The media plane's hooks over HTTP: signed, and not part of the public API."""

from litestar import Controller, post
from litestar.di import NamedDependency

from storecast.contracts import hooks
from storecast.wiring.unit import Unit


class BroadcastHooks(Controller):
    include_in_schema = False
    opt = {"signed": True}  # noqa: RUF012

    @post(hooks.PUBLISH, status_code=200)
    async def publish(self, unit: NamedDependency[Unit]) -> hooks.PublishGrant:
        return await unit.ingest.grant(unit.signed.decode(hooks.PublishRequest), unit.now)

    @post(hooks.STARTED, status_code=204)
    async def started(self, unit: NamedDependency[Unit]) -> None:
        await unit.ingest.started(unit.signed.decode(hooks.SessionStarted), unit.now)

    @post(hooks.ALIVE, status_code=200)
    async def alive(self, unit: NamedDependency[Unit]) -> hooks.SessionStates:
        return await unit.ingest.alive(unit.signed.decode(hooks.SessionsAlive), unit.now)

    @post(hooks.HEALTH, status_code=204)
    async def health(self, unit: NamedDependency[Unit]) -> None:
        await unit.ingest.note_health(unit.signed.decode(hooks.SessionHealth), unit.now)

    @post(hooks.RELAYED, status_code=204)
    async def relayed(self, unit: NamedDependency[Unit]) -> None:
        await unit.ingest.note_relays(unit.signed.decode(hooks.SessionRelays), unit.now)

    @post(hooks.DROPPED, status_code=204)
    async def dropped(self, unit: NamedDependency[Unit]) -> None:
        await unit.ingest.dropped(unit.signed.decode(hooks.SessionDropped), unit.now)

    @post(hooks.ENDED, status_code=204)
    async def ended(self, unit: NamedDependency[Unit]) -> None:
        await unit.ingest.ended(unit.signed.decode(hooks.SessionEnded), unit.now)

    @post(hooks.RECORDED, status_code=204)
    async def recorded(self, unit: NamedDependency[Unit]) -> None:
        await unit.ingest.recorded(unit.signed.decode(hooks.SessionRecorded), unit.now)
