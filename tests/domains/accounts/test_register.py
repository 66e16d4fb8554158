import asyncio
import email
from datetime import timedelta
from email import policy
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from storecast.adapters.email.mailer import Mailer
from storecast.domains.accounts.jobs import SendVerification, send_verification
from storecast.kit.clock import utcnow
from tests.factories.accounts import Member, member
from tests.factories.mails import link_in, mails_in, query_of
from tests.factories.platform import Client, do_jobs, settings_for

GOOD = {"email": "ana@example.com", "password": "long enough"}


async def test_register_answers_a_list_of_one_user_on_the_free_plan(anyone: Client) -> None:
    answer = await anyone.post("auth/register", {**GOOD, "full_name": "Ana Maria Pop", "newsCheck": "1"})
    assert answer.status_code == 200
    [user] = answer.json()["data"]
    assert (user["email"], user["first_name"], user["last_name"]) == ("ana@example.com", "Ana", "Maria Pop")
    assert user["subscription_details"]["data"]["plan"]["data"]["identifier"] == "free"
    assert user["isVerified"] is False


async def test_email_is_taken_whatever_its_case(anyone: Client) -> None:
    await anyone.post("auth/register", GOOD)
    answer = await anyone.post("auth/register", {**GOOD, "email": " ANA@example.com "})
    assert answer.status_code == 422
    assert answer.json()["error"]["messages"] == [{"field": "email", "message": "has already been taken"}]


async def test_of_two_registrations_at_once_one_wins(anyone: Client) -> None:
    answers = await asyncio.gather(*(anyone.post("auth/register", GOOD) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 422, 422]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email": None}, "email"),
        ({"email": "a" * 250 + "@b.co"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": 12345678}, "password"),
        ({"newsCheck": "perhaps"}, "newsCheck"),
        ({"phoneValue": "1"}, "phoneValue"),
        ({"phoneValue": "722000000"}, "phonePrefixValue"),
        ({"email": "nul\x00@example.com"}, "email"),
    ],
)
async def test_bad_input_names_the_field(anyone: Client, change: dict[str, object], field: str) -> None:
    answer = await anyone.post("auth/register", {**GOOD, **change})
    assert answer.status_code == 422
    assert field in [message["field"] for message in answer.json()["error"]["messages"]]


async def test_every_bad_field_is_named_at_once(anyone: Client) -> None:
    answer = await anyone.post("auth/register", {"email": "x", "newsCheck": []})
    assert {message["field"] for message in answer.json()["error"]["messages"]} == {"email", "password", "newsCheck"}


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b"\xff\xfe", b'{"email": "\\ud800"}'])
async def test_broken_bodies_are_422(anyone: Client, body: bytes) -> None:
    answer = await anyone.post("auth/register", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == 422


async def test_body_past_a_megabyte_is_413(anyone: Client) -> None:
    answer = await anyone.post("auth/register", content=b'"' + b"a" * 1024 * 1024 + b'"')
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == 413


async def test_unknown_media_type_is_415(anyone: Client) -> None:
    answer = await anyone.post("auth/register", content=b"<a/>", headers={"Content-Type": "text/xml"})
    assert answer.status_code == 415


async def test_mailed_link_verifies_the_address(anyone: Client, tmp_path: Path, database_url: str) -> None:
    await anyone.post("auth/register", GOOD)
    await do_jobs(settings_for(tmp_path, database_url))
    [path] = (tmp_path / "mail").glob("*.eml")
    mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert mail["To"] == "ana@example.com"
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    [link] = [word for word in text.split() if word.startswith("http")]
    query = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}

    wrong = await anyone.post("auth/verify", {**query, "hash": "0" * 64})
    assert wrong.status_code == 422
    assert (await anyone.post("auth/verify", query)).status_code == 200
    tokens = (await anyone.post("auth/login", GOOD)).json()
    profile = await anyone.with_token(tokens["access_token"]).get("profile")
    assert profile.json()["data"]["isVerified"] is True


async def link_mailed(folder: Path, database_url: str, to: str, ago: timedelta) -> dict[str, str]:
    """The parameters of a verification link that was mailed a while ago."""
    settings = settings_for(folder, database_url)
    await send_verification(SendVerification(to, "en"), settings, Mailer(settings), utcnow() - ago)
    [mail] = mails_in(folder, to)
    return query_of(link_in(mail))


