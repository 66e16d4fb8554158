"""The media plane's hooks over HTTP: signed, and not part of the public API."""

from datetime import datetime

from litestar import Controller, post
from litestar.di import NamedDependency

from storecast.contracts import hooks
from storecast.domains.streams.ingest import IngestService
from storecast.kit.http.signed import SignedBody


class BroadcastHooks(Controller):
    include_in_schema = False

    @post(hooks.PUBLISH, status_code=200)
    async def publish(
        self,
        signed: NamedDependency[SignedBody],
        ingest: NamedDependency[IngestService],
        now: NamedDependency[datetime],
    ) -> hooks.PublishGrant:
        return await ingest.grant(signed.decode(hooks.PublishRequest), now)

    @post(hooks.STARTED, status_code=204)
    async def started(
        self,
        signed: NamedDependency[SignedBody],
        ingest: NamedDependency[IngestService],
        now: NamedDependency[datetime],
    ) -> None:
        await ingest.started(signed.decode(hooks.SessionStarted), now)

    @post(hooks.ALIVE, status_code=200)
    async def alive(
        self,
        signed: NamedDependency[SignedBody],
        ingest: NamedDependency[IngestService],
        now: NamedDependency[datetime],
    ) -> hooks.SessionStates:
        return await ingest.alive(signed.decode(hooks.SessionsAlive), now)

    @post(hooks.DROPPED, status_code=204)
    async def dropped(
        self,
        signed: NamedDependency[SignedBody],
        ingest: NamedDependency[IngestService],
        now: NamedDependency[datetime],
    ) -> None:
        await ingest.dropped(signed.decode(hooks.SessionDropped), now)

    @post(hooks.ENDED, status_code=204)
    async def ended(
        self,
        signed: NamedDependency[SignedBody],
        ingest: NamedDependency[IngestService],
        now: NamedDependency[datetime],
    ) -> None:
        await ingest.ended(signed.decode(hooks.SessionEnded), now)

    @post(hooks.RECORDED, status_code=204)
    async def recorded(
        self,
        signed: NamedDependency[SignedBody],
        ingest: NamedDependency[IngestService],
        now: NamedDependency[datetime],
    ) -> None:
        await ingest.recorded(signed.decode(hooks.SessionRecorded), now)
