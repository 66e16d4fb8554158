from msgspec import Struct

from storecast.domains.channels.access import Act
from storecast.kit.events import RoomEvent


class TargetStatus(Struct):
    """How it goes with one target."""

    id: str
    enabled: bool
    status: str
    code: str
    reason: str
    since: str | None


class SimulcastChanged(RoomEvent, name="stream.simulcast", to=Act.RUN_SHOW):
    """A show goes elsewhere than before, or otherwise. With all of the channel's targets."""

    enabled: bool
    targets: list[TargetStatus]
