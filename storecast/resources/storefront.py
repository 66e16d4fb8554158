"""A channel as viewers see it."""

from datetime import datetime

from msgspec import Struct, field
from msgspec.structs import asdict

from storecast.domains.accounts.access import Caller
from storecast.domains.accounts.models import User
from storecast.domains.accounts.service import AccountService
from storecast.domains.channels.access import ChannelAccess
from storecast.domains.channels.followers.service import FollowService
from storecast.domains.channels.models import Channel
from storecast.domains.chat.service import ChatService
from storecast.domains.streams.service import StreamService
from storecast.kit.envelope import Absent, Data
from storecast.kit.urls import Urls
from storecast.resources.channel import ChannelFacts, ChannelResource, ChannelResources, owned, show_facts
from storecast.resources.stream import StreamResource, StreamResources
from storecast.resources.user import CurrencyResource, avatar_url, show_currency


class StorefrontOwner(Struct):
    hash_id: str
    id: int
    avatar: str
    subscription_status: bool = field(name="subscriptionStatus")
    first_name: str
    nickname: str
    currency: Data[CurrencyResource]
    smart_contract: Absent = field(name="smartContract")


class StorefrontChannel(ChannelFacts):
    ecommerce_provider_enabled: bool = field(name="ecommerceProviderEnabled")
    can_see: bool = field(name="iCanSee")
    user_notifications_email: bool
    user_notifications_sms: bool
    user_add_to_calendar: bool
    no_cookies_event: bool
    has_oveit_connection: bool = field(name="hasOveitConnection")
    owner: Data[StorefrontOwner]
    stream: Data[StreamResource | list[str]]
    playlist: Absent


class Storefront:
    def __init__(
        self,
        accounts: AccountService,
        access: ChannelAccess,
        follows: FollowService,
        chat: ChatService,
        streams: StreamService,
        stream_resources: StreamResources,
        channel_resources: ChannelResources,
        urls: Urls,
        now: datetime,
    ) -> None:
        self._accounts = accounts
        self._access = access
        self._follows = follows
        self._chat = chat
        self._streams = streams
        self._stream_resources = stream_resources
        self._channel_resources = channel_resources
        self._urls = urls
        self._now = now

    async def details(self, channel: Channel, caller: Caller | None) -> StorefrontChannel:
        """Who may not watch sees what the show is, and no stream."""
        can_see = await self._access.watches(channel, caller)
        owner = (await self._accounts.by_ids([channel.owner_id]))[channel.owner_id]
        messages = (await self._chat.counts([channel.id])).get(channel.id, 0)
        followed = (await self._follows.followed_since(caller, [owner.id])).get(owner.id)
        email, sms = (channel.attributes.get(key) is True for key in ("userEmailNotifications", "userSMSNotifications"))
        return StorefrontChannel(
            **asdict(show_facts(channel, owned(channel, caller), messages, followed, self._urls)),
            ecommerce_provider_enabled=False,
            can_see=can_see,
            user_notifications_email=email,
            user_notifications_sms=sms,
            user_add_to_calendar=channel.starts_at_shown,
            no_cookies_event=False,
            has_oveit_connection=False,
            owner=Data(self._owner(owner)),
            stream=await self._stream(channel) if can_see else Data([]),
            playlist=Absent(),
        )

    async def products(self, channel: Channel, caller: Caller | None) -> ChannelResource:
        shown = await self._channel_resources.one(channel, caller)
        shown.disk_quota = int(shown.disk_quota)
        return shown

    async def _stream(self, channel: Channel) -> Data[StreamResource | list[str]]:
        stream = (await self._streams.of_channels([channel.id])).get(channel.id)
        if stream is None:
            return Data([])
        live = await self._streams.live([channel.id])
        return Data(self._stream_resources.show(stream, channel, live.get(channel.id), editor=False))

    def _owner(self, owner: User) -> StorefrontOwner:
        return StorefrontOwner(
            hash_id=owner.hash_id,
            id=owner.id,
            avatar=avatar_url(owner, self._urls),
            subscription_status=False,
            first_name=owner.first_name or owner.nickname,
            nickname=owner.nickname,
            currency=Data(show_currency(owner.currency)),
            smart_contract=Absent(),
        )
