from storecast.kit.errors import Conflict, Forbidden, NotFound


class ChannelNotFound(NotFound):
    title = "Channel not found"


class NotAnEditor(Forbidden):
    title = "Not an editor"

    def __init__(self) -> None:
        super().__init__("Only the channel's owner and its team may do this.")


class SlugTaken(Conflict):
    title = "Slug taken"

    def __init__(self) -> None:
        super().__init__("Another channel has this slug.")


class WrongPassCode(Forbidden):
    title = "Wrong code"

    def __init__(self) -> None:
        super().__init__("This code does not open the channel, or somebody else has used it.")
