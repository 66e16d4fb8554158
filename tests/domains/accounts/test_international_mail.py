"""Addresses in letters of all languages: one account each, and mail that arrives."""

import email
from pathlib import Path

import psycopg
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from hypothesis import given
from hypothesis import strategies as st

from storecast.domains.sign_ins import service
from storecast.kit.emails import delivered, normal
from storecast.kit.settings import Settings
from tests.adapters.email.test_smtp import Inbox, smtp_server
from tests.factories.accounts import PASSWORD
from tests.factories.mails import link_in, mails_in, query_of
from tests.factories.oauth import first_party_client
from tests.factories.platform import Client, do_jobs, running_app, settings_for

JOSE = "josé@bücher.example"
SPELLINGS = (JOSE, "Jose\u0301@BU\u0308CHER.example", "JOSÉ@xn--bcher-kva.example", " josé@ｂücher。example ")
NEW = "another good password"


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url)


async def test_every_spelling_is_one_account(anyone: Client, settings: Settings) -> None:
    made = await anyone.post("auth/register", {"email": SPELLINGS[1], "password": PASSWORD})
    assert made.json()["data"][0]["email"] == JOSE
    own = await first_party_client(settings)
    for spelled in SPELLINGS:
        again = await anyone.post("auth/register", {"email": spelled, "password": PASSWORD})
        assert [entry["field"] for entry in again.json()["error"]["messages"]] == ["email"]
        assert (await anyone.post("auth/login", {"email": spelled, "password": PASSWORD})).status_code == 200
        asked = {"grant_type": "password", "username": spelled, "password": PASSWORD, "scope": "*", **own.body}
        assert (await anyone.post("oauth/token", asked)).status_code == 200


@pytest.fixture
async def of_old(anyone: Client, settings: Settings, database_url: str) -> str:
    """The spelling kept by an account from before there was one form, whose address another has verified, JOSE."""
    kept = SPELLINGS[1].lower()
    await anyone.post("auth/register", {"email": "old@example.com", "password": NEW})
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE users SET email = %s WHERE email = 'old@example.com'", [kept])
    await anyone.post("auth/register", {"email": JOSE, "password": PASSWORD})
    await do_jobs(settings)
    [mail] = [mail for mail in mails_in(settings.data_dir, JOSE) if "Verify" in mail["Subject"]]
    assert (await anyone.post("auth/verify", query_of(link_in(mail)))).status_code == 200
    return kept


async def test_a_spelling_another_account_kept_lets_its_owner_in_and_the_other(
    anyone: Client, settings: Settings, of_old: str
) -> None:
    own = await first_party_client(settings)
    for password, whose in ((PASSWORD, JOSE), (NEW, of_old)):
        signed_in = await anyone.post("auth/login", {"email": of_old, "password": password})
        assert signed_in.status_code == 200
        profile = await anyone.with_token(signed_in.json()["access_token"]).get("profile")
        assert profile.json()["data"]["email"] == whose
        asked = {"grant_type": "password", "username": of_old, "password": password, "scope": "*", **own.body}
        assert (await anyone.post("oauth/token", asked)).status_code == 200
    for spelled, password in ((JOSE, NEW), (of_old, "not this one")):
        assert (await anyone.post("auth/login", {"email": spelled, "password": password})).status_code == 401


@pytest.mark.parametrize("password", [PASSWORD, NEW])
async def test_guesses_at_one_of_two_accounts_shut_the_other_out_neither(
    anyone: Client, of_old: str, password: str
) -> None:
    for number in range(31):
        wrong = {"email": of_old, "password": "not this one"}
        guessed = await anyone.at(f"2001:db8:{number + 1}::1").post("auth/login", wrong)
    assert guessed.status_code == 429
    assert (await anyone.post("auth/login", {"email": of_old, "password": password})).status_code == 200


