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
    """Its number here, made of the code; it never changes."""
    name: str
    """Its English name."""
    symbol: str
    """As it stands beside an amount."""
    iso_code: str
    """Its ISO 4217 code."""


class FeatureResource(Struct):
    name: str
    """In words for people."""
    identifier: str
    """Names what it is."""
    value: int | None
    """How many; null where that is no number."""


class PlanResource(Struct):
    id: str
    """Names the plan."""
    name: str
    """In words for people."""
    identifier: str
    """The same as `id`."""
    order: int
    """Its place in the list, from 0."""
    price: int
    """A month's, in whole US dollars."""
    display: bool
    """Always true."""
    plan_id: str = field(name="planId")
    """A name for payment; plans are not sold yet."""
    basic: bool
    """Whether it is the one new accounts have."""
    custom: bool
    """Always false."""


class Usage(Struct):
    """`no` used of `from_`; `unlimited` where the plan's limit is not enforced."""

    no: int
    """How many are used."""
    granted: int = field(name="from")
    """How many the plan grants."""
    percentage: int
    """Of what is granted, 0 to 100."""
    unlimited: bool
    """Whether no limit is enforced."""


class UsageResource(Struct):
    channels: Usage
    """Channels of the account."""
    products: Usage
    """Products in its catalogue."""
    minutes: Usage
    """Minutes streamed this month."""


class PaymentMethod(Struct):
    brand: str | None = None
    """Always null: nothing is paid here yet."""
    digits: str | None = None
    """Always null."""


class SubscriptionResource(Struct):
    stripe_plan: str | None
    """Always null: plans are not sold yet."""
    grace: bool
    """Always false."""
    canceled: bool
    """Always false."""
    trialing: bool
    """Always false."""
    trial_ends_at: str | None
    """Always null."""
    plan: Data[PlanResource]
    """The plan the account has."""
    usage: UsageResource
    """What is used of it."""
    payment: Data[PaymentMethod]
    """How it is paid."""


class Apps(Struct):
    apps: list[str]
    """Always empty: nothing can be connected yet."""


class UserResource(Struct):
    hash_id: str
    """Names the account; it never changes."""
    id: int
    """Its number."""
    first_name: str
    """The first word of the full name."""
    last_name: str
    """The rest of the full name."""
    full_name: str
    """The person's name."""
    email: str
    """Where mails go."""
    phone: str | None
    """In international form."""
    username: str
    """A second name, kept as it was given."""
    nickname: str
    """The display name."""
    description: str | None
    """What the person says of themselves."""
    location: str | None
    """Where they say they are."""
    locale: str
    """The language of the account's mails, as `en` or `en-GB`."""
    subscription: bool
    """Always false: plans are not sold yet."""
    subscription_status: bool = field(name="subscriptionStatus")
    """Always false."""
    subscription_grace_period: bool = field(name="subscriptionGracePeriod")
    """Always false."""
    rtmp_enabled: bool
    """Always true: anybody may go live from an encoder."""
    disk_quota: int | None
    """Megabytes that the plan grants for videos."""
    is_verified: bool = field(name="isVerified")
    """Whether the address is confirmed."""
    has_pending_invitations: bool = field(name="hasPendingInvitations")
    """Always false: there are no teams yet."""
    complete_survey: bool
    """Always false."""
    avatar: str
    """Address of the picture, or of a stand-in."""
    can_add_channels: bool = field(name="canAddChannels")
    """Whether the plan has room for one more channel."""
    remote_ecommerce_provider: bool = field(name="remoteEcommerceProvider")
    """Always false: no shop can be connected yet."""
    has_nfts_app_enabled: bool = field(name="hasNFTsAppEnabled")
    """Always false."""
    minutes: Annotated[int, Meta(description="Streaming minutes used this month.")]
    trial_at: str | None
    """Always null."""
    has_oveit_connection: bool = field(name="hasOveitConnection")
    """Always false."""
    currency: Data[CurrencyResource]
    """What new products are priced in."""
    apps: Apps
    """What is connected to the account."""
    subscription_details: Data[SubscriptionResource]
    """Plan and usage."""
    features: Data[list[FeatureResource]]
    """What the plan has."""


class OwnerResource(Struct):
    """A channel's owner, as others see them."""

    hash_id: str
    """Names the person; it never changes."""
    id: int
    """Their number."""
    username: str
    """A second name, kept as they gave it."""
    nickname: str
    """Their display name."""
    first_name: str
    """Their first name, or their display name."""
    subscription: bool
    """Always false: plans are not sold yet."""
    subscription_status: bool = field(name="subscriptionStatus")
    """Always false."""
    is_verified: bool = field(name="isVerified")
    """Whether their address is confirmed."""
    avatar: str
    """Address of their picture, or of a stand-in."""
    currency: Data[CurrencyResource]
    """What their products are priced in."""


async def show_user(unit: Unit, user: User) -> UserResource:
    """A user as themselves."""
    plan = (await unit.plans.of([user]))[user.id]
    channels = await unit.plans.use(user, Limit.CHANNELS, unit.now)
    products = await unit.plans.use(user, Limit.PRODUCTS, unit.now)
    minutes = await unit.plans.minutes_used(user, unit.now)
    storage = await unit.plans.bounds([user], Limit.STORAGE)
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
        disk_quota=storage[user.id],
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
