"""What travels on the bus (PostgreSQL's NOTIFY, or Valkey): ids, never bodies. Each message is one JSON object."""

from enum import StrEnum

from msgspec import Raw, Struct

from storecast.contracts.audience import EVERYBODY

CHANNEL = "storecast"


class Kind(StrEnum):
    """What is kept of a channel, as bytes, until something makes it stale."""

    DETAILS = "details"
    PRODUCTS = "products"  # a channel with its shelf, as the storefront shows it
    SHELF = "shelf"
    PAGE = "page"  # what the watch page's HTML says of the channel
    MODERATION = "moderation"  # the rules of what may be said
    QUESTIONS = "questions"
    POLLS = "polls"


class RoomAdvanced(Struct, tag="event"):
    """A room has a new event: fetch what follows the last `seq` seen."""

    room_id: str
    seq: int


class RoomRewritten(Struct, tag="rewritten"):
    """The room's log says less than it did: what is remembered of it is to be fetched again where it is needed."""

    room_id: str


class RoomAccessChanged(Struct, tag="access"):
    """Ask again who may be in the room. `subject` None means everyone in it."""

    room_id: str
    subject: str | None = None


class RoomTold(Struct, tag="told"):
    """A figure of a room, which changes too often to be kept: it carries no `seq`. Some 7,000 bytes at most."""

    room_id: str
    event: str
    data: Raw
    audience: str = EVERYBODY
    stands: bool = False  # the last one is told to who comes later, too
    ages: list[str] = []  # kinds of kept answers that have the figure in them: from now on they are good for 2 s


class ChannelChanged(Struct, tag="channel"):
    """What a viewer sees of the channel has changed: drop the answers kept of these kinds, of all where none is named.

    Kinds are text: a process may hear of one that only its newer siblings know.
    """

    channel_id: str
    kinds: list[str] = []

    def concerns(self, kind: Kind) -> bool:
        return not self.kinds or kind in self.kinds


class GrantsRevoked(Struct, tag="revoked"):
    """These grants are over: close what is open for them, and let nobody in again by them."""

    grant_ids: list[str]


class Doubt(Struct, tag="doubt"):
    """Whoever says it has come back, and may have told less than was committed: forget what is kept, and look."""


BusMessage = RoomAdvanced | RoomRewritten | RoomAccessChanged | RoomTold | ChannelChanged | GrantsRevoked | Doubt
