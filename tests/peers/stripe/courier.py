"""Brings deliveries to endpoints that have an address, and again where that failed."""

import threading
import time
from typing import TYPE_CHECKING

import httpx

from tests.peers.stripe.events import Delivery

if TYPE_CHECKING:
    from tests.peers.stripe.peer import StripePeer

PATIENCE = 10.0  # seconds for an endpoint to answer; Stripe has as many
PAUSES = (0.2, 0.5, 1.0, 2.0)  # seconds between tries, the last for all further ones; Stripe takes three days for them


class Courier:
    """`held` deliveries wait. Whoever wants them late, twice or out of order sends them by `bring`."""

    def __init__(self, peer: "StripePeer") -> None:
        self.held = False
        self._peer = peer
        self._due: dict[int, float] = {}
        self._wake = threading.Event()
        self._stopped = False

    def wake(self) -> None:
        self._wake.set()

    def stop(self) -> None:
        self._stopped = True
        self.wake()

    def work(self) -> None:
        with httpx.Client(trust_env=False, timeout=PATIENCE) as client:
            while not self._stopped:
                self._wake.wait(timeout=0.1)
                self._wake.clear()
                for delivery in self._waiting():
                    self.bring(delivery, client)

    def bring(self, delivery: Delivery, client: httpx.Client) -> int:
        """The status the endpoint answers; 0 where it does not."""
        try:
            answer = client.post(delivery.endpoint.url, content=delivery.body, headers=delivery.headers())
            status = answer.status_code
        except httpx.HTTPError:
            status = 0
        delivery.answers.append(status)
        self._due[id(delivery)] = time.monotonic() + PAUSES[min(len(delivery.answers), len(PAUSES)) - 1]
        return status

    def _waiting(self) -> list[Delivery]:
        if self.held or self._stopped:
            return []
        now = time.monotonic()
        with self._peer.lock:
            known = [delivery for account in self._peer.accounts for delivery in account.deliveries]
        return [
            each for each in known if each.endpoint.url and not each.is_done and self._due.get(id(each), 0.0) <= now
        ]
