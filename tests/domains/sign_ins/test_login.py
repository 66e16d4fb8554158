import asyncio
from datetime import timedelta
from pathlib import Path

import httpx
import psycopg
import pytest

from storecast.domains.accounts.tokens import forget_refreshes
from storecast.kit.seals import Seal
from storecast.wiring.assembly import create_process
from storecast.wiring.unit import unit_of_work
from tests.clock import Clock
from tests.factories.accounts import PASSWORD, Member
from tests.factories.platform import Client, running_app, settings_for
from tests.waiting import eventually

BLOCKED = "SELECT 1 FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))"


async def test_login_answers_a_pair_of_tokens(anyone: Client, owner: Member) -> None:
    answer = await anyone.post("auth/login", {"email": owner.email, "password": PASSWORD})
    assert answer.status_code == 200
    assert answer.json().keys() == {"access_token", "refresh_token", "expires_in"}
    assert answer.json()["expires_in"] == 3600


async def test_login_ignores_the_case_of_the_email(anyone: Client, owner: Member) -> None:
    answer = await anyone.post("auth/login", {"email": owner.email.upper(), "password": PASSWORD})
    assert answer.status_code == 200


@pytest.mark.parametrize("email", ["nobody@example.com", None])
async def test_unknown_email_and_wrong_password_answer_the_same(
    anyone: Client, owner: Member, email: str | None
) -> None:
    answer = await anyone.post("auth/login", {"email": email or owner.email, "password": "not this one"})
    assert answer.status_code == 401
    error = answer.json()["error"]
    assert (error["code"], error["message"]) == (422, "The user credentials were incorrect.")


async def test_sixth_failure_in_a_minute_must_wait(anyone: Client, owner: Member) -> None:
    for _ in range(5):
        assert (await anyone.post("auth/login", {"email": owner.email, "password": "wrong"})).status_code == 401
    answer = await anyone.post("auth/login", {"email": owner.email, "password": PASSWORD})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60


async def test_refresh_rotates_the_token(anyone: Client, owner: Member) -> None:
    answer = await anyone.post("auth/login/refresh", {"refresh_token": owner.refresh_token})
    assert answer.status_code == 200
    fresh = answer.json()
    assert fresh["refresh_token"] != owner.refresh_token
    assert (await anyone.with_token(fresh["access_token"]).get("profile")).status_code == 200


async def refreshed(anyone: Client, token: str) -> httpx.Response:
    return await anyone.post("auth/login/refresh", {"refresh_token": token})


async def test_replayed_refresh_token_ends_the_whole_grant(clock: Clock, anyone: Client, owner: Member) -> None:
    fresh = (await refreshed(anyone, owner.refresh_token)).json()
    clock.move(seconds=11)
    replayed = await refreshed(anyone, owner.refresh_token)
    assert replayed.status_code == 401
    assert (replayed.json()["error"]["code"], replayed.json()["error"]["message"]) == (422, "The token is invalid.")
    assert (await refreshed(anyone, fresh["refresh_token"])).status_code == 401
    assert (await anyone.with_token(fresh["access_token"]).get("profile")).status_code == 401


async def test_refreshes_at_once_bring_one_pair(anyone: Client, owner: Member, worker_database: str) -> None:
    answers = await asyncio.gather(*(refreshed(anyone, owner.refresh_token) for _ in range(8)))
    assert [answer.status_code for answer in answers] == [200] * 8
    pairs = {(answer.json()["access_token"], answer.json()["refresh_token"]) for answer in answers}
    [(access, refresh)] = pairs
    assert (await anyone.with_token(access).get("profile")).status_code == 200
    assert (await refreshed(anyone, refresh)).status_code == 200
    with psycopg.connect(worker_database) as connection:
        unused = connection.execute("SELECT count(*) FROM refresh_tokens WHERE used_at IS NULL").fetchone()
        assert unused == (1,), "a grant has one descendant"