async def test_as_many_passwords_are_compared_whoever_has_an_account(
    anyone: Client, of_old: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = 0
    verify = service.verify_password

    async def counted(stored: str | None, password: str) -> bool:
        nonlocal compared
        compared += 1
        return await verify(stored, password)

    monkeypatch.setattr(service, "verify_password", counted)
    for spelled, most in ((of_old, 2), ("nobody@BU\u0308CHER.example", 2), (JOSE, 1), ("nobody@bücher.example", 1)):
        compared = 0
        assert (await anyone.post("auth/login", {"email": spelled, "password": "not this one"})).status_code == 401
        assert compared == most


async def test_links_for_an_address_are_for_who_has_it(anyone: Client, settings: Settings, of_old: str) -> None:
    await anyone.post("auth/password/email", {"email": of_old})
    await do_jobs(settings)
    [mail] = [mail for mail in mails_in(settings.data_dir, JOSE) if "password" in mail["Subject"]]
    changed = {"token": query_of(link_in(mail))["token"], "userEmail": of_old, "password": "yet another password"}
    assert (await anyone.post("auth/password/reset", changed)).status_code == 200
    for spelled in (of_old, JOSE):
        signed_in = await anyone.post("auth/login", {"email": spelled, "password": "yet another password"})
        profile = await anyone.with_token(signed_in.json()["access_token"]).get("profile")
        assert profile.json()["data"]["email"] == JOSE


async def test_links_are_for_every_spelling(anyone: Client, settings: Settings) -> None:
    await anyone.post("auth/register", {"email": SPELLINGS[2], "password": PASSWORD})
    await do_jobs(settings)
    [mail] = mails_in(settings.data_dir, JOSE)
    link = query_of(link_in(mail))
    for spelled in SPELLINGS:
        assert (await anyone.post("auth/verify", {**link, "email": spelled})).status_code == 200
    assert (await anyone.put("auth/register", {"email": SPELLINGS[1]})).status_code == 200
    assert (await anyone.post("auth/password/email", {"email": SPELLINGS[3]})).status_code == 200
    await do_jobs(settings)
    subjects = {mail["Subject"]: mail for mail in mails_in(settings.data_dir, JOSE)}
    assert set(subjects) == {"Verify your email address", "You already have an account", "Choose a new password"}
    token = query_of(link_in(subjects["Choose a new password"]))["token"]
    changed = {"token": token, "userEmail": SPELLINGS[1], "password": NEW}
    assert (await anyone.post("auth/password/reset", changed)).status_code == 200
    assert (await anyone.post("auth/login", {"email": JOSE, "password": NEW})).status_code == 200


@pytest.mark.parametrize("address", ["jo\u202ese@bücher.example", "josé@☃.example", "josé@xn--zzzzzz99999.example"])
async def test_what_can_be_no_address_is_refused(anyone: Client, address: str) -> None:
    for method, body in (("POST", {"email": address, "password": PASSWORD}), ("PUT", {"email": address})):
        answer = await anyone.call(method, "auth/register", json=body)
        assert answer.status_code == 422
        assert [entry["field"] for entry in answer.json()["error"]["messages"]] == ["email"]


class Asked(Inbox):
    """Counts who says hello."""

    def __init__(self) -> None:
        super().__init__()
        self.greeted = 0

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.greeted += 1
        session.host_name = hostname
        return responses


@pytest.fixture
def inbox() -> Asked:
    return Asked()


def served(folder: Path, database_url: str, port: int) -> Settings:
    return settings_for(folder, database_url, smtp_url=f"smtp://127.0.0.1:{port}")


async def test_mail_arrives_where_the_server_takes_such_addresses(
    tmp_path: Path, database_url: str, inbox: Asked
) -> None:
    with smtp_server(inbox, enable_SMTPUTF8=True) as port:
        settings = served(tmp_path, database_url, port)
        async with running_app(settings) as anyone:
            answer = await anyone.post("auth/register", {"email": SPELLINGS[1], "password": PASSWORD})
            assert answer.status_code == 200, answer.text
        await do_jobs(settings)
    assert inbox.recipients == [JOSE]
    assert email.utils.parseaddr(inbox.mails[0]["To"])[1] == JOSE


async def test_a_sign_up_says_so_where_the_server_does_not_and_asks_it_once(
    tmp_path: Path, database_url: str, inbox: Asked
) -> None:
    with smtp_server(inbox, enable_SMTPUTF8=False) as port:
        settings = served(tmp_path, database_url, port)
        async with running_app(settings) as anyone:
            for method, body in (("POST", {"email": JOSE, "password": PASSWORD}), ("PUT", {"email": JOSE})):
                answer = await anyone.call(method, "auth/register", json=body)
                assert answer.status_code == 422
                [message] = answer.json()["error"]["messages"]
                assert message["field"] == "email"
                assert "mail server" in message["message"]
            assert inbox.greeted == 1
            elsewhere = {"email": "Ana@bücher.example", "password": PASSWORD}
            assert (await anyone.post("auth/register", elsewhere)).status_code == 200
        await do_jobs(settings)
    assert inbox.recipients == ["ana@xn--bcher-kva.example"]
    assert inbox.mails[0]["To"] == "ana@xn--bcher-kva.example"


async def test_a_sign_up_waits_for_a_server_that_does_not_answer(tmp_path: Path, database_url: str) -> None:
    async with running_app(served(tmp_path, database_url, 1)) as anyone:
        answer = await anyone.post("auth/register", {"email": JOSE, "password": PASSWORD})
        assert answer.status_code == 503
        assert "Retry-After" in answer.headers
        assert (await anyone.post("auth/register", {"email": "a@b.example", "password": PASSWORD})).status_code == 200


@pytest.mark.parametrize("nothing", ["\u00ad", "\ufeff\u2060", "\u2800", "\u200c"], ids=ascii)
async def test_an_address_has_something_before_its_at(anyone: Client, nothing: str) -> None:
    answer = await anyone.post("auth/register", {"email": f"{nothing}@example.com", "password": PASSWORD})
    assert answer.status_code == 422
    assert [entry["field"] for entry in answer.json()["error"]["messages"]] == ["email"]


@given(st.emails() | st.text(max_size=30).map(lambda text: f"{text}@bücher.example"))
def test_the_one_spelling_stays_the_one(address: str) -> None:
    try:
        spelled = normal(address)
    except ValueError:
        return
    assert normal(spelled) == spelled
    assert normal(delivered(spelled)) == spelled
