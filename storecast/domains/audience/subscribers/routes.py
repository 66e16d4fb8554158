"""Subscribing over HTTP, the pages that mails lead to, and the calendar."""

from typing import Annotated

from litestar import Controller, Request, Response, delete, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.params import FromPath, JSONBody, QueryParameter

from storecast.adapters.email.messages import PageOf, page_of
from storecast.domains.accounts.callers import Scope, Unscoped, Who
from storecast.domains.audience.subscribers.calendar import calendar_of, file_name
from storecast.domains.audience.subscribers.errors import NoRoom, NoSchedule
from storecast.domains.audience.subscribers.models import Medium, Subscription
from storecast.domains.audience.subscribers.schemas import (
    CodeGiven,
    ConfirmedView,
    EndedView,
    NewSubscription,
    PendingView,
    SubscribedChannel,
    SubscriptionView,
)
from storecast.domains.channels.models import Channel
from storecast.kit.clock import iso
from storecast.kit.envelope import Data, Page
from storecast.kit.http.mailed_pages import mailed_page
from storecast.kit.http.paging import PageNumber
from storecast.kit.pagination import PageRequest, paged
from storecast.wiring.unit import Unit

Token = Annotated[str, QueryParameter(min_length=64, max_length=64, description="From the link.")]
CALENDAR = "text/calendar"


class NotificationController(Controller):
    path = "/events"
    tags = ("Reminders",)
    opt = {"scope": Scope.CHANNELS, "who": Who.ANYONE}  # noqa: RUF012

    @post("/notification", operation_id="subscribe", status_code=200)
    async def subscribe(self, data: JSONBody[NewSubscription], unit: NamedDependency[Unit]) -> Data[PendingView]:
        """Ask to be reminded of a channel's shows by mail, by SMS or both.

        Whoever has the address confirms it: by the link that is mailed there, or the code that is texted. The answer is
        the same whoever is subscribed already. 402 where the channel or its plan has no reminders of this kind.
        """
        await unit.subscribers.ask(data, unit.caller, unit.address, unit.locale, unit.now)
        return Data(PendingView())

    @post("/notification/confirm", operation_id="confirmNumber", status_code=200)
    async def confirm_number(self, data: JSONBody[CodeGiven], unit: NamedDependency[Unit]) -> Data[ConfirmedView]:
        """Confirm a number with the code that was sent there. It is good for 10 minutes, and for 5 tries."""
        await unit.subscribers.confirm_number(data, unit.caller, unit.address, unit.now)
        return Data(ConfirmedView())

    @get("/{channel_ref:str}/calendar.ics", operation_id="showCalendar", media_type=CALENDAR)
    async def show_calendar(self, channel_ref: FromPath[str], unit: NamedDependency[Unit]) -> Response[bytes]:
        """The channel's next show for calendars (iCalendar): they follow it where it moves, or is called off."""
        channel = await unit.access.find(channel_ref, unit.caller, unit.now)
        schedule = await unit.reminders.schedule(channel)
        if schedule is None:
            raise NoSchedule
        entry = calendar_of(channel, schedule, f"{unit.urls.base}/watch/{channel.slug}")
        headers = {
            "Content-Disposition": f'inline; filename="{file_name(channel)}"',
            "Cache-Control": "private, max-age=300",
        }
        return Response(entry, media_type=CALENDAR, headers=headers)


class SubscriptionController(Controller):
    path = "/subscriptions"
    tags = ("Reminders",)

    @get("/confirm", operation_id="showConfirm", media_type=MediaType.HTML, opt={"scope": Unscoped.PUBLIC})
    async def show_confirm(self, unit: NamedDependency[Unit]) -> Response[str]:
        """Where a confirmation's link leads: a page with one button, for mail scanners follow links."""
        return mailed_page(page_of(PageOf.CONFIRM, unit.locale))

    @post(
        "/confirm",
        operation_id="confirmSubscription",
        status_code=200,
        media_type=MediaType.HTML,
        opt={"scope": Unscoped.PUBLIC},
    )
    async def confirm(self, token: Token, unit: NamedDependency[Unit]) -> Response[str]:
        """Subscribe whoever has the link: that page's button. Pressed twice it says the same."""
        try:
            confirmed = await unit.subscribers.confirm(token, unit.address, unit.now)
        except NoRoom as refused:
            return mailed_page(page_of(PageOf.CONFIRM_FULL, unit.locale), refused.status)
        if not confirmed:
            return mailed_page(page_of(PageOf.CONFIRM_OVER, unit.locale), 404)
        return mailed_page(page_of(PageOf.CONFIRMED, unit.locale))

    @get("/unsubscribe", operation_id="showUnsubscribe", media_type=MediaType.HTML, opt={"scope": Unscoped.PUBLIC})
    async def show_unsubscribe(self, unit: NamedDependency[Unit]) -> Response[str]:
        """Where the opt-out link of a reminder leads: a page with one button."""
        return mailed_page(page_of(PageOf.OPT_OUT, unit.locale))

    @post(
        "/unsubscribe",
        operation_id="unsubscribe",
        status_code=200,
        media_type=MediaType.HTML,
        opt={"scope": Unscoped.PUBLIC},
    )
    async def unsubscribe(self, token: Token, unit: NamedDependency[Unit]) -> Response[str]:
        """End a subscription: that page's button, and mail programs' own (RFC 8058)."""
        await unit.subscribers.unsubscribe(token, unit.address)
        return mailed_page(page_of(PageOf.OPTED_OUT, unit.locale))

    @get("/", operation_id="listSubscriptions", opt={"scope": Scope.PROFILE})
    async def list_subscriptions(
        self, request: Request[None, None, State], unit: NamedDependency[Unit], page: PageNumber = 1
    ) -> Page[SubscriptionView]:
        """What the caller is reminded of by mail, at the address they verified; the newest first."""
        found, channels, cut = await unit.subscribers.page_of(unit.account, PageRequest(page))
        shown = [_show(each, channels[each.channel_id]) for each in found]
        return paged(shown, cut, request.url.path, request.url.query)

    @delete("/{id:str}", operation_id="endSubscription", status_code=200, opt={"scope": Scope.PROFILE})
    async def end_subscription(self, id: FromPath[str], unit: NamedDependency[Unit]) -> Data[EndedView]:
        """Be reminded no more."""
        await unit.subscribers.end(unit.account, id)
        return Data(EndedView(id))


def _show(subscription: Subscription, channel: Channel) -> SubscriptionView:
    return SubscriptionView(
        id=subscription.hash_id,
        channel=SubscribedChannel(channel.hash_id, channel.name, channel.slug),
        medium=Medium(subscription.medium),
        address=subscription.address,
        minutes_before=subscription.minutes_before,
        locale=subscription.locale,
        timezone=subscription.timezone,
        confirmed_at=iso(subscription.confirmed_at),
    )
