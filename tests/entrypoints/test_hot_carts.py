"""What is put in carts before the framework resolves anything: answered as the framework's own route answers it."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from storecast.domains.orders.carts import service
from storecast.kit.http.trace import TracedLitestar
from tests.factories.accounts import guest, member
from tests.factories.channels import channel
from tests.factories.platform import Client, running_app, settings_for
from tests.factories.selling import shop, stocked

CART = "events/event/lamps/cart"
OWN = ("x-request-id", "retry-after")  # headers of one answer
OF_PREFLIGHTS = ("access-control-allow-headers", "access-control-allow-methods")  # in others they say nothing


@pytest.fixture
async def anyone(tmp_path: Path, database_url: str) -> AsyncIterator[Client]:
    async with running_app(settings_for(tmp_path, database_url)) as client:
        yield client


@pytest.fixture
def by_framework(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the requests that the framework has seen."""
    seen: list[str] = []
    traced = TracedLitestar._traced

    async def noting(app: TracedLitestar, scope: object, receive: object, send: object) -> None:
        seen.append(scope["path"])  # type: ignore[index]
        await traced(app, scope, receive, send)  # type: ignore[arg-type]

    monkeypatch.setattr(TracedLitestar, "_traced", noting)
    return seen


async def test_it_is_answered_as_the_framework_answers_it(anyone: Client, by_framework: list[str]) -> None:
    owner, other = await member(anyone), await member(anyone)
    await shop(owner)
    await channel(other.client, slug="hidden", privacy=2)
    lamp, rare = (await stocked(owner, 1_000))["id"], (await stocked(owner, 1))["id"]
    asked: list[tuple[str, dict[str, object]]] = [
        (CART, {"productId": lamp, "quantity": 2}),
        (CART, {"productId": lamp, "viewHash": "view", "referrer": "https://news.test/"}),
        (CART, {"productId": rare, "quantity": 2}),
        (CART, {"productId": lamp + 1_000}),
        (CART, {"productId": lamp, "variantId": 9}),
        (CART, {"productId": lamp, "quantity": 60}),
        ("events/event/hidden/cart", {"productId": lamp}),
        ("events/event/nosuch/cart", {"productId": lamp}),
    ]
    for path, body in asked:
        for headers in ({}, {"Origin": "https://blog.test"}):
            first, buyer = await guest(anyone), await guest(anyone)
            by_framework.clear()
            hot = await first.post(path, body, headers=headers)
            assert by_framework == [], (path, body)
            written = httpx.Request("POST", "http://shop.test", json=body).content.replace(
                b"productId", rb"product\u0049d"
            )
            cold = await buyer.call(
                "POST", path, content=written, headers={**headers, "Content-Type": "application/json"}
            )
            assert by_framework == [f"/api/v1/{path}"]
            assert (hot.status_code, _alike(hot)) == (cold.status_code, _alike(cold)), (path, body)
            assert _headers(hot) == _headers(cold), (path, body)


async def test_what_is_odd_or_wrong_is_left_to_the_framework(anyone: Client, by_framework: list[str]) -> None:
    owner = await member(anyone)
    await shop(owner)
    lamp = (await stocked(owner, 1_000))["id"]
    buyer = await guest(anyone)
    for body in (
        b'{"productId": 1, "productId": %d}' % lamp,
        b'{"productId": "%d"}' % lamp,
        b'{"productId": -1}',
        b'{"productId": %d, "quantity": 1e9}' % lamp,
        b'{"productId": null}',
        b'{"productId": %d' % lamp,
        b'{"productId": %d, "quantity": 1, "quantity": 2}' % lamp,
        b'{"productId": %d, "viewHash": "%s"}' % (lamp, b"a" * 2_000),
    ):
        by_framework.clear()
        await buyer.call("POST", CART, content=body, headers={"Content-Type": "application/json"})
        assert by_framework == [f"/api/v1/{CART}"], body
    by_framework.clear()
    first, again = [await buyer.post(CART, {"productId": lamp}, headers={"Idempotency-Key": "once"}) for _ in range(2)]
    assert (len(by_framework), again.headers["idempotency-replayed"]) == (2, "true")
    assert first.json() == again.json()


async def test_whoever_asks_is_known_as_ever(anyone: Client, by_framework: list[str]) -> None:
    owner = await member(anyone)
    await shop(owner)
    lamp = (await stocked(owner, 1_000))["id"]
    refused = await anyone.with_token("nonsense").post(CART, {"productId": lamp})
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, 'Bearer error="invalid_token"')
    assert (await anyone.post(CART, {"productId": lamp})).status_code == 401
    token = (await owner.client.post("api-token/new")).json()["data"]["token"]
    by_framework.clear()
    assert (await anyone.with_token(token).post(CART, {"productId": lamp})).status_code == 200
    assert by_framework == []


async def test_each_addition_counts_once_against_its_limit(
    anyone: Client, monkeypatch: pytest.MonkeyPatch, by_framework: list[str]
) -> None:
    monkeypatch.setattr(service, "CHANGES", "3/minute")
    owner = await member(anyone)
    await shop(owner)
    lamp, buyer = (await stocked(owner, 1))["id"], await guest(anyone)
    by_framework.clear()
    statuses = [(await buyer.post(CART, {"productId": lamp})).status_code for _ in range(4)]
    assert (statuses, by_framework) == ([200, 409, 409, 429], [])
    assert int((await buyer.post(CART, {"productId": lamp})).headers["retry-after"]) > 0


def _alike(answer: httpx.Response) -> object:
    """Without the numbers that each cart has of its own."""
    body = answer.json()
    if "data" in body:
        for name in ("id", "expires_at"):
            body["data"].pop(name)
        for line in body["data"]["items"]["data"]:
            line.pop("id")
            line.pop("left")
    return body


def _headers(answer: httpx.Response) -> dict[str, str]:
    varied = ("content-length",) if answer.status_code == 200 else ()
    return {name: value for name, value in answer.headers.items() if name not in (*OWN, *OF_PREFLIGHTS, *varied)}
