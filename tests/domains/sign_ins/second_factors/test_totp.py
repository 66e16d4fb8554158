import asyncio

import psycopg
import pytest

from tests.factories.accounts import PASSWORD, Member
from tests.factories.platform import Client
from tests.factories.second_factors import kinds, with_app

BASE = "profile/second-factors"


async def test_nothing_is_asked_for_until_something_is_set_up(owner: Member) -> None:
    shown = (await owner.client.get(BASE)).json()["data"]
    assert shown == {"enabled": False, "required": False, "methods": [], "recovery_codes_left": 0}


async def test_app_counts_once_a_code_confirms_it(anyone: Client, owner: Member) -> None:
    begun = (await owner.client.post(f"{BASE}/totp", {"password": PASSWORD})).json()["data"]
    assert begun.keys() == {"secret", "uri", "qr_svg"}
    assert begun["secret"] in begun["uri"]
    login = {"email": owner.email, "password": PASSWORD}
    assert (await anyone.post("auth/login", login)).status_code == 200
    wrong = await owner.client.post(f"{BASE}/totp/confirm", {"code": "000000"})
    assert [entry["field"] for entry in wrong.json()["error"]["messages"]] == ["code"]
    app = await with_app(owner)
    assert len(set(app.recovery_codes)) == 10
    shown = (await owner.client.get(BASE)).json()["data"]
    methods = ["totp", "recovery_code"]
    assert shown == {"enabled": True, "required": False, "methods": methods, "recovery_codes_left": 10}
    assert (await anyone.post("auth/login", login)).status_code == 401


async def test_secret_is_sealed_and_recovery_codes_are_hashed(owner: Member, worker_database: str) -> None:
    app = await with_app(owner)
    with psycopg.connect(worker_database) as connection:
        [(sealed,)] = connection.execute("SELECT sealed_secret FROM totp_factors").fetchall()
        digests = connection.execute("SELECT digest FROM recovery_codes").fetchall()
    assert app.secret not in sealed
    assert {len(digest) for (digest,) in digests} == {64}


async def test_unconfirmed_secret_is_over_after_a_while(owner: Member, worker_database: str) -> None:
    await owner.client.post(f"{BASE}/totp", {"password": PASSWORD})
    with psycopg.connect(worker_database) as connection:
        connection.execute("UPDATE totp_factors SET created_at = now() - interval '15 minutes'")
    answer = await owner.client.post(f"{BASE}/totp/confirm", {"code": "123456"})
    assert answer.status_code == 404


async def test_second_app_waits_for_the_first_to_go(owner: Member) -> None:
    app = await with_app(owner)
    assert (await owner.client.post(f"{BASE}/totp", {"password": PASSWORD})).status_code == 409
    assert (await owner.client.post(f"{BASE}/totp/confirm", {"code": app.next_code()})).status_code == 409


@pytest.mark.parametrize("proof", [{}, {"password": "not this one"}, {"code": "123456"}, {"code": None}])
@pytest.mark.parametrize("path", ["totp", "totp/remove", "recovery-codes"])
async def test_changes_take_proof(owner: Member, path: str, proof: dict[str, str | None]) -> None:
    if path != "totp":
        await with_app(owner)
    answer = await owner.client.post(f"{BASE}/{path}", proof)
    assert answer.status_code == 422, answer.text
    assert answer.json()["error"]["messages"][0]["field"] in ("password", "code")
    assert (await owner.client.get(BASE)).json()["data"]["enabled"] is (path != "totp")


async def test_app_is_removed_by_password_and_its_recovery_codes_go(anyone: Client, owner: Member) -> None:
    await with_app(owner)
    assert (await owner.client.post(f"{BASE}/totp/remove", {"password": PASSWORD})).status_code == 204
    shown = (await owner.client.get(BASE)).json()["data"]
    assert (shown["enabled"], shown["recovery_codes_left"]) == (False, 0)
    assert (await anyone.post("auth/login", {"email": owner.email, "password": PASSWORD})).status_code == 200
    assert (await owner.client.post(f"{BASE}/totp/remove", {"password": PASSWORD})).status_code == 404
    assert {"second_factor_added", "recovery_codes_made", "second_factor_removed"} <= set(await kinds(owner))


async def test_app_is_removed_by_its_own_code(owner: Member) -> None:
    app = await with_app(owner)
    spent = await owner.client.post(f"{BASE}/totp/remove", {"code": app.spent})
    assert spent.status_code == 422
    assert (await owner.client.post(f"{BASE}/totp/remove", {"code": app.next_code()})).status_code == 204


async def test_new_recovery_codes_end_the_old(anyone: Client, owner: Member) -> None:
    assert (await owner.client.post(f"{BASE}/recovery-codes", {"password": PASSWORD})).status_code == 409
    app = await with_app(owner)
    answer = await owner.client.post(f"{BASE}/recovery-codes", {"code": app.recovery_codes[0]})
    fresh = answer.json()["data"]["recovery_codes"]
    assert not set(fresh) & set(app.recovery_codes)
    login = {"email": owner.email, "password": PASSWORD}
    assert (await anyone.post("auth/login", {**login, "code": app.recovery_codes[1]})).status_code == 401
    assert (await anyone.post("auth/login", {**login, "code": fresh[0]})).status_code == 200


async def test_account_without_password_proves_itself_by_a_fresh_sign_in(owner: Member, worker_database: str) -> None:
    """As one that came by a provider."""
    with psycopg.connect(worker_database) as connection:
        connection.execute("UPDATE users SET password_hash = NULL")
    assert (await owner.client.post(f"{BASE}/totp", {})).status_code == 200
    with psycopg.connect(worker_database) as connection:
        connection.execute("UPDATE grants SET created_at = created_at - interval '10 minutes'")
    assert (await owner.client.post(f"{BASE}/totp", {})).status_code == 422


async def test_guesses_of_codes_are_few(owner: Member) -> None:
    await owner.client.post(f"{BASE}/totp", {"password": PASSWORD})
    answers = await asyncio.gather(*(owner.client.post(f"{BASE}/totp/confirm", {"code": "000000"}) for _ in range(12)))
    assert [answer.status_code for answer in answers].count(429) == 2
    assert all(answer.headers["Retry-After"] for answer in answers if answer.status_code == 429)


@pytest.mark.parametrize("code", ["12345", "1" * 41, 123456, None, ["123456"]])
async def test_bad_code_is_named(owner: Member, code: object) -> None:
    answer = await owner.client.post(f"{BASE}/totp/confirm", {"code": code})
    assert answer.status_code == 422
    assert [entry["field"] for entry in answer.json()["error"]["messages"]] == ["code"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", BASE),
        ("POST", f"{BASE}/totp"),
        ("POST", f"{BASE}/totp/confirm"),
        ("POST", f"{BASE}/totp/remove"),
        ("POST", f"{BASE}/recovery-codes"),
    ],
)
async def test_needs_a_users_token(anyone: Client, visitor: Client, method: str, path: str) -> None:
    for caller in (anyone, visitor):
        answer = await caller.call(method, path, json={"code": "123456"} if method == "POST" else None)
        assert answer.status_code == 401


async def test_nobody_confirms_for_somebody_else(owner: Member, stranger: Member) -> None:
    await owner.client.post(f"{BASE}/totp", {"password": PASSWORD})
    assert (await stranger.client.post(f"{BASE}/totp/confirm", {"code": "123456"})).status_code == 404
