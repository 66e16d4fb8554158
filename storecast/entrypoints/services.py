"""What lives as long as the process, and is shared by its requests or jobs."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

import httpx
from litestar import Litestar
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncEngine
from storecast.kit.database import Database

from storecast.adapters.identity.configured import configured_providers
from storecast.adapters.identity.provider import IdentityProvider, ProviderName
from storecast.adapters.identity.web import Web
from storecast.contracts.bus import BusMessage
from storecast.domains.accounts.access import ClientCaller, Guest, SignedIn
from storecast.domains.accounts.models import GrantKind
from storecast.domains.accounts.repository import AccountRepository
from storecast.domains.accounts.tokens import TokenService
from storecast.domains.audience.cache import DetailsCache
from storecast.domains.audience.directory import ChannelDirectory
from storecast.domains.audience.heartbeats import HeartbeatBuffer
from storecast.domains.billing.catalogue import load_catalogue
from storecast.domains.billing.service import PlanService
from storecast.domains.streams.playback import PlaybackTokens
from storecast.entrypoints.subscriptions import create_bus
from storecast.kit.bus import Bus
from storecast.kit.database import DatabaseMaker, create_engine, create_databases
from storecast.kit.errors import Unauthenticated
from storecast.kit.keys import Keyring
from storecast.kit.listener import BusListener
from storecast.kit.rate_limits import RateLimits, create_rate_limits
from storecast.kit.seals import Seal
from storecast.kit.secrets import hook_secret, stored_secret
from storecast.kit.settings import Settings
from storecast.kit.storage import Storage


class Services(Struct, frozen=True):
    settings: Settings
    engine: AsyncEngine
    databases: DatabaseMaker
    keyring: Keyring
    storage: Storage
    plans: PlanService
    limits: RateLimits
    web: Web
    identity_providers: Mapping[ProviderName, IdentityProvider]
    bus: Bus
    seal: Seal
    hook_secret: bytes
    pass_secret: bytes
    export_secret: bytes
    details_cache: DetailsCache
    directory: ChannelDirectory
    heartbeats: HeartbeatBuffer
    playback_tokens: PlaybackTokens

    async def holder(self, db: Database, token: str, now: datetime) -> str | None:
        """Whom a bearer token speaks for; None when it is no good. Tokens given away share nothing: scopes differ."""
        try:
            caller = await TokenService(AccountRepository(db), self.keyring).caller(token, now)
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

        def hear(message: BusMessage) -> None:
            self.details_cache.hear(message)
            self.directory.hear(message)

        def connected(listening: bool) -> None:
            for kept in (self.details_cache, self.directory):
                kept.clear()
                kept.listening = listening

        url = self.engine.url.render_as_string(hide_password=False)
        listening = asyncio.create_task(BusListener(url, hear, connected).run())
        self.heartbeats.start()
        try:
            yield
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await self.heartbeats.stop()
            await self.close()

    async def close(self) -> None:
        await self.web.close()
        await self.limits.close()
        await self.engine.dispose()


def services_of(app: Litestar) -> Services:
    services: Services = app.state.services
    return services


def create_services(settings: Settings, outside: httpx.AsyncBaseTransport | None = None) -> Services:
    """Opens nothing before `running`. `outside` stands in for the internet."""
    engine = create_engine(settings)
    sessions = create_databases(engine)
    keyring = Keyring(settings.data_dir / "keys")
    web = Web(outside)
    plans = PlanService(load_catalogue(settings), enforced=settings.plans == "enforced")
    seal = Seal(stored_secret(settings.data_dir, "seal").encode())
    secret = hook_secret(settings)
    passes = stored_secret(settings.data_dir, "passes").encode()
    limits = create_rate_limits(settings)
    return Services(
        settings=settings,
        engine=engine,
        sessions=sessions,
        keyring=keyring,
        storage=Storage.of(settings),
        plans=plans,
        limits=limits,
        web=web,
        identity_providers=configured_providers(settings, web),
        bus=create_bus(settings, limits),
        seal=seal,
        hook_secret=secret,
        pass_secret=passes,
        export_secret=stored_secret(settings.data_dir, "exports").encode(),
        details_cache=DetailsCache(),
        directory=ChannelDirectory(sessions),
        heartbeats=HeartbeatBuffer(sessions),
        playback_tokens=PlaybackTokens(keyring),
    )
