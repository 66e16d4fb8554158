"""Stripe, on this machine: accounts, a clock to turn, and whatever buyers, banks and sellers do elsewhere."""

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from enum import Enum, auto
from http.server import ThreadingHTTPServer

from tests.peers.stripe import payments, refunds, sessions
from tests.peers.stripe.account import Account, Clock, Resource
from tests.peers.stripe.courier import Courier
from tests.peers.stripe.events import Delivery
from tests.peers.stripe.payments import Payer
from tests.peers.stripe.server import Handler


class Fault(Enum):
    """What goes wrong with one request."""

    DOWN = auto()  # 503, nothing is done
    LIMITED = auto()  # 429, nothing is done
    LOST = auto()  # it is done, and the answer does not arrive
    BROKEN = auto()  # 500, nothing is done; what had a key is answered so for good


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256  # hundreds check out at once


class StripePeer:
    """Answers at `url` while it is `running`. Everything it does is done by one at a time."""

    def __init__(self, port: int = 0) -> None:
        self.clock = Clock(time.time)
        self.accounts: list[Account] = []
        self.requests: list[tuple[str, str]] = []  # method and path of what the API was asked
        self.faults: deque[Fault] = deque()
        self.is_down = False
        self.refunds_wait = False  # whether refunds stay pending, until a bank says
        self.lock = threading.RLock()
        self.courier = Courier(self)
        self._server = _Server(("127.0.0.1", port), type("Of", (Handler,), {"peer": self}))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.js_url = f"{self.url}/endive/stripe.js"

    @contextmanager
    def running(self) -> Iterator["StripePeer"]:
        threads = [threading.Thread(target=self._server.serve_forever, args=(0.05,), name="stripe")]
        threads.append(threading.Thread(target=self.courier.work, name="stripe's courier"))
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self.courier.stop()
            self._server.shutdown()
            for thread in threads:
                thread.join()
            self._server.server_close()

    def settings(self) -> dict[str, str]:
        """What an operator sets to have it stand in for Stripe."""
        return {"stripe_api_url": self.url, "stripe_js_url": self.js_url}

    def account(self, **more: str) -> Account:
        """A new one, with keys of its own."""
        with self.lock:
            made = Account(self.clock, **more)  # type: ignore[arg-type]
            self.accounts.append(made)
            return made

    def owner(self, key: str) -> Account | None:
        return next((each for each in self.accounts if each.holds(key)), None)

    def session(self, identity: str) -> tuple[Account, Resource]:
        for account in self.accounts:
            if identity in account.sessions:
                return account, account.sessions[identity]
        raise KeyError(identity)

    # What buyers, banks and sellers do elsewhere.

    def advance(self, by: timedelta) -> None:
        with self._acting():
            self.clock.advance(by)
            self.settle()

    def settle(self) -> None:
        """What time alone does."""
        for account in self.accounts:
            sessions.end_those_over(account)

    def pay(self, session_id: str, payer: Payer | None = None, *, later: bool = False) -> Resource:
        """Raises `Refusal` where it is over, or the card is declined."""
        with self._acting():
            self.settle()
            account, session = self.session(session_id)
            return payments.complete(account, session, payer or Payer(), later=later)

    def bank_says(self, session_id: str, *, paid: bool) -> None:
        """Of what was to be paid later."""
        with self._acting():
            (payments.succeed if paid else payments.fail)(*self.session(session_id))

    def expire(self, session_id: str) -> None:
        """In the dashboard."""
        with self._acting():
            sessions.expire(*self.session(session_id))

    def refund(self, session_id: str, amount: int | None = None) -> Resource:
        """In the dashboard."""
        with self._acting():
            account, session = self.session(session_id)
            form = {"payment_intent": session["payment_intent"]} | ({"amount": str(amount)} if amount else {})
            return refunds.create(account, form, pending=self.refunds_wait)  # type: ignore[arg-type]

    def bank_refunds(self, refund_id: str, *, succeeded: bool) -> None:
        with self._acting():
            account = next(each for each in self.accounts if refund_id in each.refunds)
            (refunds.succeed if succeeded else refunds.fail)(account, account.refunds[refund_id])

    def dispute(self, session_id: str, reason: str = "product_not_received") -> Resource:
        with self._acting():
            account, session = self.session(session_id)
            return refunds.dispute(account, account.intent(session["payment_intent"]), reason)

    def close_dispute(self, dispute_id: str, *, won: bool) -> None:
        with self._acting():
            account = next(each for each in self.accounts if dispute_id in each.disputes)
            refunds.close_dispute(account, account.disputes[dispute_id], won=won)

    def send_again(self, event_id: str) -> list[Delivery]:
        """To every endpoint that hears of it now, whether it has heard before or not."""
        with self._acting():
            account = next(each for each in self.accounts if event_id in each.events)
            event = account.events[event_id]
            again = [Delivery(event, each) for each in account.endpoints if each.hears(event.kind)]
            account.deliveries += again
            return again

    @contextmanager
    def _acting(self) -> Iterator[None]:
        with self.lock:
            yield
        self.courier.wake()
