"""A token belongs to a grant, and is as good as that."""

from datetime import datetime, timedelta

import psycopg

from tests.factories.accounts import PASSWORD, Member
from tests.factories.platform import Client

SELECT = "SELECT user_agent, address, last_used_at, expires_at - created_at FROM grants"


async def test_sign_in_is_kept_with_where_it_came_from(anyone: Client, owner: Member, worker_database: str) -> None:
    with psycopg.connect(worker_database) as connection:
        connection.execute("DELETE FROM grants")
    headers = {"User-Agent": "Studio/2 " + "x" * 1000}
    answer = await anyone.post("auth/login", {"email": owner.email, "password": PASSWORD}, headers=headers)
    assert answer.status_code == 200
    with psycopg.connect(worker_database) as connection:
        [(user_agent, address, used, lasts)] = connection.execute(SELECT).fetchall()
    assert user_agent == headers["User-Agent"][:500]
    assert (address, used is not None, lasts) == ("127.0.0.1", True, timedelta(days=30))


async def test_use_is_noted_once_a_minute(owner: Member, worker_database: str) -> None:
    def last_used() -> datetime:
        with psycopg.connect(worker_database) as connection:
            return connection.execute("SELECT last_used_at FROM grants").fetchall()[0][0]  # type: ignore[no-any-return]

    signed_in = last_used()
    await owner.client.get("profile")
    assert last_used() == signed_in
    with psycopg.connect(worker_database) as connection:
        connection.execute("UPDATE grants SET last_used_at = last_used_at - interval '61 seconds'")
    await owner.client.get("profile")
    assert last_used() >= signed_in


async def test_grant_that_is_over_takes_its_tokens_along(anyone: Client, owner: Member, worker_database: str) -> None:
    with psycopg.connect(worker_database) as connection:
        connection.execute("UPDATE grants SET expires_at = now() - interval '1 second'")
    assert (await owner.client.get("profile")).status_code == 401


async def test_who_lacks_a_good_token_is_challenged_for_one_and_nobody_else(anyone: Client, owner: Member) -> None:
    """Pages tell by it that somebody must sign in, and not that a password was wrong."""
    missing, forged = await anyone.get("profile"), await anyone.with_token("nonsense").get("profile")
    await owner.client.post("auth/logout")
    ended = await owner.client.get("profile")
    wrong = await anyone.post("auth/login", {"email": owner.email, "password": "not this one"})
    spent = await anyone.post("auth/login/refresh", {"refresh_token": owner.refresh_token})
    answers = (missing, forged, ended, wrong, spent)
    assert {answer.status_code for answer in answers} == {401}
    bad = 'Bearer error="invalid_token"'
    assert [answer.headers.get("WWW-Authenticate") for answer in answers] == ["Bearer", bad, bad, None, None]
