"""The rules of subscribing to a channel. One call is one transaction."""

import hmac
from collections.abc import Collection
from datetime import datetime, timedelta

import structlog

from storecast.adapters.email.mailer import Mailer
from storecast.domains.accounts.callers import Caller
from storecast.domains.accounts.models import User
from storecast.domains.accounts.service import AccountService
from storecast.domains.audience.subscribers.errors import (
    MailNotOffered,
    NoRoom,
    SmsNotOffered,
    SubscriptionNotFound,
    WrongCode,
)
from storecast.domains.audience.subscribers.jobs import ForgetSubscribers, SendConfirmation
from storecast.domains.audience.subscribers.links import Links, LinkTo
from storecast.domains.audience.subscribers.models import Medium, Subscription, SubscriptionRequest
from storecast.domains.audience.subscribers.repository import SubscriberRepository
from storecast.domains.audience.subscribers.schemas import MOST_TIMES, CodeGiven, NewSubscription
from storecast.domains.audience.subscribers.texts.numbers import mobile_number
from storecast.domains.audience.subscribers.texts.service import CODE_GOOD_FOR, TextService
from storecast.domains.billing.limits import Limit
from storecast.domains.billing.service import PlanService
from storecast.domains.channels.access import ChannelAccess
from storecast.domains.channels.errors import ChannelNotFound
from storecast.domains.channels.models import Channel, Privacy
from storecast.domains.channels.service import ChannelService
from storecast.kit import emails
from storecast.kit.clock import time_zone
from storecast.kit.database import Database
from storecast.kit.errors import FieldMessage, NotFound, TooManyRequests, Unprocessable
from storecast.kit.jobs import defer
from storecast.kit.languages import Languages
from storecast.kit.networks import network
from storecast.kit.pagination import PageRequest, Slice
from storecast.kit.rate_limits import RateLimits

ASKED = "120/hour"  # from one network
# To one mailbox, whose owner may not have asked: of one channel, and of all.
MAILS, ALL_MAILS = "1/minute", "8/day"
WRONG_LINKS = "60/hour"  # from one network; right ones are never refused: mail programs send them by the thousand
CODE_TRIES = "30/10 minute"  # from one network
WRONG_CODES = 5  # of one code
REQUEST_KEPT = timedelta(days=3)
STOPPED_KEPT = timedelta(days=30)
FORGOTTEN_AT_ONCE = 5_000

log = structlog.get_logger()


