"""Telling one person: by mail or SMS, in their language, by their clock, and only what is still so."""

from datetime import datetime, timedelta, tzinfo
from email.utils import parseaddr
from urllib.parse import urlsplit

from storecast.adapters.email.mailer import Mailer
from storecast.adapters.email.messages import MailKind, compose
from storecast.adapters.sms.messages import live_text, reminder_text
from storecast.domains.accounts.models import User
from storecast.domains.accounts.service import AccountService
from storecast.domains.audience.subscribers.announced import is_to_start
from storecast.domains.audience.subscribers.jobs import Remind, SendCode, SendConfirmation, TellLive
from storecast.domains.audience.subscribers.links import Links, LinkTo
from storecast.domains.audience.subscribers.models import Medium, Subscription, TextPurpose
from storecast.domains.audience.subscribers.reminders.service import ReminderService
from storecast.domains.audience.subscribers.repository import SubscriberRepository
from storecast.domains.audience.subscribers.service import REQUEST_KEPT, is_offered
from storecast.domains.audience.subscribers.texts.service import TextService
from storecast.domains.channels.models import Channel
from storecast.domains.channels.service import ChannelService
from storecast.kit.clock import iso, time_zone
from storecast.kit.database import Database
from storecast.kit.jobs import defer
from storecast.kit.languages import local_moment
from storecast.kit.settings import Settings

LIVE_TEXT_GOOD_FOR = timedelta(minutes=30)


