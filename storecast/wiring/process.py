"""What lasts as long as the process, and is shared by its requests or jobs."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

from litestar import Litestar
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncEngine

from storecast.adapters.email.mailer import Mailer
from storecast.adapters.identity.provider import IdentityProvider, ProviderName
from storecast.adapters.identity.web import Web
from storecast.adapters.sms.texter import Texter
from storecast.adapters.stripe.client import Stripe
from storecast.adapters.webhooks.courier import Courier
from storecast.contracts.bus import BusMessage, Doubt
from storecast.domains.accounts.callers import ClientCaller, Guest, SignedIn
from storecast.domains.accounts.models import GrantKind
from storecast.domains.accounts.repository import AccountRepository
from storecast.domains.accounts.tokens import TokenService
from storecast.domains.audience.directory import ChannelDirectory
from storecast.domains.audience.heartbeats import HeartbeatBuffer
from storecast.domains.audience.subscribers.repository import subscribers_used
from storecast.domains.audience.subscribers.texts.repository import texts_used
from storecast.domains.billing.catalogue import Catalogue
from storecast.domains.billing.limits import Limit
from storecast.domains.billing.service import Counter, PlanService
from storecast.domains.channels.repository import channels_used
from storecast.domains.chat.hearts.sums import HeartSums
from storecast.domains.chat.reads import GuestReads
from storecast.domains.media.ladders import LadderMaker
from storecast.domains.media.playing import VideoGate
from storecast.domains.media.playouts.conductor import Conductor
from storecast.domains.media.processor import Processor
from storecast.domains.media.uploads.partials import Partials
from storecast.domains.media.uploads.repository import storage_used
from storecast.domains.moderation.rulebook import Rulebook
from storecast.domains.platform.client_errors.log import ClientErrorLog
from storecast.domains.platform.loads import LoadReads
from storecast.domains.platform.self_check import SelfCheck
from storecast.domains.products.repository import products_used
from storecast.domains.streams.playback import PlaybackTokens
from storecast.domains.streams.repository import seconds_live
from storecast.domains.webhooks.deliverer import Deliverer
from storecast.kit.bus import Bus
from storecast.kit.database import Database, DatabaseMaker
from storecast.kit.errors import Unauthenticated
from storecast.kit.events import Events
from storecast.kit.kept import Keeper
from storecast.kit.keys import Keyring
from storecast.kit.lately import Lately
from storecast.kit.listener import listener_of
from storecast.kit.rate_limits import RateLimits
from storecast.kit.seals import Seal
from storecast.kit.settings import Settings
from storecast.kit.shared.machine import Machine
from storecast.kit.storage import Storage
from storecast.kit.tallies import Tallies
from storecast.kit.tasks import supervise

COUNTERS: Mapping[Limit, Counter] = {
    Limit.CHANNELS: channels_used,
    Limit.PRODUCTS: products_used,
    Limit.MINUTES: seconds_live,
    Limit.STORAGE: storage_used,
    Limit.SUBSCRIBERS: subscribers_used,
    Limit.TEXTS: texts_used,
}


def plans_of(db: Database, catalogue: Catalogue, settings: Settings) -> PlanService:
    return PlanService(db, catalogue, COUNTERS, enforced=settings.plans == "enforced")


class Process(Struct, frozen=True):
    settings: Settings
    engine: AsyncEngine
    databases: DatabaseMaker
    keyring: Keyring
    storage: Storage
    catalogue: Catalogue
    machine: Machine
    limits: RateLimits
    web: Web
    mailer: Mailer
    texter: Texter
    stripe: Stripe
    courier: Courier
    deliverer: Deliverer
    identity_providers: Mapping[ProviderName, IdentityProvider]
    bus: Bus
    seal: Seal
    hook_secret: bytes
    hook_seal: Seal
    pass_secret: bytes
    export_secret: bytes
    followers_secret: bytes
    subscribers_secret: bytes
    orders_secret: bytes
    upload_secret: bytes
    moderation_secret: bytes
    partials: Partials
    keeper: Keeper
    directory: ChannelDirectory
    rulebook: Rulebook
    heartbeats: HeartbeatBuffer
    tallies: Tallies
    guest_reads: GuestReads
    hearts: HeartSums
    playback_tokens: PlaybackTokens
    video_gate: VideoGate
    processor: Processor
    ladders: LadderMaker
    conductor: Conductor
    client_errors: ClientErrorLog
    load_reads: LoadReads
    said_lately: Lately[tuple[int, int]]  # by channel: messages and questions
    self_check: SelfCheck

    async def holder(self, db: Database, token: str, now: datetime) -> str | None:
        """Whom a bearer token speaks for; None when it is no good. Tokens given away share nothing: scopes differ."""
        try:
            caller = await TokenService(AccountRepository(db), self.keyring, Events(db, self.bus)).caller(token, now)
        except Unauthenticated:
            return None
        match caller:
            case SignedIn(kind=GrantKind.SIGN_IN) | Guest():
                return caller.subject
            case SignedIn() | ClientCaller():
                return f"{caller.grant_id} {' '.join(sorted(caller.scopes))}"
        return None

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None, None]:
        """While the process serves: hear the bus, write heartbeats. Everything is closed afterwards."""

        def connected(listening: bool) -> None:
            for kept in (self.keeper, self.directory, self.rulebook):
                kept.clear()
                kept.listening = listening

        listening = supervise(listener_of(self.settings, self.hear, connected).run, "hearing the bus")
        self.come_back()
        self.heartbeats.start()
        self.tallies.start()
        self.client_errors.start()
        try:
            yield
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await self.client_errors.stop()
            await self.tallies.stop()
            await self.heartbeats.stop()
            await self.close()

    def said(self, message: BusMessage) -> None:
        """Hear what this process has committed just now, and let those of this machine know at once."""
        self.keeper.note(message)
        self.hear(message)

    def hear(self, message: BusMessage) -> None:
        self.keeper.hear(message)
        self.directory.hear(message)
        self.rulebook.hear(message)

    def come_back(self) -> None:
        """Say so, where another process in this one's place may have died before it had told what it committed."""
        if self.bus.outlet is not None:
            self.bus.outlet.publish(Doubt())

    async def close(self) -> None:
        if self.bus.outlet is not None:
            await self.bus.outlet.close()
        await self.web.close()
        await self.stripe.close()
        await self.texter.close()
        await self.courier.close()
        await self.limits.close()
        await self.engine.dispose()


def process_of(app: Litestar) -> Process:
    process: Process = app.state.process
    return process
