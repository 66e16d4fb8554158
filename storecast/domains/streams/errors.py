import math
from datetime import timedelta

from storecast.kit.errors import ApiError, Conflict, Forbidden, NotFound


class StreamNotFound(NotFound):
    title = "Stream not found"


class WrongStreamKey(Forbidden):
    title = "Wrong stream key"

    def __init__(self) -> None:
        super().__init__("No stream has this key.")


class AlreadyLive(Conflict):
    title = "Already live"

    def __init__(self) -> None:
        super().__init__("Somebody is publishing on this stream already.")


class ShowStopped(ApiError):
    """The key is held. That it was shown is remembered, so what was written is kept."""

    status = 423
    title = "Show stopped"
    keeps_work = True

    def __init__(self, wait: timedelta) -> None:
        seconds = math.ceil(wait.total_seconds())
        super().__init__(f"The host ended this show. Stop the encoder for {seconds} s, or use a new stream key.")
