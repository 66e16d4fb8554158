from storecast.kit.errors import Conflict, NotFound


class TargetNotFound(NotFound):
    title = "Simulcast target not found"


class TooManyTargets(Conflict):
    title = "Too many simulcast targets"

    def __init__(self, most: int) -> None:
        super().__init__(f"A channel has {most} simulcast targets at most. Delete one first.")
