"""The peer over HTTP: Stripe's API, its script and its pages, and controls for who runs it by hand."""

import base64
import json
from dataclasses import asdict
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from tests.peers.stripe import pages
from tests.peers.stripe.account import API_VERSION, Account, Kept
from tests.peers.stripe.errors import ErrorType, Refusal
from tests.peers.stripe.form import Value, parse
from tests.peers.stripe.operations import Asked, find
from tests.peers.stripe.payments import Payer

if TYPE_CHECKING:
    from tests.peers.stripe.peer import StripePeer


class Handler(BaseHTTPRequestHandler):
    peer: ClassVar["StripePeer"]
    protocol_version = "HTTP/1.1"
    timeout = 30
    wbufsize = -1  # an answer leaves as a whole
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._answer("GET", "")

    def do_POST(self) -> None:
        self._answer("POST", self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

    def log_message(self, format: str, *values: object) -> None:
        """It is quiet."""

    def _answer(self, method: str, body: str) -> None:
        asked = urlsplit(self.path)
        try:
            if asked.path.startswith("/v1/"):
                self._api(method, asked.path, body if method == "POST" else asked.query)
            elif asked.path.startswith("/_control/"):
                self._json(200, _control(self.peer, asked.path.removeprefix("/_control/"), json.loads(body or "{}")))
            else:
                self._page(method, asked.path, parse_qs(asked.query), body)
        except Refusal as refusal:
            self._json(refusal.status, refusal.body)

    def _api(self, method: str, path: str, text: str) -> None:
        from tests.peers.stripe.peer import Fault

        peer = self.peer
        with peer.lock:
            peer.requests.append((method, path))
            fault = Fault.DOWN if peer.is_down else peer.faults.popleft() if peer.faults else None
            if fault is Fault.DOWN:
                raise Refusal("Stripe is down.", status=503, kind=ErrorType.API)
            if fault is Fault.LIMITED:
                raise Refusal("Too many requests", status=429, code="rate_limit")
            peer.settle()
            account = self._caller(path)
            self._require_version()
            form = self._form(method, text)
            status, body, again = self._done(account, method, path, form, is_broken=fault is Fault.BROKEN)
        peer.courier.wake()
        if fault is Fault.LOST:
            self.close_connection = True
            return
        self._json(status, body, **{"Idempotent-Replayed": "true"} if again else {})

    def _done(
        self, account: Account, method: str, path: str, form: dict[str, Value], *, is_broken: bool
    ) -> tuple[int, dict[str, Any], bool]:
        """The answer, and whether it was given before."""
        key = self.headers.get("Idempotency-Key")
        asked = (method, path, form)
        if key is not None and method == "POST" and (kept := account.replay(key, asked)) is not None:
            return kept.status, kept.body, True
        operation, named = find(method, path)
        try:
            if is_broken:
                raise Refusal("An unknown error occurred", status=500, kind=ErrorType.API)
            answer = operation.answer(Asked(account, form, self.peer.url, self.peer.refunds_wait), *named)
            status, body = 200, json.loads(json.dumps(answer, default=float))
        except Refusal as refusal:
            if refusal.is_of_input:  # what was not begun may be asked anew
                raise
            status, body = refusal.status, refusal.body
        if key is not None and method == "POST":
            account.kept[key] = Kept(asked, status, body)
        return status, body, False

    def _caller(self, path: str) -> Account:
        scheme, _, given = self.headers.get("Authorization", "").partition(" ")
        key = given
        if scheme.lower() == "basic":
            key = base64.b64decode(given).decode().partition(":")[0]
        elif scheme.lower() != "bearer":
            raise Refusal("You did not provide an API key.", status=401)
        account = self.peer.owner(key)
        hidden = f"{key[:8]}{'*' * 8}{key[-4:]}"
        if account is None:
            raise Refusal(f"Invalid API Key provided: {hidden}", status=401)
        if key == account.publishable_key:
            raise Refusal("This API call cannot be made with a publishable API key. Please use a secret API key.",
                          status=403, code="secret_key_required")  # fmt: skip
        if key in account.expired_keys:
            raise Refusal(f"Expired API Key provided: {hidden}", status=401, code="api_key_expired")
        if key in account.forbidden and path.startswith(account.forbidden[key]):
            raise Refusal(f"The provided key '{hidden}' does not have the required permissions for this endpoint.",
                          status=403)  # fmt: skip
        return account

    def _require_version(self) -> None:
        if self.headers.get("Stripe-Version") != API_VERSION:
            raise Refusal(f"Invalid Stripe API version: {self.headers.get('Stripe-Version')}")

    def _form(self, method: str, text: str) -> dict[str, Value]:
        kind = self.headers.get("Content-Type", "").partition(";")[0]
        if method == "POST" and text and kind != "application/x-www-form-urlencoded":
            raise Refusal("Invalid request: Content-Type must be application/x-www-form-urlencoded")
        return parse(text)

    def _page(self, method: str, path: str, query: dict[str, list[str]], body: str) -> None:
        match path.strip("/").split("/"):
            case ["v3"] if method == "GET":
                self._send(200, "text/javascript", pages.script(self.peer.url, versioned=False))
            case [_, "stripe.js"] if method == "GET":
                self._send(200, "text/javascript", pages.script(self.peer.url, versioned=True))
            case ["page.js"] if method == "GET":
                self._send(200, "text/javascript", pages.form_script())
            case ["embedded"] if method == "GET":
                self._send(200, "text/html", pages.embedded(self.peer, query["client_secret"][0], query["key"][0]))
            case ["c", "pay", session_id] if method == "GET":
                self._send(200, "text/html", pages.hosted(self.peer, session_id))
            case ["c", "pay", session_id]:
                filled_in = json.loads(body)
                later = filled_in.pop("later", False)
                paid = self.peer.pay(session_id, Payer(**{**asdict(Payer()), **filled_in}), later=later)
                self._json(200, {"redirect": pages.way_back(paid)})
            case _:
                self._send(404, "text/plain", "There is no such page.")

    def _json(self, status: int, body: object, **headers: str) -> None:
        self._send(status, "application/json", json.dumps(body), **headers)

    def _send(self, status: int, kind: str, text: str, **headers: str) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Request-Id", "req_of_the_peer")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def _control(peer: "StripePeer", verb: str, how: dict[str, Any]) -> object:
    """By hand, or from another process: what the peer's own methods do."""
    match verb:
        case "account":
            made = peer.account(**{name: how[name] for name in ("publishable_key", "secret_key") if name in how})
            endpoint = made.endpoint(how["url"]) if "url" in how else None
            return {
                "publishable_key": made.publishable_key,
                "secret_key": made.secret_key,
                "webhook_secret": endpoint.secret if endpoint else None,
            }
        case "endpoint":
            account = peer.owner(how["secret_key"])
            assert account is not None
            return {"webhook_secret": account.endpoint(how["url"]).secret}
        case "advance":
            peer.advance(timedelta(seconds=how["seconds"]))
        case "pay":
            peer.pay(how["session"], later=how.get("later", False))
        case "bank_says":
            peer.bank_says(how["session"], paid=how["paid"])
        case "expire":
            peer.expire(how["session"])
        case "refund":
            peer.refund(how["session"], how.get("amount"))
        case "dispute":
            return peer.dispute(how["session"])
        case "close_dispute":
            peer.close_dispute(how["dispute"], won=how["won"])
        case "send_again":
            peer.send_again(how["event"])
        case "hold":
            peer.courier.held = how["held"]
        case "events":
            account = peer.owner(how["secret_key"])
            assert account is not None
            return [event.show() for event in account.events.values()]
        case _:
            raise Refusal(f"No such control: {verb}", status=404)
    return {}
