"""A small stand-in for the platform: the operations the demo uses, with their documented fields, over real HTTP."""

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RTMP = "rtmp://127.0.0.1:1/live"
KEY = "key-of-the-demo"


class Refusal(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass
class Call:
    method: str
    path: str
    token: str | None
    fields: dict[str, object]


@dataclass
class Platform:
    """What the stand-in remembers. `live` is for the test's publisher to set."""

    live: bool = False
    accounts: dict[str, str] = field(default_factory=dict)
    channels: list[dict[str, object]] = field(default_factory=list)
    shelf: list[dict[str, object]] = field(default_factory=list)
    promoted: list[int] = field(default_factory=list)
    messages: list[dict[str, object]] = field(default_factory=list)
    participants: dict[str, str] = field(default_factory=dict)
    viewers: set[str] = field(default_factory=set)
    carts: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    ordered: list[tuple[int, int]] = field(default_factory=list)
    coupons: list[dict[str, object]] = field(default_factory=list)
    pinned: list[str] = field(default_factory=list)
    deals: list[int] = field(default_factory=list)
    redeemed: list[str] = field(default_factory=list)
    verified: bool = False
    completed: int = 0
    keys_dropped: int = 0
    calls: list[Call] = field(default_factory=list)
    refuse: Callable[[Call], int | None] = field(default=lambda call: None)
    _guests: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, call: Call) -> object:
        with self._lock:
            self.calls.append(call)
            status = self.refuse(call)
            if status:
                raise Refusal(status, "refused by the test")
            for method, pattern, handler in self._routes():
                match = re.fullmatch(pattern, call.path)
                if method == call.method and match:
                    return handler(call, *match.groups())
        raise Refusal(404, call.path)

    def _routes(self) -> list[tuple[str, str, Callable[..., object]]]:
        return [
            ("POST", "/auth/login", self._login),
            ("POST", "/auth/register", self._register),
            ("GET", "/events", lambda call: self._merchant(call) or {"data": self.channels}),
            ("POST", "/events", self._create_channel),
            ("PUT", "/events/(c1)", self._update_channel),
            ("GET", "/events/c1/products", lambda call: {"data": self.shelf}),
            ("POST", "/events/c1/products/add", self._add_product),
            ("POST", r"/events/c1/products/(\d+)/promote", self._promote),
            ("POST", "/events/c1/complete", self._complete),
            ("POST", "/streams", self._stream),
            ("DELETE", "/streams/s1", self._delete_stream),
            ("GET", "/jwt", self._jwt),
            ("POST", "/thread/participant", self._join),
            ("POST", "/messages", self._say),
            ("POST", "/messages/guest", self._say_as_guest),
            ("POST", "/events/heartbeat", self._beat),
            ("POST", "/events/event/c1/cart", self._add_to_cart),
            ("PUT", r"/events/event/c1/cart/native/(cart-.+)", self._order),
            ("POST", r"/profile/products/(\d+)", self._change_product),
            ("GET", "/profile", lambda call: self._merchant(call) or {"data": {"isVerified": self.verified}}),
            ("GET", "/profile/send-verification", self._merchant),
            ("POST", "/auth/verify", self._verify),
            ("GET", "/coupons", lambda call: self._merchant(call) or {"data": self.coupons}),
            ("POST", "/coupons", self._create_coupon),
            ("POST", r"/events/c1/coupons/(.+)/pin", self._pin_coupon),
            ("POST", r"/events/c1/products/(\d+)/deal", self._start_deal),
        ]

    def _login(self, call: Call) -> object:
        email, password = _texts(call, "email", "password")
        if self.accounts.get(email) != password:
            raise Refusal(401, "The user credentials were incorrect.")
        return {"access_token": "merchant", "refresh_token": "r", "expires_in": 3599}

    def _register(self, call: Call) -> object:
        email, password = _texts(call, "email", "password")
        if email in self.accounts or len(password) < 8:
            raise Refusal(422, "email")
        self.accounts[email] = password
        return {"data": [{"hash_id": "u1"}]}

    def _create_channel(self, call: Call) -> object:
        self._merchant(call)
        (name,) = _texts(call, "name")
        assert re.fullmatch(r"[\w\-\s]{3,255}", name)
        channel = {"id": "c1", "slug": "xyzxyz", "name": name, "thread_id": 7, "privacy": 2}
        self.channels.append(channel)
        return {"data": channel}

    def _update_channel(self, call: Call, _: str) -> object:
        self._merchant(call)
        channel = self.channels[0]
        channel.update({key: call.fields[key] for key in ("name", "slug", "privacy")})
        assert call.fields["free_pass"] is True
        assert call.fields["chat_enabled"] is True
        assert call.fields["guest_chat_enabled"] is True
        return {"data": channel}

    def _add_product(self, call: Call) -> object:
        self._merchant(call)
        name, link, price = _texts(call, "name", "link", "price")
        assert link.startswith("https://example.com/")
        assert call.fields["image[]"] == ["image/jpeg"]
        stock = {"total": int(_texts(call, "quantity")[0]), "available": int(_texts(call, "quantity")[0])}
        product: dict[str, object] = {"id": 40 + len(self.shelf), "name": name, "price": float(price)}
        variants = [
            {"id": number, "name": given["name"], "image": None, "quantity": {"no_limit": given["quantity"] is None}}
            for number, given in enumerate(json.loads(_texts(call, "variants")[0]))
        ]
        product |= {"link": link, "quantity": {**stock, "no_limit": False}, "images": ["/files/first.webp"]}
        product["variants"] = {"data": variants}
        self.shelf.append(product)
        return {"data": product}

    def _add_to_cart(self, call: Call) -> object:
        assert _guest(call) in self.participants
        product, quantity = call.fields["productId"], call.fields["quantity"]
        assert isinstance(product, int)
        assert isinstance(quantity, int)
        assert quantity > 0
        cart = f"cart-{_guest(call)}"
        [found] = [each for each in self.shelf if each["id"] == product]
        ids = [variant["id"] for variant in found["variants"]["data"]]  # type: ignore[index]
        assert call.fields["variantId"] in (ids or [None])
        found["quantity"]["available"] -= quantity  # type: ignore[index]
        self.carts.setdefault(cart, []).append((product, quantity))
        return {"data": {"id": cart}}

    def _order(self, call: Call, cart: str) -> object:
        assert _guest(call) in self.participants
        for text in _texts(call, "name", "email", "address"):
            assert text
        if coupon := call.fields["coupon"]:
            assert coupon in self.pinned
            self.redeemed.append(str(coupon))
        for wanted, quantity in self.carts.pop(cart):
            self.ordered.append((wanted, quantity))
        return {"data": {"id": cart}}

    def _change_product(self, call: Call, product_id: str) -> object:
        self._merchant(call)
        _texts(call, "name", "link")
        [product] = [each for each in self.shelf if each["id"] == int(product_id)]
        if "images[]" in call.fields:
            order, files = call.fields["images[]"], call.fields["image[]"]
            assert isinstance(order, list)
            assert isinstance(files, list)
            assert order == [*product["images"], *("new" for _ in files)]  # type: ignore[misc]
            product["images"] = [f"/files/{number}.webp" for number, _ in enumerate(order)]
            for variant, given in zip(
                product["variants"]["data"], json.loads(_texts(call, "variants")[0]), strict=True
            ):  # type: ignore[index]
                variant["image"] = product["images"][given["image_index"]]
            return {"data": [product]}
        stock, total = product["quantity"], call.fields["quantity"]
        stock["available"] += total - stock["total"]  # type: ignore[index, operator]
        stock["total"] = total  # type: ignore[index]
        return {"data": [product]}

    def _verify(self, call: Call) -> object:
        assert _texts(call, "email", "hash") == ["demo@storecast.local", "proof"]
        self.verified = True
        return {"data": {"verified": True, "already": False}}

    def _create_coupon(self, call: Call) -> object:
        self._merchant(call)
        self.coupons.append({"id": f"k{len(self.coupons)}", "code": call.fields["code"]})
        return {"data": self.coupons[-1]}

    def _pin_coupon(self, call: Call, coupon: str) -> object:
        self._merchant(call)
        [code] = [each["code"] for each in self.coupons if each["id"] == coupon]
        self.pinned.append(str(code))
        return {"data": {}}

    def _start_deal(self, call: Call, product: str) -> object:
        self._merchant(call)
        _texts(call, "price")
        self.deals.append(int(product))
        return {"data": {}}

    def _promote(self, call: Call, product_id: str) -> object:
        self._merchant(call)
        assert self.live
        self.promoted.append(int(product_id))
        return {"data": {"id": int(product_id), "bumped": True}}

    def _complete(self, call: Call) -> object:
        self._merchant(call)
        self.completed += 1
        return None

    def _stream(self, call: Call) -> object:
        self._merchant(call)
        assert call.fields["event_id"] == "c1"
        key = KEY if self.keys_dropped else "key-that-may-be-held"
        ingest = {"rtmp_url": RTMP, "browser_url": None}
        return {"data": {"id": "s1", "event_id": "c1", "is_live": self.live, "stream_key": key, "ingest": ingest}}

    def _delete_stream(self, call: Call) -> object:
        self._merchant(call)
        self.keys_dropped += 1
        return None

    def _jwt(self, call: Call) -> object:
        self._guests += call.token is None
        token = call.token or f"guest-{self._guests}"
        return {"data": {"token": token, "expires_in": 900, "url": "ws://127.0.0.1:1/", "identity": {"id": token}}}

    def _join(self, call: Call) -> object:
        slug, name = _texts(call, "threadSlug", "name")
        assert slug == "demo"
        self.participants[_guest(call)] = name
        return {"data": {"slug": slug, "name": name}}

    def _say(self, call: Call) -> object:
        self._merchant(call)
        return self._message(call, "host")

    def _say_as_guest(self, call: Call) -> object:
        return self._message(call, self.participants[_guest(call)])

    def _message(self, call: Call, author: str) -> object:
        assert call.fields["thread_id"] == 7
        (text,) = _texts(call, "data")
        message = {"id": f"m{len(self.messages)}", "data": text, "author": author, **call.fields}
        reply_for = call.fields.get("reply_for")
        assert reply_for is None or reply_for in [known["id"] for known in self.messages]
        self.messages.append(message)
        return {"data": message}

    def _beat(self, call: Call) -> object:
        event, viewer, _view, _date = _texts(call, "eventId", "viewerHash", "viewHash", "date")
        assert event == "c1"
        self.viewers.add(viewer)
        return {"data": {"viewers": len(self.viewers)}}

    def _merchant(self, call: Call) -> None:
        if call.token != "merchant":
            raise Refusal(401, "Unauthenticated")


