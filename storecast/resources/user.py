"""A user as themselves, with plan and usage; and as the owner of something, seen by others."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct, field

from storecast.domains.accounts.models import User
from storecast.domains.billing.access import Limit
from storecast.domains.billing.catalogue import Plan
from storecast.domains.billing.schemas import Allowance
from storecast.domains.billing.service import UNBOUNDED, PlanService
from storecast.domains.channels.service import ChannelService
from storecast.domains.products.catalogue import CatalogueService
from storecast.domains.streams.service import StreamService
from storecast.kit import currencies
from storecast.kit.envelope import Data
from storecast.kit.urls import Urls

DEFAULT_AVATAR = "defaults/avatar.svg"


class CurrencyResource(Struct):
    id: int
    name: str
    symbol: str
    iso_code: str


class FeatureResource(Struct):
    name: str
    identifier: str
    value: int | None


class PlanResource(Struct):
    id: str
    name: str
    identifier: str
    order: int
    price: int
    display: bool
    plan_id: str = field(name="planId")
    basic: bool
    custom: bool


class Usage(Struct):
    """`no` used of `from_`; `unlimited` where the plan's limit is not enforced."""

    no: int
    granted: int = field(name="from")
    percentage: int
    unlimited: bool


class UsageResource(Struct):
    channels: Usage
    products: Usage
    minutes: Usage


class PaymentMethod(Struct):
    brand: str | None = None
    digits: str | None = None


class SubscriptionResource(Struct):
    stripe_plan: str | None
    grace: bool
    canceled: bool
    trialing: bool
    trial_ends_at: str | None
    plan: Data[PlanResource]
    usage: UsageResource
    payment: Data[PaymentMethod]


class Apps(Struct):
    apps: list[str]


class UserResource(Struct):
    hash_id: str
    id: int
    first_name: str
    last_name: str
    full_name: str
    email: str
    phone: str | None
    username: str
    nickname: str
    description: str | None
    location: str | None
    locale: str
    subscription: bool
    subscription_status: bool = field(name="subscriptionStatus")
    subscription_grace_period: bool = field(name="subscriptionGracePeriod")
    rtmp_enabled: bool
    disk_quota: int | None
    is_verified: bool = field(name="isVerified")
    has_pending_invitations: bool = field(name="hasPendingInvitations")
    complete_survey: bool
    avatar: str
    can_add_channels: bool = field(name="canAddChannels")
    remote_ecommerce_provider: bool = field(name="remoteEcommerceProvider")
    has_nfts_app_enabled: bool = field(name="hasNFTsAppEnabled")
    minutes: Annotated[int, Meta(description="Streaming minutes used this month.")]
    trial_at: str | None
    has_oveit_connection: bool = field(name="hasOveitConnection")
    currency: Data[CurrencyResource]
    apps: Apps
    subscription_details: Data[SubscriptionResource]
    features: Data[list[FeatureResource]]


class OwnerResource(Struct):
    """A channel's owner, as others see them."""

    hash_id: str
    id: int
    username: str
    nickname: str
    first_name: str
    subscription: bool
    subscription_status: bool = field(name="subscriptionStatus")
    is_verified: bool = field(name="isVerified")
    avatar: str
    currency: Data[CurrencyResource]


class UserResources:
    def __init__(
        self,
        plans: PlanService,
        channels: ChannelService,
        catalogue: CatalogueService,
        streams: StreamService,
        urls: Urls,
        now: datetime,
    ) -> None:
        self._plans = plans
        self._channels = channels
        self._catalogue = catalogue
        self._streams = streams
        self._urls = urls
        self._now = now

    async def one(self, user: User) -> UserResource:
        plan = self._plans.plan_of(user)
        channels = await self._used(user, Limit.CHANNELS)
        products = await self._used(user, Limit.PRODUCTS)
        minutes = await self._used(user, Limit.MINUTES)
        usage = UsageResource(
            self._usage(user, Limit.CHANNELS, channels),
            self._usage(user, Limit.PRODUCTS, products),
            self._usage(user, Limit.MINUTES, minutes),
        )
        return UserResource(
            hash_id=user.hash_id,
            id=user.id,
            first_name=user.first_name,
            last_name=user.last_name,
            full_name=user.full_name,
            email=user.email,
            phone=user.phone,
            username=user.username,
            nickname=user.nickname,
            description=user.description,
            location=user.location,
            locale=user.locale,
            subscription=False,
            subscription_status=False,
            subscription_grace_period=False,
            rtmp_enabled=True,
            disk_quota=None,
            is_verified=user.verified_at is not None,
            has_pending_invitations=False,
            complete_survey=False,
            avatar=avatar_url(user, self._urls),
            can_add_channels=self._plans.allows(user, Limit.CHANNELS, channels),
            remote_ecommerce_provider=False,
            has_nfts_app_enabled=False,
            minutes=minutes,
            trial_at=None,
            has_oveit_connection=False,
            currency=Data(show_currency(user.currency)),
            apps=Apps([]),
            subscription_details=Data(
                SubscriptionResource(
                    stripe_plan=None,
                    grace=False,
                    canceled=False,
                    trialing=False,
                    trial_ends_at=None,
                    plan=Data(self._plan(plan)),
                    usage=usage,
                    payment=Data(PaymentMethod()),
                )
            ),
            features=Data(show_features(plan)),
        )

    async def allowance(self, user: User, limit: Limit) -> Allowance:
        used = await self._used(user, limit)
        return Allowance(self._plans.allows(user, limit, used), self._plans.bound(user, limit), used)

    async def _used(self, user: User, limit: Limit) -> int:
        match limit:
            case Limit.CHANNELS:
                return await self._channels.count(user)
            case Limit.PRODUCTS:
                return (await self._catalogue.counts([user.id]))[user.id]
            case Limit.MINUTES:
                return (await self._streams.minutes_used([user.id], self._now))[user.id]

    def _usage(self, user: User, limit: Limit, used: int) -> Usage:
        granted = self._plans.bound(user, limit)
        percentage = 100 if granted == 0 else min(100, used * 100 // granted)
        return Usage(no=used, granted=granted, percentage=percentage, unlimited=granted == UNBOUNDED)

    def _plan(self, plan: Plan) -> PlanResource:
        return PlanResource(
            id=plan.identifier,
            name=plan.name,
            identifier=plan.identifier,
            order=self._plans.position(plan),
            price=plan.price,
            display=True,
            plan_id=f"price_{plan.identifier}",
            basic=plan.default,
            custom=False,
        )


def show_owner(owner: User, urls: Urls) -> OwnerResource:
    return OwnerResource(
        hash_id=owner.hash_id,
        id=owner.id,
        username=owner.username,
        nickname=owner.nickname,
        first_name=owner.first_name or owner.nickname,
        subscription=False,
        subscription_status=False,
        is_verified=owner.verified_at is not None,
        avatar=avatar_url(owner, urls),
        currency=Data(show_currency(owner.currency)),
    )


def show_features(plan: Plan) -> list[FeatureResource]:
    return [FeatureResource(feature.name, feature.identifier, feature.value) for feature in plan.features]


def show_currency(code: str) -> CurrencyResource:
    return CurrencyResource(currencies.id_of(code), currencies.name_of(code), currencies.symbol_of(code), code)


def avatar_url(user: User, urls: Urls) -> str:
    return urls.file(user.avatar_key or DEFAULT_AVATAR)