async def test_who_lost_an_answer_gets_it_again_within_seconds(clock: Clock, anyone: Client, owner: Member) -> None:
    lost = (await refreshed(anyone, owner.refresh_token)).json()
    clock.move(seconds=10)
    again = await refreshed(anyone, owner.refresh_token)
    assert (again.status_code, again.json()) == (200, lost)
    clock.move(days=1)
    assert (await refreshed(anyone, lost["refresh_token"])).status_code == 200


async def test_who_comes_late_gets_the_pair_that_is_live(clock: Clock, anyone: Client, owner: Member) -> None:
    """Where another page has traded the token, and the one it brought, too."""
    second = (await refreshed(anyone, owner.refresh_token)).json()
    clock.move(seconds=8)
    third = (await refreshed(anyone, second["refresh_token"])).json()
    late = await refreshed(anyone, owner.refresh_token)
    assert (late.status_code, late.json()) == (200, third)


async def test_no_refresh_is_answered_again_once_signed_out(anyone: Client, owner: Member) -> None:
    fresh = (await refreshed(anyone, owner.refresh_token)).json()
    await anyone.with_token(fresh["access_token"]).post("auth/logout")
    assert (await refreshed(anyone, owner.refresh_token)).status_code == 401


async def test_what_a_refresh_brought_is_sealed_and_soon_forgotten(
    anyone: Client, owner: Member, tmp_path: Path, worker_database: str
) -> None:
    process = create_process(settings_for(tmp_path, worker_database))
    fresh = (await refreshed(anyone, owner.refresh_token)).json()
    with psycopg.connect(worker_database) as connection:
        [(used_at, sealed)] = connection.execute(
            "SELECT used_at, sealed_answer FROM refresh_tokens WHERE sealed_answer IS NOT NULL"
        ).fetchall()
    assert fresh["refresh_token"] not in sealed
    assert fresh["refresh_token"] in Seal(owner.refresh_token.encode()).open_once(sealed)
    with pytest.raises(ValueError, match="another secret"):
        process.seal.open_once(sealed)  # nobody can who has not the token that was spent
    kept = []
    for seconds in (9, 11):
        async with unit_of_work(process) as unit:
            await forget_refreshes(unit.db, used_at + timedelta(seconds=seconds))
        with psycopg.connect(worker_database) as connection:
            row = connection.execute("SELECT count(sealed_answer) FROM refresh_tokens").fetchone()
            kept.append(row and row[0])
    await process.close()
    assert kept == [1, 0]


async def test_two_apis_bring_one_pair(anyone: Client, owner: Member, tmp_path: Path, worker_database: str) -> None:
    async with running_app(settings_for(tmp_path, worker_database)) as other:
        answers = await asyncio.gather(*(refreshed(api, owner.refresh_token) for api in (anyone, other, anyone, other)))
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1


async def test_logout_revokes_access_and_refresh_token(anyone: Client, owner: Member) -> None:
    answer = await owner.client.post("auth/logout")
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await owner.client.get("profile")).status_code == 401
    assert (await anyone.post("auth/login/refresh", {"refresh_token": owner.refresh_token})).status_code == 401


async def test_logout_needs_a_token(anyone: Client, visitor: Client) -> None:
    assert (await anyone.post("auth/logout")).status_code == 401
    assert (await visitor.post("auth/logout")).status_code == 401


async def test_a_password_taken_away_meanwhile_signs_nobody_in(
    anyone: Client, owner: Member, database_url: str
) -> None:
    with psycopg.connect(database_url) as taking, psycopg.connect(database_url, autocommit=True) as watching:
        taking.execute("UPDATE users SET password_hash = NULL WHERE email = %s", (owner.email,))
        entering = asyncio.create_task(anyone.post("auth/login", {"email": owner.email, "password": PASSWORD}))

        async def waits() -> bool:
            return watching.execute(BLOCKED, (taking.info.backend_pid,)).fetchone() is not None

        await eventually(waits)
        taking.commit()
    assert (await entering).status_code == 401
