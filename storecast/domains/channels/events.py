"""What happens to channels, for the domains above."""

from msgspec import Struct


class ChannelDeleted(Struct, frozen=True):
    channel_id: int


class ChannelUpdated(Struct, frozen=True):
    """To the room: what viewers see of the channel has changed; ask for it again."""
