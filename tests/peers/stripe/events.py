"""What Stripe tells the endpoints of an account, signed: https://docs.stripe.com/webhooks#verify-manually."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any

SIGNATURE = "Stripe-Signature"


@dataclass(frozen=True)
class Event:
    id: str
    kind: str
    about: dict[str, Any]
    created: int
    before: dict[str, object]  # of what has changed, what it was

    def show(self) -> dict[str, Any]:
        data: dict[str, Any] = {"object": self.about}
        if self.before:
            data["previous_attributes"] = self.before
        return {
            "id": self.id,
            "object": "event",
            "api_version": "2026-10-28.endive",
            "created": self.created,
            "data": data,
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": self.kind,
        }


@dataclass(frozen=True)
class Endpoint:
    url: str
    secret: str
    kinds: frozenset[str]

    def hears(self, kind: str) -> bool:
        return "*" in self.kinds or kind in self.kinds


@dataclass
class Delivery:
    """One event on its way to one endpoint; signed anew each time it is sent."""

    event: Event
    endpoint: Endpoint
    answers: list[int] = field(default_factory=list)  # of the endpoint, so far; 0 where there was none

    @property
    def is_done(self) -> bool:
        return any(200 <= status < 300 for status in self.answers)

    @property
    def body(self) -> bytes:
        return json.dumps(self.event.show(), indent=2).encode()

    def headers(self, at: float | None = None) -> dict[str, str]:
        return {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            SIGNATURE: signature(self.body, self.endpoint.secret, time.time() if at is None else at),
        }


def signature(body: bytes, secret: str, at: float) -> str:
    """v0 is of test mode, and nothing to go by."""
    stamp = str(int(at))
    signed = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={signed},v0={'0' * 64}"