async def test_mailed_link_ends_after_three_days_and_a_new_one_is_sent(
    anyone: Client, owner: Member, tmp_path: Path, database_url: str
) -> None:
    late = await link_mailed(tmp_path, database_url, owner.email, timedelta(days=3))
    answer = await anyone.post("auth/verify", late)
    assert answer.status_code == 422
    [message] = answer.json()["error"]["messages"]
    assert message["field"] == "hash"
    assert "too old" in message["message"]
    assert (await owner.client.get("profile")).json()["data"]["isVerified"] is False

    for path in (tmp_path / "mail").iterdir():
        path.unlink()
    assert (await owner.client.get("profile/send-verification")).status_code == 200
    await do_jobs(settings_for(tmp_path, database_url))
    again = query_of(link_in(mails_in(tmp_path, owner.email)[0]))
    assert (await anyone.post("auth/verify", again)).status_code == 200
    assert (await anyone.post("auth/verify", late)).status_code == 200, "it says no more than is known by now"


async def test_mailed_link_is_good_almost_to_its_end(anyone: Client, tmp_path: Path, database_url: str) -> None:
    ana = await member(anyone, "ana@example.com")
    link = await link_mailed(tmp_path, database_url, ana.email, timedelta(days=2, hours=23))
    assert (await anyone.post("auth/verify", link)).status_code == 200


async def test_end_of_a_mailed_link_cannot_be_put_off(
    anyone: Client, owner: Member, tmp_path: Path, database_url: str
) -> None:
    link = await link_mailed(tmp_path, database_url, owner.email, timedelta(days=4))
    end, _, proof = link["hash"].partition(".")
    for forged in (f"{int(end) + 10**6}.{proof}", proof, f".{proof}", f"²{end}.{proof}"):
        answer = await anyone.post("auth/verify", {**link, "hash": forged})
        assert answer.status_code == 422
        assert "not the one" in answer.json()["error"]["messages"][0]["message"]


async def test_failed_registration_sends_no_mail(
    anyone: Client, owner: Member, tmp_path: Path, database_url: str
) -> None:
    await anyone.post("auth/register", {"email": owner.email, "password": "long enough"})
    await do_jobs(settings_for(tmp_path, database_url))
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 1  # the first registration's


@pytest.mark.parametrize(
    ("prefix", "number", "stored"),
    [
        ("+40", "722 000 000", "+40722000000"),
        ("0040", "0722000000", "+40722000000"),
        ("1", "(650) 253-0000", "+16502530000"),
    ],
)
async def test_phone_is_kept_as_e164(anyone: Client, prefix: str, number: str, stored: str) -> None:
    answer = await anyone.post("auth/register", data={**GOOD, "phonePrefixValue": prefix, "phoneValue": number})
    assert answer.json()["data"][0]["phone"] == stored


@pytest.mark.parametrize(
    ("prefix", "number", "field"),
    [
        ("naanebnrktanstbpyanrccdfgefbdwumksucik", "722000000", "phonePrefixValue"),
        ("+999", "722000000", "phonePrefixValue"),
        ("", "722000000", "phonePrefixValue"),
        ("+40", "leqbnyoppys", "phoneValue"),
        ("+40", "72", "phoneValue"),
        ("+40", "1" * 51, "phoneValue"),
    ],
)
async def test_a_phone_nobody_has_names_the_field(anyone: Client, prefix: str, number: str, field: str) -> None:
    answer = await anyone.post("auth/register", data={**GOOD, "phonePrefixValue": prefix, "phoneValue": number})
    assert answer.status_code == 422
    assert [message["field"] for message in answer.json()["error"]["messages"]] == [field]


@pytest.mark.parametrize(
    "password",
    [
        "password1",
        "12345678",
        "qwertyuiop",
        "aaaaaaaaaaaa",
        "ana@example.com",
        "Ana-Maria-Pop",
        "anamaria1",
        "ｐａｓｓｗｏｒｄ",
    ],
)
async def test_password_that_is_easy_to_guess_is_refused(anyone: Client, password: str) -> None:
    body = {"email": "ana@example.com", "full_name": "Ana Maria Pop", "password": password}
    answer = await anyone.post("auth/register", body)
    assert answer.status_code == 422
    assert [message["field"] for message in answer.json()["error"]["messages"]] == ["password"]


@pytest.mark.parametrize("password", ["JhdVHQ%%Xyr", "correct horse battery staple", "4@8({[</369|!1170$5+7%2" * 40])
async def test_good_password_is_taken_however_long(anyone: Client, password: str) -> None:
    assert (await anyone.post("auth/register", {**GOOD, "password": password})).status_code == 200
    assert (await anyone.post("auth/login", {**GOOD, "password": password})).status_code == 200


async def test_account_speaks_the_browsers_language(anyone: Client, tmp_path: Path, database_url: str) -> None:
    answer = await anyone.post("auth/register", GOOD, headers={"Accept-Language": "ar-EG, en;q=0.5"})
    assert answer.json()["data"][0]["locale"] == "ar"
    await do_jobs(settings_for(tmp_path, database_url))
    [path] = (tmp_path / "mail").glob("*.eml")
    mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert mail["Subject"] == "تأكيد عنوان بريدك الإلكتروني"
    assert 'dir="rtl"' in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
