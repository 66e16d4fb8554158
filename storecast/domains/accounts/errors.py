from enum import StrEnum

from storecast.kit.errors import ErrorBody, FieldMessage, Forbidden, Unauthenticated, Unprocessable


class WrongCredentials(Unauthenticated):
    title = "Wrong credentials"
    keeps_work = True  # what the audit log says of it

    def __init__(self) -> None:
        super().__init__("The user credentials were incorrect.", code=422)  # code and message as documented


class WrongRefreshToken(Unauthenticated):
    title = "Wrong token"
    keeps_work = True  # a replayed token has revoked its grant

    def __init__(self) -> None:
        super().__init__("The token is invalid.", code=422)  # code and message as documented


class RefreshTokenReplayed(WrongRefreshToken):
    """It was used before, so it was stolen: its grant, a client's own where `user_id` is None, has been revoked."""

    def __init__(self, user_id: int | None) -> None:
        super().__init__()
        self.user_id = user_id


class GrantOver(Forbidden):
    title = "Signed out"

    def __init__(self) -> None:
        super().__init__("This sign-in is over.")


class EmailTaken(Unprocessable):
    @classmethod
    def error(cls) -> "Unprocessable":
        return cls.field("email", "has already been taken")


class WeakPassword(Unprocessable):
    @classmethod
    def error(cls, why: str) -> Unprocessable:
        return cls.field("password", why)


class LinkFault(StrEnum):
    """Why a mailed link does not do."""

    UNKNOWN = "unknown"  # cut off, for another address, or none of ours
    OVER = "over"
    USED = "used"  # or made void by another that was


class LinkBody(ErrorBody, kw_only=True):
    link: LinkFault


class LinkRefused(Unprocessable):
    """`field` is what carries the link's secret."""

    title = "Link refused"

    def __init__(self, field: str, fault: LinkFault, why: str) -> None:
        super().__init__(f"{field}: {why}", messages=[FieldMessage(field, why)])
        self.fault = fault

    def body(self) -> ErrorBody:
        plain = super().body()
        return LinkBody(plain.code, plain.title, plain.message, plain.messages, link=self.fault)
