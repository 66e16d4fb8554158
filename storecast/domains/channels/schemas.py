"""What channels take and answer; the reference's names for their fields stop here."""

from datetime import date, datetime, time
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, field

from storecast.domains.channels.models import HoldPolicy
from storecast.domains.channels.slugs import LONGEST, SHORTEST
from storecast.kit.names import Worded, line, paragraphs


class ChannelCreate(Worded):
    name: Annotated[str, line(255, shortest=3)]
    """The show's name."""
    starts_at: Annotated[str, Meta(description="`Y-m-d H:i:s`, UTC.")] | None = None


Label = Annotated[str, line(60, shortest=0)]


class ChannelAttributes(Worded):
    """Keys left out stay as they are; an empty text clears one."""

    userEmailNotifications: bool | UnsetType = UNSET  # noqa: N815 - the reference's names
    """Whether reminders by mail are offered."""
    userSMSNotifications: bool | UnsetType = UNSET  # noqa: N815
    """Whether reminders by SMS are offered."""
    productAtcLabel: Label | UnsetType = UNSET  # noqa: N815
    """Words of the button that puts a product into the cart."""
    productCtaLabel: Label | UnsetType = UNSET  # noqa: N815
    """Words of the button that leads to a product's shop."""
    productSectionLabel: Label | UnsetType = UNSET  # noqa: N815
    """Words above the shelf."""
    channelOriginUrl: Annotated[str, Meta(max_length=2000, pattern=r"^(https?://[^\s]+)?(?!\n)$")] | UnsetType = UNSET  # noqa: N815
    """The host's own site."""
    channelMainColor: Annotated[str, Meta(pattern=r"^(#[0-9a-fA-F]{3,8})?(?!\n)$")] | UnsetType = UNSET  # noqa: N815
    """A colour as CSS writes it: `#ffb224`."""


class ChannelUpdate(Worded):
    """Fields left out, or null, stay as they are; null clears `description` and `starts_at`."""

    name: Annotated[str, line(60, shortest=3)] | None = None
    """The show's name."""
    description: (
        Annotated[str, paragraphs(10_000, 300, shortest=0, description="At least 5 characters; empty clears it, too.")]
        | UnsetType
        | None
    ) = UNSET
    chat_enabled: bool | None = None
    """Whether there is a chat."""
    show_viewers: bool | None = field(name="show_online_users", default=None)
    """Whether viewers are shown how many watch."""
    guest_chat_enabled: bool | None = None
    """Whether people without an account may speak in it."""
    shop_enabled: bool | None = None
    """Whether the shelf is shown to viewers."""
    hold_policy: HoldPolicy | None = None
    """`hold`: what is in a cart is held for `hold_minutes`. `first_paid`: nothing is, before it is checked out."""
    hold_minutes: Annotated[int, Meta(ge=1, le=120)] | None = None
    """How many minutes a cart holds what is in it."""
    simulcast: bool | None = None
    """Whether shows are passed on to the channel's simulcast targets."""
    free_pass: bool | None = None
    """Whether one may watch without a pass."""
    sign_in_needed: Annotated[bool, Meta(description="Free to whoever is signed in; goes with `free_pass`.")] | None = (
        None
    )
    stream_type: Annotated[int, Meta(ge=0, le=2)] | None = None
    """0 on demand, 1 a live party, 2 a live show."""
    privacy: Annotated[int, Meta(ge=0, le=2)] | None = None
    """0 public, 1 for whoever has the link, 2 private."""
    questions_enabled: bool | None = field(name="questionsEnabled", default=None)
    """Kept; there are no questions yet."""
    starts_at: datetime | UnsetType | None = UNSET
    """When the show begins; without an offset, by the channel's own clock."""
    starts_at_shown: bool | None = field(name="starts_at_status", default=None)
    """Whether viewers are shown when it begins."""
    starts_at_time: time | None = None
    """The time of day by the channel's own clock; goes with `starts_at_date`."""
    starts_at_date: date | None = None
    """The date by the channel's own clock."""
    timezone: Annotated[str, Meta(max_length=64, description="An IANA name.")] | None = None
    add_step: Annotated[int, Meta(ge=0, le=1000)] | None = None
    """How far its maker came in setting it up; kept for programs that ask."""
    locale: Annotated[str, Meta(max_length=20, pattern=r"^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*(?!\n)$")] | None = None
    """The language of the show, as `en` or `pt-BR`."""
    notifications: bool | None = field(name="user_notifications", default=None)
    """Kept for programs that ask: what is offered say `attributes`."""
    notifications_message: Annotated[str, paragraphs(500, 20, shortest=0)] | None = field(
        name="notifications_msg", default=None
    )
    """What a reminder by mail is to say besides."""
    slug: (
        Annotated[
            str,
            Meta(
                min_length=SHORTEST,
                max_length=40,
                pattern=r"^[A-Za-z0-9_-]+(?!\n)$",
                description=f"The last part of its address, at most {LONGEST} characters of a new one. "
                "The former one leads here for 30 days more.",
            ),
        ]
        | None
    ) = None
    attributes: ChannelAttributes | None = None
    """What is set besides."""


class ClearedCacheView(Struct):
    id: str
    """The channel's id."""
    cleared: bool
    """Always true."""


class DeletedChannelView(Struct):
    id: str
    """The channel's id."""
    code: int
    """Always 200."""


class NewPassView(Struct):
    """The one time the code is seen."""

    id: Annotated[str, Meta(description="The channel's id.")]
    code: Annotated[int, Meta(description="Nine digits.")]
