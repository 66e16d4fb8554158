"""What subscribing takes and answers."""

from typing import Annotated

from msgspec import Meta, Struct, field

from storecast.domains.audience.subscribers.models import Medium
from storecast.kit.emails import EmailOrEmpty

LONGEST_LEAD = 10_080  # minutes: a week
MOST_TIMES = 3

Ref = Annotated[str, Meta(min_length=1, max_length=64)]
Prefix = Annotated[str, Meta(max_length=8)]
Phone = Annotated[str, Meta(max_length=32)]
Minutes = Annotated[int, Meta(ge=0, le=LONGEST_LEAD)]


class NewSubscription(Struct):
    """An email address or a phone number, or both."""

    channel: Ref = field(name="eventId")
    """The channel's id, slug or number."""
    email: EmailOrEmpty | None = None
    """Where reminders go by mail."""
    phone: Phone | None = None
    """A mobile's number, as it is dialled at home or abroad, to be reminded by SMS."""
    phone_prefix: Prefix | None = field(name="phonePrefix", default=None)
    """The calling code of its country, as `+40`; goes with `phone`."""
    minutes_before: Annotated[list[Minutes], Meta(max_length=20)] = field(default_factory=lambda: [0])
    """How many minutes before an announced start to be reminded, at most 3 different ones. Who subscribes is told
    when a show begins in any case: `0` says no more than that."""
    locale: Annotated[str, Meta(max_length=20)] | None = None
    """The language to be reminded in, as `en` or `pt-BR`; else the browser's."""
    timezone: Annotated[str, Meta(max_length=64)] | None = None
    """The subscriber's clock, an IANA name: what times are written by, and nights are quiet; else the channel's."""


class PendingView(Struct):
    pending: bool = True
    """Always true: whoever has the address is asked there, whether they subscribed before or not."""


class CodeGiven(Struct):
    channel: Ref = field(name="eventId")
    """The channel's id, slug or number."""
    phone: Phone
    """The number the code was sent to, as it was given."""
    phone_prefix: Prefix = field(name="phonePrefix")
    """As it was given."""
    code: Annotated[str, Meta(max_length=20)]
    """The six digits of the SMS."""


class ConfirmedView(Struct):
    confirmed: bool = True
    """Always true."""


class SubscribedChannel(Struct):
    id: str
    """The channel's id."""
    name: str
    """The show's name."""
    slug: str
    """The last part of its address, `/watch/{slug}`."""


class SubscriptionView(Struct):
    id: str
    """Names the subscription."""
    channel: SubscribedChannel
    """Of which shows."""
    medium: Medium
    """`email` or `sms`."""
    address: str
    """The email address or phone number."""
    minutes_before: list[int]
    """How many minutes before an announced start, the longest first; at the start in any case."""
    locale: str
    """The language of the reminders."""
    timezone: str | None
    """The clock they go by; null for the channel's."""
    confirmed_at: str
    """When it was confirmed."""


class EndedView(Struct):
    id: str
    """The subscription's id."""
