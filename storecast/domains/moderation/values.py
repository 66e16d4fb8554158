"""What moderation is asked with and answers; chat, questions and polls go by it."""

from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto
from typing import Annotated, Literal

from msgspec import Meta, Struct, structs

SHIELD_SLOW_SECONDS = 30
SHIELD_FOLLOWERS_MINUTES = 10


class Verdict(Enum):
    """What becomes of something said."""

    SHOWN = auto()
    HELD = auto()  # nobody sees it before it was reviewed
    HIDDEN = auto()  # nobody ever sees it but its author, who believes it shown


class LinkPolicy(StrEnum):
    """Who may post links; whoever may moderate always may."""

    EVERYONE = "everyone"
    ACCOUNTS = "accounts"
    TEAM = "team"


class Hold(StrEnum):
    """What waits for review. Each holds what those before it do."""

    NOTHING = "nothing"  # what has blocked words is refused
    BLOCKED = "blocked"
    GUESTS = "guests"
    EVERYTHING = "everything"


_STRICTNESS = tuple(Hold)


class Action(StrEnum):
    """What somebody did to moderate, as the audit names it."""

    BAN = "ban"
    UNBAN = "unban"
    WARN = "warn"
    SETTINGS = "settings"
    DELETE = "delete"
    RESTORE = "restore"
    APPROVE = "approve"
    REJECT = "reject"
    KEEP = "keep"
    PIN = "pin"
    UNPIN = "unpin"
    IMPORT = "import"
    EXPORT = "export"
    QUESTION_ANSWER = "question.answer"
    QUESTION_ANSWERING = "question.answering"
    QUESTION_ARCHIVE = "question.archive"
    QUESTION_REMOVE = "question.remove"
    QUESTION_RESTORE = "question.restore"
    QUESTION_PIN = "question.pin"
    QUESTION_UNPIN = "question.unpin"
    POLL_OPEN = "poll.open"
    POLL_CLOSE = "poll.close"
    POLL_DELETE = "poll.delete"


class ChatSettings(Struct, frozen=True):
    """A channel's rules, as they are kept or as they are in force."""

    slow_seconds: int = 0  # between two messages of one person; 0: no slow mode
    followers_only: bool = False
    followers_minutes: int = 0  # for how long one must have followed
    members_only: bool = False
    guests: bool = True
    blocked_words: tuple[str, ...] = ()
    links: LinkPolicy = LinkPolicy.ACCOUNTS
    hold: Hold = Hold.NOTHING
    shield: bool = False
    anonymous_questions: bool = False

    def in_force(self) -> "ChatSettings":
        """Under the shield the strictest of what is kept and what it asks; else what is kept."""
        if not self.shield:
            return self
        return structs.replace(
            self,
            slow_seconds=max(self.slow_seconds, SHIELD_SLOW_SECONDS),
            followers_only=True,
            followers_minutes=max(self.followers_minutes, SHIELD_FOLLOWERS_MINUTES),
            guests=False,
            links=LinkPolicy.TEAM,
            hold=max(self.hold, Hold.BLOCKED, key=_STRICTNESS.index),
        )

    def holds(self, hold: Hold) -> bool:
        """Whether what `hold` names waits for review."""
        return _STRICTNESS.index(self.hold) >= _STRICTNESS.index(hold)

    @property
    def followed_for(self) -> timedelta:
        return timedelta(minutes=self.followers_minutes)


class SettingsShown(Struct):
    """The rules in force, as everybody in the room knows them."""

    slow_seconds: Annotated[int, Meta(description="Seconds between two messages of one person; 0: no slow mode.")]
    followers_only: bool
    """Whether only followers may write."""
    followers_minutes: int
    """For how many minutes they must have followed."""
    members_only: bool
    """Whether only who holds a pass, or bought here, may write."""
    guests: bool
    """Whether people without an account may write."""
    shield: bool
    """Whether the strictest rules are in force for now."""
    links: Literal["everyone", "accounts", "team"]
    """Who may post links."""
    anonymous_questions: bool
    """Whether questions may be asked without a name."""


class Standing(Struct, frozen=True):
    """How somebody stands on a channel, as they may know it: of a silent hide they know nothing."""

    banned: bool
    banned_until: datetime | None  # None: for good, or not at all
    slow_until: datetime | None  # under slow mode: when they may write again


class Author(Struct, frozen=True):
    """Who said something."""

    subject: str  # `user:<hash id>` or `guest:<id>`
    name: str  # as shown then
    origin: str | None  # of their network at that channel (`ModerationService.origin`), while it is known


def show_settings(kept: ChatSettings) -> SettingsShown:
    force = kept.in_force()
    return SettingsShown(
        slow_seconds=force.slow_seconds,
        followers_only=force.followers_only,
        followers_minutes=force.followers_minutes if force.followers_only else 0,
        members_only=force.members_only,
        guests=force.guests,
        shield=force.shield,
        links=force.links.value,
        anonymous_questions=force.anonymous_questions,
    )
