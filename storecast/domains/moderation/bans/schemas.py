"""Bans as the API takes and shows them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from storecast.domains.accounts.models import User
from storecast.domains.moderation.models import Ban
from storecast.domains.moderation.schemas import ModeratorView, Reason, Subject, ThingId, show_moderator
from storecast.kit.clock import iso
from storecast.kit.names import Worded


class NewBan(Worded):
    """Who is named by one of `subject`, `message_id` and `question_id`."""

    subject: Subject | None = None
    message_id: ThingId | None = None
    """Of something they said."""
    question_id: ThingId | None = None
    """Of a question they asked."""
    seconds: Annotated[int, Meta(ge=10, le=86_400 * 365)] | None = None
    """A time-out of so many seconds; left out, it is for good."""
    reason: Reason | None = None
    """Why; they are told."""
    hidden: bool = False
    """A silent hide: what they say is shown to nobody but them, and they are not told."""
    purge: bool | None = None
    """Whether what they said in the last 24 h goes; left out, it does for an hour and more."""
    network: bool | None = None
    """Whether guests of their network are banned, too, for 24 h at most; left out, they are where it is a guest."""


class BanView(Struct):
    id: str
    """The ban's id."""
    subject: str
    """Who is banned."""
    name: str
    """As they were known then."""
    kind: Literal["person", "guest"]
    """Whether they have an account."""
    network: bool
    """Whether guests of their network are banned, too, at the moment."""
    hidden: bool
    """Whether they do not know of it."""
    reason: str | None
    """Why."""
    until: str | None
    """When it ends, ISO 8601; null: it does not."""
    by: ModeratorView | None
    """Who banned them; null for who has left."""
    created_at: str
    """When, ISO 8601."""


def show_ban(ban: Ban, users: Mapping[int, User], now: datetime) -> BanView:
    """`users` has who made it, by their number."""
    return BanView(
        id=ban.hash_id,
        subject=ban.subject,
        name=ban.name,
        kind="guest" if ban.subject.startswith("guest:") else "person",
        network=ban.origin is not None and ban.origin_until is not None and ban.origin_until > now,
        hidden=ban.hidden,
        reason=ban.reason,
        until=iso(ban.until) if ban.until is not None else None,
        by=show_moderator(ban.by_id, users),
        created_at=iso(ban.created_at),
    )
