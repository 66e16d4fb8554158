from storecast.kit.errors import Conflict, Unprocessable


class WrongLink(Unprocessable):
    @classmethod
    def error(cls) -> Unprocessable:
        return cls.field("token", "is not valid, or is over; ask for a new link")


class AlreadyVerified(Conflict):
    title = "Already verified"

    def __init__(self) -> None:
        super().__init__("Your email address is verified already.")
