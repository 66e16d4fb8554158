"""What happens in moderation: for the room, for one person in it, and for the domains above."""

from datetime import datetime

from storecast.contracts.bus import Kind
from storecast.domains.channels.access import Act
from storecast.domains.moderation.values import SettingsShown
from storecast.kit.bus import Event
from storecast.kit.events import EVERYBODY, ONE_PERSON, RoomEvent


class SettingsChanged(
    SettingsShown, RoomEvent, name="chat.settings", to=EVERYBODY, stale=(Kind.MODERATION, Kind.QUESTIONS)
):
    """The rules that are in force from now on."""


class BanTold(RoomEvent, name="person.banned", to=ONE_PERSON):
    """Somebody hears that they can say no more here. Of a silent hide nobody is told."""

    until: str | None
    """When it ends, ISO 8601; null: for good."""
    reason: str | None
    """Why, as the moderators say."""


class BanUndone(RoomEvent, name="person.unbanned", to=ONE_PERSON):
    """Somebody hears that they may speak again."""


class PersonWarned(RoomEvent, name="person.warned", to=ONE_PERSON):
    """Somebody is asked to mind what they say."""

    reason: str
    """Why."""
    at: str
    """When, ISO 8601."""


class ModerationChanged(RoomEvent, name="moderation.changed", to=Act.MODERATE):
    """Whoever moderates asks again for what has changed."""

    bans: bool = False
    """Whether the list of bans is another."""
    reports: bool = False
    """Whether the queue of reports is another."""
    rules: bool = False
    """Whether the rules as they are kept are others, which `chat.settings` says in part."""


class PersonBanned(Event):
    """For the domains that keep what was said. It happens anew where a ban is made another."""

    subject: str
    origin: str | None  # where guests of their network are banned, too
    purge: bool  # whether what they said in the last 24 h is to go
    hidden: bool  # whether they must not notice
    until: datetime | None


class BanLifted(Event):
    """For the same: a ban was undone so soon that it was a slip, and what went with it comes back."""

    subject: str
    at: datetime  # when the ban was made
