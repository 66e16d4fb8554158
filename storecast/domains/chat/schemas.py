"""What chat takes and answers."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from storecast.domains.moderation.values import SettingsShown
from storecast.kit.envelope import Data
from storecast.kit.names import Worded, line, paragraphs

LONGEST_QUOTE = 100  # characters of what is answered that stand above the answer

Slug = Annotated[str, Meta(min_length=1, max_length=40)]
MessageId = Annotated[str, Meta(min_length=1, max_length=32)]
Locale = Annotated[str, Meta(max_length=20, pattern=r"^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*(?!\n)$")]
Role = Literal["owner", "admin", "editor", "moderator", "viewer"]
State = Literal["shown", "held", "hidden", "deleted"]


class MessageCreate(Worded):
    data: Annotated[str, paragraphs(300, 20)]
    """What is said, as plain text."""
    thread_id: Annotated[int, Meta(ge=1, le=2**63 - 1, description="The channel's `thread_id`.")]
    reply_for: Annotated[str, Meta(max_length=32, description="The id of the message this answers.")] | None = None
    locale: Locale | None = None
    """The language it is in, as `en` or `pt-BR`."""


class MessageEdit(Worded):
    data: Annotated[str, paragraphs(300, 20)]
    """What it says from now on, as plain text."""


class MessageDeletion(Struct):
    slug: Slug = field(name="thread_slug")
    """The thread's: the channel's slug or id."""
    message_id: MessageId
    """Which message."""


class ThreadRead(Struct):
    slug: Slug = field(name="threadSlug")
    """The thread's: the channel's slug or id."""
    user_id: Annotated[str, Meta(max_length=64, description="Ignored: the token says who reads.")] | int = field(
        name="userId"
    )
    cursor: Annotated[str, Meta(max_length=20, pattern=r"^\d{1,18}(?!\n)$")] | None = None
    """From the answer before; left out, the newest page comes."""
    include: Literal["shown", "all"] = "shown"
    """`all` brings what is held, hidden and deleted, too, to who may moderate."""


class ParticipantJoin(Worded):
    slug: Slug = field(name="threadSlug")
    """The thread's: the channel's slug or id."""
    name: Annotated[str, line(40, description="The display name of a guest.")] | None = None


class AuthorView(Struct):
    id: str
    """The user's `hash_id`, or the guest's id."""
    name: str
    """As shown beside what they say."""
    avatar: str | None
    """Address of a picture; null for who has none."""
    guest: bool
    """Whether they have no account."""
    role: Role
    """What they were on this channel when they said it: `owner`, a role of its team, or `viewer`."""


class MentionView(Struct):
    id: str
    """As an author's."""
    name: str
    """As it stands behind the `@`."""


class ReplyView(Struct):
    """What a message answers, so that nobody needs the original."""

    id: str
    """The message's."""
    name: str
    """Who said it."""
    data: Annotated[str, Meta(description=f"How it begins: {LONGEST_QUOTE} characters at most.")]


class ReactionView(Struct):
    emoji: str
    """Which."""
    count: int
    """How many people."""
    mine: bool
    """Whether the caller is one of them; false in events."""


class MessageView(Struct):
    id: str
    """Names the message."""
    thread_id: int
    """The thread it stands in."""
    data: str
    """What was said, as plain text."""
    locale: str | None
    """The language it is in, where the author said."""
    reply_for: str | None
    """The id of the message this one answers."""
    reply_to: ReplyView | None
    """That message; null for none, and where it is not shown any more."""
    mentions: list[MentionView]
    """Who of the thread is named in it, behind an `@`."""
    reactions: list[ReactionView]
    """The most frequent first."""
    state: State
    """`shown`; its author and who may moderate also get others."""
    author: Data[AuthorView]
    created_at: str
    """When it was said."""
    edited_at: str | None
    """When its author last changed it."""
    seq: Annotated[int, Meta(description="The message's place in the room's order.")]

    @property
    def carries(self) -> list[str]:
        """As `RoomEvent.carries`."""
        return [self.id] if self.reply_to is None else [self.id, self.reply_to.id]


class NamedMessage(Struct):
    id: str
    """The message's."""


class ThreadSettings(SettingsShown):
    """What is asked of who writes here; who may moderate is asked nothing."""

    enabled: bool
    """Whether there is a chat."""
    guest_chat: bool
    """Whether the host lets guests write at all."""


class ReaderView(Struct):
    """The caller, as this thread has them."""

    id: str
    """As an author's."""
    role: Role
    """What they are on this channel."""
    may_moderate: bool
    """Whether they may moderate here."""
    banned: bool
    """Whether they may not write."""
    banned_until: str | None
    """Until when; null where that has no end."""
    slow_until: str | None
    """When they may write next, where that is not now."""


class ThreadView(Struct):
    """Oldest first; `cursor` leads to the page before, null at the thread's beginning."""

    id: int
    """The thread's number."""
    slug: str
    """The channel's slug."""
    unread: Annotated[int, Meta(description="Others' messages since the caller last read, counted up to 100.")]
    participants: Annotated[int, Meta(description="Who takes part, counted up to 1000.")]
    messages: Data[list[MessageView]]
    """A page of messages, the oldest first."""
    pinned: Data[MessageView | list[str]]
    """What the host has pinned above the chat, if anything."""
    settings: ThreadSettings
    """What is asked of who writes here."""
    me: ReaderView
    """The caller, as this thread has them."""
    cursor: str | None
    """Leads to the page before; null at the thread's beginning."""


class ParticipantView(Struct):
    thread_id: int
    """The thread's number."""
    slug: str
    """The channel's slug."""
    id: str
    """The user's `hash_id`, or the guest's id."""
    name: str
    """As shown beside what they say."""
    guest: bool
    """Whether they have no account."""
