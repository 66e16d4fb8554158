"""Twilio, on this machine: one account with its senders, the phones it reaches, and what their people answer."""

import re
import secrets
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import Enum, auto
from http.server import ThreadingHTTPServer
from urllib.parse import urlencode

import phonenumbers

from tests.peers.twilio.errors import Refusal
from tests.peers.twilio.server import Handler
from tests.peers.twilio.signing import signature

DOCUMENTED = {
    "To", "From", "MessagingServiceSid", "Body", "StatusCallback", "ApplicationSid", "ProvideFeedback", "Attempt",
    "ValidityPeriod", "ForceDelivery", "ContentRetention", "AddressRetention", "SmartEncoded", "PersistentAction",
    "TrafficType", "ShortenUrls", "ScheduleType", "SendAt", "SendAsMms", "ContentSid", "ContentVariables",
    "RiskCheck", "MediaUrl",
}  # fmt: skip
LONGEST_BODY = 1_600
# https://help.twilio.com/articles/223134027
STOP_WORDS = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
START_WORDS = {"START", "YES", "UNSTOP"}
_E164 = re.compile(r"\+[1-9]\d{4,14}")
_LOCAL = re.compile(r"https?://(localhost|127\.|\[::1\])")


class Fault(Enum):
    """What goes wrong with one request."""

    DOWN = auto()  # 503, nothing is done
    LIMITED = auto()  # 429, nothing is done
    LOST = auto()  # it is done, and the answer does not arrive


@dataclass
class Message:
    sid: str
    to: str
    sender: str
    body: str
    status_callback: str | None
    validity_period: int
    made_at: datetime

    def show(self, account: str) -> dict[str, object]:
        made = format_datetime(self.made_at.replace(microsecond=0))
        return {
            "account_sid": account,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": made,
            "date_sent": None,
            "date_updated": made,
            "direction": "outbound-api",
            "error_code": None,
            "error_message": None,
            "from": self.sender,
            "messaging_service_sid": None,
            "num_media": "0",
            "num_segments": "1",
            "price": None,
            "price_unit": None,
            "sid": self.sid,
            "status": "queued",
            "subresource_uris": {},
            "to": self.to,
            "uri": f"/2010-04-01/Accounts/{account}/Messages/{self.sid}.json",
        }


@dataclass
class Webhook:
    """A signed request of Twilio's, to be sent to the address it was made for."""

    url: str
    fields: dict[str, str]
    signed: str

    @property
    def how(self) -> dict[str, object]:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": self.signed}
        return {"content": urlencode(self.fields), "headers": headers}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


