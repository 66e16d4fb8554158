"""What can go wrong with an SMS."""

from enum import StrEnum


class SmsDown(Exception):
    """No answer, or none that says whether it was taken. The same may be tried again."""


class Refusal(StrEnum):
    STOPPED = "stopped"  # whoever has the number said STOP: they are texted no more
    NO_MOBILE = "no_mobile"  # nobody gets SMS at this number
    OTHER = "other"


class SmsRefused(Exception):
    """It was understood, and will not be sent. `code` is Twilio's (https://www.twilio.com/docs/api/errors)."""

    def __init__(self, refusal: Refusal, code: int) -> None:
        super().__init__(f"{refusal} ({code})")
        self.refusal = refusal
        self.code = code
