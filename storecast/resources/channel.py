"""A channel as its editors see it, with owner, stream, shelf and plan."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct, field
from msgspec.structs import asdict

from storecast.domains.accounts.callers import Caller, Scope, SignedIn
from storecast.domains.billing.limits import Limit
from storecast.domains.billing.service import whole_minutes
from storecast.domains.channels.access import Act
from storecast.domains.channels.models import Channel, FreePass, HoldPolicy
from storecast.domains.channels.pictures.sizes import PictureSize, show_sizes
from storecast.domains.products.schemas import ProductView, show_product
from storecast.domains.streams.playouts.models import Playout, PlayoutReason, PlayoutState
from storecast.domains.streams.simulcast.schemas import TargetView, show_target
from storecast.kit.clock import iso, time_zone
from storecast.kit.envelope import Data
from storecast.kit.urls import Urls
from storecast.resources.media import PlaylistEntry, show_playlists
from storecast.resources.stream import StreamResource, show_streams
from storecast.resources.user import FeatureResource, OwnerResource, show_features, show_owner
from storecast.wiring.unit import Unit

DEFAULT_COVER = "defaults/cover.svg"
MANY_SAID = 5_000  # messages and questions of a channel


class Following(Struct):
    """That the caller follows the channel's streamer."""

    since: str
    """When the caller began to follow."""


class PlayoutView(Struct):
    """A playlist that is played out as a show, in which all see the same moment."""

    state: PlayoutState
    """`waiting` for its time, `playing`, `ended`, `missed` or `failed`."""
    reason: PlayoutReason | None
    """Why it is over, where it was not played to its end: `stopped` by the host; an `encoder` was on air when it was
    to begin; the installation was `down` over all of its time; `no_videos` were ready; it was `unreachable`."""
    starts_at: str
    """When it begins or began."""
    ends_at: str | None
    """When its last video ends; null before it begins."""
    left_out: list[str]
    """Names of videos that were not ready when it began."""


class ChannelFacts(Struct):
    """What editors and viewers both see."""

    id: str
    """Names the channel; it never changes."""
    name: str
    """The show's name."""
    slug: str
    """The last part of its address, `/watch/{slug}`."""
    chat_enabled: bool
    """Whether there is a chat."""
    guest_chat_enabled: bool
    """Whether people without an account may speak in it."""
    shop_enabled: bool
    """Whether the shelf is shown to viewers."""
    description: str
    """What the show is about; empty where nothing is said."""
    original_id: str | None
    """Always null: no channel is a copy of another."""
    banner_top: str
    """Address of the cover, or of a stand-in."""
    banner_sizes: list[PictureSize]
    """The cover in the sizes there are of it, the narrowest first; none of the stand-in."""
    background_url: str | None
    """Address of what lies behind the player on wide screens."""
    background_sizes: list[PictureSize]
    """The same in the sizes there are of it, the narrowest first."""
    free_pass: int
    """Who may watch: 0 who holds a pass, 1 who is signed in, 2 anybody."""
    is_owner: bool = field(name="isOwner")
    """Whether the channel is the caller's own."""
    stream_type: int = field(name="streamType")
    """0 on demand, 1 a live party, 2 a live show."""
    privacy: int
    """0 public, 1 for whoever has the link, 2 private."""
    questions_enabled: bool
    """Whether viewers may ask questions."""
    starts_at: str | None
    """When the show begins, UTC."""
    starts_at_notz: str | None
    """The same by the channel's own clock: `Y-m-d H:i:s`."""
    starts_at_date: str | None
    """Its date by the channel's own clock."""
    starts_at_time: str | None
    """Its time of day by the channel's own clock."""
    starts_at_status: bool
    """Whether viewers are shown when it begins."""
    timezone: str
    """The channel's own clock: an IANA name."""
    theme: str
    """Always `default`."""
    show_online_users: bool
    """Whether viewers are shown how many watch."""
    thread_id: int
    """The number of the channel's chat thread."""
    user_notifications: bool
    """Kept for programs that ask: what is offered say `attributes`."""
    paid: bool
    """Whether a pass is needed to watch."""
    with_products: bool = field(name="withProducts")
    """Whether the shelf is shown to viewers."""
    chat_count: int = field(name="chatCount")
    """How many messages were said."""
    questions_count: int = field(name="questionsCount")
    """How many questions viewers see, open and answered."""
    following: Annotated[Data[Following | list[str]], Meta(description="`[]` while the caller does not.")]
    media: Data[list[PlaylistEntry]]
    """What can be seen while there is no show: shows that are over and other videos, in order."""
    attributes: dict[str, str | bool] | list[str]
    """What the host set besides, by name; `[]` where that is nothing."""


