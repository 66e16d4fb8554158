"""The services of channels, products, streams and chat."""

from datetime import datetime, timedelta

from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from storecast.domains.accounts.service import AccountService
from storecast.domains.channels.access import ChannelAccess, FindWatchable
from storecast.domains.channels.followers.jobs import followers_secret
from storecast.domains.channels.followers.service import FollowService
from storecast.domains.channels.models import Channel
from storecast.domains.channels.service import ChannelService
from storecast.domains.chat.service import ChatService
from storecast.domains.products.catalogue import CatalogueService
from storecast.domains.products.service import ShelfService
from storecast.domains.streams.ingest import IngestService
from storecast.domains.streams.routes import StreamEditing
from storecast.domains.streams.service import StreamService
from storecast.entrypoints.dependencies.people import bearer, caller, factors, tokens
from storecast.entrypoints.dependencies.provide import AnyRequest, provide
from storecast.entrypoints.services import Services
from storecast.kit.http.transactions import open_session
from storecast.kit.urls import Urls


@provide
def channels(session: NamedDependency[AsyncSession], services: NamedDependency[Services]) -> ChannelService:
    return ChannelService(session, services.plans, services.bus, services.limits, services.pass_secret)


@provide
def channel_access(session: NamedDependency[AsyncSession]) -> ChannelAccess:
    return ChannelAccess(session)


@provide
def find_watchable(request: AnyRequest, services: NamedDependency[Services]) -> FindWatchable:
    """`ChannelAccess.watchable` for the hot path, which rarely needs it: until then nothing is looked up."""

    async def find(ref: str, now: datetime) -> Channel:
        session = open_session(request, services.sessions)
        who = caller(await bearer(request, tokens(session, services), factors(session, services), now))
        return await channel_access(session).watchable(ref, who, now)

    return find


@provide
def follows(
    session: NamedDependency[AsyncSession],
    channel_access: NamedDependency[ChannelAccess],
    services: NamedDependency[Services],
) -> FollowService:
    return FollowService(session, channel_access, services.limits, followers_secret(services.settings))


@provide
def catalogue(
    session: NamedDependency[AsyncSession],
    channels: NamedDependency[ChannelService],
    shelf: NamedDependency[ShelfService],
    services: NamedDependency[Services],
) -> CatalogueService:
    return CatalogueService(session, channels, shelf, services.plans, services.storage)


@provide
def shelf(session: NamedDependency[AsyncSession], services: NamedDependency[Services]) -> ShelfService:
    return ShelfService(session, services.storage, Urls(services.settings))


@provide
def streams(session: NamedDependency[AsyncSession], services: NamedDependency[Services]) -> StreamService:
    return StreamService(session, services.plans, services.seal)


@provide
def ingest(
    session: NamedDependency[AsyncSession],
    accounts: NamedDependency[AccountService],
    channels: NamedDependency[ChannelService],
    streams: NamedDependency[StreamService],
    services: NamedDependency[Services],
) -> IngestService:
    grace = timedelta(seconds=services.settings.session_grace_seconds)
    return IngestService(session, accounts, channels, streams, services.bus, grace)


@provide
def stream_editing(
    streams: NamedDependency[StreamService],
    channels: NamedDependency[ChannelService],
    channel_access: NamedDependency[ChannelAccess],
) -> StreamEditing:
    return StreamEditing(streams, channels, channel_access)


@provide
def chat(
    session: NamedDependency[AsyncSession],
    channel_access: NamedDependency[ChannelAccess],
    services: NamedDependency[Services],
) -> ChatService:
    return ChatService(session, channel_access, services.limits, Urls(services.settings))
