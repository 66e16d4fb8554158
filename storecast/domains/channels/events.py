"""What happens to channels, for the domains above and for the rooms."""

from storecast.contracts.bus import Kind
from storecast.kit.bus import Event
from storecast.kit.events import EVERYBODY, RoomEvent


class ChannelCreated(Event):
    channel_id: int


class ChannelDeleted(Event):
    channel_id: int


class SimulcastSwitched(Event):
    """With the channel's settings."""

    channel_id: int


class ChannelUpdated(RoomEvent, name="channel.updated", to=EVERYBODY, stale=tuple(Kind)):
    """What viewers see of the channel has changed; ask for it again."""