class ChannelResource(ChannelFacts):
    location: str | None
    """Always null."""
    subscribers: int
    """How many people are reminded of its shows; told to editors alone."""
    tickets: int
    """How many passes were issued; told to editors alone."""
    tickets_sold: int
    """Always 0: passes are not sold yet."""
    tickets_checked_in: int
    """How many passes were used; told to editors alone."""
    disk_quota: str | int  # text, but a number with the storefront's products: as documented
    """Megabytes that the owner's plan grants for videos; 0 with the storefront's products."""
    is_shared: bool = field(name="isShared")
    """Whether the channel is somebody else's, who gave the caller a seat."""
    can_add_more_products: bool = field(name="canAddMoreProducts")
    """Whether the owner's plan has room for one more product."""
    notifications_msg: str
    """What a reminder by mail is to say besides."""
    ecommerce_provider_enabled: bool | None = field(name="ecommerceProviderEnabled")
    """Always null: no shop can be connected yet."""
    nfts_enabled: bool = field(name="nftsEnabled")
    """Always false."""
    last_update: str
    """When the channel was changed last."""
    is_instagram_multicast_available: bool = field(name="isInstagramMultiCastAvailable")
    """Always false."""
    owner: Data[OwnerResource]
    """Whose the channel is."""
    stream: Data[StreamResource | list[str]]
    """How it goes live; `[]` before it has a stream."""
    products: Data[list[ProductView]]
    """The shelf, in order."""
    features: Data[list[FeatureResource]]
    """What the owner's plan has."""
    hold_policy: HoldPolicy
    """`hold`: what is in a cart is held for `hold_minutes`. `first_paid`: nothing is, before it is checked out."""
    hold_minutes: int
    """How many minutes a cart holds what is in it."""
    minutes: int
    """Streaming minutes left to the owner this month; told to editors alone."""
    as_live: PlayoutView | None
    """How it goes with playing its playlist out as a show; null without a start for that, and with the storefront."""
    simulcasts: Data[list[TargetView]]
    """Where its shows are passed on to; empty for whoever may not run them."""


class Counts(Struct, frozen=True):
    """What was said on a channel."""

    messages: int
    questions: int


async def counts_of(unit: Unit, channel: Channel) -> Counts:
    """To the one. Where there are so many that counting takes a while, as of two seconds ago at most."""
    lately = unit.process.said_lately
    if (known := lately.known(channel.id, unit.now)) is not None:
        return Counts(*known)
    messages, questions = await unit.threads.counts([channel.id]), await unit.questions.counts([channel.id])
    said = messages.get(channel.id, 0), questions.get(channel.id, 0)
    if sum(said) >= MANY_SAID:
        lately.keep(channel.id, said, unit.now)
    else:
        lately.forget(channel.id)
    return Counts(*said)


async def show_channel(unit: Unit, channel: Channel) -> ChannelResource:
    return (await show_channels(unit, [channel]))[0]


async def show_channels(unit: Unit, channels: Sequence[Channel]) -> list[ChannelResource]:
    """Channels for somebody who has a seat at each: figures are editors' alone. Parts are loaded for all at once."""
    ids = [channel.id for channel in channels]
    owners = await unit.accounts.by_ids({channel.owner_id for channel in channels})
    plans = await unit.plans.of(owners.values())
    minutes = await unit.plans.minutes(owners.values(), unit.now)
    room = await unit.plans.left(owners.values(), Limit.PRODUCTS, unit.now)
    storage = await unit.plans.bounds(owners.values(), Limit.STORAGE)
    passes = await unit.channels.pass_counts(ids)
    followed = await unit.follows.followed_since(unit.caller, owners)
    shelves = await unit.shelf.shelves(channels, unit.now)
    acts = await unit.access.acts_on(channels, unit.caller)
    streams = await show_streams(unit, channels, acts)
    messages = await unit.threads.counts(ids)
    questions = await unit.questions.counts(ids)
    subscribers = await unit.subscribers.counts(ids)
    playlists = await show_playlists(unit, channels)
    playouts = await unit.playouts.of_channels(ids)
    targets = await unit.simulcast.of_channels(ids) if unit.is_meant_for(Scope.STREAMS) else {}
    shown = []
    for channel in channels:
        owner = owners[channel.owner_id]
        edits, runs = Act.EDIT in acts[channel.id], Act.RUN_SHOW in acts[channel.id]
        issued, used = passes.get(channel.id, (0, 0)) if edits else (0, 0)
        said, since = messages.get(channel.id, 0), followed.get(owner.id)
        counts = Counts(said, questions.get(channel.id, 0))
        facts = show_facts(channel, unit.caller, counts, since, playlists[channel.id], unit.urls)
        shown.append(
            ChannelResource(
                **asdict(facts),
                location=None,
                subscribers=subscribers.get(channel.id, 0) if edits else 0,
                tickets=issued,
                tickets_sold=0,
                tickets_checked_in=used,
                disk_quota=str(storage[owner.id]),
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
                hold_policy=HoldPolicy(channel.hold_policy),
                hold_minutes=channel.hold_minutes,
                minutes=whole_minutes(minutes[owner.id].left) if edits else 0,
                as_live=show_playout(playouts.get(channel.id)),
                simulcasts=Data([show_target(channel, target) for target in targets.get(channel.id, ()) if runs]),
            )
        )
    return shown


def show_playout(playout: Playout | None) -> PlayoutView | None:
    if playout is None:
        return None
    length = timedelta(seconds=sum(float(str(seconds)) for _, seconds in playout.films))
    return PlayoutView(
        PlayoutState(playout.state),
        PlayoutReason(playout.reason) if playout.reason else None,
        iso(playout.began_at or playout.starts_at),
        iso(playout.began_at + length) if playout.began_at else None,
        playout.left_out,
    )


def show_facts(
    channel: Channel,
    caller: Caller | None,
    counts: Counts,
    followed_since: datetime | None,
    playlist: list[PlaylistEntry],
    urls: Urls,
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
        banner_sizes=show_sizes(channel.cover_key, urls),
        background_url=urls.file(channel.background_key) if channel.background_key else None,
        background_sizes=show_sizes(channel.background_key, urls),
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
        chat_count=counts.messages,
        questions_count=counts.questions,
        following=Data(Following(iso(followed_since)) if followed_since else []),
        media=Data(playlist),
        attributes=channel.attributes or [],
    )
