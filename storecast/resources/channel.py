"""A channel as its editors see it, with owner, stream, shelf and plan."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct, field
from msgspec.structs import asdict

from storecast.domains.accounts.access import Caller, SignedIn
from storecast.domains.accounts.service import AccountService
from storecast.domains.billing.access import Limit
from storecast.domains.billing.service import PlanService
from storecast.domains.channels.access import ChannelAccess
from storecast.domains.channels.followers.service import FollowService
from storecast.domains.channels.models import Channel, FreePass
from storecast.domains.channels.service import ChannelService
from storecast.domains.chat.service import ChatService
from storecast.domains.products.catalogue import CatalogueService
from storecast.domains.products.service import ShelfService
from storecast.domains.products.views import ProductView, show_product
from storecast.domains.streams.service import StreamService
from storecast.kit.clock import iso
from storecast.kit.envelope import Absent, Data
from storecast.kit.urls import Urls
from storecast.resources.stream import StreamResource, StreamResources
from storecast.resources.user import FeatureResource, OwnerResource, show_features, show_owner

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


class ChannelResources:
    """Assembles channels in a handful of queries, however many."""

    def __init__(
        self,
        accounts: AccountService,
        plans: PlanService,
        channels: ChannelService,
        access: ChannelAccess,
        follows: FollowService,
        catalogue: CatalogueService,
        shelf: ShelfService,
        streams: StreamService,
        chat: ChatService,
        stream_resources: StreamResources,
        urls: Urls,
        now: datetime,
    ) -> None:
        self._accounts = accounts
        self._plans = plans
        self._channels = channels
        self._access = access
        self._follows = follows
        self._catalogue = catalogue
        self._shelf = shelf
        self._streams = streams
        self._chat = chat
        self._stream_resources = stream_resources
        self._urls = urls
        self._now = now

    async def one(self, channel: Channel, caller: Caller | None) -> ChannelResource:
        return (await self.many([channel], caller))[0]

    async def many(self, channels: Sequence[Channel], caller: Caller | None) -> list[ChannelResource]:
        """Viewers get no stream key; who may not watch gets no stream."""
        ids = [channel.id for channel in channels]
        owners = await self._accounts.by_ids({channel.owner_id for channel in channels})
        passes = await self._channels.pass_counts(ids)
        shelves = await self._shelf.shelves(ids)
        streams, live = await self._streams.of_channels(ids), await self._streams.live(ids)
        messages = await self._chat.counts(ids)
        minutes = await self._streams.minutes_left(owners.values(), self._now)
        products = await self._catalogue.counts(owners)
        followed = await self._follows.followed_since(caller, owners)
        shown = []
        for channel in channels:
            owner, stream = owners[channel.owner_id], streams.get(channel.id)
            editor = self._access.edits(channel, caller)
            issued, used = passes.get(channel.id, (0, 0))
            seen = stream is not None and (editor or await self._access.watches(channel, caller))
            facts = show_facts(
                channel, owned(channel, caller), messages.get(channel.id, 0), followed.get(owner.id), self._urls
            )
            shown.append(
                ChannelResource(
                    **asdict(facts),
                    location=None,
                    tickets=issued,
                    tickets_sold=0,
                    tickets_checked_in=used,
                    background_url=None,
                    disk_quota="0",
                    is_shared=False,
                    can_add_more_products=self._plans.allows(owner, Limit.PRODUCTS, products[owner.id]),
                    notifications_msg=channel.notifications_message,
                    ecommerce_provider_enabled=None,
                    nfts_enabled=False,
                    last_update=iso(channel.updated_at),
                    is_instagram_multicast_available=False,
                    owner=Data(show_owner(owner, self._urls)),
                    stream=Data(self._stream_resources.show(stream, channel, live.get(channel.id), editor=editor))
                    if stream is not None and seen
                    else Data([]),
                    products=Data([show_product(entry, self._urls) for entry in shelves[channel.id]]),
                    features=Data(show_features(self._plans.plan_of(owner))),
                    minutes=minutes[owner.id],
                    simulcasts=Absent(),
                )
            )
        return shown


def owned(channel: Channel, caller: Caller | None) -> bool:
    return isinstance(caller, SignedIn) and caller.id == channel.owner_id


def show_facts(
    channel: Channel, is_owner: bool, chat_count: int, followed_since: datetime | None, urls: Urls
) -> ChannelFacts:
    local = channel.starts_at.astimezone(ZoneInfo(channel.timezone)) if channel.starts_at else None
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
        is_owner=is_owner,
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
