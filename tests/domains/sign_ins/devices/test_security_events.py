from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from structlog.testing import capture_logs

from storecast.domains.accounts.audit import KEPT, SecurityEventKind, forget_events, record
from storecast.kit.clock import utcnow
from storecast.kit.database import create_databases, create_engine, transaction
from tests.clock import Clock
from tests.factories.accounts import PASSWORD, Member
from tests.factories.platform import Client, settings_for
from tests.factories.second_factors import kinds

BASE = "profile/security-events"


async def test_sign_ins_good_and_bad_are_noted_with_where_from(anyone: Client, owner: Member) -> None:
    await anyone.post("auth/login", {"email": owner.email, "password": "not this one"})
    events = (await owner.client.get(BASE)).json()["data"]
    assert [(event["kind"], event["detail"], event["address"]) for event in events] == [
        ("sign_in_failed", "password", "127.0.0.1"),
        ("signed_in", "password", "127.0.0.1"),
        ("registered", "", "127.0.0.1"),
    ]
    assert events[0].keys() == {"id", "kind", "address", "detail", "created_at"}


async def test_failures_for_unknown_emails_are_logged_and_fill_no_table(
    anyone: Client, owner: Member, worker_database: str
) -> None:
    with capture_logs() as logged:
        for number in range(3):
            body = {"email": f"nobody{number}@example.com", "password": PASSWORD}
            assert (await anyone.post("auth/login", body)).status_code == 401
        await anyone.post("auth/login", {"email": owner.email, "password": "not this one"})
    failures = [line["user_id"] for line in logged if line.get("kind") == "sign_in_failed"]
    assert failures == [None, None, None, owner.user["id"]]
    with psycopg.connect(worker_database) as connection:
        noted = connection.execute("SELECT user_id FROM security_events WHERE kind = 'sign_in_failed'").fetchall()
    assert noted == [(owner.user["id"],)]


async def test_replayed_refresh_token_is_noted_although_it_is_refused(
    clock: Clock, anyone: Client, owner: Member
) -> None:
    statuses = []
    for _ in range(2):
        answer = await anyone.post("auth/login/refresh", {"refresh_token": owner.refresh_token})
        statuses.append(answer.status_code)
        clock.move(minutes=1)
    assert statuses == [200, 401]
    tokens = (await anyone.post("auth/login", {"email": owner.email, "password": PASSWORD})).json()
    events = (await anyone.with_token(tokens["access_token"]).get(BASE)).json()["data"]
    assert [event["kind"] for event in events][:2] == ["signed_in", "refresh_token_replayed"]


async def test_logging_out_is_noted(anyone: Client, owner: Member) -> None:
    await owner.client.post("auth/logout")
    tokens = (await anyone.post("auth/login", {"email": owner.email, "password": PASSWORD})).json()
    events = (await anyone.with_token(tokens["access_token"]).get(BASE)).json()["data"]
    assert [event["kind"] for event in events][:2] == ["signed_in", "signed_out"]


async def test_events_are_paged_and_ones_own(owner: Member, stranger: Member, anyone: Client) -> None:
    for _ in range(2):
        await anyone.post("auth/login", {"email": owner.email, "password": "not this one"})
    first = (await owner.client.get(BASE, params={"page": 1})).json()
    assert first["meta"]["pagination"]["total"] == 4
    assert (await owner.client.get(BASE, params={"page": 2})).json()["data"] == []
    assert await kinds(stranger) == ["signed_in", "registered"]


@pytest.mark.parametrize("page", ["0", "-1", "x", "999999999"])
async def test_bad_page_is_named(owner: Member, page: str) -> None:
    answer = await owner.client.get(BASE, params={"page": page})
    assert answer.status_code == 422
    assert [entry["field"] for entry in answer.json()["error"]["messages"]] == ["page"]


async def test_needs_a_users_token(anyone: Client, visitor: Client) -> None:
    assert [(await caller.get(BASE)).status_code for caller in (anyone, visitor)] == [401, 401]


async def test_events_are_kept_for_ninety_days(owner: Member, tmp_path: Path, database_url: str) -> None:
    engine = create_engine(settings_for(tmp_path, database_url))
    sessions, now = create_databases(engine), utcnow()
    async with transaction(sessions) as db:
        for age in (KEPT, KEPT - timedelta(minutes=1)):
            kind, user_id = SecurityEventKind.SIGNED_OUT, int(str(owner.user["id"]))
            await record(db, kind, user_id=user_id, address="192.0.2.1", now=now - age, detail=str(age))
        await forget_events(db, now)
    await engine.dispose()
    with psycopg.connect(database_url) as connection:
        left = connection.execute("SELECT detail FROM security_events WHERE address = '192.0.2.1'").fetchall()
    assert left == [(str(KEPT - timedelta(minutes=1)),)]
