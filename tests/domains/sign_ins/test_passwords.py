import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from storecast.domains.sign_ins.passwords.jobs import forget_password_links
from storecast.kit.clock import utcnow
from storecast.kit.database import create_databases, create_engine, transaction
from storecast.kit.settings import Settings
from tests.factories.accounts import PASSWORD, Member, member
from tests.factories.mails import link_in, mails_in, query_of, text_of
from tests.factories.platform import Client, do_jobs, settings_for

NEW = "another good password"


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url)


async def mailed_link(anyone: Client, settings: Settings, email: str) -> dict[str, str]:
    """The parameters of the link mailed to somebody who forgot their password."""
    assert (await anyone.post("auth/password/email", {"email": email})).status_code == 200
    await do_jobs(settings)
    [mail] = [mail for mail in mails_in(settings.data_dir, email) if "password" in mail["Subject"]]
    return query_of(link_in(mail))


def reset_body(link: dict[str, str], password: str = NEW) -> dict[str, str]:
    return {"token": link["token"], "userEmail": link["email"], "password": password}


async def signs_in(anyone: Client, email: str, password: str) -> bool:
    answer = await anyone.post("auth/login", {"email": email, "password": password})
    assert answer.status_code in (200, 401)
    return answer.status_code == 200


async def test_mailed_link_sets_the_password_and_ends_every_token(
    anyone: Client, owner: Member, settings: Settings
) -> None:
    made = (await owner.client.post("api-token/new")).json()["data"]["token"]
    link = await mailed_link(anyone, settings, owner.email)
    answer = await anyone.post("auth/password/reset", reset_body(link))
    assert (answer.status_code, answer.json()) == (200, {"data": {"changed": True}})
    for token in (owner.access_token, made):
        assert (await anyone.with_token(token).get("profile")).status_code == 401
    assert (await anyone.post("auth/login/refresh", {"refresh_token": owner.refresh_token})).status_code == 401
    assert not await signs_in(anyone, owner.email, PASSWORD)
    assert await signs_in(anyone, owner.email, NEW)


async def test_mailed_link_proves_the_address(anyone: Client, owner: Member, settings: Settings) -> None:
    link = await mailed_link(anyone, settings, owner.email)
    await anyone.post("auth/password/reset", reset_body(link))
    token = (await anyone.post("auth/login", {"email": owner.email, "password": NEW})).json()["access_token"]
    assert (await anyone.with_token(token).get("profile")).json()["data"]["isVerified"] is True


async def test_owner_is_told_of_a_new_password(anyone: Client, owner: Member, settings: Settings) -> None:
    link = await mailed_link(anyone, settings, owner.email)
    await anyone.post("auth/password/reset", reset_body(link))
    await do_jobs(settings)
    [notice] = [mail for mail in mails_in(settings.data_dir, owner.email) if "was changed" in mail["Subject"]]
    assert "UTC" in text_of(notice)


