"""What goes in and out of a channel's rules, warnings and audit."""

from collections.abc import Mapping
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from storecast.domains.accounts.models import User
from storecast.domains.moderation.models import ModerationNote
from storecast.domains.moderation.values import ChatSettings, Hold, LinkPolicy
from storecast.kit.clock import iso
from storecast.kit.names import Worded, line

SUBJECT = r"^(user:[A-Za-z0-9]{32}|guest:[A-Za-z0-9]{20})(?!\n)$"

Subject = Annotated[str, Meta(pattern=SUBJECT, description="Who: `user:<hash id>` or `guest:<id>`.")]
ThingId = Annotated[str, Meta(min_length=1, max_length=32)]
Reason = Annotated[str, line(200)]


class SettingsChanges(Struct):
    """Keys left out stay as they are."""

    slow_seconds: Annotated[int, Meta(ge=0, le=600)] | UnsetType = UNSET
    """Slow mode: seconds between two messages of one person; 0 ends it."""
    followers_only: bool | UnsetType = UNSET
    """Whether only followers may write."""
    followers_minutes: Annotated[int, Meta(ge=0, le=43_200)] | UnsetType = UNSET
    """For how many minutes they must have followed."""
    members_only: bool | UnsetType = UNSET
    """Whether only who holds a pass, or bought here, may write."""
    guests: bool | UnsetType = UNSET
    """Whether people without an account may write, where the channel's chat takes them at all."""
    blocked_words: Annotated[list[Annotated[str, Meta(max_length=60)]], Meta(max_length=500)] | UnsetType = UNSET
    """Words and phrases that may not be said, all of them; look-alikes and spellings around them count as they do."""
    links: LinkPolicy | UnsetType = UNSET
    """Who may post links: everyone, those with an account, or the team."""
    hold: Hold | UnsetType = UNSET
    """What waits for review: nothing, what is blocked (it is refused otherwise), all of guests too, or everything."""
    shield: bool | UnsetType = UNSET
    """Puts the strictest rules in force, and leaves those kept here as they are for afterwards."""
    anonymous_questions: bool | UnsetType = UNSET
    """Whether questions may be asked without a name."""


class SettingsView(Struct):
    """The rules as they are kept; under the shield stricter ones are in force."""

    slow_seconds: int
    """Slow mode: seconds between two messages of one person; 0: none."""
    followers_only: bool
    """Whether only followers may write."""
    followers_minutes: int
    """For how many minutes they must have followed."""
    members_only: bool
    """Whether only who holds a pass, or bought here, may write."""
    guests: bool
    """Whether people without an account may write."""
    blocked_words: list[str]
    """Words and phrases that may not be said."""
    links: LinkPolicy
    """Who may post links."""
    hold: Hold
    """What waits for review."""
    shield: bool
    """Whether the strictest rules are in force for now."""
    anonymous_questions: bool
    """Whether questions may be asked without a name."""


class NewWarning(Worded):
    """Who is named by one of `subject`, `message_id` and `question_id`."""

    reason: Reason
    """What they are told."""
    subject: Subject | None = None
    message_id: ThingId | None = None
    """Of something they said."""
    question_id: ThingId | None = None
    """Of a question they asked."""


class WarningView(Struct):
    subject: str
    """Who was warned."""
    name: str
    """As they are known there."""
    reason: str
    """What they were told."""
    at: str
    """When, ISO 8601."""


class ModeratorView(Struct):
    id: str
    """The user's `hash_id`."""
    name: str
    """As shown beside what they say."""


class NoteView(Struct):
    """Something that was done to moderate."""

    id: str
    """The note's id."""
    action: str
    """What: `ban`, `unban`, `warn`, `settings`, `delete`, `question.remove`, …"""
    by: ModeratorView | None
    """Who did it; null for who has left, and for what no person did."""
    subject: str | None
    """To whom."""
    name: str | None
    """As they were known then."""
    message_id: str | None
    """Of what message or question."""
    detail: str | None
    """More of it: settings by their keys, a ban's seconds and reason."""
    created_at: str
    """When, ISO 8601."""


def show_kept(settings: ChatSettings) -> SettingsView:
    return SettingsView(
        slow_seconds=settings.slow_seconds,
        followers_only=settings.followers_only,
        followers_minutes=settings.followers_minutes,
        members_only=settings.members_only,
        guests=settings.guests,
        blocked_words=list(settings.blocked_words),
        links=settings.links,
        hold=settings.hold,
        shield=settings.shield,
        anonymous_questions=settings.anonymous_questions,
    )


def show_moderator(user_id: int | None, users: Mapping[int, User]) -> ModeratorView | None:
    user = users.get(user_id) if user_id is not None else None
    return None if user is None else ModeratorView(user.hash_id, user.nickname)


def show_note(note: ModerationNote, users: Mapping[int, User]) -> NoteView:
    """`users` has who did it, by their number."""
    return NoteView(
        id=note.hash_id,
        action=note.action,
        by=show_moderator(note.by_id, users),
        subject=note.subject,
        name=note.name,
        message_id=note.message_id,
        detail=note.detail,
        created_at=iso(note.created_at),
    )
