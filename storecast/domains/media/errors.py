from storecast.kit.errors import Conflict, NotFound


class MediaNotFound(NotFound):
    title = "Video not found"


class NotReady(Conflict):
    title = "Not ready"

    def __init__(self) -> None:
        super().__init__("This video is not ready yet.")


class BeingMade(Conflict):
    title = "Being made"

    def __init__(self) -> None:
        super().__init__("A new version of this video is being made; wait until it is there.")


class NothingToUndo(Conflict):
    title = "Nothing to undo"

    def __init__(self) -> None:
        super().__init__("There is no former version of this video to go back to.")


class TooManyMedia(Conflict):
    title = "Too many videos"

    def __init__(self, most: int) -> None:
        super().__init__(f"A channel holds at most {most} videos.")
