"""What composes answers of several domains."""

from datetime import datetime

from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from storecast.domains.accounts.service import AccountService
from storecast.domains.audience.details import PlaybackDetails
from storecast.domains.channels.access import ChannelAccess
from storecast.domains.channels.followers.service import FollowService
from storecast.domains.channels.service import ChannelService
from storecast.domains.chat.service import ChatService
from storecast.domains.products.catalogue import CatalogueService
from storecast.domains.products.service import ShelfService
from storecast.domains.streams.service import StreamService
from storecast.entrypoints.dependencies.provide import provide
from storecast.entrypoints.services import Services
from storecast.kit.urls import Urls
from storecast.resources.api_token import ApiTokenResources
from storecast.resources.channel import ChannelResources
from storecast.resources.storefront import Storefront
from storecast.resources.stream import StreamResources
from storecast.resources.user import UserResources


@provide
def stream_resources(
    streams: NamedDependency[StreamService],
    urls: NamedDependency[Urls],
    now: NamedDependency[datetime],
    services: NamedDependency[Services],
) -> StreamResources:
    return StreamResources(streams, services.playback_tokens, urls, now)


@provide
def user_resources(
    channels: NamedDependency[ChannelService],
    catalogue: NamedDependency[CatalogueService],
    streams: NamedDependency[StreamService],
    urls: NamedDependency[Urls],
    now: NamedDependency[datetime],
    services: NamedDependency[Services],
) -> UserResources:
    return UserResources(services.plans, channels, catalogue, streams, urls, now)


@provide
def api_token_resources(channels: NamedDependency[ChannelService], urls: NamedDependency[Urls]) -> ApiTokenResources:
    return ApiTokenResources(channels, urls)


@provide
def channel_resources(
    accounts: NamedDependency[AccountService],
    channels: NamedDependency[ChannelService],
    channel_access: NamedDependency[ChannelAccess],
    follows: NamedDependency[FollowService],
    catalogue: NamedDependency[CatalogueService],
    shelf: NamedDependency[ShelfService],
    streams: NamedDependency[StreamService],
    chat: NamedDependency[ChatService],
    stream_resources: NamedDependency[StreamResources],
    urls: NamedDependency[Urls],
    now: NamedDependency[datetime],
    services: NamedDependency[Services],
) -> ChannelResources:
    return ChannelResources(
        accounts=accounts,
        plans=services.plans,
        channels=channels,
        access=channel_access,
        follows=follows,
        catalogue=catalogue,
        shelf=shelf,
        streams=streams,
        chat=chat,
        stream_resources=stream_resources,
        urls=urls,
        now=now,
    )


@provide
def storefront(
    accounts: NamedDependency[AccountService],
    channel_access: NamedDependency[ChannelAccess],
    follows: NamedDependency[FollowService],
    chat: NamedDependency[ChatService],
    streams: NamedDependency[StreamService],
    stream_resources: NamedDependency[StreamResources],
    channel_resources: NamedDependency[ChannelResources],
    urls: NamedDependency[Urls],
    now: NamedDependency[datetime],
) -> Storefront:
    return Storefront(accounts, channel_access, follows, chat, streams, stream_resources, channel_resources, urls, now)


@provide
def playback_details(
    session: NamedDependency[AsyncSession],
    channel_access: NamedDependency[ChannelAccess],
    follows: NamedDependency[FollowService],
    storefront: NamedDependency[Storefront],
    urls: NamedDependency[Urls],
    now: NamedDependency[datetime],
    services: NamedDependency[Services],
) -> PlaybackDetails:
    return PlaybackDetails(session, channel_access, follows, storefront, services.details_cache, urls, now)
