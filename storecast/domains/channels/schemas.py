"""What channels take and answer; the reference's names for their fields stop here."""

from datetime import date, datetime, time
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, field

from storecast.domains.channels.slugs import LONGEST, SHORTEST
from storecast.kit.names import Worded, line, paragraphs


class ChannelCreate(Worded):
    name: Annotated[str, line(255, shortest=3)]
    starts_at: Annotated[str, Meta(description="`Y-m-d H:i:s`, UTC.")] | None = None


Label = Annotated[str, line(60, shortest=0)]


class ChannelAttributes(Worded):
    """Keys left out stay as they are; an empty text clears one."""

    userEmailNotifications: bool | UnsetType = UNSET  # noqa: N815 - the reference's names
    userSMSNotifications: bool | UnsetType = UNSET  # noqa: N815
    productAtcLabel: Label | UnsetType = UNSET  # noqa: N815
    productCtaLabel: Label | UnsetType = UNSET  # noqa: N815
    productSectionLabel: Label | UnsetType = UNSET  # noqa: N815
    channelOriginUrl: Annotated[str, Meta(max_length=2000, pattern=r"^(https?://[^\s]+)?$")] | UnsetType = UNSET  # noqa: N815
    channelMainColor: Annotated[str, Meta(pattern=r"^(#[0-9a-fA-F]{3,8})?$")] | UnsetType = UNSET  # noqa: N815


class ChannelUpdate(Worded):
    """Fields left out, or null, stay as they are; null clears `description` and `starts_at`."""

    name: Annotated[str, line(60, shortest=3)] | None = None
    description: (
        Annotated[str, paragraphs(10_000, 300, shortest=0, description="At least 5 characters; empty clears it, too.")]
        | UnsetType
        | None
    ) = UNSET
    chat_enabled: bool | None = None
    show_viewers: bool | None = field(name="show_online_users", default=None)
    guest_chat_enabled: bool | None = None
    shop_enabled: bool | None = None
    simulcast: bool | None = None
    free_pass: bool | None = None
    sign_in_needed: Annotated[bool, Meta(description="Free to whoever is signed in; goes with `free_pass`.")] | None = (
        None
    )
    stream_type: Annotated[int, Meta(ge=0, le=2)] | None = None
    privacy: Annotated[int, Meta(ge=0, le=2)] | None = None
    questions_enabled: bool | None = field(name="questionsEnabled", default=None)
    starts_at: datetime | UnsetType | None = UNSET
    starts_at_shown: bool | None = field(name="starts_at_status", default=None)
    starts_at_time: time | None = None
    starts_at_date: date | None = None
    timezone: Annotated[str, Meta(max_length=64, description="An IANA name.")] | None = None
    add_step: Annotated[int, Meta(ge=0, le=1000)] | None = None
    locale: Annotated[str, Meta(max_length=20, pattern=r"^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*$")] | None = None
    notifications: bool | None = field(name="user_notifications", default=None)
    notifications_message: Annotated[str, paragraphs(500, 20, shortest=0)] | None = field(
        name="notifications_msg", default=None
    )
    slug: (
        Annotated[
            str,
            Meta(
                min_length=SHORTEST,
                max_length=40,
                pattern=r"^[A-Za-z0-9_-]+(?!\n)$",
                description=f"A new one has at most {LONGEST} characters.",
            ),
        ]
        | None
    ) = None
    attributes: ChannelAttributes | None = None


class ClearedCacheView(Struct):
    id: str
    cleared: bool


class DeletedChannelView(Struct):
    id: str
    code: int


class NewPassView(Struct):
    """The one time the code is seen."""

    id: Annotated[str, Meta(description="The channel's id.")]
    code: Annotated[int, Meta(description="Nine digits.")]