class TellingService:
    def __init__(
        self,
        db: Database,
        settings: Settings,
        channels: ChannelService,
        accounts: AccountService,
        reminders: ReminderService,
        texts: TextService,
        links: Links,
        mailer: Mailer,
    ) -> None:
        self._db = db
        self._settings = settings
        self._channels = channels
        self._accounts = accounts
        self._reminders = reminders
        self._texts = texts
        self._links = links
        self._mailer = mailer
        self._repository = SubscriberRepository(db)

    async def ask_by_mail(self, job: SendConfirmation) -> None:
        """Send the link that confirms a request; it names the show where its host is known."""
        request = await self._repository.request_by_id(job.request_id)
        if request is None or (found := await self._channel(request.channel_id)) is None:
            return
        channel, owner = found
        mail = compose(
            MailKind.SUBSCRIBE,
            request.address,
            request.locale,
            self._settings.mail_from,
            link=self._links.to(LinkTo.CONFIRM, request.hash_id),
            show=_name(channel, owner) or "",
            days=str(REQUEST_KEPT // timedelta(days=1)),
            key=f"subscribe:{request.hash_id}:{iso(request.asked_at)}",
        )
        await self._mailer.send(mail)

    async def ask_by_sms(self, job: SendCode, now: datetime) -> None:
        """Send the code that confirms a request. Raises `SmsDown`."""
        page = urlsplit(self._settings.public_url or "")
        site = parseaddr(self._settings.mail_from)[0] or "Storecast"
        await self._texts.send_code(job, site, page.hostname if page.scheme == "https" else None, now)

    async def remind(self, job: Remind, now: datetime) -> None:
        """Remind one person of a start, unless it has moved. Raises `SmsDown`."""
        found = await self._subscribed(job.subscription_id)
        if found is None:
            return
        subscription, channel, owner = found
        if not is_to_start(channel, job.starts_at, now) or await self._reminders.is_live(channel):
            return
        key = f"reminder:{subscription.hash_id}:{iso(job.starts_at)}:{job.minutes}"
        zone, link = _zone(subscription, channel), self._page(channel, owner)
        if subscription.medium == Medium.EMAIL:
            time = local_moment(job.starts_at, subscription.locale, zone)
            await self._mail(MailKind.REMINDER, key, subscription, channel, owner, time)
            return
        if (until := self._quiet_until(now, zone)) is not None:
            if until < job.starts_at:
                await defer(self._db, job, at=until)
            return
        time = local_moment(job.starts_at, subscription.locale, zone, brief=True)
        text = reminder_text(subscription.locale, _name(channel, owner), time, link, self._end(subscription))
        await self._text(TextPurpose.REMINDER, key, subscription, owner, text, job.starts_at - now, now)

    async def tell_live(self, job: TellLive, now: datetime) -> None:
        """Tell one person that a show has begun, while it is on. At night nobody is woken. Raises `SmsDown`."""
        found = await self._subscribed(job.subscription_id)
        if found is None:
            return
        subscription, channel, owner = found
        if not await self._reminders.is_live(channel):
            return
        key = f"live:{subscription.hash_id}:{iso(job.at)}"
        if subscription.medium == Medium.EMAIL:
            await self._mail(MailKind.SHOW_LIVE, key, subscription, channel, owner)
        elif self._quiet_until(now, _zone(subscription, channel)) is None:
            link, end = self._page(channel, owner), self._end(subscription)
            text = live_text(subscription.locale, _name(channel, owner), link, end)
            await self._text(TextPurpose.LIVE, key, subscription, owner, text, LIVE_TEXT_GOOD_FOR, now)

    async def _mail(
        self, kind: MailKind, key: str, subscription: Subscription, channel: Channel, owner: User, time: str = ""
    ) -> None:
        end = self._links.to(LinkTo.UNSUBSCRIBE, subscription.hash_id)
        mail = compose(
            kind,
            subscription.address,
            subscription.locale,
            self._settings.mail_from,
            link=self._page(channel, owner),
            opt_out=end,
            unsubscribe=end,
            note=channel.notifications_message if owner.verified_at is not None else "",
            key=key,
            show=_name(channel, owner) or "",
            time=time,
        )
        await self._mailer.send(mail)

    async def _text(
        self,
        purpose: TextPurpose,
        key: str,
        subscription: Subscription,
        owner: User,
        body: str,
        good_for: timedelta,
        now: datetime,
    ) -> None:
        message = await self._texts.book(key, purpose, subscription.address, owner, subscription.id, now)
        if message is not None:
            await self._texts.send(message, subscription.address, body, good_for, now)

    async def _subscribed(self, subscription_id: int) -> tuple[Subscription, Channel, User] | None:
        """Who is to be told, of which channel, and whose it is; None where nobody is any more."""
        subscription = await self._repository.by_id(subscription_id)
        if subscription is None or subscription.stopped_at is not None:
            return None
        found = await self._channel(subscription.channel_id)
        if found is None or not is_offered(found[0], Medium(subscription.medium)):
            return None
        return subscription, *found

    async def _channel(self, channel_id: int) -> tuple[Channel, User] | None:
        """One that is there, and its owner."""
        channel = (await self._channels.by_ids([channel_id])).get(channel_id)
        if channel is None or channel.deleted_at is not None:
            return None
        return channel, (await self._accounts.by_ids([channel.owner_id]))[channel.owner_id]

    def _page(self, channel: Channel, owner: User) -> str:
        """Where the show is. A slug is made of the host's words."""
        ref = channel.slug if owner.verified_at is not None else channel.hash_id
        return f"{self._settings.web_url}/watch/{ref}"

    def _end(self, subscription: Subscription) -> str | None:
        """Where an SMS leads that nobody can answer."""
        return None if self._texts.is_answered else self._links.to(LinkTo.UNSUBSCRIBE, subscription.hash_id)

    def _quiet_until(self, now: datetime, zone: tzinfo) -> datetime | None:
        """When the quiet hours end that it is in by that clock; None where it is in none."""
        hours = self._settings.quiet_hours
        if hours is None:
            return None
        first, last = hours
        local = now.astimezone(zone)
        quiet = first <= local.hour < last if first < last else local.hour >= first or local.hour < last
        if not quiet:
            return None
        end = local.replace(hour=last, minute=0, second=0, microsecond=0)
        return (end if end > local else end + timedelta(days=1)).astimezone(now.tzinfo)


def _name(channel: Channel, owner: User) -> str | None:
    """What the host calls the show, where they have verified their address."""
    return channel.name if owner.verified_at is not None else None


def _zone(subscription: Subscription, channel: Channel) -> tzinfo:
    return time_zone(subscription.timezone or channel.timezone)
