"""A channel as viewers see it."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, field
from msgspec.structs import asdict

from storecast.domains.accounts.callers import Caller
from storecast.domains.accounts.models import User
from storecast.domains.channels.access import NOTHING
from storecast.domains.channels.models import Channel, HoldPolicy
from storecast.domains.orders.coupons.schemas import PinnedCouponView, show_pinned
from storecast.domains.products.schemas import show_product
from storecast.domains.questions.schemas import QuestionsPage
from storecast.kit import event_log
from storecast.kit.clock import iso
from storecast.kit.envelope import Absent, Data
from storecast.kit.urls import Urls
from storecast.resources.channel import ChannelFacts, ChannelResource, counts_of, show_facts
from storecast.resources.media import PlaylistEntry, show_playlists
from storecast.resources.stream import StreamResource, stream_view
from storecast.resources.user import CurrencyResource, avatar_url, show_currency, show_features, show_owner
from storecast.wiring.unit import Unit


class StorefrontOwner(Struct):
    hash_id: str
    """Names the person; it never changes."""
    id: int
    """Their number."""
    avatar: str
    """Address of their picture, or of a stand-in."""
    subscription_status: bool = field(name="subscriptionStatus")
    """Always false: plans are not sold yet."""
    first_name: str
    """Their first name, or their display name."""
    nickname: str
    """Their display name."""
    currency: Data[CurrencyResource]
    """What their products are priced in."""
    smart_contract: Absent = field(name="smartContract")
    """Always empty."""


class StorefrontChannel(ChannelFacts):
    seq: Annotated[int, Meta(description="The room's newest event this answer knows of: subscribe since it.")]
    ecommerce_provider_enabled: bool = field(name="ecommerceProviderEnabled")
    """Always false: no shop can be connected yet."""
    can_see: bool = field(name="iCanSee")
    """Whether the caller may watch."""
    user_notifications_email: bool
    """Whether the host offers reminders by mail."""
    user_notifications_sms: bool
    """Whether the host offers reminders by SMS."""
    coupon: PinnedCouponView | None
    """What viewers may claim now."""
    user_add_to_calendar: bool
    """Whether viewers are offered a calendar entry."""
    no_cookies_event: bool
    """Always false."""
    has_oveit_connection: bool = field(name="hasOveitConnection")
    """Always false."""
    owner: Data[StorefrontOwner]
    """Whose the channel is."""
    stream: Data[StreamResource | list[str]]
    """What to play; `[]` for whoever may not watch, and before the channel has a stream."""
    playlist: Data[list[PlaylistEntry]]
    """What can be seen while there is no show, in order; empty for whoever may not watch."""
    questions: QuestionsPage | UnsetType = UNSET
    """With `getQuestions`: the open ones, as `POST /questions/read` has them; none for whoever may not watch."""


async def show_details(unit: Unit, channel: Channel, caller: Caller | None) -> StorefrontChannel:
    """Who may not watch sees what the show is, and no stream."""
    seq = await event_log.newest(unit.db, channel.hash_id)  # first: what happens from now on is told besides
    can_see = await unit.access.watches(channel, caller)
    owner = (await unit.accounts.by_ids([channel.owner_id]))[channel.owner_id]
    counts = await counts_of(unit, channel)
    followed = (await unit.follows.followed_since(caller, [owner.id])).get(owner.id)
    playlist = (await show_playlists(unit, [channel]))[channel.id] if can_see else []
    coupon = await unit.coupons.pinned(channel, unit.now) if can_see else None
    email, sms = (channel.attributes.get(key) is True for key in ("userEmailNotifications", "userSMSNotifications"))
    return StorefrontChannel(
        **asdict(show_facts(channel, caller, counts, followed, playlist, unit.urls)),
        seq=seq,
        ecommerce_provider_enabled=False,
        can_see=can_see,
        user_notifications_email=email,
        user_notifications_sms=sms,
        coupon=show_pinned(coupon) if coupon is not None else None,
        user_add_to_calendar=channel.starts_at_shown,
        no_cookies_event=False,
        has_oveit_connection=False,
        owner=Data(_owner(owner, unit.urls)),
        stream=Data(await _stream(unit, channel) if can_see else []),
        playlist=Data(playlist),
    )


async def show_products(unit: Unit, channel: Channel, caller: Caller | None) -> ChannelResource:
    """The channel with its shelf, for who may watch it. What only its people are to know is not told: 0."""
    owner = (await unit.accounts.by_ids([channel.owner_id]))[channel.owner_id]
    counts = await counts_of(unit, channel)
    followed = (await unit.follows.followed_since(caller, [owner.id])).get(owner.id)
    plan = (await unit.plans.of([owner]))[owner.id]
    playlist = (await show_playlists(unit, [channel]))[channel.id]
    return ChannelResource(
        **asdict(show_facts(channel, caller, counts, followed, playlist, unit.urls)),
        location=None,
        subscribers=0,
        tickets=0,
        tickets_sold=0,
        tickets_checked_in=0,
        disk_quota=0,
        is_shared=False,
        can_add_more_products=False,
        notifications_msg=channel.notifications_message,
        ecommerce_provider_enabled=None,
        nfts_enabled=False,
        last_update=iso(channel.updated_at),
        is_instagram_multicast_available=False,
        owner=Data(show_owner(owner, unit.urls)),
        stream=Data(await _stream(unit, channel)),
        products=Data([show_product(entry, unit.urls) for entry in await unit.shelf.shelf(channel, unit.now)]),
        features=Data(show_features(plan)),
        hold_policy=HoldPolicy(channel.hold_policy),
        hold_minutes=channel.hold_minutes,
        minutes=0,
        as_live=None,
        simulcasts=Data([]),
    )


async def _stream(unit: Unit, channel: Channel) -> StreamResource | list[str]:
    """As viewers see it, whoever asks: whose it is reads its key elsewhere."""
    stream = (await unit.streams.of_channels([channel.id])).get(channel.id)
    if stream is None:
        return []
    sessions = await unit.streams.open_sessions([channel.id])
    return stream_view(unit, stream, channel, sessions.get(channel.id), NOTHING)


def _owner(owner: User, urls: Urls) -> StorefrontOwner:
    return StorefrontOwner(
        hash_id=owner.hash_id,
        id=owner.id,
        avatar=avatar_url(owner, urls),
        subscription_status=False,
        first_name=owner.first_name or owner.nickname,
        nickname=owner.nickname,
        currency=Data(show_currency(owner.currency)),
        smart_contract=Absent(),
    )
