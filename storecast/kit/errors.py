"""Errors a request can end in. Raised where they are known, turned into answers in one place (`kit.http.failures`)."""

from msgspec import Struct, field


class FieldMessage(Struct):
    """What is wrong with one field of the input."""

    field: str
    """The name of the field as it was sent; `body` for the whole."""
    message: str
    """What is wrong with it."""


class ErrorBody(Struct):
    """What the caller reads under `error`."""

    code: int
    """The HTTP status; 422 for a wrong email or password, whose status is 401."""
    title: str
    """The kind of error, in a few words."""
    message: str
    """What is wrong, in words for people."""
    messages: list[FieldMessage] = field(default_factory=list)
    """One entry for each wrong field of the input."""


class ApiError(Exception):
    """An error the caller should hear about. Subclasses set `status` and `title`."""

    status = 500
    title = "Server error"
    keeps_work = False  # whether what the request wrote so far is committed all the same

    def __init__(
        self, message: str | None = None, *, messages: list[FieldMessage] | None = None, code: int | None = None
    ) -> None:
        super().__init__(message or self.title)
        self.message = message or self.title
        self.messages = messages or []
        self.code = code or self.status
        self.headers: dict[str, str] = {}

    def body(self) -> ErrorBody:
        """A subclass with more to say answers more."""
        return ErrorBody(self.code, self.title, self.message, self.messages)


class Unauthenticated(ApiError):
    status = 401
    title = "Not signed in"


class TokenNeeded(Unauthenticated):
    """Without a token that is good, whatever else is sent: pages tell by the header that somebody must sign in."""

    def __init__(self, message: str, *, bad: bool = False) -> None:
        super().__init__(message)
        self.headers = {"WWW-Authenticate": 'Bearer error="invalid_token"' if bad else "Bearer"}  # RFC 6750, 3


class PaymentRequired(ApiError):
    status = 402
    title = "Plan limit reached"


class Forbidden(ApiError):
    status = 403
    title = "Not allowed"


class NotFound(ApiError):
    status = 404
    title = "Not found"


class Conflict(ApiError):
    status = 409
    title = "Conflict"


class Unprocessable(ApiError):
    """Invalid input. `Unprocessable.field("slug", "…")` names the field."""

    status = 422
    title = "Invalid input"

    @classmethod
    def field(cls, name: str, message: str) -> "Unprocessable":
        return cls(f"{name}: {message}", messages=[FieldMessage(name, message)])


class TooManyRequests(ApiError):
    status = 429
    title = "Too many requests"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many requests. Try again in {retry_after} s.")
        self.retry_after = retry_after  # seconds
        self.headers = {"Retry-After": str(retry_after)}


class Unavailable(ApiError):
    status = 503
    title = "A dependency is down"
