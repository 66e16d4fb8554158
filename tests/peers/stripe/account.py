"""One seller's account at Stripe: its keys, what it has made, and what it has told its endpoints."""

import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.peers.stripe.errors import ErrorType, Refusal, no_such
from tests.peers.stripe.events import Delivery, Endpoint, Event
from tests.peers.stripe.form import Value

API_VERSION = "2026-10-28.endive"
Resource = dict[str, Any]
_LETTERS = string.ascii_letters + string.digits


def new_id(prefix: str) -> str:
    return f"{prefix}_{''.join(secrets.choice(_LETTERS) for _ in range(24))}"


class Clock:
    """The moment, in seconds since 1970. It goes by the machine's, further on by what it was advanced."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._ahead = 0.0

    def now(self) -> int:
        return int(self._now() + self._ahead)

    def advance(self, by: timedelta) -> None:
        self._ahead += by.total_seconds()


@dataclass
class Kept:
    """The answer to a request with an `Idempotency-Key`."""

    asked: tuple[str, str, dict[str, Value]]
    status: int
    body: Resource


@dataclass
class Account:
    clock: Clock
    id: str = field(default_factory=lambda: new_id("acct"))
    publishable_key: str = field(default_factory=lambda: new_id("pk_test"))
    secret_key: str = field(default_factory=lambda: new_id("sk_test"))
    tax_is_set_up: bool = True  # without it no session may ask for automatic tax
    expired_keys: set[str] = field(default_factory=set)
    forbidden: dict[str, str] = field(default_factory=dict)  # of restricted keys: what begins so they may not ask
    sessions: dict[str, Resource] = field(default_factory=dict)
    intents: dict[str, Resource] = field(default_factory=dict)
    charges: dict[str, Resource] = field(default_factory=dict)
    refunds: dict[str, Resource] = field(default_factory=dict)
    disputes: dict[str, Resource] = field(default_factory=dict)
    coupons: dict[str, Resource] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    endpoints: list[Endpoint] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    kept: dict[str, Kept] = field(default_factory=dict)

    def endpoint(self, url: str = "", kinds: frozenset[str] = frozenset({"*"})) -> Endpoint:
        """Tell what happens from now on. Without an address the deliveries wait, for a test to bring them."""
        made = Endpoint(url, new_id("whsec"), kinds)
        self.endpoints.append(made)
        return made

    def restricted_key(self, *, without: str) -> str:
        """A key that may not ask for paths that begin so."""
        key = new_id("rk_test")
        self.forbidden[key] = without
        return key

    def holds(self, key: str) -> bool:
        return key in {self.publishable_key, self.secret_key, *self.forbidden, *self.expired_keys}

    def happened(self, kind: str, about: Resource, **before: object) -> Event:
        event = Event(new_id("evt"), kind, dict(about), self.clock.now(), before)
        self.events[event.id] = event
        self.deliveries += [Delivery(event, each) for each in self.endpoints if each.hears(kind)]
        return event

    def show(self) -> Resource:
        return {
            "id": self.id,
            "object": "account",
            "charges_enabled": True,
            "country": "DE",
            "default_currency": "eur",
            "details_submitted": True,
            "email": "seller@example.com",
            "payouts_enabled": True,
            "type": "standard",
        }

    def session(self, identity: str, param: str = "id") -> Resource:
        return self._of(self.sessions, "checkout.session", identity, param)

    def intent(self, identity: str, param: str = "id") -> Resource:
        return self._of(self.intents, "payment_intent", identity, param)

    def charge(self, identity: str, param: str = "id") -> Resource:
        return self._of(self.charges, "charge", identity, param)

    def refund(self, identity: str) -> Resource:
        return self._of(self.refunds, "refund", identity, "id")

    def dispute(self, identity: str) -> Resource:
        return self._of(self.disputes, "dispute", identity, "id")

    def coupon(self, identity: str, param: str = "id") -> Resource:
        return self._of(self.coupons, "coupon", identity, param)

    def event(self, identity: str) -> Event:
        if identity not in self.events:
            raise no_such("event", identity)
        return self.events[identity]

    def replay(self, key: str, asked: tuple[str, str, dict[str, Value]]) -> Kept | None:
        """The answer given before to what is asked again. Raises `Refusal` where it is something else."""
        kept = self.kept.get(key)
        if kept is not None and kept.asked != asked:
            raise Refusal(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                f"Try using a key other than '{key}' if you meant to execute a different request.",
                kind=ErrorType.IDEMPOTENCY,
            )
        return kept

    @staticmethod
    def _of(kept: dict[str, Resource], kind: str, identity: str, param: str) -> Resource:
        if identity not in kept:
            raise no_such(kind, identity, param)
        return kept[identity]
