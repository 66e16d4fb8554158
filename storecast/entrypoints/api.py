"""The API process: every router, one line each."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

import httpx
from litestar import Litestar, Router
from litestar.config.cors import CORSConfig
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from storecast import __version__
from storecast.adapters.identity.configured import configured_providers
from storecast.adapters.identity.web import Web
from storecast.contracts.bus import BusMessage
from storecast.domains.accounts.access import ClientCaller, Guest, SignedIn
from storecast.domains.accounts.api_tokens.routes import ApiTokenController
from storecast.domains.accounts.devices.routes import DeviceController, list_security_events
from storecast.domains.accounts.models import GrantKind
from storecast.domains.accounts.passwords.routes import PasswordController, send_verification
from storecast.domains.accounts.privacy.routes import DataExportController, ErasureController
from storecast.domains.accounts.repository import AccountRepository
from storecast.domains.accounts.routes import AuthController, ProfileController, issue_realtime_token
from storecast.domains.accounts.second_factors.routes import PasskeyController, SecondFactorController
from storecast.domains.accounts.sign_ins.routes import SignInController
from storecast.domains.accounts.social.routes import SocialController
from storecast.domains.accounts.tokens import TokenService
from storecast.domains.audience.cache import DetailsCache
from storecast.domains.audience.directory import ChannelDirectory
from storecast.domains.audience.heartbeats import HeartbeatBuffer
from storecast.domains.audience.routes import FrontOfficeController
from storecast.domains.billing.catalogue import load_catalogue
from storecast.domains.billing.routes import can
from storecast.domains.billing.service import PlanService
from storecast.domains.channels.followers.routes import FollowController
from storecast.domains.channels.routes import ChannelController
from storecast.domains.chat.routes import ChatController
from storecast.domains.oauth.authorization.routes import AuthorizationController
from storecast.domains.oauth.clients.routes import ClientController
from storecast.domains.oauth.discovery import server_metadata
from storecast.domains.oauth.granted.routes import GrantedController
from storecast.domains.oauth.tokens.routes import TokenController
from storecast.domains.platform.hooks import RealtimeHooks
from storecast.domains.platform.routes import HealthController, PlatformController, jwks
from storecast.domains.products.routes import CatalogueController, ShelfController
from storecast.domains.streams.hooks import BroadcastHooks
from storecast.domains.streams.routes import ChannelStreamController, StreamController
from storecast.entrypoints.dependencies import Services, dependencies
from storecast.entrypoints.pages import page_handlers
from storecast.entrypoints.subscriptions import create_bus
from storecast.kit.database import create_engine, create_sessions
from storecast.kit.errors import ApiError, Unauthenticated
from storecast.kit.http.failures import (
    answer_api_error,
    answer_database_error,
    answer_framework_error,
    answer_unexpected,
)
from storecast.kit.http.idempotency import Idempotency
from storecast.kit.http.openapi import DescriptionPlugin, UploadSchema
from storecast.kit.http.request import BodyRequest
from storecast.kit.http.trace import TracedLitestar
from storecast.kit.http.transactions import Transactions
from storecast.kit.keys import Keyring
from storecast.kit.listener import BusListener
from storecast.kit.rate_limits import create_rate_limits
from storecast.kit.seals import Seal
from storecast.kit.secrets import hook_secret, stored_secret
from storecast.kit.settings import Settings
from storecast.kit.storage import Storage

MAX_BODY = 1024 * 1024 - 1  # bytes; operations that take pictures state their own
HOOK_BODY = 256 * 1024
EXPOSED = ["X-Request-Id", "ETag", "Idempotency-Replayed"]  # headers that pages of other origins may read


def create_app(settings: Settings, outside: httpx.AsyncBaseTransport | None = None) -> Litestar:
    """The API for these settings. Opens nothing before its start-up. `outside` stands in for the internet."""
    engine = create_engine(settings)
    services = create_services(settings, engine, Web(outside))
    v1 = Router(
        "/api/v1",
        route_handlers=[
            PlatformController,
            AuthController,
            SignInController,
            PasswordController,
            send_verification,
            ApiTokenController,
            DeviceController,
            DataExportController,
            ErasureController,
            list_security_events,
            SecondFactorController,
            PasskeyController,
            SocialController,
            TokenController,
            GrantedController,
            ClientController,
            AuthorizationController,
            ProfileController,
            can,
            issue_realtime_token,
            ChannelController,
            FollowController,
            CatalogueController,
            ShelfController,
            StreamController,
            ChannelStreamController,
            FrontOfficeController,
            ChatController,
        ],
        request_max_body_size=MAX_BODY,
    )
    inner = Router("/", route_handlers=[BroadcastHooks, RealtimeHooks], request_max_body_size=HOOK_BODY)
    return TracedLitestar(
        route_handlers=[v1, inner, HealthController, jwks, server_metadata, *page_handlers(settings)],
        dependencies=dependencies(services),
        request_class=BodyRequest,
        middleware=[Transactions(), Idempotency(services.sessions, services.seal, partial(_subject, services.keyring))],
        cors_config=CORSConfig(allow_origins=["*"], allow_headers=["*"], expose_headers=EXPOSED),
        exception_handlers={
            ApiError: answer_api_error,
            HTTPException: answer_framework_error,
            SQLAlchemyError: answer_database_error,
            OSError: answer_database_error,
            Exception: answer_unexpected,
        },
        openapi_config=OpenAPIConfig(
            title="Storecast",
            version=__version__,
            description="Self-hosted live shopping.",
            security=[{"bearer": []}],
            components=Components(security_schemes={"bearer": SecurityScheme("http", scheme="bearer")}),
            use_handler_docstrings=True,
            render_plugins=[DescriptionPlugin()],
        ),
        plugins=[UploadSchema()],
        lifespan=[partial(_running, settings, services, engine)],
        logging_config=None,
    )


def create_services(settings: Settings, engine: AsyncEngine, web: Web) -> Services:
    sessions = create_sessions(engine)
    plans = PlanService(load_catalogue(settings), enforced=settings.plans == "enforced")
    seal = Seal(stored_secret(settings.data_dir, "seal").encode())
    secret = hook_secret(settings)
    passes = stored_secret(settings.data_dir, "passes").encode()
    limits = create_rate_limits(settings)
    return Services(
        settings=settings,
        sessions=sessions,
        keyring=Keyring(settings.data_dir / "keys"),
        storage=Storage(settings.data_dir / "storage"),
        plans=plans,
        limits=limits,
        web=web,
        identity_providers=configured_providers(settings, web),
        bus=create_bus(plans, limits, seal, secret, passes),
        seal=seal,
        hook_secret=secret,
        pass_secret=passes,
        export_secret=stored_secret(settings.data_dir, "exports").encode(),
        details_cache=DetailsCache(),
        directory=ChannelDirectory(sessions),
        heartbeats=HeartbeatBuffer(sessions),
    )


async def _subject(keyring: Keyring, session: AsyncSession, token: str, now: datetime) -> str | None:
    """Whom a bearer token speaks for; None when it is no good. Tokens given away share nothing: their scopes differ."""
    try:
        caller = await TokenService(AccountRepository(session), keyring).caller(token, now)
    except Unauthenticated:
        return None
    match caller:
        case SignedIn(kind=GrantKind.SIGN_IN) | Guest():
            return caller.subject
        case SignedIn() | ClientCaller():
            return f"{caller.grant_id} {' '.join(sorted(caller.scopes))}"
    return None


@asynccontextmanager
async def _running(
    settings: Settings, services: Services, engine: AsyncEngine, _: Litestar
) -> AsyncGenerator[None, None]:
    """While the process serves: hear the bus, write heartbeats."""

    def hear(message: BusMessage) -> None:
        services.details_cache.hear(message)
        services.directory.hear(message)

    def connected(listening: bool) -> None:
        for kept in (services.details_cache, services.directory):
            kept.clear()
            kept.listening = listening

    url = engine.url.render_as_string(hide_password=False)
    listening = asyncio.create_task(BusListener(url, hear, connected).run())
    services.heartbeats.start()
    try:
        yield
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await services.heartbeats.stop()
        await services.web.close()
        await services.limits.close()
        await engine.dispose()