def _guest(call: Call) -> str:
    if not (call.token or "").startswith("guest-"):
        raise Refusal(401, "Unauthenticated")
    return str(call.token)


def _texts(call: Call, *names: str) -> list[str]:
    values = [call.fields.get(name) for name in names]
    if not all(isinstance(value, str) and value for value in values):
        raise Refusal(422, f"{names} in {call}")
    return [str(value) for value in values]


def serve(platform: Platform, port: int = 0) -> ThreadingHTTPServer:
    """Serve `platform` on `port`, by default a free one, until the server's `shutdown`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            scheme, _, token = self.headers.get("Authorization", "").partition(" ")
            path = self.path.removeprefix("/api/v1")
            call = Call(self.command, path, token if scheme == "Bearer" else None, _fields(self.headers, body))
            try:
                status, answer = 200, platform.answer(call)
            except Refusal as refusal:
                status, answer = refusal.status, {"error": {"code": refusal.status, "message": str(refusal)}}
            except AssertionError as error:
                status, answer = 422, {"error": {"code": 422, "message": f"not as documented: {call} {error}"}}
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: object) -> None:
            """Keep the tests' output to themselves."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server


def _fields(headers: Message, body: bytes) -> dict[str, object]:
    """A JSON body's members; a multipart body's texts, and of a file its media type."""
    if not body:
        return {}
    if headers.get_content_type() == "application/json":
        return dict(json.loads(body))
    whole = BytesParser().parsebytes(f"Content-Type: {headers['Content-Type']}\r\n\r\n".encode() + body)
    fields: dict[str, object] = {}
    for part in whole.walk():
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str):
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            value = part.get_content_type() if part.get_filename() else content.decode()
            if name.endswith("[]"):
                fields.setdefault(name, []).append(value)  # type: ignore[attr-defined]
            else:
                fields[name] = value
    return fields
