"""The pinned message as the API takes it."""

from msgspec import Struct

from storecast.domains.chat.schemas import MessageId


class PinChange(Struct):
    message_id: MessageId
    """Which message."""
