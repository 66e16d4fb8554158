"""What can go wrong with whoever takes the money."""

from storecast.kit.errors import Conflict, Unavailable, Unprocessable

AGAIN_AFTER = 10  # seconds


class PaymentsDown(Unavailable):
    title = "Payments are down"

    def __init__(self) -> None:
        super().__init__("The payment provider does not answer. Try again in a moment.")
        self.headers = {"Retry-After": str(AGAIN_AFTER)}


class PaymentRefused(Unprocessable):
    title = "The payment provider refused"


class PaymentKeysRefused(Conflict):
    """The seller took their keys back, or they expired: buyers cannot mend it."""

    title = "The seller cannot take payments now"
