"""A user as themselves, with plan and usage; and as the owner of something, seen by others."""

from typing import Annotated

from msgspec import Meta, Struct, field

from storecast.domains.accounts.models import User
from storecast.domains.billing.catalogue import Plan
from storecast.domains.billing.limits import Limit
from storecast.domains.billing.service import UNBOUNDED, Use
from storecast.kit import currencies
from storecast.kit.envelope import Data
from storecast.kit.urls import Urls
from storecast.wiring.unit import Unit

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


async def show_user(unit: Unit, user: User) -> UserResource:
    """A user as themselves."""
    plan = (await unit.plans.of([user]))[user.id]
    channels = await unit.plans.use(user, Limit.CHANNELS, unit.now)
    products = await unit.plans.use(user, Limit.PRODUCTS, unit.now)
    minutes = await unit.plans.use(user, Limit.MINUTES, unit.now)
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
        avatar=avatar_url(user, unit.urls),
        can_add_channels=channels.fits,
        remote_ecommerce_provider=False,
        has_nfts_app_enabled=False,
        minutes=minutes.used,
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
                plan=Data(_plan(plan, unit.plans.position(plan))),
                usage=UsageResource(_usage(channels), _usage(products), _usage(minutes)),
                payment=Data(PaymentMethod()),
            )
        ),
        features=Data(show_features(plan)),
    )


def _usage(use: Use) -> Usage:
    percentage = 100 if use.granted == 0 else min(100, use.used * 100 // use.granted)
    return Usage(no=use.used, granted=use.granted, percentage=percentage, unlimited=use.granted == UNBOUNDED)


def _plan(plan: Plan, position: int) -> PlanResource:
    return PlanResource(
        id=plan.identifier,
        name=plan.name,
        identifier=plan.identifier,
        order=position,
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