async def test_link_works_once_even_for_two_at_once(anyone: Client, owner: Member, settings: Settings) -> None:
    body = reset_body(await mailed_link(anyone, settings, owner.email))
    answers = await asyncio.gather(*(anyone.post("auth/password/reset", body) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 422]
    again = await anyone.post("auth/password/reset", body)
    assert [entry["field"] for entry in again.json()["error"]["messages"]] == ["token"]
    assert again.json()["error"]["link"] == "used"


async def test_links_are_forgotten_a_week_after_they_are_over(
    anyone: Client, owner: Member, settings: Settings
) -> None:
    await mailed_link(anyone, settings, owner.email)
    engine = create_engine(settings)
    left = []
    for days in (7, 8):
        async with transaction(create_databases(engine)) as db:
            await forget_password_links(db, utcnow() + timedelta(days=days))
            left.append((await db.execute(text("SELECT count(*) FROM password_links"))).scalar_one())
    await engine.dispose()
    assert left == [1, 0]


async def test_link_that_was_not_used_ends_with_one_that_was(anyone: Client, owner: Member, settings: Settings) -> None:
    older = reset_body(await mailed_link(anyone, settings, owner.email))
    change = {"old_password": PASSWORD, "password": NEW, "password_confirmation": NEW}
    assert (await owner.client.post("auth/password/change-password", change)).status_code == 200
    answer = await anyone.post("auth/password/reset", older)
    assert (answer.status_code, answer.json()["error"]["link"]) == (422, "used")
    unknown = await anyone.post("auth/password/reset", {**older, "token": "x" * 64})
    assert (unknown.status_code, unknown.json()["error"]["link"]) == (422, "unknown")


async def test_link_is_good_for_an_hour(anyone: Client, owner: Member, settings: Settings) -> None:
    body = reset_body(await mailed_link(anyone, settings, owner.email))
    engine = create_engine(settings)
    async with transaction(create_databases(engine)) as db:
        left = (await db.execute(text("SELECT expires_at - now() FROM password_links"))).scalar_one()
        await db.execute(text("UPDATE password_links SET expires_at = now()"))
    await engine.dispose()
    assert 3_000 < left.total_seconds() <= 3_600
    answer = await anyone.post("auth/password/reset", body)
    assert (answer.status_code, answer.json()["error"]["link"]) == (422, "over")
    assert await signs_in(anyone, owner.email, PASSWORD)


async def test_link_is_for_its_own_address(anyone: Client, owner: Member, stranger: Member, settings: Settings) -> None:
    body = {**reset_body(await mailed_link(anyone, settings, owner.email)), "userEmail": stranger.email}
    assert (await anyone.post("auth/password/reset", body)).status_code == 422


async def test_weak_password_does_not_use_the_link_up(anyone: Client, owner: Member, settings: Settings) -> None:
    link = await mailed_link(anyone, settings, owner.email)
    for weak in ("password1", "mara.ionescu", "short"):
        answer = await anyone.post("auth/password/reset", reset_body(link, weak))
        assert [entry["field"] for entry in answer.json()["error"]["messages"]] == ["password"]
    assert (await anyone.post("auth/password/reset", reset_body(link))).status_code == 200


async def test_token_is_kept_nowhere_but_in_the_mail(anyone: Client, owner: Member, settings: Settings) -> None:
    link = await mailed_link(anyone, settings, owner.email)
    engine = create_engine(settings)
    async with transaction(create_databases(engine)) as db:
        for table in ("password_links", "procrastinate_jobs"):
            rows = (await db.execute(text(f"SELECT {table}::text FROM {table}"))).scalars().all()
            assert rows
            assert not any(link["token"] in row for row in rows)
    await engine.dispose()


@pytest.mark.parametrize(("method", "path"), [("POST", "auth/password/email"), ("PUT", "auth/register")])
async def test_answer_does_not_tell_whether_the_address_has_an_account(
    anyone: Client, owner: Member, method: str, path: str
) -> None:
    known, unknown = [
        await anyone.call(method, path, json={"email": email}) for email in (owner.email, "nobody@example.com")
    ]
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert known.status_code == 200


async def test_nobody_is_mailed_at_an_unknown_address(anyone: Client, settings: Settings) -> None:
    await anyone.post("auth/password/email", {"email": "nobody@example.com"})
    await do_jobs(settings)
    assert mails_in(settings.data_dir) == []


async def test_sign_up_by_mail_makes_a_verified_account(anyone: Client, settings: Settings) -> None:
    await anyone.put("auth/register", {"email": " New@example.com "}, headers={"Accept-Language": "fr-CA"})
    await do_jobs(settings)
    [mail] = mails_in(settings.data_dir, "new@example.com")
    assert mail["Subject"] == "Terminez votre inscription"
    body = reset_body(query_of(link_in(mail)))
    answer = await anyone.post("auth/password/reset", body, headers={"Accept-Language": "fr"})
    assert answer.status_code == 200
    token = (await anyone.post("auth/login", {"email": "new@example.com", "password": NEW})).json()["access_token"]
    user = (await anyone.with_token(token).get("profile")).json()["data"]
    assert (user["isVerified"], user["locale"]) == (True, "fr")


async def test_sign_up_by_mail_reminds_of_an_account(anyone: Client, owner: Member, settings: Settings) -> None:
    await anyone.put("auth/register", {"email": owner.email})
    await do_jobs(settings)
    [mail] = [mail for mail in mails_in(settings.data_dir, owner.email) if "already" in mail["Subject"]]
    assert (await anyone.post("auth/password/reset", reset_body(query_of(link_in(mail))))).status_code == 200
    assert await signs_in(anyone, owner.email, NEW)


async def test_sign_up_link_of_an_address_registered_meanwhile_takes_it_over(
    anyone: Client, settings: Settings
) -> None:
    await anyone.put("auth/register", {"email": "new@example.com"})
    await do_jobs(settings)
    [mail] = mails_in(settings.data_dir, "new@example.com")
    squatter = await member(anyone, "new@example.com")
    assert (await anyone.post("auth/password/reset", reset_body(query_of(link_in(mail))))).status_code == 200
    assert (await squatter.client.get("profile")).status_code == 401
    assert not await signs_in(anyone, "new@example.com", PASSWORD)


@pytest.mark.parametrize(("method", "path"), [("POST", "auth/password/email"), ("PUT", "auth/register")])
async def test_an_address_is_mailed_five_times_an_hour(anyone: Client, method: str, path: str) -> None:
    statuses = [(await anyone.call(method, path, json={"email": "a@example.com"})).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    assert (await anyone.call(method, path, json={"email": "b@example.com"})).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", "auth/password/email", {}, "email"),
        ("POST", "auth/password/email", {"email": "a,b@example.com"}, "email"),
        ("PUT", "auth/register", {"email": "no address"}, "email"),
        ("POST", "auth/password/reset", {"token": "x", "userEmail": "a@example.com"}, "password"),
        ("POST", "auth/password/reset", {"token": "x", "userEmail": "a@example.com", "password": NEW}, "token"),
        ("POST", "auth/password/reset", {"token": "x", "userEmail": "a@b.co", "password": "x" * 1001}, "password"),
    ],
)
async def test_bad_input_names_the_field(
    anyone: Client, method: str, path: str, body: dict[str, str], field: str
) -> None:
    answer = await anyone.call(method, path, json=body)
    assert answer.status_code == 422
    assert [entry["field"] for entry in answer.json()["error"]["messages"]] == [field]


