"""What travels on the bus (PostgreSQL NOTIFY, one channel): ids, never bodies. Each payload is one JSON object."""

from msgspec import Struct

CHANNEL = "storecast"


class RoomAdvanced(Struct, tag="event"):
    """A room has a new event: fetch what follows the last `seq` seen."""

    room_id: str
    seq: int


class RoomAccessChanged(Struct, tag="access"):
    """Ask again who may be in the room. `subject` None means everyone in it."""

    room_id: str
    subject: str | None = None


class ViewersCounted(Struct, tag="viewers"):
    """How many watch now. Ephemeral: it carries no `seq` and is not kept."""

    room_id: str
    viewers: int
    editors_only: bool = False  # the channel does not show its viewers how many they are


class ChannelChanged(Struct, tag="channel"):
    """What a viewer sees of the channel has changed: drop cached bytes."""

    channel_id: str


class GrantsRevoked(Struct, tag="revoked"):
    """These grants are over: close what is open for them, and let nobody in again by them."""

    grant_ids: list[str]


BusMessage = RoomAdvanced | RoomAccessChanged | ViewersCounted | ChannelChanged | GrantsRevoked