@dataclass
class TwilioPeer:
    """Answers at `url` while it is `running`."""

    number: str = "+40312345678"
    service: str = "MG" + "5" * 32
    account_sid: str = "AC" + "7" * 32
    auth_token: str = field(default_factory=lambda: secrets.token_hex(16))
    messages: list[Message] = field(default_factory=list)
    opted_out: set[str] = field(default_factory=set)
    landlines: set[str] = field(default_factory=set)
    faults: deque[Fault] = field(default_factory=deque)
    refusals: list[int] = field(default_factory=list)  # codes that were answered
    lock: threading.RLock = field(default_factory=threading.RLock)

    url: str = ""

    @contextmanager
    def running(self) -> Iterator["TwilioPeer"]:
        server = _Server(("127.0.0.1", 0), type("Of", (Handler,), {"peer": self}))
        self.url = f"http://127.0.0.1:{server.server_port}"
        serving = threading.Thread(target=server.serve_forever, args=(0.05,), name="twilio")
        serving.start()
        try:
            yield self
        finally:
            server.shutdown()
            serving.join()
            server.server_close()

    def settings(self, **more: object) -> dict[str, object]:
        """What an operator sets to have it stand in for Twilio."""
        return {
            "twilio_account_sid": self.account_sid,
            "twilio_auth_token": self.auth_token,
            "twilio_from": self.number,
            "twilio_api_url": self.url,
            **more,
        }

    @classmethod
    def settings_without_server(cls, sender: str) -> dict[str, object]:
        """Of an account nobody is asked about."""
        return {"twilio_account_sid": cls.account_sid, "twilio_auth_token": "secret", "twilio_from": sender}

    def to(self, number: str) -> list[Message]:
        return [message for message in self.messages if message.to == number]

    def create(self, form: Mapping[str, str]) -> dict[str, object]:
        """Raises `Refusal`."""
        if unknown := set(form) - DOCUMENTED:
            raise Refusal(22222, ", ".join(sorted(unknown)))
        validity = form.get("ValidityPeriod", "36000")
        if not validity.isdigit() or not 1 <= int(validity) <= 36_000:
            raise Refusal(22222, "ValidityPeriod")
        to, sender = form.get("To", ""), self._sender(form)
        if not to:
            raise Refusal(21604)
        if not _E164.fullmatch(to) or not phonenumbers.is_valid_number(phonenumbers.parse(to)):
            raise Refusal(21211, to)
        if not form.get("Body"):
            raise Refusal(21602)
        if len(form["Body"]) > LONGEST_BODY:
            raise Refusal(21617)
        callback = form.get("StatusCallback")
        if callback is not None and (not callback.startswith(("http://", "https://")) or _LOCAL.match(callback)):
            raise Refusal(21609, callback)
        if to in self.landlines:
            raise Refusal(21614, to)
        if to in self.opted_out:
            raise Refusal(21610)
        made = Message(
            f"SM{secrets.token_hex(16)}", to, sender, form["Body"], callback, int(validity), datetime.now(UTC)
        )
        self.messages.append(made)
        return made.show(self.account_sid)

    def list(self, query: Mapping[str, str]) -> dict[str, object]:
        """The newest first."""
        found = [each for each in reversed(self.messages) if query.get("To") in (None, each.to)]
        size = int(query.get("PageSize", "50"))
        uri = f"/2010-04-01/Accounts/{self.account_sid}/Messages.json"
        return {
            "messages": [message.show(self.account_sid) for message in found[:size]],
            "page": 0,
            "page_size": size,
            "start": 0,
            "end": max(0, min(size, len(found)) - 1),
            "uri": uri,
            "first_page_uri": uri,
            "next_page_uri": None,
            "previous_page_uri": None,
        }

    # What people and carriers do.

    def answer(self, url: str, sender: str, text: str, **more: str) -> Webhook:
        """Somebody answers an SMS; its own words Twilio sees to itself, and tells of them all the same."""
        word = text.strip().upper()
        if word in STOP_WORDS:
            self.opted_out.add(sender)
        elif word in START_WORDS:
            self.opted_out.discard(sender)
        sid = f"SM{secrets.token_hex(16)}"
        fields = {
            "ToCountry": "RO",
            "ToState": "",
            "SmsMessageSid": sid,
            "NumMedia": "0",
            "ToCity": "",
            "FromZip": "",
            "SmsSid": sid,
            "FromState": "",
            "SmsStatus": "received",
            "FromCity": "",
            "Body": text,
            "FromCountry": "RO",
            "To": self.number,
            "ToZip": "",
            "NumSegments": "1",
            "MessageSid": sid,
            "AccountSid": self.account_sid,
            "From": sender,
            "ApiVersion": "2010-04-01",
        }
        return self.sign(url, fields | more)

    def report(self, url: str, message: Message, status: str, code: int | None = None) -> Webhook:
        """How a message fared."""
        fields = {
            "SmsSid": message.sid,
            "SmsStatus": status,
            "MessageStatus": status,
            "To": message.to,
            "MessageSid": message.sid,
            "AccountSid": self.account_sid,
            "From": message.sender,
            "ApiVersion": "2010-04-01",
        }
        return self.sign(url, fields | ({"ErrorCode": str(code)} if code else {}))

    def sign(self, url: str, fields: dict[str, str]) -> Webhook:
        return Webhook(url, fields, signature(self.auth_token, url, fields))

    def _sender(self, form: Mapping[str, str]) -> str:
        service, sender = form.get("MessagingServiceSid"), form.get("From")
        if service is not None:
            if service != self.service:
                raise Refusal(21701)
            return self.number
        if not sender:
            raise Refusal(21603)
        if sender != self.number and (sender.startswith("+") or not re.fullmatch(r"[A-Za-z0-9 &+_-]{1,11}", sender)):
            raise Refusal(21606, sender)
        return sender
