"""What is answered before the framework sees it is answered as the framework would."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager

import httpx
import pytest

from storecast.wiring.process import process_of
from tests.factories.accounts import Member
from tests.factories.channels import channel
from tests.factories.platform import Client
from tests.factories.products import shelf_product
from tests.waiting import eventually

PATHS = ["events/playback/lamps", "events/products/lamps", "events/lamps/products"]
Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
async def kept(owner: Member, anyone: Client, count_queries: Counting) -> None:
    """Every kept answer about the channel is there."""
    made = await channel(owner.client, slug="lamps")
    await shelf_product(owner.client, made["id"])

    async def no_query() -> bool:
        with count_queries() as queries:
            for path in PATHS:
                await anyone.get(path)
        return queries == []

    await eventually(no_query)


async def by_framework(anyone: Client, path: str, **how: object) -> httpx.Response:
    """The same request put to the framework alone."""
    first, anyone.app.first = anyone.app.first, None  # type: ignore[attr-defined]
    try:
        return await anyone.get(path, **how)
    finally:
        anyone.app.first = first  # type: ignore[attr-defined]


def named(answer: httpx.Response) -> dict[str, str]:
    """The headers but for the request's own id, and those of preflights, which say nothing here."""
    return {
        name: value
        for name, value in answer.headers.items()
        if name not in ("x-request-id", "access-control-allow-headers", "access-control-allow-methods")
    }


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("headers", [{}, {"Origin": "https://shop.example"}, {"Cookie": "theme=dark"}], ids=str)
async def test_kept_answers_are_those_of_the_framework(anyone: Client, path: str, headers: dict[str, str]) -> None:
    ours, its = await anyone.get(path, headers=headers), await by_framework(anyone, path, headers=headers)
    assert (ours.status_code, ours.content, named(ours)) == (its.status_code, its.content, named(its))
    fresh = {**headers, "If-None-Match": ours.headers["ETag"]}
    ours, its = await anyone.get(path, headers=fresh), await by_framework(anyone, path, headers=fresh)
    assert (ours.status_code, ours.content, named(ours)) == (304, b"", named(its))


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("path", PATHS)
async def test_a_bad_token_is_refused_though_an_answer_is_kept(anyone: Client, path: str) -> None:
    """misskey 11414, discourse 20021: what is kept for nobody, given to whoever sends a token."""
    assert (await anyone.get(path, headers={"Authorization": "Bearer nonsense"})).status_code == 401


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("path", PATHS)
async def test_a_request_id_is_kept_where_it_is_sane(anyone: Client, path: str) -> None:
    answers = [await anyone.get(path, headers={"X-Request-Id": given}) for given in ("from-a-proxy-1", "no", "a b" * 9)]
    assert answers[0].headers["X-Request-Id"] == "from-a-proxy-1"
    made = {answer.headers["X-Request-Id"] for answer in answers[1:]}
    assert len(made) == 2
    assert all(len(each) == 20 for each in made)


@pytest.mark.usefixtures("kept")
async def test_closing_a_channel_ends_what_is_kept_of_it(owner: Member, anyone: Client) -> None:
    await owner.client.put("events/lamps", {"privacy": 2})
    assert (await anyone.get("events/products/lamps")).status_code == 404
    assert (await anyone.get("events/lamps/products")).status_code == 404
    assert not (await anyone.get("events/playback/lamps")).json()["data"]["iCanSee"]


@pytest.mark.usefixtures("kept")
async def test_who_writes_reads_what_was_written(owner: Member, anyone: Client) -> None:
    """The process that commits a change keeps nothing older, though the bus takes its time."""
    for name in ("One", "Two", "Three"):
        await owner.client.put("events/lamps", {"name": f"{name} lamps"})
        assert (await anyone.get("events/playback/lamps")).json()["data"]["name"] == f"{name} lamps"


@pytest.mark.usefixtures("kept")
async def test_strangers_are_told_nothing_of_passes_and_minutes(
    owner: Member, stranger: Member, anyone: Client
) -> None:
    await owner.client.post("events/lamps/generate-code")
    for caller in (anyone, stranger.client, owner.client):
        shown = (await caller.get("events/products/lamps")).json()["data"]
        assert (shown["tickets"], shown["tickets_checked_in"], shown["minutes"]) == (0, 0, 0)
        assert shown["stream"]["data"] == [] or shown["stream"]["data"]["stream_key"] == ""


BEAT = {"eventId": "lamps", "viewerHash": "viewer", "viewHash": "view", "date": "now"}


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    "how",
    [
        {"json": BEAT},
        {"data": BEAT},
        {"json": {**BEAT, "more": True}},
        {"content": b'{"eventId":"lamps","viewerHash":"viewer","viewHash":"view","date":"now","date":"then"}'},
        {"json": {**BEAT, "viewHash": "not one!"}},
        {"json": {**BEAT, "eventId": "vases"}},
        {"json": {**BEAT, "date": "x" * 2_000}},
        {"json": {**BEAT, "date": "\x00"}},
        {"content": b"nonsense"},
        {"json": []},
    ],
    ids=lambda how: str(how)[:60],
)
async def test_heartbeats_are_answered_as_by_the_framework(anyone: Client, how: dict[str, object]) -> None:
    ours = await anyone.post("events/heartbeat", **how)
    first, anyone.app.first = anyone.app.first, None  # type: ignore[attr-defined]
    try:
        its = await anyone.post("events/heartbeat", **how)
    finally:
        anyone.app.first = first  # type: ignore[attr-defined]
    assert (ours.status_code, ours.content) == (its.status_code, its.content)


@pytest.mark.usefixtures("kept")
async def test_a_heartbeat_that_comes_in_pieces_is_one(anyone: Client) -> None:
    pieces = [b'{"eventId":"lamps","viewer', b'Hash":"viewer","viewHash":"vi', b'ew","date":"now"}', b""]
    messages = [
        {"type": "http.request", "body": piece, "more_body": number < len(pieces) - 1}
        for number, piece in enumerate(pieces)
    ]
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return messages.pop(0)

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "scheme": "http", "path": "/api/v1/events/heartbeat",
        "raw_path": b"/api/v1/events/heartbeat", "query_string": b"", "root_path": "",
        "headers": [(b"host", b"shop.test")],
        "client": ("10.0.0.1", 1), "server": ("127.0.0.1", 8000),
    }  # fmt: skip
    await anyone.app(scope, receive, send)  # type: ignore[arg-type]
    assert sent[0]["status"] == 200


@pytest.mark.usefixtures("kept")
async def test_one_making_serves_all_who_ask_at_once(anyone: Client, count_queries: Counting) -> None:
    process_of(anyone.app).keeper.clear()
    with count_queries() as queries:
        answers = await asyncio.gather(*(anyone.get("events/lamps/products") for _ in range(20)))
    assert {answer.content for answer in answers} == {answers[0].content}
    assert len([query for query in queries if "FROM shelf" in query]) == 1