async def test_change_keeps_this_sign_in_and_ends_the_others(anyone: Client, owner: Member) -> None:
    other = (await anyone.post("auth/login", {"email": owner.email, "password": PASSWORD})).json()["access_token"]
    answer = await owner.client.post("auth/password/change-password", {"old_password": PASSWORD, "password": NEW})
    assert answer.status_code == 200
    assert (await owner.client.get("profile")).status_code == 200
    assert (await anyone.with_token(other).get("profile")).status_code == 401
    assert await signs_in(anyone, owner.email, NEW)


async def test_change_ends_links_mailed_before(anyone: Client, owner: Member, settings: Settings) -> None:
    link = await mailed_link(anyone, settings, owner.email)
    await owner.client.post("auth/password/change-password", {"old_password": PASSWORD, "password": NEW})
    assert (await anyone.post("auth/password/reset", reset_body(link, "yet another password"))).status_code == 422


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"old_password": "not this one", "password": NEW}, "old_password"),
        ({"old_password": PASSWORD, "password": "qwertyuiop"}, "password"),
        ({"old_password": PASSWORD, "password": "Mara-Ionescu-1"}, "password"),
        ({"old_password": PASSWORD}, "password"),
    ],
)
async def test_bad_change_names_the_field(anyone: Client, owner: Member, body: dict[str, str], field: str) -> None:
    answer = await owner.client.post("auth/password/change-password", body)
    assert answer.status_code == 422
    assert [entry["field"] for entry in answer.json()["error"]["messages"]] == [field]
    assert await signs_in(anyone, owner.email, PASSWORD)


async def test_old_password_cannot_be_guessed_at_leisure(owner: Member) -> None:
    body = {"old_password": "not this one", "password": NEW}
    for _ in range(5):
        assert (await owner.client.post("auth/password/change-password", body)).status_code == 422
    right = {**body, "old_password": PASSWORD}
    assert (await owner.client.post("auth/password/change-password", right)).status_code == 429


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "auth/password/change-password"), ("POST", "auth/revoke"), ("GET", "profile/send-verification")],
)
async def test_a_users_token_is_needed(anyone: Client, visitor: Client, method: str, path: str) -> None:
    body = {"json": {"old_password": PASSWORD, "password": NEW}} if "change" in path else {}
    assert (await anyone.call(method, path, **body)).status_code == 401
    assert (await visitor.call(method, path, **body)).status_code == 401


async def test_api_token_cannot_change_the_password(anyone: Client, owner: Member) -> None:
    token = (await owner.client.post("api-token/new")).json()["data"]["token"]
    body = {"old_password": PASSWORD, "password": NEW}
    assert (await anyone.with_token(token).post("auth/password/change-password", body)).status_code == 403


async def test_revoke_ends_every_token_of_the_account_and_no_others(
    anyone: Client, owner: Member, stranger: Member
) -> None:
    other = (await anyone.post("auth/login", {"email": owner.email, "password": PASSWORD})).json()["access_token"]
    made = (await owner.client.post("api-token/new")).json()["data"]["token"]
    answer = await owner.client.post("auth/revoke")
    assert (answer.status_code, answer.content) == (204, b"")
    for token in (owner.access_token, other, made):
        assert (await anyone.with_token(token).get("profile")).status_code == 401
    assert (await stranger.client.get("profile")).status_code == 200


async def test_verification_is_mailed_again_once_a_minute(anyone: Client, owner: Member, settings: Settings) -> None:
    assert (await owner.client.get("profile/send-verification")).status_code == 200
    again = await owner.client.get("profile/send-verification")
    assert (again.status_code, 0 < int(again.headers["Retry-After"]) <= 60) == (429, True)
    await do_jobs(settings)
    one, other = mails_in(settings.data_dir, owner.email)  # the first when they registered
    assert link_in(one) == link_in(other)
    assert (await anyone.post("auth/verify", query_of(link_in(one)))).status_code == 200
    assert (await owner.client.get("profile/send-verification")).status_code == 409


async def test_password_is_the_same_however_its_letters_are_composed(anyone: Client) -> None:
    await member(anyone, "ana@example.com")
    composed, decomposed = "caf\u00e9 fermé le mardi", "cafe\u0301 ferme\u0301 le mardi"
    body = {"email": "zoe@example.com", "password": composed}
    assert (await anyone.post("auth/register", body)).status_code == 200
    assert await signs_in(anyone, "zoe@example.com", decomposed)
