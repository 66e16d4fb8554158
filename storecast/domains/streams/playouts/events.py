"""What a room hears of its playout."""

from storecast.contracts.bus import Kind
from storecast.kit.events import EVERYBODY, RoomEvent


class PlayoutChanged(RoomEvent, name="playout.changed", to=EVERYBODY, stale=(Kind.DETAILS, Kind.PRODUCTS)):
    """The channel's playlist waits to be played as a show, plays, or did: which of its videos are seen changes, too."""

    state: str
