import asyncio

import psycopg

from tests.factories.accounts import PASSWORD, Member
from tests.factories.platform import Client
from tests.factories.second_factors import kinds, ticket, with_app

STEP = "auth/login/second-factor"


async def test_password_alone_is_answered_by_what_is_missing(anyone: Client, owner: Member) -> None:
    await with_app(owner)
    answer = await anyone.post("auth/login", {"email": owner.email, "password": PASSWORD})
    assert answer.status_code == 401
    error = answer.json()["error"]
    assert (error["code"], error["messages"]) == (401, [{"field": "code", "message": "is required"}])
    hint = error["second_factor"]
    assert (hint["methods"], hint["expires_in"]) == (["totp", "recovery_code"], 300)
    assert "access_token" not in answer.json()


async def test_wrong_password_says_nothing_of_second_factors(anyone: Client, owner: Member) -> None:
    app = await with_app(owner)
    body = {"email": owner.email, "password": "not this one", "code": app.next_code()}
    error = (await anyone.post("auth/login", body)).json()["error"]
    assert (error["code"], error["message"]) == (422, "The user credentials were incorrect.")
    assert "second_factor" not in error
    assert (await anyone.post("auth/login", {**body, "password": PASSWORD})).status_code == 200  # the code is not spent


async def test_code_signs_in_once(anyone: Client, owner: Member) -> None:
    app = await with_app(owner)
    body = {"email": owner.email, "password": PASSWORD, "code": app.next_code()}
    answers = await asyncio.gather(*(anyone.post("auth/login", body) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401]
    refused = next(answer for answer in answers if answer.status_code == 401).json()["error"]
    assert (refused["code"], refused["messages"][0]["field"]) == (401, "code")


async def test_code_that_set_the_app_up_does_not_sign_in(anyone: Client, owner: Member) -> None:
    app = await with_app(owner)
    body = {"email": owner.email, "password": PASSWORD, "code": app.spent}
    assert (await anyone.post("auth/login", body)).status_code == 401


async def test_recovery_code_signs_in_once(anyone: Client, owner: Member) -> None:
    app = await with_app(owner)
    body = {"email": owner.email, "password": PASSWORD, "code": app.recovery_codes[0].upper()}
    answers = await asyncio.gather(*(anyone.post("auth/login", body) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401]
    assert (await owner.client.get("profile/second-factors")).json()["data"]["recovery_codes_left"] == 9
    assert {"recovery_code_used", "second_factor_failed"} <= set(await kinds(owner))


async def test_ticket_and_code_sign_in_once(anyone: Client, owner: Member) -> None:
    app = await with_app(owner)
    waiting = await ticket(anyone, owner)
    assert (await anyone.post(STEP, {"ticket": waiting, "code": "000000"})).status_code == 401
    answer = await anyone.post(STEP, {"ticket": waiting, "code": app.recovery_codes[0]})
    assert answer.status_code == 200
    assert (await anyone.with_token(answer.json()["access_token"]).get("profile")).status_code == 200
    again = await anyone.post(STEP, {"ticket": waiting, "code": app.recovery_codes[1]})
    assert (again.status_code, again.json()["error"]["messages"][0]["field"]) == (401, "ticket")


async def test_ticket_is_its_accounts_own(anyone: Client, owner: Member, stranger: Member) -> None:
    await with_app(owner)
    theirs = await with_app(stranger)
    answer = await anyone.post(STEP, {"ticket": await ticket(anyone, owner), "code": theirs.recovery_codes[0]})
    assert answer.status_code == 401


async def test_ticket_is_over_after_five_minutes(anyone: Client, owner: Member, worker_database: str) -> None:
    app = await with_app(owner)
    waiting = await ticket(anyone, owner)
    with psycopg.connect(worker_database) as connection:
        connection.execute("UPDATE sign_in_tickets SET expires_at = expires_at - interval '5 minutes'")
    answer = await anyone.post(STEP, {"ticket": waiting, "code": app.recovery_codes[0]})
    assert answer.status_code == 401


async def test_new_password_ends_the_ticket_the_old_one_got(
    anyone: Client, owner: Member, worker_database: str
) -> None:
    app = await with_app(owner)
    waiting = await ticket(anyone, owner)
    with psycopg.connect(worker_database) as connection:
        connection.execute("UPDATE users SET password_hash = 'another'")
    answer = await anyone.post(STEP, {"ticket": waiting, "code": app.recovery_codes[0]})
    assert answer.status_code == 401
    assert answer.json()["error"]["messages"][0]["field"] == "ticket"


async def test_guesses_are_few_however_they_are_made(anyone: Client, owner: Member) -> None:
    app = await with_app(owner)  # has used one of ten tries
    waiting = await ticket(anyone, owner)
    login = {"email": owner.email, "password": PASSWORD, "code": "000000"}
    tries = [("auth/login", login), (STEP, {"ticket": waiting, "code": "000000"})] * 5
    answers = [await anyone.post(path, body) for path, body in tries]
    assert [answer.status_code for answer in answers] == [401] * 9 + [429]
    assert (await anyone.post("auth/login", {**login, "code": app.recovery_codes[0]})).status_code == 429


async def test_bad_input_names_the_field(anyone: Client) -> None:
    answer = await anyone.post(STEP, {"ticket": 5, "code": "1"})
    assert {entry["field"] for entry in answer.json()["error"]["messages"]} == {"ticket", "code"}
    unknown = await anyone.post(STEP, {"ticket": "unknown", "code": "123456"})
    assert unknown.status_code == 401