class SubscriberService:
    def __init__(
        self,
        db: Database,
        access: ChannelAccess,
        channels: ChannelService,
        accounts: AccountService,
        plans: PlanService,
        texts: TextService,
        links: Links,
        mailer: Mailer,
        languages: Languages,
        limits: RateLimits,
    ) -> None:
        self._db = db
        self._access = access
        self._channels = channels
        self._accounts = accounts
        self._plans = plans
        self._texts = texts
        self._links = links
        self._mailer = mailer
        self._languages = languages
        self._limits = limits
        self._repository = SubscriberRepository(db)

    async def ask(self, data: NewSubscription, caller: Caller | None, address: str, locale: str, now: datetime) -> None:
        """Ask whoever has the addresses whether they want to be reminded. It says nothing of who was before.

        `address` is where it is asked from, `locale` the caller's. Raises `ChannelNotFound`, `MailNotOffered`,
        `SmsNotOffered`, `NoRoom`, `TooManyRequests`, `Unprocessable`, `Unavailable`.
        """
        await self._limits.hit(ASKED, "subscribe", network(address))
        channel = await self._visible(data.channel, caller, now)
        owner = (await self._accounts.by_ids([channel.owner_id]))[channel.owner_id]
        wanted = [SubscriptionRequest(**of, **self._choices(data, locale, now)) for of in await self._addresses(data)]
        for each in wanted:
            await self._require_offered(channel, owner, Medium(each.medium), now)
            each.channel_id = channel.id
        for each in wanted:
            request = await self._repository.ask(each)
            if request.medium == Medium.SMS:
                await self._texts.ask(request, owner, address, now)
            elif await self._may_be_mailed(channel, request.address):
                await defer(self._db, SendConfirmation(request.id))

    async def confirm(self, token: str, address: str, now: datetime) -> bool:
        """Subscribe whoever has the link; they may follow it twice. False where it is over.

        Raises `NotFound` for a link we never sent, `NoRoom`.
        """
        hash_id = await self._read(LinkTo.CONFIRM, token, address)
        request = await self._repository.request(hash_id)
        if request is None:
            return await self._repository.was_confirmed(hash_id)
        if request.asked_at <= now - REQUEST_KEPT:
            return False
        return await self._subscribe(request, now)

    async def confirm_number(self, data: CodeGiven, caller: Caller | None, address: str, now: datetime) -> None:
        """Subscribe whoever has the code. Raises `ChannelNotFound`, `WrongCode`, `NoRoom`, `Unprocessable`."""
        await self._limits.hit(CODE_TRIES, "subscribe-codes", network(address))
        channel = await self._visible(data.channel, caller, now)
        number = mobile_number(data.phone, data.phone_prefix)
        request = await self._repository.request_of(channel.id, Medium.SMS, number)
        if (
            request is None
            or request.code_at is None
            or now >= request.code_at + CODE_GOOD_FOR
            or request.wrong_codes >= WRONG_CODES
        ):
            raise WrongCode.given()
        code = self._links.code(request.hash_id, request.code_number)
        if not hmac.compare_digest(code.encode(), data.code.strip().encode()):
            request.wrong_codes += 1
            raise WrongCode.given()
        await self._subscribe(request, now)
        await self._texts.code_entered(number, now)

    async def unsubscribe(self, token: str, address: str) -> None:
        """End a subscription by a link in what it sent. Doing it twice is fine. Raises `NotFound`."""
        await self._repository.remove(await self._read(LinkTo.UNSUBSCRIBE, token, address))

    async def page_of(self, user: User, page: PageRequest) -> tuple[list[Subscription], dict[int, Channel], Slice]:
        """A person's own, by mail to the address they verified, and the channels they are of."""
        if user.verified_at is None:
            return [], {}, Slice(0, page)
        found, cut = await self._repository.page_of(user.email, page)
        return found, await self._channels.by_ids({each.channel_id for each in found}), cut

    async def end(self, user: User, hash_id: str) -> None:
        """Raises `SubscriptionNotFound` for one that is not theirs."""
        if user.verified_at is None or not await self._repository.remove_of(hash_id, user.email):
            raise SubscriptionNotFound

    async def counts(self, channel_ids: Collection[int]) -> dict[int, int]:
        """How many are subscribed, by channel; those without any are left out."""
        return await self._repository.counts(channel_ids)

    async def forget_channel(self, channel_id: int) -> None:
        if await self._repository.forget_channel(channel_id, FORGOTTEN_AT_ONCE):
            await defer(self._db, ForgetSubscribers(channel_id))

    async def forget(self, now: datetime) -> None:
        """What nobody confirmed, and who said STOP and did not come back."""
        await self._repository.forget(now - REQUEST_KEPT, now - STOPPED_KEPT)

    async def _visible(self, ref: str, caller: Caller | None, now: datetime) -> Channel:
        channel = await self._access.find(ref, caller, now)
        if channel.privacy == Privacy.PRIVATE and not await self._access.watches(channel, caller):
            raise ChannelNotFound
        return channel

    async def _addresses(self, data: NewSubscription) -> list[dict[str, str]]:
        """Raises `Unprocessable`, `Unavailable`."""
        found = []
        if data.email and data.email.strip():
            found.append({"medium": Medium.EMAIL.value, "address": await self._reached(data.email)})
        if data.phone and data.phone.strip():
            number = mobile_number(data.phone, data.phone_prefix)
            self._texts.require_served(number)
            found.append({"medium": Medium.SMS.value, "address": number})
        if not found:
            neither = [FieldMessage(name, "is required: an email address or a phone number") for name in _EITHER]
            raise Unprocessable("An email address or a phone number is required.", messages=neither)
        return found

    async def _reached(self, email: str) -> str:
        """As it is compared. Raises `Unprocessable`, `Unavailable`."""
        try:
            spelled = emails.normal(email)
        except ValueError as error:
            raise Unprocessable.field("email", str(error)) from error
        if not await self._mailer.reaches(spelled):
            raise Unprocessable.field(
                "email",
                "has letters before the @ that this installation's mail server cannot write to; only a to z can be",
            )
        return spelled

    def _choices(self, data: NewSubscription, locale: str, now: datetime) -> dict[str, object]:
        times = sorted({each for each in data.minutes_before if each}, reverse=True)
        if len(times) > MOST_TIMES:
            raise Unprocessable.field("minutes_before", f"has more than {MOST_TIMES} different times")
        if data.timezone:
            try:
                time_zone(data.timezone)
            except (KeyError, ValueError, OSError) as error:
                raise Unprocessable.field("timezone", "must be an IANA time zone") from error
        known = (
            (self._languages.known(data.locale) or self._languages.known(_language(data.locale)))
            if data.locale
            else None
        )
        return {
            "minutes_before": times,
            "locale": known or locale,
            "timezone": data.timezone or None,
            "asked_at": now,
        }

    async def _require_offered(self, channel: Channel, owner: User, medium: Medium, now: datetime) -> None:
        """Raises `MailNotOffered`, `SmsNotOffered`, `NoRoom`."""
        if not is_offered(channel, medium):
            raise MailNotOffered if medium is Medium.EMAIL else SmsNotOffered
        if medium is Medium.SMS and not await self._texts.has_left(owner, now):
            raise SmsNotOffered
        if (await self._plans.left([owner], Limit.SUBSCRIBERS, now))[owner.id] < 1:
            raise NoRoom

    async def _may_be_mailed(self, channel: Channel, email: str) -> bool:
        """Whether somebody who perhaps never asked is mailed once more. Nothing is said of it to who asks."""
        try:
            await self._limits.hit(MAILS, "subscribe-mails", channel.hash_id, emails.mailbox(email))
            await self._limits.hit(ALL_MAILS, "subscribe-mails", emails.mailbox(email))
        except TooManyRequests:
            log.info("no confirmation is mailed: the address had enough of them")
            return False
        return True

    async def _subscribe(self, request: SubscriptionRequest, now: datetime) -> bool:
        """False where the channel is gone. Raises `NoRoom`."""
        channel = (await self._channels.by_ids([request.channel_id])).get(request.channel_id)
        if channel is None or channel.deleted_at is not None:
            return False
        owner = (await self._accounts.by_ids([channel.owner_id]))[channel.owner_id]
        if await self._repository.of(channel.id, request.medium, request.address) is None:
            await self._plans.lock(owner.id, Limit.SUBSCRIBERS)
            if (await self._plans.left([owner], Limit.SUBSCRIBERS, now))[owner.id] < 1:
                raise NoRoom
        await self._repository.confirm(request, now)
        return True

    async def _read(self, what: LinkTo, token: str, address: str) -> str:
        """Raises `NotFound`, and `TooManyRequests` for who tries many."""
        hash_id = self._links.read(what, token)
        if hash_id is None:
            await self._limits.hit(WRONG_LINKS, "subscription-links", network(address))
            raise NotFound
        return hash_id


_EITHER = ("email", "phone")
_SWITCHES = {Medium.EMAIL: "userEmailNotifications", Medium.SMS: "userSMSNotifications"}


def is_offered(channel: Channel, medium: Medium) -> bool:
    """Whether the channel's host has reminders of this kind on."""
    return channel.attributes.get(_SWITCHES[medium]) is True


def _language(tag: str) -> str:
    return tag.replace("_", "-").partition("-")[0]
