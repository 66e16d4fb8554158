import asyncio

import psycopg
import pytest

from tests.factories.accounts import PASSWORD, Member
from tests.factories.platform import Client
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


async def test_replayed_refresh_token_ends_the_whole_grant(anyone: Client, owner: Member) -> None:
    fresh = (await anyone.post("auth/login/refresh", {"refresh_token": owner.refresh_token})).json()
    replayed = await anyone.post("auth/login/refresh", {"refresh_token": owner.refresh_token})
    assert replayed.status_code == 401
    assert (replayed.json()["error"]["code"], replayed.json()["error"]["message"]) == (422, "The token is invalid.")
    assert (await anyone.post("auth/login/refresh", {"refresh_token": fresh["refresh_token"]})).status_code == 401
    assert (await anyone.with_token(fresh["access_token"]).get("profile")).status_code == 401


async def test_of_two_refreshes_at_once_one_fails(anyone: Client, owner: Member) -> None:
    body = {"refresh_token": owner.refresh_token}
    answers = await asyncio.gather(*(anyone.post("auth/login/refresh", body) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 401]


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
