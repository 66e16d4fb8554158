"""Errors that pages report: each kept once with how often, of a size, and with nothing in it that is somebody's."""

import asyncio
from datetime import timedelta

import psycopg
import pytest
from psycopg.rows import dict_row

from storecast.domains.platform.client_errors import log, repository
from storecast.domains.platform.client_errors.log import KEPT, forget_reports
from storecast.kit.clock import utcnow
from storecast.kit.database import transaction
from storecast.wiring.process import process_of
from tests.factories.platform import Client

Row = dict[str, object]


async def report(caller: Client, message: str, **more: object) -> int:
    return (await caller.post("log", {"message": message, **more})).status_code


async def kept(caller: Client, url: str) -> list[Row]:
    """What there is, the most frequent first."""
    await process_of(caller.app).client_errors.flush(utcnow())
    async with await psycopg.AsyncConnection.connect(url, row_factory=dict_row) as connection:
        found = await connection.execute("SELECT * FROM client_errors ORDER BY times DESC, message")
        return await found.fetchall()


async def test_the_same_error_is_kept_once_and_counted(anyone: Client, database_url: str) -> None:
    stack = "at light (https://shop.test/assets/watch-a1b2c3d4.js:10:20)"
    answer = await anyone.post("log", {"message": "lamp 17 is undefined", "stack": stack, "more": "is ignored"})
    assert (answer.status_code, answer.json()) == (200, {"data": {"taken": True}})
    again = stack.replace("a1b2c3d4", "deadbeef").replace("10:20", "11:2")  # the next build, another lamp
    await asyncio.gather(*(report(anyone, f"lamp {number} is undefined", stack=again) for number in range(9)))
    await report(anyone, "vase is undefined", stack=stack)
    lamp, vase = await kept(anyone, database_url)
    assert (lamp["message"], lamp["times"], vase["times"]) == ("lamp 17 is undefined", 10, 1)
    await report(anyone, "lamp 3 is undefined", stack=stack)
    assert [row["times"] for row in await kept(anyone, database_url)] == [11, 1]


async def test_what_opens_something_or_names_somebody_is_not_kept(anyone: Client, database_url: str) -> None:
    token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c2VyOjEifQ." + "a" * 60
    said = {
        "message": f"401 for mara@example.com with {token} at https://u:pw@shop.test/a?code=123456789#x, "
        "+40 721 234 567",
        "stack": f"Error: card 4242 4242 4242 4242\n  at x (https://shop.test/a.js?token={token}:1:2)\n\n"
        "  at y\u202e\u0007",
        "url": f"https://shop.test/orders/{token}?email=mara@example.com",
        "version": "1.0<script>alert(1)</script>",
    }
    assert (await anyone.post("log", said, headers={"User-Agent": "Mara's own/1 (secret)"})).status_code == 200
    [row] = await kept(anyone, database_url)
    text = "\n".join(str(value) for value in row.values())
    for secret in ("mara@", token, "eyJ", "pw@", "123456789", "721", "4242", "\u202e", "\u0007", "127.0.0.1"):
        assert secret not in text, secret
    assert str(row["message"]).startswith("401 for …@… with … at https://shop.test/a?…")
    assert row["url"] == "https://shop.test/orders/…?…"
    assert str(row["stack"]).endswith("\nat y")
    assert row["version"] == "1.0<script>alert(1)</script>"  # a text, whoever shows it


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "message"),
        ({"message": ""}, "message"),
        ({"message": 5}, "message"),
        ({"message": "x" * 2_001}, "message"),
        ({"message": "x", "stack": "x" * 8_001}, "stack"),
        ({"message": "x", "url": "x" * 2_001}, "url"),
        ([], "body"),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_a_report_has_bounds(anyone: Client, body: object, field: str) -> None:
    answer = await anyone.post("log", body)
    assert answer.status_code == 422
    assert answer.json()["error"]["messages"][0]["field"] == field


async def test_a_body_that_goes_on_and_on_is_not_read(anyone: Client) -> None:
    assert (await anyone.post("log", {"message": "x", "more": "x" * 70_000})).status_code == 413


async def test_one_network_makes_up_no_errors_without_end(
    anyone: Client, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "NEW_FROM_NETWORK", "3/hour")
    monkeypatch.setattr(log, "FROM_NETWORK", "9/minute")
    letters = "abcdefgh"
    assert [await report(anyone, f"made up {letter}") for letter in letters[:5]] == [200, 200, 200, 429, 429]
    await kept(anyone, database_url)
    assert [await report(anyone, "made up a") for _ in range(5)] == [200, 200, 200, 200, 429]
    assert await report(anyone.at("2001:db8::1"), "made up z") == 200
    assert len(await kept(anyone, database_url)) == 4


async def test_beyond_what_can_be_held_it_is_said_so(
    anyone: Client, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "MOST_WAITING", 2)
    process = process_of(anyone.app)
    await process.client_errors.stop()  # nothing is written by itself
    answers = [await anyone.post("log", {"message": f"made up {letter}"}) for letter in "abca"]
    assert [answer.status_code for answer in answers] == [200, 200, 503, 200]
    assert answers[2].headers["Retry-After"] == "30"
    assert [row["times"] for row in await kept(anyone, database_url)] == [2, 1]


async def test_of_too_many_those_that_come_again_and_again_stay_and_new_ones_have_their_chance(
    anyone: Client, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "MOST_KEPT", 3)
    process = process_of(anyone.app)
    async with transaction(process.databases) as db:
        rows = [("often", 1_000, 5), ("seldom", 2, 5), ("once", 1, 2)]  # times, days ago
        for message, times, days in rows:
            at = utcnow() - timedelta(days=days)
            await db.within("INSERT INTO client_errors VALUES ($1, $1, '', '', '', '', $2, $3, $3)", message, times, at)
    await report(anyone, "made up a")
    assert [row["message"] for row in await kept(anyone, database_url)] == ["often", "made up a", "once"]
    for letter in "bc":
        await report(anyone, f"made up {letter}")
    assert "often" in {row["message"] for row in await kept(anyone, database_url)}
    assert len(await kept(anyone, database_url)) == 3


async def test_what_did_not_come_for_a_month_is_forgotten(anyone: Client, database_url: str) -> None:
    await report(anyone, "made up a")
    assert len(await kept(anyone, database_url)) == 1
    async with transaction(process_of(anyone.app).databases) as db:
        await forget_reports(db, utcnow() + KEPT - timedelta(minutes=1))
    assert len(await kept(anyone, database_url)) == 1
    async with transaction(process_of(anyone.app).databases) as db:
        await forget_reports(db, utcnow() + KEPT)
    assert await kept(anyone, database_url) == []
