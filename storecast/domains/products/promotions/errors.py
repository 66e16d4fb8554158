from storecast.kit.errors import Conflict


class TooManyPinned(Conflict):
    title = "Too many pinned"

    def __init__(self, most: int) -> None:
        super().__init__(f"At most {most} products can be pinned at once.")
