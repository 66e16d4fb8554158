"""The peer over HTTP."""

import base64
import json
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import parse_qsl, urlsplit

from tests.peers.twilio.errors import Refusal

if TYPE_CHECKING:
    from tests.peers.twilio.peer import TwilioPeer


class Handler(BaseHTTPRequestHandler):
    peer: ClassVar["TwilioPeer"]
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
        from tests.peers.twilio.peer import Fault

        with self.peer.lock:
            fault = self.peer.faults.popleft() if self.peer.faults else None
            try:
                if fault in (Fault.DOWN, Fault.LIMITED):
                    raise Refusal(20503 if fault is Fault.DOWN else 20429)
                status, answer = self._asked(method, body)
            except Refusal as refusal:
                self.peer.refusals.append(refusal.code)
                status, answer = refusal.status, refusal.body
        if fault is Fault.LOST:
            self.close_connection = True
            return
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _asked(self, method: str, body: str) -> tuple[int, dict[str, object]]:
        peer, asked = self.peer, urlsplit(self.path)
        wanted = base64.b64encode(f"{peer.account_sid}:{peer.auth_token}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {wanted}":
            raise Refusal(20003)
        if asked.path != f"/2010-04-01/Accounts/{peer.account_sid}/Messages.json":
            raise Refusal(20404, asked.path)
        if method == "GET":
            return 200, peer.list(dict(parse_qsl(asked.query)))
        if self.headers.get("Content-Type", "").partition(";")[0] != "application/x-www-form-urlencoded":
            raise Refusal(22222, "Content-Type")
        pairs = parse_qsl(body, keep_blank_values=True, strict_parsing=True)
        if len(dict(pairs)) != len(pairs):
            raise Refusal(22222, "a parameter is given twice")
        return 201, peer.create(dict(pairs))
