"""What Stripe tells: signed with the secret of the endpoint it is told to."""

import msgspec
import stripe
from msgspec import Struct

SIGNATURE = "Stripe-Signature"  # the header
TOLERANCE = 300  # seconds a signature is good for, as Stripe recommends
LONGEST_HEADER = 2_048


class Subject(Struct, frozen=True):
    """What an event is about, as far as it is believed: everything else is asked of Stripe anew."""

    id: str = ""
    payment_intent: str | None = None


class _Data(Struct, frozen=True):
    object: Subject


class StripeEvent(Struct, frozen=True):
    id: str
    type: str
    livemode: bool
    data: _Data

    @property
    def subject(self) -> Subject:
        return self.data.object


class Forged(Exception):
    """The signature is missing, wrong or old, or no event is signed. Its text says which."""


def verify(body: bytes, header: str, secret: str) -> StripeEvent:
    """The event of a request with this `Stripe-Signature`. Compared in constant time. Raises `Forged`."""
    if not header.isascii() or len(header) > LONGEST_HEADER:  # what is not ASCII cannot be compared
        raise Forged("The Stripe-Signature is malformed.")
    try:
        stripe.WebhookSignature.verify_header(body, header, secret, TOLERANCE)
        event = msgspec.json.decode(body, type=StripeEvent)
    except stripe.SignatureVerificationError as error:
        raise Forged("The Stripe-Signature is missing, wrong or older than five minutes.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Forged("The body is no event of Stripe's.") from error
    # No id of Stripe's has it, and no database keeps it.
    if "\0" in event.id + event.type + event.subject.id + (event.subject.payment_intent or ""):
        raise Forged("The body is no event of Stripe's.")
    return event
