from storecast.kit.errors import Conflict, NotFound


class PollNotFound(NotFound):
    title = "Poll not found"


class PollOpenAlready(Conflict):
    title = "A poll is open"

    def __init__(self) -> None:
        super().__init__("One poll is open at a time. Close it first.")


class PollBegun(Conflict):
    title = "Not a draft"

    def __init__(self) -> None:
        super().__init__("This poll was opened before. Make a new one.")


class PollNotOpen(Conflict):
    title = "Poll not open"

    def __init__(self) -> None:
        super().__init__("This poll takes no votes now.")


class TooManyDrafts(Conflict):
    title = "Too many drafts"

    def __init__(self, most: int) -> None:
        super().__init__(f"A channel has {most} prepared polls at most. Delete one first.")
