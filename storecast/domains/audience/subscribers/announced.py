"""What is announced of a channel's next show."""

from datetime import datetime

from storecast.domains.channels.models import Channel


def start_of(channel: Channel) -> datetime | None:
    """When it is to begin; None where nothing is announced."""
    return channel.starts_at if channel.starts_at_shown and channel.deleted_at is None else None


def is_to_start(channel: Channel, starts_at: datetime, now: datetime) -> bool:
    """Whether a show is still to begin then."""
    return start_of(channel) == starts_at and now < starts_at
