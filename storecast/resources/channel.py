"""A channel as its editors see it, with owner, stream, shelf and plan."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct, field
from msgspec.structs import asdict

from storecast.domains.accounts.callers import Caller, SignedIn
from storecast.domains.billing.limits import Limit
from storecast.domains.channels.access import Act
from storecast.domains.channels.models import Channel, FreePass
from storecast.domains.products.schemas import ProductView, show_product
from storecast.kit.clock import iso, time_zone
from storecast.kit.envelope import Absent, Data
from storecast.kit.urls import Urls
from storecast.resources.stream import StreamResource, show_streams
from storecast.resources.user import FeatureResource, OwnerResource, show_features, show_owner
from storecast.wiring.unit import Unit

DEFAULT_COVER = "defaults/cover.svg"


class Following(Struct):
    """That the caller follows the channel's streamer."""

    since: str


class ChannelFacts(Struct):
    """What editors and viewers both see."""

    id: str
    name: str
    slug: str
    chat_enabled: bool
    guest_chat_enabled: bool
    shop_enabled: bool
    description: str
    original_id: str | None
    banner_top: str
    free_pass: int
    is_owner: bool = field(name="isOwner")
    stream_type: int = field(name="streamType")
    privacy: int
    questions_enabled: bool
    starts_at: str | None
    starts_at_notz: str | None
    starts_at_date: str | None
    starts_at_time: str | None
    starts_at_status: bool
    timezone: str
    theme: str
    show_online_users: bool
    thread_id: int
    user_notifications: bool
    paid: bool
    with_products: bool = field(name="withProducts")
    chat_count: int = field(name="chatCount")
    questions_count: int = field(name="questionsCount")
    following: Annotated[Data[Following | list[str]], Meta(description="`[]` while the caller does not.")]
    media: Absent
    attributes: dict[str, str | bool] | list[str]


class ChannelResource(ChannelFacts):
    location: str | None
    tickets: int
    tickets_sold: int
    tickets_checked_in: int
    background_url: str | None
    disk_quota: str | int  # text, but a number with the storefront's products: as documented
    is_shared: bool = field(name="isShared")
    can_add_more_products: bool = field(name="canAddMoreProducts")
    notifications_msg: str
    ecommerce_provider_enabled: bool | None = field(name="ecommerceProviderEnabled")
    nfts_enabled: bool = field(name="nftsEnabled")
    last_update: str
    is_instagram_multicast_available: bool = field(name="isInstagramMultiCastAvailable")
    owner: Data[OwnerResource]
    stream: Data[StreamResource | list[str]]
    products: Data[list[ProductView]]
    features: Data[list[FeatureResource]]
    minutes: int
    simulcasts: Absent


async def show_channel(unit: Unit, channel: Channel) -> ChannelResource:
    return (await show_channels(unit, [channel]))[0]


async def show_channels(unit: Unit, channels: Sequence[Channel]) -> list[ChannelResource]:
    """Channels for somebody who has a seat at each: figures are editors' alone. Parts are loaded for all at once."""
    ids = [channel.id for channel in channels]
    owners = await unit.accounts.by_ids({channel.owner_id for channel in channels})
    plans = await unit.plans.of(owners.values())
    minutes = await unit.plans.left(owners.values(), Limit.MINUTES, unit.now)
    room = await unit.plans.left(owners.values(), Limit.PRODUCTS, unit.now)
    passes = await unit.channels.pass_counts(ids)
    followed = await unit.follows.followed_since(unit.caller, owners)
    shelves = await unit.shelf.shelves(ids)
    acts = await unit.access.acts_on(channels, unit.caller)
    streams = await show_streams(unit, channels, acts)
    messages = await unit.chat.counts(ids)
    shown = []
    for channel in channels:
        owner = owners[channel.owner_id]
        edits = Act.EDIT in acts[channel.id]
        issued, used = passes.get(channel.id, (0, 0)) if edits else (0, 0)
        facts = show_facts(channel, unit.caller, messages.get(channel.id, 0), followed.get(owner.id), unit.urls)
        shown.append(
            ChannelResource(
                **asdict(facts),
                location=None,
                tickets=issued,
                tickets_sold=0,
                tickets_checked_in=used,
                background_url=None,
                disk_quota="0",
                is_shared=not facts.is_owner,
                can_add_more_products=edits and room[owner.id] > 0,
                notifications_msg=channel.notifications_message,
                ecommerce_provider_enabled=None,
                nfts_enabled=False,
                last_update=iso(channel.updated_at),
                is_instagram_multicast_available=False,
                owner=Data(show_owner(owner, unit.urls)),
                stream=Data(streams.get(channel.id, [])),
                products=Data([show_product(entry, unit.urls) for entry in shelves[channel.id]]),
                features=Data(show_features(plans[owner.id])),
                minutes=minutes[owner.id] if edits else 0,
                simulcasts=Absent(),
            )
        )
    return shown


def show_facts(
    channel: Channel, caller: Caller | None, chat_count: int, followed_since: datetime | None, urls: Urls
) -> ChannelFacts:
    local = channel.starts_at.astimezone(time_zone(channel.timezone)) if channel.starts_at else None
    return ChannelFacts(
        id=channel.hash_id,
        name=channel.name,
        slug=channel.slug,
        chat_enabled=channel.chat_enabled,
        guest_chat_enabled=channel.guest_chat_enabled,
        shop_enabled=channel.shop_enabled,
        description=channel.description or "",
        original_id=None,
        banner_top=urls.file(channel.cover_key or DEFAULT_COVER),
        free_pass=channel.free_pass,
        is_owner=isinstance(caller, SignedIn) and caller.id == channel.owner_id,
        stream_type=channel.stream_type,
        privacy=channel.privacy,
        questions_enabled=channel.questions_enabled,
        starts_at=iso(channel.starts_at) if channel.starts_at else None,
        starts_at_notz=local.strftime("%Y-%m-%d %H:%M:%S") if local else None,
        starts_at_date=local.strftime("%Y-%m-%d") if local else None,
        starts_at_time=local.strftime("%H:%M:%S") if local else None,
        starts_at_status=channel.starts_at_shown,
        timezone=channel.timezone,
        theme="default",
        show_online_users=channel.show_viewers,
        thread_id=channel.id,
        user_notifications=channel.notifications,
        paid=channel.free_pass == FreePass.PASS_NEEDED,
        with_products=channel.shop_enabled,
        chat_count=chat_count,
        questions_count=0,
        following=Data(Following(iso(followed_since)) if followed_since else []),
        media=Absent(),
        attributes=channel.attributes or [],
    )
