"""Stripe's way to say no: https://docs.stripe.com/api/errors."""

from enum import StrEnum


class ErrorType(StrEnum):
    API = "api_error"
    CARD = "card_error"
    IDEMPOTENCY = "idempotency_error"
    INVALID_REQUEST = "invalid_request_error"


class Refusal(Exception):
    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        code: str | None = None,
        param: str | None = None,
        kind: ErrorType = ErrorType.INVALID_REQUEST,
        decline_code: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        said = {"message": message, "type": kind.value, "code": code, "param": param, "decline_code": decline_code}
        self.body = {"error": {name: value for name, value in said.items() if value is not None}}
        self.is_of_input = status == 400 and kind is ErrorType.INVALID_REQUEST


def no_such(kind: str, identity: str, param: str = "id") -> Refusal:
    return Refusal(f"No such {kind}: '{identity}'", status=404, code="resource_missing", param=param)
