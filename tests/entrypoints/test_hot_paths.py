"""What is answered before the framework resolves anything is answered as the framework would."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from storecast.domains.orders.carts.service import CartService
from storecast.kit.database import Database
from storecast.kit.http.trace import TracedLitestar
from tests.factories.accounts import Member, guest, member
from tests.factories.platform import Client, running_app, settings_for
from tests.factories.selling import Json, shop, stocked

CART = "/api/v1/events/event/lamps/cart"
LEFT_OUT = {b"x-request-id", b"access-control-allow-headers", b"access-control-allow-methods"}
JSON = (b"content-type", b"application/json")

Answer = tuple[int, list[tuple[bytes, bytes]], bytes]


@pytest.fixture
async def anyone(tmp_path: Path, database_url: str) -> AsyncIterator[Client]:
    async with running_app(settings_for(tmp_path, database_url)) as client:
        yield client


@pytest.fixture
async def owner(anyone: Client) -> Member:
    owner = await member(anyone)
    await shop(owner)
    return owner


@pytest.fixture
async def lamp(owner: Member) -> Json:
    return await stocked(owner, None)


async def asked(
    app: Any, body: bytes, headers: list[tuple[bytes, bytes]], path: str = CART, *, goes_away: bool = False
) -> Answer:
    """As a server would ask; whoever goes away does so when all of `body` is there and more was announced."""
    waiting: list[Json] = [{"type": "http.request", "body": body, "more_body": goes_away}]
    sent: list[Json] = []

    async def receive() -> Json:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    async def send(message: Json) -> None:
        sent.append(message)

    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "path": path, "raw_path": path.encode(),
        "query_string": b"", "headers": [(b"host", b"shop.test:8000"), *headers], "client": ("198.18.0.1", 50_000),
        "server": ("shop.test", 8000), "scheme": "http", "state": {},
    }  # fmt: skip
    await app(scope, receive, send)
    answered = b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body")
    kept = sorted(each for each in sent[0]["headers"] if each[0] not in LEFT_OUT)
    return sent[0]["status"], kept, answered


async def both(anyone: Client, body: bytes, *headers: tuple[bytes, bytes], path: str = CART, **how: bool) -> None:
    """Ask for the same twice, each time as somebody new; the second time of the framework alone."""
    app = anyone.app
    assert isinstance(app, TracedLitestar)
    first, answers = app.first, []
    for way in (first, None):
        buyer = await guest(anyone)
        app.first = way
        try:
            token = (b"authorization", f"Bearer {buyer.token}".encode())
            given = list(headers) if any(name == token[0] for name, _ in headers) else [token, *headers]
            status, about, answered = await asked(app, body, given, path, **how)
        finally:
            app.first = first
        if status == 200:  # the carts are two
            data = json.loads(answered)["data"]
            answered = repr((data["total"], [line["quantity"] for line in data["items"]["data"]])).encode()
            about = [each for each in about if each[0] != b"content-length"]
        answers.append((status, about, answered))
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    "kind",
    [
        b"application/json", b"application/json; charset=utf-8", b"application/json ; x", b"application/jsonp",
        b"application/json+x", b"application/json/x", b"Application/JSON", b"text/plain", b"",
    ],
)  # fmt: skip
async def test_kinds_of_bodies_are_the_frameworks(anyone: Client, lamp: Json, kind: bytes) -> None:
    await both(anyone, b'{"productId": %d}' % lamp["id"], (b"content-type", kind))


@pytest.mark.parametrize(
    "rest",
    [
        b"", b', "quantity": 2', b', "quantity": 0', b', "quantity": 1e0', b', "quantity": 1001', b', "variantId": 7',
        b', "odd": 1', b', "odd": 1, "odd": 2', b', "odd": "\x00"', b', "odd": 1e999',
        b', "quantity": 1, "quantity": 2',
        b', "viewHash": "a\xff"', b', "viewHash": ""', b', "guest_token": "a"', b', "referrer": null',
    ],
)  # fmt: skip
async def test_bodies_are_read_as_the_framework_reads_them(anyone: Client, lamp: Json, rest: bytes) -> None:
    await both(anyone, b'{"productId": %d%s}' % (lamp["id"], rest), JSON)


@pytest.mark.parametrize(
    "headers",
    [
        [(b"authorization", b"Bearer nonsense")], [(b"authorization", b"Basic nonsense")],
        [(b"origin", b"https://elsewhere.test")], [(b"x-request-id", b"abcdefgh12")], [(b"accept-language", b"de")],
    ],
)  # fmt: skip
async def test_headers_mean_the_same(anyone: Client, lamp: Json, headers: list[tuple[bytes, bytes]]) -> None:
    await both(anyone, b'{"productId": %d}' % lamp["id"], JSON, *headers)
    await both(anyone, b'{"productId": 999999}', JSON, *headers)


@pytest.mark.parametrize("path", [CART + "\n", CART + "/", CART.replace("lamps", "nothing"), CART.replace("l", "L")])
async def test_addresses_are_the_frameworks(anyone: Client, lamp: Json, path: str) -> None:
    await both(anyone, b'{"productId": %d}' % lamp["id"], JSON, path=path)


async def test_nothing_is_added_for_who_goes_away_before_the_end(anyone: Client, lamp: Json, owner: Member) -> None:
    await both(anyone, b'{"productId": %d}' % lamp["id"], JSON, goes_away=True)
    shown = (await owner.client.get("events/lamps/sales")).json()["data"]["products"]
    assert [each["reserved"] for each in shown] == [0]


async def test_nothing_is_added_twice_where_the_database_goes_away(
    anyone: Client, lamp: Json, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit may have been heard, and the caller is told that nobody knows."""
    buyer = await guest(anyone)
    settle = Database.settle

    async def settle_unheard(db: Database) -> None:
        monkeypatch.setattr(Database, "settle", settle)
        pid = await db.value("SELECT pg_backend_pid()")
        await settle(db)
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])
        raise ConnectionResetError

    monkeypatch.setattr(Database, "settle", settle_unheard)
    answer = await buyer.post(CART, {"productId": lamp["id"]})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    cart = (await buyer.get(CART)).json()["data"]
    assert [line["quantity"] for line in cart["items"]["data"]] == [1]


async def test_what_goes_wrong_is_answered_in_the_apis_words(
    anyone: Client, lamp: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(CartService, "add", fail)
    answer = await (await guest(anyone)).post(CART, {"productId": lamp["id"]})
    assert (answer.status_code, answer.json()["error"]["title"]) == (500, "Server error")
