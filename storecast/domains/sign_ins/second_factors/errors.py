from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType

from storecast.kit.errors import Conflict, ErrorBody, FieldMessage, NotFound, Unauthenticated, Unprocessable


class Method(StrEnum):
    """Ways to prove more than the password."""

    TOTP = "totp"
    PASSKEY = "passkey"
    RECOVERY_CODE = "recovery_code"


class SecondFactorHint(Struct):
    """How to go on: log in again with `code`, or send the ticket with a code or a passkey."""

    methods: list[Method]
    """What will do."""
    ticket: str
    """Stands for the password that was right."""
    expires_in: int
    """Seconds the ticket is good for."""


class SecondFactorBody(ErrorBody, kw_only=True):
    second_factor: SecondFactorHint | UnsetType = UNSET
    """Where the account has one, and nothing else was wrong."""


class SignInRefusal(Struct):
    """A sign-in that came to nothing, or is half done."""

    error: SecondFactorBody
    """What went wrong, or what is needed besides."""


class SecondFactorNeeded(Unauthenticated):
    """The first half of the sign-in was right."""

    title = "Second factor needed"
    keeps_work = True  # the ticket

    def __init__(self, hint: SecondFactorHint) -> None:
        message = "Send a code of your authenticator app, a recovery code or a passkey."
        super().__init__(message, messages=[FieldMessage("code", "is required")])
        self.hint = hint

    def body(self) -> ErrorBody:
        plain = super().body()
        return SecondFactorBody(plain.code, plain.title, plain.message, plain.messages, second_factor=self.hint)


class WrongCode(Unauthenticated):
    title = "Wrong code"
    keeps_work = True  # what the audit log says of it

    def __init__(self) -> None:
        super().__init__("The code is wrong, or was used before.", messages=[FieldMessage("code", "is not right")])


class WrongTicket(Unauthenticated):
    title = "Wrong ticket"

    def __init__(self) -> None:
        message = "This sign-in is over. Start again."
        super().__init__(message, messages=[FieldMessage("ticket", "is unknown, used or over")])


class WrongPasskey(Unauthenticated):
    title = "Wrong passkey"
    keeps_work = True  # the challenge is spent, and the audit log says so

    def __init__(self) -> None:
        super().__init__("The passkey was not accepted.")


class WrongProof(Unprocessable):
    """A change of second factors without proof of who asks."""

    keeps_work = True  # what the audit log says of it


class AlreadyEnrolled(Conflict):
    title = "Already set up"


class PasskeyNotFound(NotFound):
    title = "Passkey not found"


class TotpNotFound(NotFound):
    title = "No authenticator app is set up"
