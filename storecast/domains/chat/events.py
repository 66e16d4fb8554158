"""What a room hears of its thread."""

from storecast.domains.channels.access import Act
from storecast.domains.chat.schemas import MessageView
from storecast.kit.bus import Event
from storecast.kit.events import EVERYBODY, ONE_PERSON, RoomEvent, RoomFigure


class MessageCreated(MessageView, RoomEvent, name="message.created", to=EVERYBODY):
    """The message as its readers see it."""


class MessageUpdated(MessageView, RoomEvent, name="message.updated", to=EVERYBODY):
    """Its author has changed what it says. `seq` is still its place."""


class MessageDeleted(RoomEvent, name="message.deleted", to=EVERYBODY):
    """It is not to be shown any more, nor quoted above its answers."""

    id: str
    thread_id: int


class MessageRestored(MessageView, RoomEvent, name="message.restored", to=EVERYBODY):
    """It is shown again, in its old place, which `seq` is."""


class MessagePurged(RoomEvent, name="message.purged", to=EVERYBODY):
    """Nothing these authors said until now is to be shown any more."""

    author_ids: list[str]


class WordsGone(Event):
    """For the domains that keep what rooms were told: these messages are not to be read anywhere any more."""

    message_ids: list[str]


class MessageHeld(MessageView, RoomEvent, name="message.held", to=Act.MODERATE):
    """It waits for somebody to review it."""


class MessageReviewed(RoomEvent, name="message.reviewed", to=ONE_PERSON):
    """What its author said was held, and is now decided on: where `shown`, the room hears it, too."""

    id: str
    shown: bool


class MessagePinned(RoomEvent, name="message.pinned", to=EVERYBODY):
    """It stands above the chat, in place of what stood there."""

    message: MessageView

    @property
    def carries(self) -> list[str]:
        return self.message.carries


class MessageUnpinned(RoomEvent, name="message.unpinned", to=EVERYBODY):
    """It does not stand above the chat any more."""

    id: str


class ReactionsCounted(RoomFigure, name="reactions.counted", to=EVERYBODY):
    """How many people have reacted to messages, by message and emoji; a message named has no others."""

    messages: dict[str, dict[str, int]]


class HeartsCounted(RoomFigure, name="hearts.counted", to=EVERYBODY):
    """How many hearts were sent in the last half second, by emoji. Several may come in one half second: add them up."""

    emojis: dict[str, int]
