"""What a room hears of its thread."""

from storecast.domains.chat.schemas import MessageView
from storecast.kit.events import EVERYBODY, RoomEvent


class MessageCreated(MessageView, RoomEvent, name="message.created", to=EVERYBODY):
    """The message as its readers see it."""
