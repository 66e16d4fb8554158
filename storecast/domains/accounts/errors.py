from storecast.kit.errors import Unauthenticated, Unprocessable


class WrongCredentials(Unauthenticated):
    title = "Wrong credentials"

    def __init__(self) -> None:
        super().__init__("The user credentials were incorrect.", code=422)  # code and message as documented


class WrongRefreshToken(Unauthenticated):
    title = "Wrong token"
    keeps_work = True  # a replayed token has revoked its grant

    def __init__(self) -> None:
        super().__init__("The token is invalid.", code=422)  # code and message as documented


class EmailTaken(Unprocessable):
    @classmethod
    def error(cls) -> "Unprocessable":
        return cls.field("email", "has already been taken")
