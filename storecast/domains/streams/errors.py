from storecast.kit.errors import Conflict, Forbidden, NotFound


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
