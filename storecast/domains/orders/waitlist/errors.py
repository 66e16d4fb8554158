from storecast.kit.errors import Conflict


class StillThere(Conflict):
    title = "It can be bought now"

    def __init__(self) -> None:
        super().__init__("There is still some of it: put it in the cart.")


class LineFull(Conflict):
    title = "The waitlist is full"

    def __init__(self) -> None:
        super().__init__("Too many people wait for this already.")
