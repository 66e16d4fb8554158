"""What is done with videos later, and takes long."""

from storecast.kit.jobs import Job


class ProcessMedia(Job, frozen=True):
    """Make of a version's file what is watched. Beginning anew does no harm."""

    name = "media.process"
    queue = "media"

    version_id: int


class MakeLadder(Job, frozen=True):
    """Add lesser qualities to a version that is watched. Beginning anew does no harm."""

    name = "media.ladder"
    queue = "media-ladders"

    version_id: int
