"""A thread is taken along as CSV or JSON, however long it is."""

import asyncio
import csv
import io
import tracemalloc

import httpx
import psycopg
import pytest

from storecast.domains.chat.exports import service
from tests.factories.accounts import Member, guest, member
from tests.factories.channels import Json
from tests.factories.chat import delete, join, read, rules, say
from tests.factories.platform import Client
from tests.factories.seats import give_seat


async def export(client: Client, format: str = "csv", **more: str) -> httpx.Response:
    return await client.get("events/lamps/chat/export", params={"format": format, **more})


def rows(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def fill(database_url: str, made: Json, count: int) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO messages (hash_id, thread_id, seq, author, author_name, author_role, data, created_at)"
            " SELECT lpad(n::text, 32, '0'), %s, n, 'guest:' || n %% 1000, 'Guest', 'viewer', repeat('lamp ', 20) || n,"
            " now() FROM generate_series(1, %s) n",
            (made["thread_id"], count),
        )


async def test_a_table_has_what_was_said(owner: Member, lamps: Json, visitor: Client, anyone: Client) -> None:
    await join(visitor, lamps, "Zoe, B")
    said = await say(visitor, lamps, 'Does it "dim"?\nI hope so')
    answer = await say(owner.client, lamps, "Yes", reply_for=said["id"])
    await owner.client.post(f"messages/{said['id']}/reactions", {"emoji": "👍"})
    table = await export(owner.client)
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in table.headers["content-disposition"]
    assert table.headers["cache-control"] == "private, no-store"
    first, second = rows(table)
    assert first == {
        "created_at": said["created_at"], "name": "Zoe, B", "role": "viewer", "message": 'Does it "dim"?\nI hope so',
        "reply_to": "", "reactions": "👍 1", "edited_at": "", "state": "shown", "guest": "yes",
        "author_id": said["author"]["data"]["id"], "reply_for": "", "locale": "", "id": said["id"],
    }  # fmt: skip
    assert (second["reply_to"], second["reply_for"], second["role"]) == (
        'Does it "dim"? I hope so', said["id"], "owner"
    )  # fmt: skip
    document = await export(owner.client, "json")
    assert document.headers["content-type"] == "application/json"
    assert document.json()["data"][1] == answer
    assert document.json()["data"] == (await read(await guest(anyone), lamps))["messages"]["data"]


async def test_a_spreadsheet_reckons_with_nothing(owner: Member, lamps: Json, visitor: Client) -> None:
    await join(visitor, lamps, "=HYPERLINK(1)")
    for text in ("=1+1", "+1", "-1", "@SUM(A1)", "ok\n=1+1", "a;=1+1", "＝1+1"):
        await say(visitor, lamps, text)
    found = rows(await export(owner.client))
    assert [row["message"] for row in found] == [
        "'=1+1", "'+1", "'-1", "'@SUM(A1)", "ok\n'=1+1", "a;'=1+1", "'＝1+1"
    ]  # fmt: skip
    assert {row["name"] for row in found} == {"'=HYPERLINK(1)"}


async def test_what_is_not_shown_is_there_for_who_asks(owner: Member, lamps: Json, visitor: Client) -> None:
    gone, _ = await say(visitor, lamps, "gone"), await say(visitor, lamps, "kept")
    await delete(owner.client, lamps, gone)
    await rules(owner.client, lamps, hold="everything")
    await say(visitor, lamps, "held")
    assert [row["message"] for row in rows(await export(owner.client))] == ["kept"]
    everything = rows(await export(owner.client, include="all"))
    assert [(row["message"], row["state"]) for row in everything] == [
        ("gone", "deleted"), ("kept", "shown"), ("held", "held")
    ]  # fmt: skip


async def test_an_empty_thread_is_an_empty_table(owner: Member, lamps: Json) -> None:
    assert rows(await export(owner.client)) == []
    assert (await export(owner.client, "json")).json() == {"data": []}


async def test_who_may_take_a_thread_along(
    owner: Member, stranger: Member, lamps: Json, visitor: Client, anyone: Client, database_url: str
) -> None:
    editor, moderator, packer = [await member(anyone) for _ in range(3)]
    for somebody, role in ((editor, "editor"), (moderator, "moderator"), (packer, "fulfilment")):
        give_seat(database_url, owner, somebody, role, lamps)
    people = (owner.client, editor.client, moderator.client, packer.client, stranger.client, visitor, anyone)
    assert [(await export(each)).status_code for each in people] == [200, 200, 200, 403, 403, 401, 401]
    refused = await export(owner.client, "xml")
    assert [each["field"] for each in refused.json()["error"]["messages"]] == ["format"]


async def test_what_is_said_meanwhile_is_of_the_next_export(
    owner: Member, lamps: Json, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "AT_ONCE", 2)
    for number in range(5):
        await say(visitor, lamps, f"{number}")
    batch = service.ExportService.batch
    talking = await guest(visitor)

    async def while_people_talk(*given: object, **how: object) -> object:
        await say(talking, lamps, "meanwhile")
        return await batch(*given, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(service.ExportService, "batch", while_people_talk)
    assert [row["message"] for row in rows(await export(owner.client))] == ["0", "1", "2", "3", "4"]
    monkeypatch.undo()
    assert [row["message"] for row in rows(await export(owner.client))] == [*"01234", *["meanwhile"] * 3]


async def test_exports_are_so_many_an_hour(owner: Member, lamps: Json, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storecast.domains.chat.exports.routes.EXPORTS", "2/hour")
    assert [(await export(owner.client)).status_code for _ in range(3)] == [200, 200, 429]


async def streamed(client: Client, path: str) -> tuple[int, int, int]:
    """Bytes in all, of the longest chunk, and of the most memory that was held meanwhile."""
    total = longest = 0
    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "scheme": "http", "root_path": "",
        "query_string": b"format=json", "http_version": "1.1", "client": ("127.0.0.1", 1), "server": ("shop.test", 80),
        "headers": [(b"host", b"shop.test"), (b"authorization", f"Bearer {client.token}".encode())], "state": {},
        "asgi": {"version": "3.0"}, "extensions": {},
    }  # fmt: skip

    asked, over = iter([True]), asyncio.Event()

    async def receive() -> dict[str, object]:
        if next(asked, False):
            return {"type": "http.request", "body": b"", "more_body": False}
        await over.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        nonlocal total, longest
        body = message.get("body", b"")
        assert isinstance(body, bytes)
        total, longest = total + len(body), max(longest, len(body))
        if message["type"] == "http.response.body" and not message["more_body"]:
            over.set()

    tracemalloc.start()
    try:
        await client.app(scope, receive, send)  # type: ignore[arg-type]
        return total, longest, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("count", [3_000, pytest.param(100_000, marks=pytest.mark.soak)])
async def test_a_long_thread_takes_no_more_memory_than_a_batch(
    owner: Member, lamps: Json, database_url: str, count: int
) -> None:
    fill(database_url, lamps, count)
    total, longest, most = await streamed(owner.client, "/api/v1/events/lamps/chat/export")
    assert total > count * 400
    assert longest < 700 * service.AT_ONCE
    assert most < 16 * 1024 * 1024
