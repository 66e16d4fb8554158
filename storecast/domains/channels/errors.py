from storecast.kit.errors import Conflict, Forbidden, NotFound, TooManyRequests


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


class TooManySlugs(TooManyRequests):
    title = "Too many slugs"

    def __init__(self, retry_after: int) -> None:
        """`retry_after` in seconds."""
        super().__init__(retry_after)
        self.message = "A channel changes its slug 5 times a day, and keeps at most 20 former ones from others."


class WrongPassCode(Forbidden):
    title = "Wrong code"

    def __init__(self) -> None:
        super().__init__("This code does not open the channel, or somebody else has used it.")
